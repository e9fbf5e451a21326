"""Receipts: what the server holds of a record, told to who sent it and to nobody else."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from sqlalchemy import select

from core.access.actor import Actor
from core.transaction import unit_of_work
from sync import decisions, queries, review
from sync.models import Quarantine
from tests.personas import Office
from tests.support.field import hand_in, tablet_of
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send
from tests.support.tus import place_of, whole

ID = "uuid:71111111-1111-4111-8111-111111111111"
EDIT = "uuid:72222222-2222-4222-8222-222222222222"


def ask(office: Office, instance_id: str = ID, persona: str = "kwanjai", form: str = "visit") -> Any:
    path = f"/v1/projects/{office.workspace_id}/field/records/{form}/{instance_id}"
    return tablet_of(office, persona).client.get(path)


def held(answer: Any) -> dict[str, Any]:
    return {item["name"]: item["sha256"] for item in answer["files"]}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def upload(office: Office, name: str, content: bytes, instance_id: str = ID) -> None:
    whole(tablet_of(office).client, place_of(office, instance_id), name, content)


def test_files_are_told_by_name_hash_and_size_and_what_is_missing_by_name(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, photo="a.jpg", photo2="b.jpg"))
    upload(office, "b.jpg", b"bb")
    upload(office, "odd.jpg", b"nobody asked")
    answer = ask(office).json
    assert answer["files"] == [
        {"name": "a.jpg", "sha256": None, "size": None, "expected": True},
        {"name": "b.jpg", "sha256": sha256(b"bb"), "size": 2, "expected": True},
        {"name": "odd.jpg", "sha256": sha256(b"nobody asked"), "size": 12, "expected": False},
    ]
    assert (answer["missing"], answer["complete"]) == (["a.jpg"], False)
    upload(office, "a.jpg", b"a")
    assert (ask(office).json["missing"], ask(office).json["complete"]) == ([], True)


def test_the_newest_bytes_under_a_name_are_told(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, photo="a.jpg"))
    upload(office, "a.jpg", b"old")
    upload(office, "a.jpg", b"new")
    assert held(ask(office).json) == {"a.jpg": sha256(b"new")}


def test_each_version_has_a_receipt_of_its_own(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, photo="a.jpg"))
    upload(office, "a.jpg", b"a")
    hand_in(office, visit_instance(EDIT, deprecated=ID, photo="a.jpg", photo2="b.jpg"))
    assert held(ask(office).json) == {"a.jpg": sha256(b"a")}
    assert held(ask(office, EDIT).json) == {"a.jpg": sha256(b"a"), "b.jpg": None}
    assert (ask(office).json["complete"], ask(office, EDIT).json["complete"]) == (True, False)


@pytest.mark.parametrize("persona", ["wanna", "device"])
def test_others_do_not_learn_that_a_record_is_here(office: Office, persona: str) -> None:
    publish(office)
    hand_in(office, visit_instance(ID))
    there, nowhere = ask(office, ID, persona), ask(office, EDIT, persona)
    assert (there.status_code, there.json) == (nowhere.status_code, nowhere.json)
    assert there.status_code == 404


def test_who_hands_in_the_very_bytes_gets_the_receipt_and_may_bring_the_files(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, photo="a.jpg")
    hand_in(office, xml)
    again = hand_in(office, xml, "device")
    assert (again["outcome"], again["missing"]) == ("repeated", ["a.jpg"])
    named = f"?xmlSha256={sha256(xml)}"
    assert ask(office, ID + named, "device").json["missing"] == ["a.jpg"]
    whole(tablet_of(office, "device").client, place_of(office, ID) + named, "a.jpg", b"a")
    assert ask(office).json["complete"]
    assert ask(office, ID + named, "device").json["complete"]


def test_the_hash_of_the_bytes_opens_the_receipt_and_not_the_content(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, photo="a.jpg")
    hand_in(office, xml)
    upload(office, "a.jpg", b"a")
    named = f"?xmlSha256={sha256(xml)}"
    for rest in ("/xml", "/files/a.jpg"):
        assert ask(office, ID + rest + named, "device").status_code == 404
    assert ask(office, ID, "device").status_code == 404
    assert ask(office, f"{ID}?xmlSha256={sha256(b'other')}", "device").status_code == 404
    assert ask(office, ID + named, "pakorn").status_code == 403


@pytest.mark.parametrize("odd", ["zz", "A" * 64, "0" * 63, "0" * 65, "%00", "' OR 1=1 --", "ก" * 64])
def test_a_hash_that_is_none_is_refused(office: Office, odd: str) -> None:
    publish(office)
    hand_in(office, visit_instance(ID))
    assert ask(office, f"{ID}?xmlSha256={odd}").status_code == 400


def test_of_two_contents_under_one_id_each_gets_the_file_begun_for_it(office: Office) -> None:
    publish(office)
    first, second = (visit_instance(ID, note=note, photo="a.jpg") for note in "12")
    contents = {first: b"first", second: b"second"}
    for xml in contents:
        hand_in(office, xml)
    for xml, content in contents.items():
        place = f"{place_of(office, ID)}?xmlSha256={sha256(xml)}"
        whole(tablet_of(office).client, place, "a.jpg", content)
    for xml, content in contents.items():
        assert held(ask(office, f"{ID}?xmlSha256={sha256(xml)}").json) == {"a.jpg": sha256(content)}


def test_a_file_is_given_back_from_the_content_that_names_it(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, note="1", photo="a.jpg"))
    hand_in(office, visit_instance(ID, note="2", photo="b.jpg"))
    for name in ("a.jpg", "b.jpg"):
        upload(office, name, name.encode())
        assert ask(office, f"{ID}/files/{name}").data == name.encode()


def test_a_quarantined_record_is_never_complete_and_tells_its_files(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, version="9", photo="a.jpg")
    hand_in(office, xml)
    upload(office, "a.jpg", b"a")
    for answer in (ask(office).json, hand_in(office, xml)):
        assert (answer["outcome"], answer["reason"], answer["complete"]) == ("quarantined", "unknown_version", False)
        assert held(answer) == {"a.jpg": sha256(b"a")}


def test_of_two_contents_under_one_id_each_is_told_by_its_own_bytes(office: Office) -> None:
    publish(office)
    first, second = visit_instance(ID, note="1", photo="a.jpg"), visit_instance(ID, note="2", photo="b.jpg")
    hand_in(office, first)
    assert hand_in(office, second)["reason"] == "conflict"
    again = hand_in(office, first)
    assert (again["outcome"], again["xmlSha256"], again["missing"]) == ("repeated", sha256(first), ["a.jpg"])
    assert hand_in(office, second)["xmlSha256"] == sha256(second)


@pytest.mark.parametrize("decision", [decisions.accept, decisions.merge, decisions.reject])
def test_a_conflict_that_was_decided_still_has_a_receipt(office: Office, planner: Actor, decision: Any) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, note="1", photo="a.jpg"))
    second = visit_instance(ID, note="2", photo="a.jpg")
    hand_in(office, second)
    zone = office.app.config["TIDTAM_SETTINGS"].zone

    def work(session: Any) -> None:
        row = session.scalars(select(Quarantine)).one()
        decision(session, planner, row=row, **({} if decision is decisions.reject else {"zone": zone}))

    unit_of_work(work)
    answer = hand_in(office, second)
    assert (answer["outcome"], answer["xmlSha256"]) == ("quarantined", sha256(second))
    upload(office, "a.jpg", b"late")
    assert ask(office).json["complete"]


def test_a_deleted_record_is_still_told_to_be_here(office: Office, planner: Actor) -> None:
    form = publish(office)
    hand_in(office, visit_instance(ID))
    unit_of_work(
        lambda session: review.delete(session, planner, submission=queries.find_submission(session, form.id, ID))
    )
    answer = ask(office)
    assert (answer.status_code, answer.json["complete"]) == (200, True)


def test_a_record_from_collect_has_a_receipt_for_its_device(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"a"))
    answer = ask(office, persona="device").json
    assert (held(answer), answer["complete"]) == ({"a.jpg": sha256(b"a")}, True)


def test_every_receipt_tells_the_epoch_of_the_server(office: Office) -> None:
    publish(office)
    handed = hand_in(office, visit_instance(ID))
    assert handed["epoch"] == ask(office).json["epoch"] == tablet_of(office).client.get("/v1/field/me").json["epoch"]


def test_a_photo_goes_to_the_record_that_names_it_though_another_content_came_later(office: Office) -> None:
    publish(office)
    first = visit_instance(ID, note="1", photo="a.jpg")
    hand_in(office, first)
    assert hand_in(office, visit_instance(ID, note="2", photo="b.jpg"))["reason"] == "conflict"
    upload(office, "a.jpg", b"a")
    assert hand_in(office, first)["complete"]
