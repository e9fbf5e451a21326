"""The OpenAPI document says what the server does: every route of the field client, and answers as promised."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from core.access.actor import SYSTEM
from core.auth import accounts
from core.transaction import unit_of_work
from tests.conftest import run_jobs
from tests.personas import PASSWORD, Office
from tests.support.entities import publish_form, tree_form
from tests.support.forms import visit_instance, visit_xform
from tests.support.openapi import Promises, operations_of, path_of
from tests.support.tus import PIECE, TUS, begin, metadata, place_of

NEEDS = b'<instance id="p" src="jr://images/map.png"/><instance id="t" src="jr://file-csv/trees.csv"/></model>'
TWICE = "uuid:99999999-9999-4999-8999-000000000000"
FILE = b"\x89PNG" * 100
ID = "uuid:99999999-9999-4999-8999-999999999999"
ALSO_USED = {
    ("delete", "/sessions/current"),
    ("get", "/projects/{workspaceId}/forms/{xmlFormId}/versions/{version}.xml"),
    ("get", "/projects/{workspaceId}/forms/{xmlFormId}/versions/{version}/attachments/{name}"),
}
"""Routes of others that the field client asks."""


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.json
    return found


def test_the_document_is_for_everybody_and_is_not_sent_twice(app: Flask) -> None:
    first = app.test_client().get("/v1/openapi.json")
    again = app.test_client().get("/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert "public" in first.headers["Cache-Control"]


def test_every_route_of_the_field_client_is_in_the_document_and_nothing_else(
    app: Flask, document: dict[str, Any]
) -> None:
    real = set()
    for route in app.url_map.iter_rules():
        methods = {method.lower() for method in route.methods or ()}
        if methods != {"options"}:
            methods.discard("options")
        if "get" in methods:
            methods.discard("head")
        for method in methods:
            there = (method, path_of(route))
            if route.endpoint.startswith("field_api.") or there in ALSO_USED:
                real.add(there)
    assert real == operations_of(document)
    assert len(real) > 15


def test_the_document_is_whole(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert f'#/components/schemas/{name}"' in json.dumps(document), f"{name} is used by nobody"
    ids = [document["paths"][path][method]["operationId"] for method, path in operations_of(document)]
    assert len(ids) == len(set(ids))
    for method, path in operations_of(document):
        item = document["paths"][path]
        parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
        names = {(row.get("$ref") or row["name"]).rpartition("/")[2] for row in parameters}
        assert {part.partition("}")[0] for part in path.split("{")[1:]} <= names


def found_forms(office: Office) -> None:
    """A visit with a picture and a list, whose first row is there."""
    manager, forms = office.client("wanna"), f"/v1/projects/{office.workspace_id}/forms"
    publish_form(office, tree_form())
    run_jobs()
    tree = {"uuid": "aaaaaaaa-0000-4000-8000-000000000000", "label": "ประดู่", "data": {"height": "3"}}
    made = manager.post(f"/v1/projects/{office.workspace_id}/datasets/trees/entities", json=tree)
    assert made.status_code == 200, made.text
    xml = visit_xform().replace(b"</model>", NEEDS)
    assert manager.post(forms, data=xml, content_type="application/xml").status_code == 200
    picture = f"{forms}/visit/draft/attachments/map.png"
    assert manager.post(picture, data=b"\x89PNG a map", content_type="image/png").status_code == 200
    assert manager.post(f"{forms}/visit/draft/publish").status_code == 200


def test_real_answers_are_as_promised(office: Office, document: dict[str, Any]) -> None:
    promises = Promises(office.app, document)
    found_forms(office)
    tablet = sign_in(office, promises)
    cursor = hear_news(office, promises, tablet)
    hand_in_and_ask(office, promises, tablet)
    upload(office, promises, tablet)
    read_own(office, promises, tablet, cursor)
    announce(office, promises, tablet)
    promises.hold(tablet.delete("/v1/sessions/current"))
    answered = {(method, path) for method, path, status in promises.kept if status < 300}
    assert operations_of(document) == answered


def base(office: Office) -> str:
    return f"/v1/projects/{office.workspace_id}"


def sign_in(office: Office, promises: Promises) -> FlaskClient:
    unit_of_work(
        lambda session: accounts.set_password(session, SYSTEM, user_id=office.ids["kwanjai"], password=PASSWORD)
    )
    client = office.app.test_client()
    who = {"email": f"kwanjai{office.workspace_id}@example.test", "password": PASSWORD, "installId": "web:1"}
    promises.body("Credentials", who)
    assert promises.hold(client.post("/v1/field/sign-ins", json=who | {"password": "wrong"})).status_code == 401
    token = promises.hold(client.post("/v1/field/sign-ins", json=who)).json["token"]
    assert promises.hold(client.get("/v1/field/me")).status_code == 401
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    promises.hold(client.get("/v1/field/me"))
    promises.hold(client.get("/v1/openapi.json"))
    return client


def hear_news(office: Office, promises: Promises, tablet: FlaskClient) -> dict[str, str]:
    news = promises.hold(tablet.get(f"{base(office)}/changes"))
    assert {file["kind"] for form in news.json["forms"] for file in form["files"]} == {"media", "list"}
    assert [len(item["entities"]) for item in news.json["lists"]] == [1]
    since = {"since": news.json["cursor"]}
    tag = {"If-None-Match": news.headers["ETag"]}
    assert promises.hold(tablet.get(f"{base(office)}/changes", query_string=since, headers=tag)).status_code == 304
    promises.hold(tablet.get(f"{base(office)}/forms/visit/versions/1.xml"))
    promises.hold(tablet.get(f"{base(office)}/forms/visit/versions/1/attachments/map.png"))
    promises.hold(tablet.get(f"{base(office)}/forms/visit/versions/9.xml"))
    return since


def hand_in_and_ask(office: Office, promises: Promises, tablet: FlaskClient) -> None:
    def hand_in(xml: bytes) -> Any:
        path = f"{base(office)}/field/records?deviceID=web:1"
        return promises.hold(tablet.post(path, data=xml, content_type="application/xml"))

    assert promises.hold(begin(tablet, place_of(office, ID), "door.png", FILE)).status_code == 404
    xml = visit_instance(ID, photo="door.png")
    assert [hand_in(item).json["outcome"] for item in (xml, xml, visit_instance(TWICE), visit_instance(TWICE, note="other"))] == [
        "stored", "repeated", "stored", "quarantined",
    ]  # fmt: skip
    assert hand_in(visit_instance(ID).replace(b'id="visit"', b'id="none"')).status_code == 404
    assert hand_in(b"<").status_code == 400
    asked = {"records": [{"xmlFormId": "visit", "instanceId": ID, "xmlSha256": hashlib.sha256(xml).hexdigest()}]}
    promises.body("HeldQuestion", asked)
    assert promises.hold(tablet.post(f"{base(office)}/field/held", json=asked)).json["missing"] == [ID]
    assert promises.hold(tablet.post(f"{base(office)}/field/held", json={})).status_code == 400


def upload(office: Office, promises: Promises, tablet: FlaskClient) -> None:
    hold, place = promises.hold, place_of(office, ID)

    def piece(at: str, offset: int, content: bytes) -> int:
        headers = {**PIECE, "Upload-Offset": str(offset)}
        return hold(tablet.patch(at, data=content, headers=headers)).status_code

    hold(tablet.options(place))
    spare = hold(begin(tablet, place, "spare.png", FILE)).headers["Location"]
    assert [hold(tablet.delete(spare, headers=TUS)).status_code for _ in range(2)] == [204, 404]
    wrong = {**TUS, "Upload-Length": "3", "Upload-Metadata": metadata("wrong.png", b"abc")}
    assert piece(hold(tablet.post(place, headers=wrong)).headers["Location"], 0, b"xyz") == 460
    real = hold(begin(tablet, place, "door.png", FILE)).headers["Location"]
    assert hold(tablet.head(real)).status_code == 412
    assert [piece(real, 0, FILE[:100]), piece(real, 7, FILE[:100])] == [204, 409]
    assert hold(tablet.head(real, headers=TUS)).headers["Upload-Offset"] == "100"
    # With the last byte nothing expires any more; the header is left out.
    last = tablet.patch(real, data=FILE[100:], headers={**PIECE, "Upload-Offset": "100"})
    assert last.status_code == 204


def read_own(office: Office, promises: Promises, tablet: FlaskClient, cursor: dict[str, str]) -> None:
    record = place_of(office, ID).removesuffix("/files")
    for rest in ("", "/xml", "/files/door.png"):
        assert promises.hold(tablet.get(record + rest)).status_code == 200
    assert promises.hold(tablet.get(f"{record}no")).status_code == 404
    review = {"reviewState": "hasIssues"}
    path = f"{base(office)}/forms/visit/submissions/{ID}"
    assert office.client("wanna").patch(path, json=review).status_code == 200
    assert promises.hold(tablet.get(f"{base(office)}/changes", query_string=cursor)).json["verdicts"]


def announce(office: Office, promises: Promises, tablet: FlaskClient) -> None:
    said = {
        "label": "7", "appVersion": "0.0.1", "browser": "x", "clock": "2026-11-21T09:00:00.000Z",
        "forms": [{"xmlFormId": "visit", "version": "0"}], "drafts": 1, "unsentRecords": 2, "unsentBytes": 3,
        "freeBytes": None, "lastFailure": {"at": "2026-11-21T08:00:00.000Z", "what": "500"},
    }  # fmt: skip
    promises.body("Announcement", said)
    promises.hold(tablet.put(f"{base(office)}/devices/web:1", json=said))
    assert promises.hold(tablet.put(f"{base(office)}/devices/web:1", json=[])).status_code == 400
    assert len(promises.hold(office.client("wanna").get(f"{base(office)}/devices")).json) == 2
    assert promises.hold(tablet.get(f"{base(office)}/devices")).status_code == 403
