"""A server that runs as a process, a proxy before it that can answer in its place, and a tablet behind the proxy."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import TABLET
from tests.faults.server import RealServer
from tests.support.browser import find_chromium
from tests.support.field_faults import FaultProxy, fault_proxy
from tests.support.field_quick import PATIENCE_MS, QuickOffice, QuickTablet

NewTablet = Callable[..., QuickTablet]


@pytest.fixture(scope="module")
def quick_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """One server process for a module; each test has a form of its own on it."""
    server = RealServer(tmp_path_factory.mktemp("quick") / "data").start()
    yield server
    server.stop()


@pytest.fixture
def quick(quick_server: RealServer) -> QuickOffice:
    """The office with a form that only this test uses."""
    office = QuickOffice(quick_server)
    office.publish()
    return replace(office)


@pytest.fixture
def proxy(quick_server: RealServer) -> Iterator[FaultProxy]:
    """The proxy that tablets of this test talk to."""
    with fault_proxy(f"http://127.0.0.1:{quick_server.port}") as running:
        yield running


@pytest.fixture
def officer(quick: QuickOffice) -> str:
    """E-mail address of an officer who has no tablet yet."""
    return quick.hire("Malee")


@pytest.fixture
def new_tablet(chromium: Browser, proxy: FaultProxy, quick: QuickOffice) -> Iterator[NewTablet]:
    """Opens a tablet; closed at the end of the test. A script error on it fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(address: str = "", disk: Path | None = None) -> QuickTablet:
        """On `disk` it keeps what it has in files, as a tablet does; otherwise in memory, which is faster."""
        looks: Any = {"viewport": TABLET, "locale": "th-TH", "timezone_id": "Asia/Bangkok"}
        if disk is None:
            context = chromium.new_context(**looks)
        else:
            start = {"executable_path": find_chromium(), "args": ["--no-sandbox"]}
            context = chromium.browser_type.launch_persistent_context(disk, **start, **looks)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        return QuickTablet(context, context.new_page(), address or proxy.url, quick)

    yield opened
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def tablet(new_tablet: NewTablet, officer: str) -> QuickTablet:
    """The officer's tablet, set up, with the form on it."""
    made = new_tablet()
    made.sign_in(officer)
    return made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of about 300 kB that is kept as it is."""
    path = tmp_path / "gate.png"
    Image.frombytes("RGB", (320, 320), random.Random(7).randbytes(320 * 320 * 3)).save(path)
    return path
