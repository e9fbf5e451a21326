"""What becomes of quarantined records when a person decides."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.storage import blob_store
from core.transaction import reading
from sync.models import Attachment, Quarantine, Submission, SubmissionVersion
from tests.integration.sync.test_intake import ID, count, only, set_state
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send


def decide(office: Office, decision: str) -> int:
    waiting = reading().scalars(select(Quarantine.id).where(Quarantine.outcome.is_(None))).one()
    answer = office.browser("wanna").post(f"/w/{office.workspace_id}/quarantine/{waiting}/{decision}")
    reading().expire_all()
    return answer.status_code


def current_note() -> Any:
    return only(SubmissionVersion, SubmissionVersion.current).answers.get("note")


def conflict(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="first", photo="a.jpg"))
    send(office, visit_instance(ID, note="second", photo="a.jpg"), ("a.jpg", b"picture"))


def test_accepting_a_conflict_makes_it_the_newest_version_and_keeps_the_first(office: Office) -> None:
    conflict(office)
    assert decide(office, "accept") == 303
    assert current_note() == "second"
    assert count(Submission) == 1
    assert count(SubmissionVersion) == 2
    assert only(Submission).missing_files == 0
    assert only(Quarantine).outcome == "accepted"


def test_merging_a_conflict_adds_its_files_and_leaves_the_content(office: Office) -> None:
    conflict(office)
    assert decide(office, "merge") == 303
    assert current_note() == "first"
    assert only(Submission).missing_files == 0
    assert blob_store().read(only(Attachment).blob_sha256) == b"picture"


def test_rejecting_files_nothing_and_keeps_the_row(office: Office) -> None:
    conflict(office)
    assert decide(office, "reject") == 303
    assert current_note() == "first"
    assert only(Submission).missing_files == 1
    assert only(Quarantine).outcome == "rejected"


def test_a_decision_is_made_once(office: Office) -> None:
    conflict(office)
    row = only(Quarantine).id
    assert decide(office, "reject") == 303
    again = office.browser("wanna").post(f"/w/{office.workspace_id}/quarantine/{row}/accept")
    assert again.status_code == 409
    assert current_note() == "first"


def test_accepting_an_edit_conflict_puts_it_on_top(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID))
    send(office, visit_instance("uuid:one", deprecated=ID, note="one"))
    send(office, visit_instance("uuid:two", deprecated=ID, note="two"))
    assert decide(office, "accept") == 303
    assert current_note() == "two"
    assert count(SubmissionVersion) == 3


def test_accepting_an_edit_without_its_original_files_it_by_itself(office: Office) -> None:
    publish(office)
    send(office, visit_instance("uuid:one", deprecated=ID, note="alone"))
    assert decide(office, "accept") == 303
    assert current_note() == "alone"


def test_accepting_an_unknown_version_files_it_under_the_current_one(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, version="99", note="from another version"))
    assert decide(office, "accept") == 303
    assert current_note() == "from another version"


def test_accepting_a_record_of_a_closed_form_files_it(office: Office) -> None:
    form = publish(office)
    set_state(form.id, state="closed")
    send(office, visit_instance(ID, note="late"))
    assert decide(office, "accept") == 303
    assert current_note() == "late"


def test_accepting_a_deleted_record_restores_it(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, note="back", photo="a.jpg")
    send(office, xml)
    path = f"/v1/projects/{office.workspace_id}/forms/visit/submissions/{ID}"
    assert office.client("wanna").delete(path).status_code == 200
    assert send(office, xml, ("a.jpg", b"x")).status_code == 202
    assert decide(office, "accept") == 303
    record = only(Submission)
    assert (record.deleted_at, record.missing_files) == (None, 0)


@pytest.mark.parametrize("persona", ["pakorn", "kwanjai", "stranger"])
def test_only_managers_decide(office: Office, persona: str) -> None:
    conflict(office)
    row = only(Quarantine).id
    answer = office.browser(persona).post(f"/w/{office.workspace_id}/quarantine/{row}/accept")
    assert answer.status_code == 403
    assert only(Quarantine).outcome is None
