"""Records, edits and decisions that meet at the same instant."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core import jobs
from core.access.actor import Actor
from core.audit import AuditEntry
from core.errors import Problem
from core.jobs import ask_for_recurring
from core.storage import blob_store
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms.models import Form
from sync import attachments, decisions, intake
from sync.models import Attachment, Quarantine, Submission, SubmissionVersion
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.forms import publish, visit_instance, visit_xform
from tests.support.openrosa import send

ID = "uuid:22222222-2222-4222-8222-222222222222"
EDIT = "uuid:33333333-3333-4333-8333-333333333333"


def count(model: Any, *where: Any) -> int:
    return reading().scalar(select(func.count()).select_from(model).where(*where)) or 0


def at_once(count: int, deed: Callable[[int], Any]) -> list[Any]:
    """Do something in many threads that begin together; what each came to."""
    ready = threading.Barrier(count)
    came_to: list[Any] = []

    def run(number: int) -> None:
        ready.wait(20)
        came_to.append(deed(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


def test_equal_edits_at_once_are_all_taken_and_make_one_version(office: Office) -> None:
    publish(office)
    assert send(office, visit_instance(ID, note="a")).status_code == 201
    edit = visit_instance(EDIT, deprecated=ID, note="b", photo="a.jpg")
    answers = at_once(12, lambda _: send(office, edit, ("a.jpg", b"photo")).status_code)
    assert answers == [201] * 12
    assert (count(SubmissionVersion), count(Quarantine)) == (2, 0)
    assert count(SubmissionVersion, SubmissionVersion.current) == 1
    assert reading().scalars(select(Submission.missing_files)).one() == 0


def test_an_equal_edit_that_comes_while_the_first_is_being_stored_is_taken(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    edit = visit_instance(EDIT, deprecated=ID, note="b")
    real, stored = intake.append_version, threading.Event()

    def slowly(*given: Any) -> Any:
        receipt = real(*given)
        stored.set()
        time.sleep(0.4)
        return receipt

    monkeypatch.setattr(intake, "append_version", slowly)
    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(send(office, edit).status_code))
    first.start()
    assert stored.wait(10)
    answers.append(send(office, edit, ("x.jpg", b"with a file")).status_code)
    first.join()
    assert answers == [201, 201]
    assert (count(SubmissionVersion), count(Quarantine), count(Attachment)) == (2, 0, 1)


def test_an_edit_whose_id_another_record_takes_at_that_moment_leaves_its_original_as_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    real, stored = attachments.insert_rows, threading.Event()

    def slowly(*given: Any) -> None:
        real(*given)
        if not stored.is_set():
            stored.set()
            time.sleep(0.4)

    monkeypatch.setattr(attachments, "insert_rows", slowly)
    monkeypatch.setattr(intake, "plain_record", lambda *_: None)
    answers: list[int] = []
    other = threading.Thread(
        target=lambda: answers.append(send(office, visit_instance(EDIT, note="no edit at all")).status_code)
    )
    other.start()
    assert stored.wait(10)
    answers.append(send(office, visit_instance(EDIT, deprecated=ID, note="b")).status_code)
    other.join()
    assert sorted(answers) == [201, 202]
    assert only_current(ID) == "a"
    assert only_current(EDIT) == "no edit at all"


def only_current(instance_id: str) -> str:
    """The note of the one current version of a record."""
    wanted = (
        select(SubmissionVersion)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(Submission.instance_id == instance_id, SubmissionVersion.current)
    )
    note: str = reading().scalars(wanted).one().answers["note"]
    return note


def test_of_different_edits_at_once_one_wins_and_the_others_are_kept(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    edits = [visit_instance(f"uuid:edit-{number}", deprecated=ID, note=str(number)) for number in range(8)]
    answers = at_once(8, lambda number: send(office, edits[number]).status_code)
    assert sorted(answers) == [201] + [202] * 7
    assert (count(SubmissionVersion), count(Quarantine, Quarantine.reason == "edit_conflict")) == (2, 7)
    assert count(SubmissionVersion, SubmissionVersion.current) == 1


def test_of_different_contents_under_one_id_at_once_one_wins_and_the_others_are_kept(office: Office) -> None:
    publish(office)
    records = [visit_instance(ID, note=str(number)) for number in range(8)]
    answers = at_once(8, lambda number: send(office, records[number], ("x.jpg", b"%d" % number)).status_code)
    assert sorted(answers) == [201] + [202] * 7
    assert (count(Submission), count(Quarantine, Quarantine.reason == "conflict")) == (1, 7)


def test_the_same_photo_in_many_records_at_once_is_kept_once(office: Office) -> None:
    publish(office)
    photos = [("a.jpg", b"one" * 40_000), ("b.jpg", b"two" * 10)]

    def one(number: int) -> int:
        chosen = photos if number % 2 else photos[::-1]
        xml = visit_instance(f"uuid:{number}", photo="a.jpg", photo2="b.jpg")
        return send(office, xml, *chosen).status_code

    assert at_once(16, one) == [201] * 16
    assert count(Attachment, Attachment.blob_sha256.is_not(None)) == 32
    for sha256 in set(reading().scalars(select(Attachment.blob_sha256))):
        assert blob_store().read(str(sha256)) in {content for _, content in photos}


def _quarantined(office: Office) -> int:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    send(office, visit_instance(ID, note="b"))
    return reading().scalars(select(Quarantine.id)).one()


def test_two_officers_who_accept_a_record_at_once_make_one_version_of_it(office: Office) -> None:
    kept = _quarantined(office)
    zone = settings_of(office.app).zone
    actor = Actor(id=office.ids["wanna"], kind="user")

    def accept(_: int) -> str:
        def work(session: Any) -> None:
            decisions.accept(session, actor, row=session.get_one(Quarantine, kept), zone=zone)

        with office.app.app_context():
            try:
                unit_of_work(work)
            except Problem as problem:
                return problem.code
            return "accepted"

    assert sorted(at_once(6, accept)) == ["409.151"] * 5 + ["accepted"]
    assert count(SubmissionVersion) == 2
    assert count(SubmissionVersion, SubmissionVersion.current) == 1


def test_one_officer_accepts_while_another_rejects_and_one_of_them_wins(office: Office) -> None:
    kept = _quarantined(office)
    zone = settings_of(office.app).zone
    actor = Actor(id=office.ids["wanna"], kind="user")

    def decide(number: int) -> str:
        def work(session: Any) -> None:
            row = session.get_one(Quarantine, kept)
            if number % 2:
                decisions.accept(session, actor, row=row, zone=zone)
            else:
                decisions.reject(session, actor, row=row)

        with office.app.app_context():
            try:
                unit_of_work(work)
            except Problem as problem:
                return problem.code
            return "decided"

    assert sorted(at_once(6, decide)) == ["409.151"] * 5 + ["decided"]
    outcome = reading().scalars(select(Quarantine.outcome)).one()
    assert count(SubmissionVersion) == (2 if outcome == "accepted" else 1)


def test_a_record_that_is_here_gets_its_late_files_although_the_form_was_closed(office: Office) -> None:
    form = publish(office)
    xml = visit_instance(ID, photo="a.jpg")
    assert send(office, xml).status_code == 201
    unit_of_work(lambda session: session.execute(update(Form).where(Form.id == form.id).values(state="closed")))
    assert send(office, xml, ("a.jpg", b"late")).status_code == 201
    assert (count(Quarantine), reading().scalars(select(Submission.missing_files)).one()) == (0, 0)
    assert send(office, visit_instance(ID, note="other")).status_code == 202


def test_what_waits_although_its_version_is_there_is_found_by_the_sweep(office: Office) -> None:
    publish(office)
    assert send(office, visit_instance(ID, version="2", photo="a.jpg"), ("a.jpg", b"x")).status_code == 202
    # As when the version was published between our look at it and the record's commit.
    publish(office, version="2", xml=visit_xform(version="2"))
    unit_of_work(lambda session: session.execute(Form.__table__.update().values(state="open")))
    run_jobs()
    assert count(Submission) == 0
    sweep()
    assert (count(Submission), reading().scalars(select(Quarantine.outcome)).one()) == (1, "filed")
    assert reading().scalars(select(Submission.missing_files)).one() == 0


def test_an_edit_that_waits_although_its_original_is_there_is_found_by_the_sweep(office: Office) -> None:
    publish(office)
    assert send(office, visit_instance(EDIT, deprecated=ID, note="later")).status_code == 202
    assert send(office, visit_instance(ID, note="first")).status_code == 201
    unit_of_work(lambda session: session.execute(jobs.Job.__table__.delete()))
    sweep()
    assert (count(SubmissionVersion), reading().scalars(select(Quarantine.outcome)).one()) == (2, "filed")


def test_the_sweep_leaves_alone_what_cannot_be_filed_yet(office: Office) -> None:
    form = publish(office)
    send(office, visit_instance(ID, version="2"))
    send(office, visit_instance(EDIT, deprecated="uuid:never-seen"))
    unit_of_work(lambda session: session.execute(jobs.Job.__table__.delete()))
    sweep()
    assert count(jobs.Job) == 0
    publish(office, version="2", xml=visit_xform(version="2"))
    unit_of_work(lambda session: session.execute(update(Form).where(Form.id == form.id).values(state="closed")))
    sweep()
    assert (count(jobs.Job), count(Submission)) == (0, 0)


def sweep() -> None:
    """What a worker does when it starts, for records in quarantine."""
    import math

    ask_for_recurring({name: math.inf for name in jobs.recurring_jobs if not name.startswith("sync.")})
    run_jobs()


def test_waiting_records_are_filed_once_by_two_workers(office: Office) -> None:
    form = publish(office)
    for number in range(10):
        send(office, visit_instance(f"uuid:{number}", version="2"))
    publish(office, version="2", xml=visit_xform(version="2"))

    def file_them(_: int) -> None:
        with office.app.app_context():
            jobs.registry["sync.file_waiting"]({"form_id": form.id})

    at_once(3, file_them)
    assert (count(Submission), count(Quarantine, Quarantine.outcome == "filed")) == (10, 10)
    assert count(AuditEntry, AuditEntry.action == "quarantine.filed") == 10


@pytest.mark.parametrize("length", [201, 500, 5_000])
def test_a_file_name_of_any_length_is_matched_and_never_too_long_for_an_index(office: Office, length: int) -> None:
    import random

    publish(office)
    chance = random.Random(length)
    name = "".join(chance.choice("กขคงจฉชซabcdefghijk0123456789") for _ in range(length)) + ".jpg"
    xml = visit_instance(ID, photo=name)
    assert send(office, xml).status_code == 201
    assert send(office, xml, (name, b"photo"), ("x" + name, b"unexpected")).status_code == 201
    assert reading().scalars(select(Submission.missing_files)).one() == 0
    assert set(reading().scalars(select(Attachment.name))) == {name, "x" + name}
