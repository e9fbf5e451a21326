"""pyODK, ODK's own Python client, works against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyodk.client import Client
from pyodk.errors import PyODKError

from tests.personas import PASSWORD, Office
from tests.support.credentials import give_password
from tests.support.live_server import live_server

CONFIG = """[central]
base_url = "{url}"
username = "{email}"
password = "{password}"
default_project_id = {workspace_id}
"""


@pytest.fixture
def server(office: Office) -> Iterator[str]:
    """Address of a running server with the office in it."""
    with live_server(office.app) as url:
        yield url


def connect(office: Office, url: str, folder: Path, persona: str, password: str = PASSWORD) -> Client:
    """A pyODK client for a persona, whose password is `PASSWORD`."""
    email = give_password(office, persona)
    config = folder / f"{persona}.toml"
    config.write_text(CONFIG.format(url=url, email=email, password=password, workspace_id=office.workspace_id))
    return Client(config_path=str(config), cache_path=str(folder / "cache.toml"))


def test_pyodk_signs_in_and_lists_the_projects(office: Office, server: str, tmp_path: Path) -> None:
    with connect(office, server, tmp_path, "wanna") as client:
        projects = client.projects.list()
        assert [(project.id, project.name) for project in projects] == [(office.workspace_id, "สพป.ธารานคร เขต 1")]
        assert client.projects.get(office.workspace_id).archived is False


def test_pyodk_uses_the_session_it_kept(office: Office, server: str, tmp_path: Path) -> None:
    with connect(office, server, tmp_path, "wanna") as client:
        client.projects.list()
    again = Client(config_path=str(tmp_path / "wanna.toml"), cache_path=str(tmp_path / "cache.toml"))
    with again as client:
        assert len(client.projects.list()) == 1
    opened = office.client("admin").get("/v1/audits?action=user.session.create").json
    signed_in = [entry for entry in opened if entry["actorId"] == office.ids["wanna"]]
    assert len(signed_in) == 2  # once by the persona, once by pyODK


def test_pyodk_creates_app_users_through_its_http_methods(office: Office, server: str, tmp_path: Path) -> None:
    with connect(office, server, tmp_path, "wanna") as client:
        path = f"projects/{office.workspace_id}/app-users"
        created = client.post(path, json={"displayName": "แท็บเล็ต 8"}).json()
        assert created["displayName"] == "แท็บเล็ต 8"
        listed = client.projects.session.response_or_error(method="GET", url=path, logger=_log())
        assert {user["displayName"] for user in listed.json()} == {"แท็บเล็ต 1", "แท็บเล็ต 8"}


def test_pyodk_recognises_centrals_error_codes(office: Office, server: str, tmp_path: Path) -> None:
    with connect(office, server, tmp_path, "wanna") as client, pytest.raises(PyODKError) as refused:
        client.projects.get(999_999)
    assert refused.value.is_central_error("403.1")


def test_pyodk_is_told_that_a_password_is_wrong(office: Office, server: str, tmp_path: Path) -> None:
    client = connect(office, server, tmp_path, "wanna", password="not the password")
    with pytest.raises(PyODKError) as refused, client:
        client.projects.list()
    assert refused.value.is_central_error("401.2")


def _log() -> object:
    import logging

    return logging.getLogger("pyodk")
