"""Headless Chromium before a real server. `signed_in_page` opens a page as a persona; `browser_page` as nobody.

Every page is watched: a script error, a break of the content security policy, a missing file, or a request to another
host fails the test that caused it. Browser tests run on SQLite; the database behind the pages is tested elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.personas import Office
from tests.support.live_server import live_server

HERE = Path(__file__).resolve().parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LAPTOP = {"width": 1280, "height": 800}
TABLET = {"width": 800, "height": 1280}
# As long as a slow machine needs; what is as expected goes on at once.
expect.set_options(timeout=15_000)
_PARTS_OF_A_PAGE = {"stylesheet", "script", "font", "image"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and leave out its runs on a second engine."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    second = [item for item in ours if "postgresql" in item.nodeid.rpartition("[")[2].rstrip("]").split("-")]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    config.hook.pytest_deselected(items=second)
    items[:] = [item for item in items if item not in second]


@dataclass
class Watched:
    """What went wrong on the pages of a test."""

    base_url: str
    faults: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note every fault of a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A refused page is told in the console too; `_response` judges those that matter.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base_url + "/", "data:", "blob:")):
            self.faults.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in _PARTS_OF_A_PAGE:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What drives browsers; a process can have one only."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """The browser of this test process."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert program, "Browser tests want Chromium: apt-get install chromium"
    browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def server_url(office: Office) -> Iterator[str]:
    """Address of a running server with the office in it."""
    with live_server(office.app) as url:
        yield url


@pytest.fixture
def new_context(chromium: Browser, server_url: str) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a context (a browser of its own, with its own cookies), watched; closed at the end of the test."""
    watched, contexts = Watched(server_url), []

    def opened(**options: Any) -> BrowserContext:
        settings = {"viewport": LAPTOP, "locale": "th-TH", "timezone_id": "Asia/Bangkok"} | options
        context = chromium.new_context(base_url=server_url, **settings)
        context.set_default_timeout(15_000)
        context.on("page", watched.watch)
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        context.close()
    assert not watched.faults, "\n".join(watched.faults)


@pytest.fixture
def browser_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of somebody who is not signed in."""
    return new_context().new_page()


@pytest.fixture
def signed_in_page(new_context: Callable[..., BrowserContext], server_url: str, office: Office) -> Callable[..., Page]:
    """Opens a page as a persona: ``signed_in_page("wanna")``, with more options of the context by name."""

    def opened(persona: str, **options: Any) -> Page:
        context = new_context(**options)
        context.add_cookies([{"name": "session", "value": office.tokens[persona], "url": server_url}])
        return context.new_page()

    return opened
