"""Races between the intake, decisions, reviews and the worker that once lost a file, a count or a transaction.

Whoever needs several locks takes them in one order: blobs, what is quarantined, records, jobs. These tests hold one
side at the very point at which the other one used to get in between.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core import jobs
from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from core.storage import Blob, Spooled
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms.models import Form
from sync import attachments, decisions, drafts, intake, quarantine, review, statements
from sync.attachments import ReceivedFile
from sync.models import Attachment, Quarantine, Submission, SubmissionVersion
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.deadlocks import deadlocks
from tests.support.forms import publish, visit_instance, visit_xform
from tests.support.invariants import broken_invariants
from tests.support.openrosa import send

ID = "uuid:22222222-2222-4222-8222-222222222222"
EDIT = "uuid:33333333-3333-4333-8333-333333333333"
SECOND_EDIT = "uuid:44444444-4444-4444-8444-444444444444"
LONG_ENOUGH = 0.4


def count(model: Any, *where: Any) -> int:
    return reading().scalar(select(func.count()).select_from(model).where(*where)) or 0


class Held:
    """A function that stands still for a moment when it is first called, so that another may get in between."""

    def __init__(self, patch: pytest.MonkeyPatch, where: Any, name: str, *, after: bool = False) -> None:
        self.there = threading.Event()
        real = getattr(where, name)

        def held(*given: Any, **named: Any) -> Any:
            first = not self.there.is_set()
            came_to = real(*given, **named) if after else None
            if first:
                self.there.set()
                time.sleep(LONG_ENOUGH)
            return came_to if after else real(*given, **named)

        patch.setattr(where, name, held)


def meet(office: Office, held: Held, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Begin the first; when it stands still, do the second. What both came to; no deadlock may happen."""
    came_to: list[Any] = [None, None]

    def run() -> None:
        with office.app.app_context():
            came_to[0] = first()

    with deadlocks() as met:
        thread = threading.Thread(target=run)
        thread.start()
        assert held.there.wait(10)
        came_to[1] = second()
        thread.join()
    assert met == []
    return came_to


def deciding(office: Office, service: Any, instance_id: str) -> Callable[[], None]:
    actor, zone = Actor(id=office.ids["wanna"], kind="user"), settings_of(office.app).zone

    def work(session: Any) -> None:
        row = session.scalars(select(Quarantine).where(Quarantine.instance_id == instance_id)).one()
        service(session, actor, row=row, zone=zone)

    return lambda: unit_of_work(work)


def test_an_edit_sent_again_while_an_officer_decides_on_it_makes_no_deadlock_and_brings_its_file(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    send(office, visit_instance(SECOND_EDIT, deprecated=ID, note="b"))
    edit = visit_instance(EDIT, deprecated=ID, note="c", photo="a.jpg")
    assert send(office, edit).status_code == 202
    held = Held(monkeypatch, decisions, "_met")
    answers = meet(
        office, held, deciding(office, decisions.accept, EDIT), lambda: send(office, edit, ("a.jpg", b"x")).status_code
    )
    assert answers[1] in {201, 202}
    assert (broken_invariants(reading()), reading().scalars(select(Submission.missing_files)).one()) == ([], 0)


def test_a_file_that_comes_while_its_record_leaves_quarantine_goes_with_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(office)
    record = visit_instance(ID, version="2", photo="a.jpg")
    assert send(office, record).status_code == 202
    held = Held(monkeypatch, quarantine, "settle", after=True)
    meet(office, held, deciding(office, decisions.accept, ID), lambda: send(office, record, ("a.jpg", b"x")))
    assert (broken_invariants(reading()), reading().scalars(select(Submission.missing_files)).one()) == ([], 0)


def test_a_late_file_of_a_conflict_that_was_accepted_goes_to_the_version_made_of_it(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    rival = visit_instance(ID, note="b", photo="a.jpg")
    assert send(office, rival).status_code == 202
    deciding(office, decisions.accept, ID)()
    assert reading().scalars(select(Submission.missing_files)).one() == 1
    assert send(office, rival, ("a.jpg", b"x")).status_code == 202
    assert (broken_invariants(reading()), reading().scalars(select(Submission.missing_files)).one()) == ([], 0)


def test_a_late_file_of_a_record_that_was_merged_goes_to_the_record_that_it_met(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a", photo="a.jpg"))
    rival = visit_instance(ID, note="b", photo="a.jpg")
    assert send(office, rival).status_code == 202
    deciding(office, decisions.merge, ID)()
    assert send(office, rival, ("a.jpg", b"x")).status_code == 202
    assert (broken_invariants(reading()), reading().scalars(select(Submission.missing_files)).one()) == ([], 0)


def test_a_late_file_that_comes_while_an_edit_is_being_stored_does_not_spoil_the_count_of_missing_files(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(office)
    original = visit_instance(ID, note="a", photo="a.jpg")
    send(office, original)
    held = Held(monkeypatch, intake, "append_version")
    edit = visit_instance(EDIT, deprecated=ID, note="b", photo="x.jpg")
    meet(office, held, lambda: send(office, edit), lambda: send(office, original, ("a.jpg", b"late")))
    assert (broken_invariants(reading()), reading().scalars(select(Submission.missing_files)).one()) == ([], 1)


def test_a_draft_thrown_away_while_a_file_of_a_test_record_comes_makes_no_deadlock(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = publish(office)
    send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"x"))
    for table in (Submission, SubmissionVersion):
        unit_of_work(lambda session, table=table: session.execute(update(table).values(is_draft=True)))
    blob = reading().scalars(select(Blob)).one()
    late = [ReceivedFile("b.jpg", Spooled(blob.sha256, blob.size), "image/jpeg")]
    held = Held(monkeypatch, attachments, "_attach_to")

    def attach(session: Any) -> None:
        known = statements.find_version(session.connection(), form.id, True, ID)
        assert known is not None
        attachments.attach_more(session, known, late)

    meet(office, held, lambda: unit_of_work(attach), lambda: unit_of_work(lambda s: drafts.wipe(s, form_id=form.id)))
    assert (count(Submission), count(SubmissionVersion), count(Attachment)) == (0, 0, 0)


def test_edits_of_edits_that_came_in_the_wrong_order_are_all_filed_as_soon_as_the_original_is_there(
    office: Office,
) -> None:
    publish(office)
    send(office, visit_instance(SECOND_EDIT, deprecated=EDIT, note="third"))
    send(office, visit_instance(EDIT, deprecated=ID, note="second"))
    unit_of_work(lambda session: session.execute(jobs.Job.__table__.delete()))
    send(office, visit_instance(ID, note="first"))
    run_jobs()
    assert (count(SubmissionVersion), count(Quarantine, Quarantine.outcome == "filed")) == (3, 2)
    assert broken_invariants(reading()) == []


def test_an_edit_whose_id_is_taken_when_its_original_comes_waits_as_a_conflict_and_can_be_accepted(
    office: Office,
) -> None:
    publish(office)
    send(office, visit_instance(EDIT, deprecated=ID, note="edit"))
    send(office, visit_instance(EDIT, note="no edit at all"))
    send(office, visit_instance(ID, note="first"))
    run_jobs()
    assert reading().scalars(select(Quarantine.reason)).one() == "conflict"
    deciding(office, decisions.accept, EDIT)()
    assert (count(Submission), count(SubmissionVersion), broken_invariants(reading())) == (2, 3, [])


def test_an_edit_of_a_version_that_was_edited_since_says_so_when_it_is_tried_again(office: Office) -> None:
    form = publish(office)
    send(office, visit_instance(SECOND_EDIT, deprecated=ID, note="late edit", version="2"))
    send(office, visit_instance(ID, note="first"))
    send(office, visit_instance(EDIT, deprecated=ID, note="edit"))
    publish(office, version="2", xml=visit_xform(version="2"))
    jobs.registry["sync.file_waiting"]({"form_id": form.id})
    assert reading().scalars(select(Quarantine.reason)).one() == "edit_conflict"
    deciding(office, decisions.accept, SECOND_EDIT)()
    assert (count(Submission), count(SubmissionVersion), broken_invariants(reading())) == (1, 3, [])


def test_an_edit_whose_id_was_taken_while_it_waited_is_accepted_under_an_id_of_its_own(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    send(office, visit_instance(SECOND_EDIT, deprecated=ID, note="b"))
    assert send(office, visit_instance(EDIT, deprecated=ID, note="c")).status_code == 202
    assert send(office, visit_instance(EDIT, note="another record")).status_code == 201
    deciding(office, decisions.accept, EDIT)()
    assert (count(SubmissionVersion), broken_invariants(reading())) == (4, [])


def test_an_edit_of_a_deleted_record_that_is_accepted_restores_it_and_is_its_newest_version(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    unit_of_work(lambda session: session.execute(update(Submission).values(deleted_at=utc_now())))
    assert send(office, visit_instance(EDIT, deprecated=ID, note="b")).status_code == 202
    deciding(office, decisions.accept, EDIT)()
    assert reading().scalars(select(Submission.deleted_at)).one() is None
    current = reading().scalars(select(SubmissionVersion).where(SubmissionVersion.current)).one()
    assert (current.instance_id, broken_invariants(reading())) == (EDIT, [])


def test_a_waiting_record_that_cannot_be_filed_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = publish(office)
    for number in range(3):
        send(office, visit_instance(f"uuid:{number}", deprecated=ID, note=str(number)))
    send(office, visit_instance(f"{ID}-other", deprecated="uuid:other"))
    send(office, visit_instance("uuid:other"))
    send(office, visit_instance(ID))
    real = quarantine.hold

    def decided_meanwhile(session: Any, row: Quarantine) -> None:
        real(session, row)
        if row.instance_id == "uuid:0":
            raise decisions.Problem("409.151")

    monkeypatch.setattr(quarantine, "hold", decided_meanwhile)
    jobs.registry["sync.file_waiting"]({"form_id": form.id})
    filed = set(reading().scalars(select(Quarantine.instance_id).where(Quarantine.outcome == "filed")))
    assert filed == {"uuid:1", f"{ID}-other"}


def test_a_record_of_a_form_that_was_deleted_and_made_anew_waits_for_its_own_form(office: Office) -> None:
    form = publish(office)
    unit_of_work(lambda session: session.execute(update(Form).values(state="closed")))
    assert send(office, visit_instance(ID)).status_code == 202
    unit_of_work(lambda session: session.execute(update(Form).values(deleted_at=utc_now())))
    anew = publish(office, xml_form_id="visit2").id
    unit_of_work(lambda session: session.execute(update(Form).where(Form.id == anew).values(xml_form_id="visit")))
    with pytest.raises(Problem, match="Restore the form first"):
        deciding(office, decisions.accept, ID)()
    assert reading().scalars(select(SubmissionVersion)).all() == []
    unit_of_work(lambda session: session.execute(update(Form).where(Form.id == anew).values(deleted_at=utc_now())))
    unit_of_work(lambda session: session.execute(update(Form).where(Form.id == form.id).values(deleted_at=None)))
    deciding(office, decisions.accept, ID)()
    version = reading().scalars(select(SubmissionVersion)).one()
    assert version.form_id == form.id
    assert version.form_version_id in form.version_ids.values()


def test_an_edit_that_comes_during_a_review_is_not_what_was_approved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    address = f"/w/{office.workspace_id}/forms/visit/submissions/{ID}/review"
    answers = meet(
        office,
        Held(monkeypatch, review, "set_review_state"),
        lambda: office.browser("wanna").post(address, data={"state": "approved", "version": ID}).status_code,
        lambda: send(office, visit_instance(EDIT, deprecated=ID, note="b")).status_code,
    )
    assert answers == [303, 201]
    assert reading().scalars(select(Submission.review_state)).one() == "edited"
