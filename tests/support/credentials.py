"""Giving a persona a password, for tests that sign in with one. (Personas have none: hashing takes a while.)"""

from __future__ import annotations

from flask.testing import FlaskClient

from core.access.actor import SYSTEM
from core.auth import accounts
from core.transaction import unit_of_work
from tests.personas import PASSWORD, Office


def email_of(office: Office, persona: str) -> str:
    """The persona's e-mail address."""
    return f"{persona}{office.workspace_id}@example.test"


def give_password(office: Office, persona: str) -> str:
    """Give the persona `PASSWORD`, which ends its sessions; its e-mail address."""
    user_id = office.ids[persona]
    unit_of_work(lambda session: accounts.set_password(session, SYSTEM, user_id=user_id, password=PASSWORD))
    return email_of(office, persona)


def bearer(client: FlaskClient, token: str) -> FlaskClient:
    """The client, sending a token with every request."""
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client
