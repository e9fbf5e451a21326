"""A person's own records given back, and which of them are here."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from core.access.actor import Actor
from core.access.models import Assignment
from core.transaction import unit_of_work
from sync import queries, review
from tests.personas import Office
from tests.support.field import hand_in, tablet_of
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

ID = "uuid:11111111-1111-4111-8111-111111111111"
NEXT = "uuid:22222222-2222-4222-8222-222222222222"


def record(office: Office, rest: str = "", *, instance_id: str = ID, form: str = "visit") -> str:
    return f"/v1/projects/{office.workspace_id}/field/records/{form}/{instance_id}{rest}"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def held(office: Office, *asked: tuple[str, str, str], persona: str = "kwanjai") -> Any:
    names = ("xmlFormId", "instanceId", "xmlSha256")
    body = {"records": [dict(zip(names, row, strict=True)) for row in asked]}
    path = f"/v1/projects/{office.workspace_id}/field/held"
    return tablet_of(office, persona).client.post(path, json=body)


def test_who_sent_a_record_gets_it_back_byte_for_byte(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, note="น้ำรั่วที่อาคาร 2", photo="ประตู.jpg")
    assert send(office, xml, ("ประตู.jpg", b"\xff\xd8 a gate")).status_code == 201
    device = tablet_of(office, "device").client
    answer = device.get(record(office, "/xml"))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, xml, "application/xml")
    assert "attachment" in answer.headers["Content-Disposition"]
    photo = device.get(record(office, "/files/ประตู.jpg"))
    assert (photo.status_code, photo.data) == (200, b"\xff\xd8 a gate")
    assert device.get(record(office, "/files/other.jpg")).status_code == 404


@pytest.mark.parametrize("rest", ["", "/xml", "/files/a.jpg"])
def test_nobody_else_gets_it_or_learns_that_it_is_there(office: Office, rest: str) -> None:
    publish(office)
    assert send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"a")).status_code == 201
    asked = {persona: office.client(persona).get(record(office, rest)) for persona in ("kwanjai", "wanna", "pakorn")}
    assert {persona: answer.status_code for persona, answer in asked.items()} == {
        "kwanjai": 404,
        "wanna": 404,
        "pakorn": 403,
    }
    assert asked["kwanjai"].json == office.client("kwanjai").get(record(office, rest, instance_id=NEXT)).json
    assert office.client("stranger").get(record(office, rest)).status_code == 403
    assert office.client().get(record(office, rest)).status_code == 401


def test_a_quarantined_record_comes_back_too(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, version="9", photo="a.jpg")
    assert send(office, xml, ("a.jpg", b"a")).status_code == 202
    device = tablet_of(office, "device").client
    assert device.get(record(office, "/xml")).data == xml
    assert device.get(record(office, "/files/a.jpg")).data == b"a"
    assert device.get(record(office)).json["reason"] == "unknown_version"
    assert office.client("kwanjai").get(record(office, "/xml")).status_code == 404


def test_what_the_office_corrected_is_given_to_whose_record_it_is(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, note="ผิด"))
    corrected = visit_instance(NEXT, deprecated=ID, note="ถูก")
    assert hand_in(office, corrected, "wanna")["outcome"] == "edited"
    told = tablet_of(office)
    told.pull()
    assert [(row["instanceId"], row["reviewState"]) for row in told.verdicts.values()] == [(NEXT, "edited")]
    assert told.client.get(record(office, "/xml", instance_id=NEXT)).data == corrected
    assert tablet_of(office, "device").client.get(record(office, "/xml", instance_id=NEXT)).status_code == 404


def test_what_the_office_deleted_is_not_given_out_and_need_not_be_sent_again(office: Office, planner: Actor) -> None:
    form = publish(office)
    xml = visit_instance(ID)
    hand_in(office, xml)
    unit_of_work(
        lambda session: review.delete(session, planner, submission=queries.find_submission(session, form.id, ID))
    )
    mine = tablet_of(office).client
    assert mine.get(record(office, "/xml")).status_code == 404
    assert mine.get(record(office, "/files/a.jpg")).status_code == 404
    assert held(office, ("visit", ID, sha256(xml))).json["missing"] == []


def test_held_names_what_is_not_here_not_complete_or_of_other_bytes(office: Office) -> None:
    publish(office)
    whole, lacking = visit_instance(ID), visit_instance(NEXT, photo="a.jpg")
    hand_in(office, whole)
    hand_in(office, lacking)
    unknown = "uuid:33333333-3333-4333-8333-333333333333"
    answer = held(
        office,
        ("visit", ID, sha256(whole)),
        ("visit", NEXT, sha256(lacking)),
        ("visit", unknown, sha256(whole)),
        ("other", ID, sha256(whole)),
    ).json
    assert answer["missing"] == [NEXT, unknown, ID]
    assert answer["epoch"] == office.client("kwanjai").get("/v1/field/me").json["epoch"]
    assert held(office, ("visit", ID, sha256(lacking))).json["missing"] == [ID]
    assert held(office, ("visit", ID, sha256(whole)), persona="wanna").json["missing"] == [ID]
    assert held(office).json["missing"] == []


def test_a_quarantined_record_is_here(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, version="9")
    hand_in(office, xml)
    assert held(office, ("visit", ID, sha256(xml))).json["missing"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"{}", b'"x"', b'{"records": {}}', b'{"records": [1]}', b'{"records": [{"xmlFormId": "visit"}]}',
        b'{"records": [{"xmlFormId": "visit", "instanceId": 5, "xmlSha256": "x"}]}', b"{", b"\xff",
        b'{"records": [{"xmlFormId": "visit", "instanceId": "\\u0000", "xmlSha256": "x"}]}', b"[" * 50_000,
        b'{"records": [' + b",".join([b"[]"] * 501) + b"]}",
    ],
)  # fmt: skip
def test_held_takes_only_what_it_understands(office: Office, body: bytes) -> None:
    path = f"/v1/projects/{office.workspace_id}/field/held"
    answer = office.client("kwanjai").post(path, data=body, content_type="application/json")
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("name", ["%00", "uuid:%00", "..%2f..", "%ED%A0%80", "ก" * 3000, "' OR 1=1 --", "a%0D%0Ab"])
def test_odd_names_are_simply_not_there(office: Office, name: str) -> None:
    publish(office)
    mine = office.client("kwanjai")
    for path in (
        record(office, "/xml", instance_id=name),
        record(office, "/xml", form=name),
        record(office, f"/files/{name}"),
        record(office, instance_id=name),
    ):
        assert mine.get(path).status_code in {400, 404}, path


def test_a_right_on_one_form_opens_only_that_form(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID))
    other = publish(office, xml_form_id="other")

    def narrow_down(session: Any) -> None:
        row = session.query(Assignment).filter_by(actor_id=office.ids["kwanjai"]).one()
        row.form_id = other.id

    unit_of_work(narrow_down)
    mine = tablet_of(office)
    assert mine.client.get(record(office, "/xml")).status_code == 403
    mine.pull()
    assert list(mine.forms) == ["other"]
