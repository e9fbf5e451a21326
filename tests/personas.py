"""The people of the tests, so that a test can say who acts.

ผู้ดูแล Admin runs the server; วรรณา Wanna plans (manager of the office's workspace); ปกรณ์ Pakorn looks (viewer);
ขวัญใจ Kwanjai visits schools (data collector); Stranger has an account and no rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from core.access import workspaces
from core.access.actor import SYSTEM
from core.access.models import Workspace
from core.access.roles import ADMINISTRATOR, APP_USER, COLLECTOR, MANAGER, VIEWER
from core.auth import accounts
from core.transaction import unit_of_work
from core.web import settings_of

PASSWORD = "correct-horse-ติดตาม"
PEOPLE = {
    "admin": ADMINISTRATOR,
    "wanna": MANAGER,
    "pakorn": VIEWER,
    "kwanjai": COLLECTOR,
    "stranger": None,
}


@dataclass
class Office:
    """One workspace with its people. `tokens` are bearer tokens, `ids` actor ids by persona; `key` is a device's."""

    app: Flask
    workspace_id: int
    ids: dict[str, int]
    tokens: dict[str, str]
    csrf: dict[str, str]
    key: str
    device_id: int

    def client(self, persona: str | None = None) -> FlaskClient:
        """A client that sends the persona's bearer token with every request; nobody's when None."""
        client = self.app.test_client()
        if persona is not None:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[persona]}"
        return client

    def browser(self, persona: str) -> FlaskClient:
        """A client that holds the persona's session cookie, as a browser does, and its CSRF header."""
        client = self.app.test_client()
        client.set_cookie("session", self.tokens[persona])
        client.environ_base["HTTP_X_CSRF_TOKEN"] = self.csrf[persona]
        return client

    def device(self, path: str) -> str:
        """A /v1 path with the device's key in it: ``device("projects/1/formList")``."""
        return f"/v1/key/{self.key}/{path}"


def found_office(app: Flask, name: str = "สพป.ธารานคร เขต 1") -> Office:
    """Create the workspace, its people and a device, through the services."""
    key = settings_of(app).sealing_key()

    def work(session: Any) -> Office:
        workspace: Workspace = workspaces.create_workspace(session, SYSTEM, name=name)
        ids, tokens, csrf = {}, {}, {}
        for persona, role in PEOPLE.items():
            actor_id = accounts.create_user(
                session,
                SYSTEM,
                email=f"{persona}{workspace.id}@example.test",
                display_name=persona.title(),
                password=None,
            )
            if role is not None:
                place = None if role is ADMINISTRATOR else workspace.id
                workspaces.assign(session, SYSTEM, actor_id=actor_id, role_id=role.id, workspace_id=place)
            opened = accounts.open_session(session, actor_id=actor_id, seconds=3600)
            ids[persona], tokens[persona], csrf[persona] = actor_id, opened.token, opened.csrf
        device_id, device_key = accounts.create_app_user(
            session, SYSTEM, workspace_id=workspace.id, display_name="แท็บเล็ต 1", role_id=APP_USER.id, sealing_key=key
        )
        return Office(app, workspace.id, ids, tokens, csrf, device_key, device_id)

    return unit_of_work(work)
