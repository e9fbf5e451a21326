"""Workspaces, app users, roles and assignments on ``/v1``, in the manner of ODK Central."""

from __future__ import annotations

from tests.personas import Office, found_office

EXTENDED = {"X-Extended-Metadata": "true"}


# Workspaces and app users


def test_a_workspace_is_created_changed_and_put_away(office: Office) -> None:
    client = office.client("admin")
    created = client.post("/v1/projects", json={"name": "สพม.", "description": "ทดลอง", "unknown": 1}).json
    assert (created["name"], created["description"], created["archived"], created["keyId"]) == (
        "สพม.",
        "ทดลอง",
        False,
        None,
    )
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
    assert (created["type"], created["projectId"], created["displayName"]) == (
        "field_key",
        office.workspace_id,
        "แท็บเล็ต 2",
    )
    assert len(created["token"]) == 64
    key = f"/v1/key/{created['token']}"
    assert office.client().get(f"{key}/sessions/restore").status_code == 200
    assert office.client().get(f"{key}/projects/{office.workspace_id}").status_code == 403
    listed = office.client("wanna").get(path, headers=EXTENDED).json
    assert [item["displayName"] for item in listed] == ["แท็บเล็ต 2", "แท็บเล็ต 1"]
    assert listed[0]["token"] == created["token"]
    assert listed[0]["createdBy"]["displayName"] == "Wanna"
    assert listed[0]["lastUsed"] is not None
    assert listed[1]["lastUsed"] is None
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
