"""The field client's way through the server: sign in, news, record, files in pieces, receipt, verdict."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.access.actor import SYSTEM
from core.auth import accounts
from core.transaction import unit_of_work
from tests.personas import PASSWORD, Office
from tests.support.forms import publish, visit_instance

ID = "uuid:77777777-7777-4777-8777-777777777777"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def tablet(office: Office) -> FlaskClient:
    """A tablet on which Kwanjai signed in."""
    unit_of_work(
        lambda session: accounts.set_password(session, SYSTEM, user_id=office.ids["kwanjai"], password=PASSWORD)
    )
    client = office.app.test_client()
    who = {"email": f"kwanjai{office.workspace_id}@example.test", "password": PASSWORD, "installId": "web:1"}
    answer = client.post("/v1/field/sign-ins", json=who)
    assert answer.status_code == 200
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['token']}"
    assert [row["id"] for row in answer.json["workspaces"]] == [office.workspace_id]
    return client


def base(office: Office) -> str:
    return f"/v1/projects/{office.workspace_id}"


def news(tablet: FlaskClient, office: Office, cursor: str = "", **headers: str) -> Any:
    return tablet.get(f"{base(office)}/changes", query_string={"since": cursor}, headers=headers)


def metadata(name: str, content: bytes, kind: str = "image/jpeg") -> str:
    given = {"filename": name, "filetype": kind, "sha256": hashlib.sha256(content).hexdigest()}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in given.items())


def test_a_visit_goes_from_a_tablet_to_a_verdict_and_back(office: Office, tablet: FlaskClient) -> None:
    publish(office)
    first = news(tablet, office).json
    assert [(form["xmlFormId"], form["version"]) for form in first["forms"]] == [("visit", "1")]
    assert news(tablet, office, first["cursor"]).json["forms"] is None
    assert news(tablet, office, first["cursor"], **{"If-None-Match": f'W/"{first["cursor"]}"'}).status_code == 304

    photo = secrets.token_bytes(100_000)
    xml = visit_instance(ID, photo="ประตู.jpg")
    receipt = tablet.post(f"{base(office)}/field/records?deviceID=web:1", data=xml, content_type="application/xml")
    assert receipt.status_code == 200
    assert (receipt.json["outcome"], receipt.json["missing"], receipt.json["complete"]) == (
        "stored",
        ["ประตู.jpg"],
        False,
    )

    record = f"{base(office)}/field/records/visit/{ID}"
    began = tablet.post(
        f"{record}/files",
        headers={**TUS, "Upload-Length": str(len(photo)), "Upload-Metadata": metadata("ประตู.jpg", photo)},
    )
    assert began.status_code == 201
    place = began.headers["Location"]
    for start in range(0, len(photo), 40_000):
        assert tablet.head(place, headers=TUS).headers["Upload-Offset"] == str(start)
        piece = photo[start : start + 40_000]
        sent = tablet.patch(place, data=piece, headers={**PIECE, "Upload-Offset": str(start)})
        assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(start + len(piece)))
    done = tablet.get(record).json
    assert done["complete"]
    assert done["files"] == [
        {"name": "ประตู.jpg", "sha256": hashlib.sha256(photo).hexdigest(), "size": 100_000, "expected": True}
    ]
    assert tablet.get(f"{record}/files/ประตู.jpg").data == photo
    assert tablet.get(f"{record}/xml").data == xml
    again = tablet.post(f"{base(office)}/field/records", data=xml, content_type="application/xml").json
    assert (again["outcome"], again["complete"]) == ("repeated", True)

    assert news(tablet, office, first["cursor"]).json["verdicts"][0]["reviewState"] == "received"
    second = news(tablet, office, first["cursor"]).json
    review = {"reviewState": "hasIssues"}
    path = f"{base(office)}/forms/visit/submissions/{ID}"
    assert office.client("wanna").patch(path, json=review).status_code == 200
    told = news(tablet, office, second["cursor"]).json
    assert [(row["instanceId"], row["reviewState"], row["reviewer"]) for row in told["verdicts"]] == [
        (ID, "hasIssues", "Wanna")
    ]
    assert news(tablet, office, told["cursor"]).json["verdicts"] == []


def test_a_device_key_is_as_good_as_a_sign_in(office: Office) -> None:
    publish(office)
    client = office.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {office.key}"
    me = client.get("/v1/field/me").json
    assert (me["actor"]["kind"], [row["id"] for row in me["workspaces"]]) == ("app_user", [office.workspace_id])
    assert len(news(client, office).json["forms"]) == 1
    said = {"label": "แท็บเล็ต 1", "appVersion": "0.1.0", "clock": "2026-11-21T09:00:00Z", "unsentRecords": 3}
    answer = client.put(f"{base(office)}/devices/web:abc", json=said)
    assert answer.status_code == 200
    assert answer.json["epoch"] == me["epoch"]
