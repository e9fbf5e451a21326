"""Single widgets of the field client in headless Chromium, on a page of `collect/client/tests/harness`.

The widgets, styles and sentences are the client's own, under its content security policy; the engine and the tablet's
database below them are small stand-ins that write down what was asked of them (`window.widgets.log`).
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from collect.shell_routes import CONTENT_SECURITY_POLICY
from deploy.build_client import SOURCE, install, node
from tests.browser.client_widgets.helpers import CHUMPHON
from tests.support.browser import NAMES

_FAKE_MEDIA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the built page of widgets."""
    built = tmp_path_factory.mktemp("widgets") / "page"
    install()
    program = SOURCE / "node_modules" / "vite" / "bin" / "vite.js"
    command = [node(), str(program), "build", "-c", "tests/harness/vite.config.ts", "--outDir", str(built)]
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Guarded, directory=str(built)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class _Guarded(SimpleHTTPRequestHandler):
    """Sends files with the policy under which the client runs."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the parent's argument
        """Keep quiet."""


@pytest.fixture(scope="session")
def media_browser(driver: Playwright) -> Iterator[Browser]:
    """A browser with a camera and a microphone that play a test signal."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert program, "Browser tests want Chromium: apt-get install chromium"
    browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", *_FAKE_MEDIA])
    yield browser
    browser.close()


@pytest.fixture
def open_widgets(media_browser: Browser, harness: str) -> Iterator[Any]:
    """Opens the page: ``open_widgets(viewport=…)``. A script error or a break of the policy fails the test."""
    contexts, faults = [], []

    def told(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def opened(**options: Any) -> Page:
        settings = {"viewport": {"width": 800, "height": 1280}, "locale": "th-TH", "timezone_id": "Asia/Bangkok"}
        context = media_browser.new_context(**settings | options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", told)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(harness)
        page.get_by_role("heading", name="Widgets").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def widgets(open_widgets: Any) -> Page:
    """The page of widgets on a tablet in Thai that may use its location."""
    page: Page = open_widgets(permissions=["geolocation", "microphone"], geolocation=CHUMPHON)
    return page
