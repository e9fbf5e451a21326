"""Sessions, users, workspaces, app users, roles, assignments and audits on ``/v1``, in the manner of ODK Central."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from core import audit
from core.access.actor import SYSTEM
from core.auth import accounts
from core.transaction import unit_of_work
from tests.personas import PASSWORD, Office, found_office

EXTENDED = {"X-Extended-Metadata": "true"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def credentials(office: Office) -> dict[str, str]:
    """Wanna's e-mail address and password."""
    user_id = office.ids["wanna"]
    unit_of_work(lambda session: accounts.set_password(session, SYSTEM, user_id=user_id, password=PASSWORD))
    return {"email": f"wanna{office.workspace_id}@example.test", "password": PASSWORD}


def bearer(client: FlaskClient, token: str) -> FlaskClient:
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


# Sessions


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
    for header in ({"Authorization": "Bearer invalid"}, {"Cookie": "session=invalid"}, {"Authorization": "Basic invalid"}):
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
    for path, method in (("/v1/sessions", "POST"), ("/v1/projects", "POST"), (f"/v1/users/{office.ids['admin']}", "PATCH")):
        answer = office.client("admin").open(path, method=method, data=body, content_type="application/json")
        assert (answer.status_code, answer.json["code"]) == (400, 400.1), path


def test_a_json_body_over_the_limit_is_413(office: Office) -> None:
    answer = office.client("admin").post("/v1/projects", json={"name": "x" * 300_000})
    assert answer.status_code == 413
    # As a number this code would be Central's 413.1, so it goes as text.
    assert answer.json["code"] == "413.100"


def test_wrong_passwords_are_throttled(office: Office, credentials: dict[str, str]) -> None:
    statuses = {office.client().post("/v1/sessions", json=credentials | {"password": "no"}).status_code for _ in range(10)}
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


# Users


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


# Workspaces and app users


def test_a_workspace_is_created_changed_and_put_away(office: Office) -> None:
    client = office.client("admin")
    created = client.post("/v1/projects", json={"name": "สพม.", "description": "ทดลอง", "unknown": 1}).json
    assert (created["name"], created["description"], created["archived"], created["keyId"]) == ("สพม.", "ทดลอง", False, None)
    path = f"/v1/projects/{created['id']}"
    assert client.get(path).json == created
    changed = client.patch(path, json={"archived": True, "description": None}).json
    assert (changed["name"], changed["archived"], changed["description"]) == ("สพม.", True, None)
    assert client.patch(path, json={"archived": "yes"}).json["code"] == 400.11
    assert client.patch(path, json={"name": ""}).json["code"] == 400.2
    assert [item["id"] for item in client.get("/v1/projects").json] == [office.workspace_id, created["id"]]
    assert client.delete(path).json == {"success": True}
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.post("/v1/projects", json={}).json["code"] == 400.2
    assert client.post("/v1/projects", json={"name": 5}).json["code"] == 400.11


def test_workspaces_are_listed_for_those_who_have_a_role_in_them(office: Office) -> None:
    found_office(office.app, "อื่น")
    assert [item["id"] for item in office.client("kwanjai").get("/v1/projects").json] == [office.workspace_id]
    assert office.client("stranger").get("/v1/projects").json == []
    assert len(office.client("admin").get("/v1/projects").json) == 2


def test_an_extended_workspace_tells_figures_and_verbs(office: Office) -> None:
    body = office.client("wanna").get(f"/v1/projects/{office.workspace_id}", headers=EXTENDED).json
    assert body["appUsers"] == 1
    assert body["forms"] == 0
    assert "form.create" in body["verbs"]
    assert "user.create" not in body["verbs"]
    assert "verbs" not in office.client("wanna").get(f"/v1/projects/{office.workspace_id}").json


def test_a_workspace_that_was_put_away_lets_nobody_in(office: Office) -> None:
    office.client("admin").delete(f"/v1/projects/{office.workspace_id}")
    assert office.client("wanna").get(f"/v1/projects/{office.workspace_id}").status_code == 403
    assert office.client("wanna").get("/v1/users/current").status_code == 200
    assert office.client("wanna").get("/v1/projects").json == []


def test_an_app_user_is_created_with_a_key_that_opens_no_form_yet(office: Office) -> None:
    path = f"/v1/projects/{office.workspace_id}/app-users"
    created = office.client("wanna").post(path, json={"displayName": "แท็บเล็ต 2"}).json
    assert (created["type"], created["projectId"], created["displayName"]) == ("field_key", office.workspace_id, "แท็บเล็ต 2")
    assert len(created["token"]) == 64
    key = f"/v1/key/{created['token']}"
    assert office.client().get(f"{key}/sessions/restore").status_code == 200
    assert office.client().get(f"{key}/projects/{office.workspace_id}").status_code == 403
    listed = office.client("wanna").get(path, headers=EXTENDED).json
    assert [item["displayName"] for item in listed] == ["แท็บเล็ต 2", "แท็บเล็ต 1"]
    assert listed[0]["token"] == created["token"]
    assert listed[0]["createdBy"]["displayName"] == "Wanna"
    assert listed[0]["lastUsed"] is None
    assert office.client("wanna").post(path, json={"displayName": ""}).json["code"] == 400.2
    assert office.client("wanna").post(path, json={"displayName": ["x"]}).json["code"] == 400.11


def test_an_app_user_is_renamed_and_deleted_in_its_own_workspace_only(office: Office) -> None:
    path = f"/v1/projects/{office.workspace_id}/app-users/{office.device_id}"
    other = found_office(office.app, "อื่น")
    astray = f"/v1/projects/{other.workspace_id}/app-users/{office.device_id}"
    assert office.client("wanna").patch(path, json={"displayName": "ใหม่"}).json["displayName"] == "ใหม่"
    assert office.client("admin").delete(astray).status_code == 404
    assert office.client("admin").get(astray).status_code == 404
    assert office.client("wanna").get(path).json["token"] == office.key
    assert office.client("wanna").delete(path).json == {"success": True}
    assert office.client("wanna").get(path).status_code == 404
    assert office.client().get(office.device("sessions/restore")).status_code == 401
    assert office.client("wanna").get(f"/v1/projects/{office.workspace_id}/assignments/app-user").json == []


def test_revoked_app_users_come_last(office: Office) -> None:
    path = f"/v1/projects/{office.workspace_id}/app-users"
    tokens = [office.client("wanna").post(path, json={"displayName": name}).json["token"] for name in ("2", "3")]
    office.client("wanna").delete(f"/v1/sessions/{tokens[1]}")
    assert [item["displayName"] for item in office.client("wanna").get(path).json] == ["2", "แท็บเล็ต 1", "3"]


# Roles and assignments


def test_the_roles_are_centrals(office: Office) -> None:
    roles = office.client().get("/v1/roles").json
    assert [role["id"] for role in roles] == [1, 2, 3, 5, 6, 7, 8, 9]
    assert office.client().get("/v1/roles/manager").json["id"] == 5
    assert office.client().get("/v1/roles/8").json["system"] == "formfill"
    assert office.client().get("/v1/roles/4").status_code == 404


def test_assignments_are_listed_made_and_taken_away_per_workspace(office: Office) -> None:
    root, stranger = f"/v1/projects/{office.workspace_id}/assignments", office.ids["stranger"]
    client = office.client("wanna")
    assert {"actorId": office.ids["wanna"], "roleId": 5} in client.get(root).json
    assert client.post(f"{root}/viewer/{stranger}").json == {"success": True}
    assert [actor["displayName"] for actor in client.get(f"{root}/6").json] == ["Pakorn", "Stranger"]
    assert client.get(root, headers=EXTENDED).json[-1]["actor"]["type"] == "user"
    assert client.post(f"{root}/viewer/{stranger}").json["code"] == 409.3
    assert office.client("stranger").get(f"/v1/projects/{office.workspace_id}").status_code == 200
    assert client.delete(f"{root}/viewer/{stranger}").json == {"success": True}
    assert client.delete(f"{root}/viewer/{stranger}").status_code == 404
    assert office.client("stranger").get(f"/v1/projects/{office.workspace_id}").status_code == 403
    assert client.post(f"{root}/99/{stranger}").status_code == 404
    assert client.post(f"{root}/viewer/99999").status_code == 404
    assert client.get(f"{root}/nothing").status_code == 404


def test_nobody_gives_more_than_they_have(office: Office) -> None:
    root = f"/v1/projects/{office.workspace_id}/assignments"
    assert office.client("wanna").post(f"{root}/admin/{office.ids['stranger']}").status_code == 403
    assert office.client("wanna").post(f"/v1/assignments/viewer/{office.ids['stranger']}").status_code == 403
    assert office.client("admin").post(f"/v1/assignments/admin/{office.ids['stranger']}").status_code == 200
    assert office.client("stranger").get("/v1/assignments/admin").status_code == 200


def test_a_device_is_given_nothing_outside_its_workspace(office: Office) -> None:
    other = found_office(office.app, "อื่น")
    path = f"/v1/projects/{office.workspace_id}/assignments/app-user/{other.device_id}"
    assert office.client("wanna").post(path).status_code == 404
    assert office.client("admin").post(f"/v1/assignments/app-user/{office.device_id}").status_code == 404


def test_the_last_administrator_stays(office: Office) -> None:
    client, path = office.client("admin"), f"/v1/assignments/admin/{office.ids['admin']}"
    assert client.get("/v1/assignments").json == [{"actorId": office.ids["admin"], "roleId": 1}]
    assert client.delete(path).status_code == 409
    client.post(f"/v1/assignments/admin/{office.ids['stranger']}")
    assert client.delete(path).status_code == 200
    assert client.get("/v1/assignments").status_code == 403


# Audits


def test_audits_are_listed_newest_first_under_centrals_names(office: Office) -> None:
    client = office.client("admin")
    project = client.post("/v1/projects", json={"name": "อื่น"}).json["id"]
    client.patch(f"/v1/projects/{project}", json={"name": "ใหม่"})
    client.post("/v1/users", json={"email": "d@example.test"})
    found = client.get("/v1/audits?limit=3").json
    assert [entry["action"] for entry in found] == ["user.create", "project.update", "project.create"]
    assert set(found[0]) == {"actorId", "action", "acteeId", "details", "loggedAt"}
    assert found[2]["details"]["name"] == "อื่น"
    assert [entry["action"] for entry in client.get("/v1/audits?offset=1&limit=1").json] == ["project.update"]
    extended = client.get("/v1/audits?limit=1", headers=EXTENDED).json[0]
    assert extended["actor"]["displayName"] == "Admin"
    assert extended["actee"]["displayName"] == "d@example.test"


def test_audits_are_filtered_by_action_and_by_kind(office: Office) -> None:
    client = office.client("admin")
    assert {entry["action"] for entry in client.get("/v1/audits?action=project.create").json} == {"project.create"}
    users = {entry["action"] for entry in client.get("/v1/audits?action=user").json}
    assert users == {"user.create", "user.session.create", "user.assignment.create"}
    assert {entry["action"] for entry in client.get("/v1/audits?action=field_key").json} == {"field_key.create"}
    assert client.get("/v1/audits?action=nothing.at.all").json == []
    assert client.get("/v1/audits?action=%25").json == []
    assert len(client.get("/v1/audits?action=nonverbose").json) == len(client.get("/v1/audits").json)


def test_audits_are_filtered_by_time(office: Office) -> None:
    def at(session: Any) -> None:
        for day in range(1, 11):
            audit.record(session, actor_id=None, action=f"test.{day}")
        for row in session.query(audit.AuditEntry).filter(audit.AuditEntry.action.like("test.%")):
            row.at = dt.datetime(2000, 1, int(row.action.partition(".")[2]), tzinfo=dt.UTC)

    unit_of_work(at)
    client = office.client("admin")
    actions = lambda query: [entry["action"] for entry in client.get(f"/v1/audits?action=test&{query}").json]  # noqa: E731
    assert actions("start=2000-01-08Z") == ["test.10", "test.9", "test.8"]
    assert actions("start=2000-01-08T12:00Z") == ["test.10", "test.9"]
    assert actions("start=2000-01-08T12:00%2B07:00") == ["test.10", "test.9"]
    assert actions("end=2000-01-03Z") == ["test.3", "test.2", "test.1"]
    assert actions("start=2000-01-02Z&end=2000-01-02T12:00Z") == ["test.2"]


@pytest.mark.parametrize(
    "query",
    ["limit=-1", "offset=-1", "limit=x", "offset=1.5", "limit=99999999999999999999", "start=yesterday", "end=", "limit=",
     "start=0000-00-00", "start=9999-12-31T23:59-14:00", "limit=%D9%A3"],
)  # fmt: skip
def test_audit_parameters_of_no_use_are_400(office: Office, query: str) -> None:
    answer = office.client("admin").get(f"/v1/audits?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, 400.8)


def test_audits_are_for_administrators(office: Office) -> None:
    assert office.client("wanna").get("/v1/audits").status_code == 403
    assert office.client().get("/v1/audits").status_code == 401
