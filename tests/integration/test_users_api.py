"""Accounts on ``/v1``, in the manner of ODK Central."""

from __future__ import annotations

from typing import Any

import pytest

from tests.personas import PASSWORD, Office
from tests.support.credentials import bearer, give_password

EXTENDED = {"X-Extended-Metadata": "true"}


@pytest.fixture
def credentials(office: Office) -> dict[str, str]:
    """Wanna's e-mail address and password."""
    return {"email": give_password(office, "wanna"), "password": PASSWORD}


def test_the_current_user_is_told_with_verbs_when_asked(office: Office) -> None:
    plain = office.client("admin").get("/v1/users/current").json
    assert plain["type"] == "user"
    assert {"id", "displayName", "email", "createdAt", "updatedAt", "lastLoginAt"} <= plain.keys()
    assert "verbs" not in plain
    extended = office.client("admin").get("/v1/users/current", headers=EXTENDED).json
    assert {"user.password.invalidate", "assignment.create", "role.update"} <= set(extended["verbs"])
    assert set(extended["session"]) == {"createdAt", "expiresAt"}
    assert extended["preferences"] == {"site": {}, "projects": {}}
    assert office.client("wanna").get("/v1/users/current", headers=EXTENDED).json["verbs"] == []
    assert office.client().get("/v1/users/current").status_code == 401
    assert office.client().get(office.device("users/current")).status_code == 404


def test_users_are_listed_for_administrators_and_found_by_address_for_managers(office: Office) -> None:
    address = f"stranger{office.workspace_id}@example.test"
    names = [user["displayName"] for user in office.client("admin").get("/v1/users").json]
    assert names == sorted(names)
    assert len(names) == 5
    assert [user["email"] for user in office.client("admin").get("/v1/users?q=STRANG").json] == [address]
    assert office.client("admin").get("/v1/users?q=%25").json == []
    assert office.client("wanna").get("/v1/users").json == []
    assert office.client("wanna").get("/v1/users?q=stranger").json == []
    assert [user["email"] for user in office.client("wanna").get(f"/v1/users?q={address}").json] == [address]
    assert office.client("kwanjai").get(f"/v1/users?q={address}").json == []
    assert office.client().get(office.device(f"users?q={address}")).json == []


def test_a_user_is_created_read_changed_and_retired(office: Office) -> None:
    client = office.client("admin")
    created = client.post("/v1/users", json={"email": "David@Example.test", "password": "hunter2-and-more"})
    assert created.status_code == 200
    user = created.json
    assert (user["displayName"], user["email"], user["updatedAt"]) == ("david@example.test", "david@example.test", None)
    path = f"/v1/users/{user['id']}"
    assert client.get(path).json["email"] == "david@example.test"
    changed = client.patch(path, json={"displayName": "David", "id": 99, "type": "x", "deletedAt": "2006"}).json
    assert (changed["displayName"], changed["id"], changed["deletedAt"]) == ("David", user["id"], None)
    assert changed["updatedAt"]
    assert client.patch(path, json={"email": "wanna1@example.test"}).status_code == 409
    assert client.patch(path, json={"email": "no address"}).json["code"] == 400.121
    assert client.patch(path, json={"displayName": 7}).json["code"] == 400.11
    assert client.delete(path).json == {"success": True}
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    sign_in = {"email": "david@example.test", "password": "hunter2-and-more"}
    assert office.client().post("/v1/sessions", json=sign_in).status_code == 401
    assert client.post("/v1/users", json={"email": "david@example.test"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.2),
        ({"email": "x"}, 400.121),
        ({"email": 1}, 400.11),
        ({"email": "n@example.test", "password": "short"}, 400.21),
        ({"email": "n@example.test", "password": "l" + "o" * 80}, 400.38),
        ({"email": "n@example.test", "password": "aaaaaaaaaaaaaa"}, "400.120"),
        ({"email": "n@example.test", "password": {}}, 400.11),
        ({"email": "wanna1@example.test"}, 409.3),
    ],
)
def test_an_account_of_no_use_is_not_created(office: Office, body: dict[str, Any], code: float | str) -> None:
    answer = office.client("admin").post("/v1/users", json=body)
    assert answer.json["code"] == code


def test_an_empty_password_creates_an_account_that_cannot_sign_in_yet(office: Office) -> None:
    assert office.client("admin").post("/v1/users", json={"email": "n@example.test", "password": ""}).status_code == 200
    for password in ("", "x"):
        answer = office.client().post("/v1/sessions", json={"email": "n@example.test", "password": password})
        assert answer.status_code in {400, 401}


def test_people_read_and_change_themselves_and_nobody_else(office: Office) -> None:
    own, others = f"/v1/users/{office.ids['kwanjai']}", f"/v1/users/{office.ids['admin']}"
    client = office.client("kwanjai")
    assert client.get(own).status_code == 200
    assert client.patch(own, json={"displayName": "ขวัญใจ"}).json["displayName"] == "ขวัญใจ"
    for path in (others, "/v1/users/999999"):
        assert client.get(path).status_code == 403
        assert client.patch(path, json={"displayName": "x"}).status_code == 403
        assert client.delete(path).status_code == 403
        assert client.put(f"{path}/password", json={"old": "x", "new": "y"}).status_code == 403


def test_the_password_is_changed_by_giving_the_old_one(office: Office, credentials: dict[str, str]) -> None:
    here = bearer(office.app.test_client(), office.client().post("/v1/sessions", json=credentials).json["token"])
    elsewhere = bearer(office.app.test_client(), office.client().post("/v1/sessions", json=credentials).json["token"])
    path = f"/v1/users/{office.ids['wanna']}/password"
    assert here.put(path, json={"old": "not it", "new": "a new long password"}).json["code"] == 401.2
    assert here.put(path, json={"old": PASSWORD, "new": "short"}).json["code"] == 400.21
    assert here.put(path, json={"old": PASSWORD}).json["code"] == 400.2
    assert here.put(path, json={"old": PASSWORD, "new": "a new long password"}).json == {"success": True}
    assert here.get("/v1/users/current").status_code == 200
    assert elsewhere.get("/v1/users/current").status_code == 401
    assert office.client("admin").put("/v1/users/99999/password", json={"old": "a", "new": "b"}).status_code == 404


def test_an_administrator_cannot_retire_the_own_account(office: Office) -> None:
    answer = office.client("admin").delete(f"/v1/users/{office.ids['admin']}")
    assert answer.status_code == 409
