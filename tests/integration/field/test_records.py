"""Records handed in by the field client: taken as ODK Collect's are, and answered with a receipt."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.transaction import reading, unit_of_work
from forms.models import Form
from sync.models import Quarantine, Submission, SubmissionVersion
from tests.personas import Office
from tests.support.field import hand_in, tablet_of
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

ID = "uuid:61111111-1111-4111-8111-111111111111"
EDIT = "uuid:62222222-2222-4222-8222-222222222222"


def post(office: Office, xml: bytes, persona: str = "kwanjai", query: str = "") -> TestResponse:
    path = f"/v1/projects/{office.workspace_id}/field/records{query}"
    return tablet_of(office, persona).client.post(path, data=xml, content_type="application/xml")


def count(model: Any) -> int:
    return reading().scalar(select(func.count()).select_from(model)) or 0


def set_form(form_id: int, **changes: Any) -> None:
    def work(session: Any) -> None:
        for name, value in changes.items():
            setattr(session.get(Form, form_id), name, value)

    unit_of_work(work)


def test_a_record_is_stored_and_the_receipt_says_what_is_here(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, note="น้ำรั่ว", photo="ประตู.jpg")
    answer = post(office, xml, query="?deviceID=web:1").json
    assert set(answer) == {
        "xmlFormId", "instanceId", "outcome", "reason", "xmlSha256", "receivedAt", "epoch", "files", "missing", "complete",
    }  # fmt: skip
    assert (answer["xmlFormId"], answer["instanceId"]) == ("visit", ID)
    assert (answer["outcome"], answer["reason"], answer["complete"]) == ("stored", "", False)
    assert answer["xmlSha256"] == hashlib.sha256(xml).hexdigest()
    assert answer["files"] == [{"name": "ประตู.jpg", "sha256": None, "size": None, "expected": True}]
    assert answer["missing"] == ["ประตู.jpg"]
    version = reading().scalars(select(SubmissionVersion)).one()
    assert (version.device_id, version.submitter_id) == ("web:1", office.ids["kwanjai"])


def test_a_record_without_files_is_complete_at_once(office: Office) -> None:
    publish(office)
    answer = post(office, visit_instance(ID)).json
    assert (answer["files"], answer["missing"], answer["complete"]) == ([], [], True)


def test_the_same_record_again_is_one_record(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID)
    assert [post(office, xml).json["outcome"] for _ in range(3)] == ["stored", "repeated", "repeated"]
    assert (count(Submission), count(SubmissionVersion), count(Quarantine)) == (1, 1, 0)


def test_it_is_the_record_that_came_through_collect_too(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, photo="a.jpg")
    assert send(office, xml, ("a.jpg", b"a")).status_code == 201
    answer = post(office, xml, "device").json
    assert (answer["outcome"], answer["complete"]) == ("repeated", True)
    assert count(SubmissionVersion) == 1


def test_an_edit_is_the_newest_version(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, note="a"))
    assert hand_in(office, visit_instance(EDIT, deprecated=ID, note="b"))["outcome"] == "edited"
    assert (count(Submission), count(SubmissionVersion)) == (1, 2)


class Case(NamedTuple):
    """A record that cannot be filed, why, and how the form has to stand for it."""

    reason: str
    xml: bytes
    form: dict[str, str]


CASES = (
    Case("conflict", visit_instance(ID, note="other"), {}),
    Case("edit_conflict", visit_instance("uuid:late", deprecated=ID), {}),
    Case("waiting_for_original", visit_instance("uuid:early", deprecated="uuid:unknown"), {}),
    Case("unknown_version", visit_instance("uuid:new", version="99"), {}),
    Case("form_closed", visit_instance("uuid:shut"), {"state": "closed"}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason)
def test_what_cannot_be_filed_is_kept_and_the_receipt_says_why(office: Office, case: Case) -> None:
    form = publish(office)
    hand_in(office, visit_instance(ID, note="first"))
    hand_in(office, visit_instance(EDIT, deprecated=ID, note="second"))
    set_form(form.id, **case.form)
    for _ in range(2):
        answer = post(office, case.xml)
        assert answer.status_code == 200
        assert (answer.json["outcome"], answer.json["reason"]) == ("quarantined", case.reason)
        assert answer.json["xmlSha256"] == hashlib.sha256(case.xml).hexdigest()
        assert not answer.json["complete"]
    assert count(Quarantine) == 1


def test_only_who_may_hand_in_records_does(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID)
    assert post(office, xml, "pakorn").status_code == 403
    assert post(office, xml, "stranger").status_code == 403
    assert office.client().post(f"/v1/projects/{office.workspace_id}/field/records", data=xml).status_code == 401
    assert count(Submission) == 0


def test_a_form_that_never_was_is_unknown(office: Office) -> None:
    publish(office)
    assert post(office, visit_instance(ID, xml_form_id="nothing")).status_code == 404


@pytest.mark.parametrize(
    "xml",
    [
        b"", b"<", b"<data/>", b"\xff\xfe\x00", b"{}", b"<data id='visit'>", b"\0" * 100,
        b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><data id="visit">&a;</data>',
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><data id="visit">&b;</data>',
        b"<data id='visit'>" + b"<a>" * 5000,
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_record_is_refused_with_a_reason(office: Office, xml: bytes) -> None:
    publish(office)
    answer = post(office, xml)
    assert 400 <= answer.status_code < 500
    assert answer.json["message"]
    assert (count(Submission), count(Quarantine)) == (0, 0)


def test_a_record_larger_than_allowed_is_refused(office: Office) -> None:
    publish(office)
    limit = office.app.config["TIDTAM_SETTINGS"].max_xml_bytes
    assert post(office, visit_instance(ID, note="x" * limit)).status_code == 413
    assert count(Submission) == 0


def test_a_full_disk_is_told_before_anything_is_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(office)
    monkeypatch.setattr("core.storage.spool.shutil.disk_usage", lambda _: SimpleNamespace(free=-1))
    answer = post(office, visit_instance(ID))
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "600")
    assert count(Submission) == 0
