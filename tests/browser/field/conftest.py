"""The built client on a server that is a process of its own, and tablets that keep their profile on the disk.

One server serves a module; each test has a form and people of its own on it, so that what the server holds of the form
is what the test sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from deploy.build_client import build
from tests.faults.server import RealServer
from tests.support.field_app import FieldTablet, forget_folder
from tests.support.field_link import Link, field_link
from tests.support.field_office import PHOTOS, FieldOffice, jpeg

NewTablet = Callable[..., FieldTablet]


@pytest.fixture(scope="session", autouse=True)
def built_client() -> None:
    """The client, built when its sources changed."""
    build()


@pytest.fixture(scope="module")
def field_server(built_client: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """The server of a module."""
    server = RealServer(tmp_path_factory.mktemp("field") / "data").start()
    yield server
    server.stop()


@pytest.fixture
def field_office(field_server: RealServer) -> FieldOffice:
    """The office, with a form that only this test uses."""
    if not field_server.alive:
        field_server.start()
    office = FieldOffice(field_server)
    office.publish(form=f"evidence-{uuid.uuid4().hex[:8]}")
    return office


@pytest.fixture
def link(field_server: RealServer) -> Iterator[Link]:
    """The way of this test's tablets to the server."""
    with field_link(field_server.port) as running:
        yield running


@pytest.fixture
def officer(field_office: FieldOffice) -> str:
    """E-mail address of an officer."""
    return field_office.hire("Malee")


@pytest.fixture
def new_tablet(chromium: Browser, link: Link, field_office: FieldOffice, tmp_path: Path) -> Iterator[NewTablet]:
    """Switches on a new tablet. A script error on it, or a break of the content security policy, fails the test."""
    tablets: list[FieldTablet] = []

    def opened(address: str = "") -> FieldTablet:
        folder = tmp_path / f"tablet{len(tablets)}"
        tablet = FieldTablet(
            None,
            None,
            address or link.url,
            field_office,
            chromium=chromium.browser_type,
            folder=folder,  # type: ignore[arg-type]
        )
        tablets.append(tablet)
        return tablet.open()

    yield opened
    for tablet in tablets:
        tablet.close()
        forget_folder(tablet.folder)
    faults = [fault for tablet in tablets for fault in tablet.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def tablet(new_tablet: NewTablet, officer: str) -> FieldTablet:
    """The officer's tablet, set up and ready for the field."""
    made = new_tablet()
    made.enrol(officer)
    return made


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """A photo for each question that asks for one."""
    return [jpeg(tmp_path, name, seed=number) for number, name in enumerate(PHOTOS)]
