"""Signing in on a tablet: for long, throttled as every sign-in, and ended by the office."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.access import workspaces
from core.access.actor import SYSTEM
from core.access.models import Assignment
from core.access.roles import COLLECTOR
from core.auth import accounts, profiles
from core.auth.models import SessionRow
from core.auth.tokens import token_hash
from core.database import utc_now
from core.transaction import reading, unit_of_work
from tests.personas import PASSWORD, Office
from tests.support.credentials import bearer, email_of, give_password
from tests.support.field import tablet_of
from tests.support.forms import publish

HALF_A_YEAR = dt.timedelta(days=180)


def sign_in(app: Flask, email: str, password: str = PASSWORD, **headers: str) -> Any:
    body = {"email": email, "password": password, "installId": "web:1", "label": "แท็บเล็ตห้องวิชาการ"}
    return app.test_client().post("/v1/field/sign-ins", json=body, headers=headers)


@pytest.fixture
def token(office: Office) -> str:
    """Kwanjai's token on a tablet."""
    answer = sign_in(office.app, give_password(office, "kwanjai"))
    assert answer.status_code == 200
    found: str = answer.json["token"]
    return found


def me(office: Office, token: str) -> Any:
    return bearer(office.app.test_client(), token).get("/v1/field/me")


def kept(token: str) -> SessionRow:
    session = reading()
    session.expire_all()
    return session.get_one(SessionRow, token_hash(token))


def test_a_person_signs_in_for_half_a_year(office: Office, token: str) -> None:
    answer = me(office, token)
    assert answer.json["actor"] == {"id": office.ids["kwanjai"], "displayName": "Kwanjai", "kind": "user"}
    assert answer.json["workspaces"] == [{"id": office.workspace_id, "name": "สพป.ธารานคร เขต 1"}]
    assert set(answer.json) == {"actor", "workspaces", "serverTime", "epoch"}
    life = kept(token).expires_at - kept(token).created_at  # type: ignore[operator]  # it has an end
    assert life == HALF_A_YEAR


def test_a_sign_in_sets_no_cookie(office: Office) -> None:
    answer = sign_in(office.app, give_password(office, "kwanjai"))
    assert "Set-Cookie" not in answer.headers


def test_workspaces_are_those_where_records_may_be_handed_in(office: Office, app: Flask) -> None:
    assert sign_in(app, give_password(office, "pakorn")).json["workspaces"] == []
    assert sign_in(app, give_password(office, "stranger")).json["workspaces"] == []
    form = publish(office)

    def assign(session: Session) -> None:
        session.add(
            Assignment(
                actor_id=office.ids["stranger"], role_id=COLLECTOR.id, workspace_id=office.workspace_id, form_id=form.id
            )
        )

    unit_of_work(assign)
    assert [row["id"] for row in sign_in(app, email_of(office, "stranger")).json["workspaces"]] == [office.workspace_id]
    unit_of_work(lambda session: workspaces.create_workspace(session, SYSTEM, name="อีกเขตหนึ่ง"))
    # An administrator oversees and hands nothing in, unless somebody gave them the right.
    assert len(sign_in(app, give_password(office, "admin")).json["workspaces"]) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"email": "a"}', 400),
        (b'{"email": 1, "password": "x"}', 400),
        (b'{"email": "a", "password": ["x"]}', 400),
        (b'{"email": "a", "password": "x", "installId": {}}', 400),
        (b'{"email": "a\\u0000", "password": "x"}', 400),
        (b'{"email": "\\ud800", "password": "x"}', 400),
        (b'{"email": "nobody@example.test", "password": "x"}', 401),
        (b'{"email": "", "password": ""}', 401),
        (b"[" * 100_000, 400),
        (b'{"email": "' + b"a" * 300_000 + b'"}', 413),
    ],
)
def test_what_is_no_sign_in_is_refused(office: Office, body: bytes, status: int) -> None:
    answer = office.app.test_client().post("/v1/field/sign-ins", data=body, content_type="application/json")
    assert answer.status_code == status


def test_wrong_passwords_are_counted_together_with_those_of_the_console(office: Office, app: Flask) -> None:
    email = give_password(office, "kwanjai")
    for _ in range(5):
        assert sign_in(app, email, "wrong").json["code"] == 401.2
        assert app.test_client().post("/v1/sessions", json={"email": email, "password": "wrong"}).status_code == 401
    refused = sign_in(app, email)
    assert (refused.status_code, refused.json["code"]) == (429, 429.1)
    assert int(refused.headers["Retry-After"]) > 0


def test_another_site_cannot_sign_a_browser_in(office: Office, app: Flask) -> None:
    email = give_password(office, "kwanjai")
    assert sign_in(app, email, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert sign_in(app, email, Origin="https://evil.example").status_code == 403
    assert sign_in(app, email, Authorization="Bearer old-and-ended").status_code == 200


def test_a_new_password_ends_it(office: Office, token: str) -> None:
    assert me(office, token).status_code == 200
    give_password(office, "kwanjai")
    assert me(office, token).json["code"] == 401.2
    assert sign_in(office.app, email_of(office, "kwanjai")).status_code == 200


def test_a_deleted_account_ends_it(office: Office, token: str) -> None:
    unit_of_work(lambda session: profiles.retire_account(session, SYSTEM, user_id=office.ids["kwanjai"]))
    assert me(office, token).status_code == 401
    assert sign_in(office.app, email_of(office, "kwanjai")).status_code == 401


def test_signing_out_ends_it(office: Office, token: str) -> None:
    client = bearer(office.app.test_client(), token)
    assert client.delete("/v1/sessions/current").status_code == 200
    assert client.get("/v1/field/me").status_code == 401


def test_a_devices_key_is_a_sign_in_until_it_is_taken_away(office: Office) -> None:
    answer = me(office, office.key)
    assert (answer.json["actor"]["kind"], answer.json["actor"]["id"]) == ("app_user", office.device_id)
    assert "token" not in answer.json
    unit_of_work(
        lambda session: accounts.revoke_app_user(
            session, SYSTEM, workspace_id=office.workspace_id, actor_id=office.device_id
        )
    )
    assert me(office, office.key).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer \x00", "Bearer " + "x" * 5000, "Bearer ก", "Basic !!!"])
def test_who_is_nobody_is_told_nothing(office: Office, header: str) -> None:
    client: FlaskClient = office.app.test_client()
    headers = {"Authorization": header.encode().decode("latin-1")} if header else {}
    assert client.get("/v1/field/me", headers=headers).status_code == 401


def test_a_tablet_in_use_stays_signed_in_and_it_is_written_down_once_a_day(office: Office, token: str) -> None:
    tablet = tablet_of(office)
    bearer(tablet.client, token)
    first = kept(token).expires_at
    tablet.pull()
    assert kept(token).expires_at == first

    def days_pass(session: Session) -> None:
        row = session.get_one(SessionRow, token_hash(token))
        row.created_at = utc_now() - dt.timedelta(days=2)
        row.expires_at = row.created_at + HALF_A_YEAR

    unit_of_work(days_pass)
    tablet.pull()
    prolonged = kept(token).expires_at
    assert prolonged is not None
    assert prolonged > utc_now() + HALF_A_YEAR - dt.timedelta(minutes=1)
    tablet.pull()
    assert kept(token).expires_at == prolonged


def test_a_session_of_the_console_is_not_prolonged_by_asking_for_news(office: Office) -> None:
    before = kept(office.tokens["kwanjai"]).expires_at
    tablet_of(office).pull()
    assert kept(office.tokens["kwanjai"]).expires_at == before
