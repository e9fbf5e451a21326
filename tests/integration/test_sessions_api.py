"""Sessions on ``/v1``, in the manner of ODK Central."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.personas import PASSWORD, Office
from tests.support.credentials import bearer, give_password

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def credentials(office: Office) -> dict[str, str]:
    """Wanna's e-mail address and password."""
    return {"email": give_password(office, "wanna"), "password": PASSWORD}


def test_a_session_is_opened_and_its_token_and_cookie_work(office: Office, credentials: dict[str, str]) -> None:
    client = office.app.test_client()
    answer = client.post("/v1/sessions", json=credentials)
    assert answer.status_code == 200
    assert set(answer.json) == {"token", "csrf", "createdAt", "expiresAt"}
    assert len(answer.json["token"]) == 64
    assert INSTANT.fullmatch(answer.json["expiresAt"])
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert client.get("/v1/users/current").json["email"] == credentials["email"]
    other = bearer(office.app.test_client(), answer.json["token"])
    assert other.get("/v1/users/current").json["displayName"] == "Wanna"


def test_a_session_is_opened_whatever_stale_credentials_come_along(office: Office, credentials: dict[str, str]) -> None:
    for header in (
        {"Authorization": "Bearer invalid"},
        {"Cookie": "session=invalid"},
        {"Authorization": "Basic invalid"},
    ):
        assert office.app.test_client().post("/v1/sessions", json=credentials, headers=header).status_code == 200
    assert office.browser("pakorn").post("/v1/sessions", json=credentials).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.2),
        ({"email": "a@b.test"}, 400.2),
        ({"email": "a@b.test", "password": None}, 400.2),
        ({"email": "a@b.test", "password": ""}, 400.2),
        ({"email": "", "password": "x"}, 400.2),
        ({"email": 123, "password": "x"}, 400.11),
        ({"email": [], "password": "x"}, 400.11),
        ({"email": {}, "password": "x"}, 400.11),
        ([], 400.11),
        ("text", 400.11),
        ({"email": "a@b.test", "password": 123}, 401.2),
        ({"email": "a@b.test", "password": ["x"]}, 401.2),
        ({"email": "a@b.test", "password": "wrong"}, 401.2),
    ],
)
def test_credentials_of_no_use_are_refused_with_centrals_codes(office: Office, body: Any, code: float) -> None:
    answer = office.client().post("/v1/sessions", json=body)
    assert (answer.status_code, answer.json["code"]) == (int(code), code)
    assert answer.json["message"]


def test_an_empty_body_says_what_was_expected(office: Office) -> None:
    assert office.client().post("/v1/sessions").json["details"] == {
        "field": "email, password", "expected": ["email", "password"], "got": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"email": "\xff", "password": "x"}',
        b'{"email": "a\\u0000b", "password": "x"}',
        b'{"email": "a\\ud800b", "password": "x"}',
        b'{"email": NaN}',
        b'{"email": Infinity}',
        b'{"email": ' + b"9" * 5000 + b"}",
        b"[" * 5000 + b"]" * 5000,
        b'{"email": ' + b'{"a":' * 100 + b"1" + b"}" * 100 + b"}",
        "{}".encode("utf-16"),
        b'{"email": "x"} trailing',
    ],
)
def test_a_body_that_is_not_sound_json_is_400(office: Office, body: bytes) -> None:
    for path, method in (
        ("/v1/sessions", "POST"),
        ("/v1/projects", "POST"),
        (f"/v1/users/{office.ids['admin']}", "PATCH"),
    ):
        answer = office.client("admin").open(path, method=method, data=body, content_type="application/json")
        assert (answer.status_code, answer.json["code"]) == (400, 400.1), path


def test_a_json_body_over_the_limit_is_413(office: Office) -> None:
    answer = office.client("admin").post("/v1/projects", json={"name": "x" * 300_000})
    assert answer.status_code == 413
    # As a number this code would be Central's 413.1, so it goes as text.
    assert answer.json["code"] == "413.100"


def test_wrong_passwords_are_throttled(office: Office, credentials: dict[str, str]) -> None:
    statuses = {
        office.client().post("/v1/sessions", json=credentials | {"password": "no"}).status_code for _ in range(10)
    }
    assert statuses == {401}
    answer = office.client().post("/v1/sessions", json=credentials)
    assert (answer.status_code, answer.json["code"]) == (429, 429.1)
    assert answer.headers["Retry-After"]


def test_another_site_cannot_open_a_session(office: Office, credentials: dict[str, str]) -> None:
    answer = office.client().post("/v1/sessions", json=credentials, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_session_of_a_request_is_told(office: Office) -> None:
    restored = office.client("wanna").get("/v1/sessions/restore").json
    assert set(restored) == {"createdAt", "expiresAt"}
    assert office.client().get(office.device("sessions/restore")).json["expiresAt"] == "9999-12-31T23:59:59.000Z"
    assert office.client().get("/v1/sessions/restore").status_code == 404


def test_a_session_is_closed_as_current_and_by_its_token(office: Office, credentials: dict[str, str]) -> None:
    for path in ("/v1/sessions/current", "/v1/sessions/{token}"):
        token = office.client().post("/v1/sessions", json=credentials).json["token"]
        client = bearer(office.app.test_client(), token)
        answer = client.delete(path.format(token=token))
        assert answer.json == {"success": True}
        assert "session=;" in answer.headers["Set-Cookie"]
        assert client.get("/v1/users/current").status_code == 401


def test_nobody_can_tell_a_strangers_session_from_none(office: Office) -> None:
    for token in (office.tokens["admin"], "a" * 64):
        answer = office.client("wanna").delete(f"/v1/sessions/{token}")
        assert (answer.status_code, answer.json["code"]) == (403, 403.1)
    assert office.client("admin").get("/v1/users/current").status_code == 200
    assert office.client("admin").delete(f"/v1/sessions/{office.tokens['pakorn']}").status_code == 200
    assert office.client("pakorn").get("/v1/users/current").status_code == 401


def test_a_devices_key_is_ended_by_its_manager_and_not_by_itself(office: Office) -> None:
    path = f"sessions/{office.key}"
    assert office.client().delete(office.device(path)).status_code == 403
    assert office.client("pakorn").delete(f"/v1/{path}").status_code == 403
    assert office.client("wanna").delete(f"/v1/{path}").status_code == 200
    assert office.client().get(office.device("sessions/restore")).status_code == 401
    listed = office.client("wanna").get(f"/v1/projects/{office.workspace_id}/app-users").json
    assert [item["token"] for item in listed] == [None]


def test_no_token_of_an_address_reaches_the_log(office: Office) -> None:
    from core.observability import masked

    assert masked(f"/v1/sessions/{office.key}") == "/v1/sessions/…"
    assert masked("/v1/sessions/current") == "/v1/sessions/current"
