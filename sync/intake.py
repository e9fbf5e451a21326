"""Taking a record in: the one function behind ODK Collect, our own client and the REST API.

`receive` runs inside one transaction, after every byte is on the disk. It decides by what the database holds, inserts
with ``ON CONFLICT DO NOTHING`` and reads again, so that any number of equal records at once give one row and the same
answer. Nothing that parses is refused: what cannot be filed is quarantined (`sync.quarantine`). The table of cases is
in ``docs/sync.md``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core import audit, jobs
from core.database import utc_now
from core.storage import BlobStore, Spooled
from forms.definitions import Definition, definition, known_definition
from sync import attachments, quarantine, statements
from sync.answers import Answers, read_answers
from sync.arrival import Arrival
from sync.checks import due
from sync.entities import outbox
from sync.record_insert import NewRecord, insert_record
from sync.record_rows import content_columns, new_record, version_row
from sync.statements import KnownVersion

STORED, REPEATED, EDITED, QUARANTINED = "stored", "repeated", "edited", "quarantined"


@dataclass(frozen=True)
class Receipt:
    """What became of a record. `reason` says why it was quarantined; `missing` counts files still awaited."""

    outcome: str
    instance_id: str
    reason: str = ""
    missing: int = 0


def plain_record(store: BlobStore, arrival: Arrival) -> NewRecord | None:
    """The rows of an arrival that is what nearly all are: a new record that nothing else has to be done for.

    None for anything else (an edit, a test record, a form that asks for more), for which `receive` is there. Nothing is
    read from the database here, so whether the record really is new shows when the rows are inserted.
    """
    target = arrival.target
    form = known_definition(target.version_id)
    if form is None or _why_not(arrival) or target.edits_wait or arrival.instance.deprecated_id or arrival.is_draft:
        return None
    if form.entities or not due.is_asked(form) or (arrival.files and store.remote is not None):
        return None
    answers = read_answers(form, arrival.instance.root)
    rows, missing = attachments.match(answers.files, arrival.files)
    if len({row["blob_sha256"] for row in rows} - {None}) != len(arrival.files):
        # Two files with the same bytes or with one name: `attachments.insert_rows` keeps both.
        return None
    return new_record(arrival, form, answers, missing, blobs=store.rows_of(_blobs(arrival)), attachments=rows)


def receive(session: Session, store: BlobStore, arrival: Arrival) -> Receipt:
    """File a record, or quarantine it; never refuse it."""
    store.register(session, _blobs(arrival))
    reason = _why_not(arrival)
    if reason:
        # A record that is here gets its late files, whatever became of its form since.
        return _repeated(session, arrival) or _quarantined(session, arrival, reason)
    return file_record(session, arrival)


def file_record(session: Session, arrival: Arrival) -> Receipt:
    """File a record whose blobs are registered: new, repeated or an edit; quarantined when none of these fits."""
    assert arrival.target.version_id is not None
    form = definition(session, arrival.target.version_id)
    receipt = _filed(session, arrival, form)
    if not arrival.is_draft:
        due.ask(session, form)
    return receipt


def _filed(session: Session, arrival: Arrival, form: Definition) -> Receipt:
    answers = read_answers(form, arrival.instance.root)
    if arrival.instance.deprecated_id:
        return _file_edit(session, arrival, form, answers)
    rows, missing = attachments.match(answers.files, arrival.files)
    if _known(session, arrival) is not None:
        return _meet_again(session, arrival)
    ids = insert_record(session.connection(), new_record(arrival, form, answers, missing))
    if ids is None:
        # It came a moment ago.
        return _meet_again(session, arrival)
    attachments.insert_rows(session, ids[1], rows, arrival.files, arrival.actor.id)
    _ask_for_effects(session, arrival, form, ids)
    if arrival.target.edits_wait:
        ask_to_file_waiting(session, arrival.target.form_id)
    return Receipt(STORED, arrival.instance.instance_id, missing=missing)


def ask_to_file_waiting(session: Session, form_id: int, *, pause: dt.timedelta = dt.timedelta(0)) -> None:
    """Have the quarantined records of a form tried again, now or after a pause."""
    key = f"sync.file_waiting:{form_id}:{'later' if pause else 'now'}"
    jobs.enqueue(session, "sync.file_waiting", {"form_id": form_id}, key=key, run_after=utc_now() + pause)


def _blobs(arrival: Arrival) -> list[tuple[Spooled, str]]:
    return [(item.content, item.media_type) for item in arrival.files]


def _why_not(arrival: Arrival) -> str:
    target = arrival.target
    if target.deleted or target.state == "closed":
        return "form_closed"
    return "unknown_version" if target.version_id is None else ""


def _meet_again(session: Session, arrival: Arrival) -> Receipt:
    """A record whose id is known: the same one again brings missing files; other content is kept beside it."""
    known = _known(session, arrival)
    if known is not None and known.deleted and known.xml_sha256 == arrival.instance.sha256:
        return _quarantined(session, arrival, "deleted")
    return _repeated(session, arrival) or _quarantined(session, arrival, "conflict")


def _repeated(session: Session, arrival: Arrival) -> Receipt | None:
    """Take the files of a record that is here already; None when this one is not, or not the same."""
    known = _known(session, arrival)
    if known is None or known.deleted or known.xml_sha256 != arrival.instance.sha256:
        return None
    missing = attachments.attach_more(session, known, arrival.files, arrival.actor.id)
    return Receipt(REPEATED, arrival.instance.instance_id, missing=missing)


def _known(session: Session, arrival: Arrival) -> KnownVersion | None:
    target, instance = arrival.target, arrival.instance
    return statements.find_version(session.connection(), target.form_id, arrival.is_draft, instance.instance_id)


def _file_edit(session: Session, arrival: Arrival, form: Definition, answers: Answers) -> Receipt:
    if _known(session, arrival) is not None:
        return _meet_again(session, arrival)
    target, edited = arrival.target, arrival.instance.deprecated_id or ""
    connection = session.connection()
    base = statements.find_version(connection, target.form_id, arrival.is_draft, edited)
    if base is not None and base.current:
        # Held only when it is about to change: who decides on a quarantined record takes that first, and then this.
        base = statements.find_version(connection, target.form_id, arrival.is_draft, edited, lock=True)
    if base is None:
        return _quarantined(session, arrival, "waiting_for_original")
    if base.deleted:
        return _quarantined(session, arrival, "deleted")
    if not base.current:
        # An equal edit may have been filed while this one waited for the lock.
        return _repeated(session, arrival) or _quarantined(session, arrival, "edit_conflict")
    return append_version(session, arrival, base, form, answers)


def append_version(
    session: Session, arrival: Arrival, base: KnownVersion, form: Definition, answers: Answers
) -> Receipt:
    """Make the arriving content the newest version of the record of `base`, which is its current one."""
    connection, instance = session.connection(), arrival.instance
    row = version_row(arrival, form, answers) | {"submission_id": base.submission_id}
    version_id = statements.insert_version(connection, row)
    if version_id is None:
        # The id was taken a moment ago, by an equal edit or by another record; nothing has changed here.
        return _meet_again(session, arrival)
    statements.retire_version(connection, base.version_id)
    carried = attachments.contents_of(session, base.version_id)
    rows, missing = attachments.match(answers.files, arrival.files, carried)
    attachments.insert_rows(session, version_id, rows, arrival.files, arrival.actor.id)
    changes = content_columns(arrival, form, answers) | {
        "missing_files": missing,
        "review_state": "edited",
        "updated_at": arrival.received_at,
    }
    statements.update_submission(connection, base.submission_id, changes)
    statements.replace_dimensions(connection, base.submission_id, answers.dimensions)
    _ask_for_effects(session, arrival, form, (base.submission_id, version_id))
    audit.record(
        session,
        actor_id=arrival.actor.id,
        action="submission.edit",
        workspace_id=arrival.workspace_id,
        subject=f"submission:{base.submission_id}",
        details={"instanceId": instance.instance_id},
    )
    due.mark(session, [base.submission_id])
    if arrival.target.edits_wait:
        ask_to_file_waiting(session, arrival.target.form_id)
    return Receipt(EDITED, instance.instance_id, missing=missing)


def _ask_for_effects(session: Session, arrival: Arrival, form: Definition, ids: tuple[int, int]) -> None:
    """Have a job do to entities what the record asks for; a test record on a draft does nothing."""
    if form.entities and not arrival.is_draft:
        submission_id, version_id = ids
        outbox.note(
            session,
            workspace_id=arrival.workspace_id,
            submission_id=submission_id,
            version_id=version_id,
            at=arrival.received_at,
        )


def _quarantined(session: Session, arrival: Arrival, reason: str) -> Receipt:
    decided = quarantine.keep(
        session,
        quarantine.Kept(
            workspace_id=arrival.workspace_id,
            form_id=arrival.target.form_id,
            is_draft=arrival.is_draft,
            reason=reason,
            instance=arrival.instance,
            xml=arrival.xml,
            submitter_id=arrival.actor.id,
            device_id=arrival.device_id,
            user_agent=arrival.user_agent,
            received_at=arrival.received_at,
        ),
        arrival.files,
    )
    if decided is not None:
        return _decided(session, arrival, reason, decided)
    if reason == "waiting_for_original":
        # The original may have been stored between our look and this commit; a look a moment later settles it.
        ask_to_file_waiting(session, arrival.target.form_id, pause=dt.timedelta(seconds=1))
    return Receipt(QUARANTINED, arrival.instance.instance_id, reason=reason)


def _decided(session: Session, arrival: Arrival, reason: str, decided: str) -> Receipt:
    """A record that was decided on before: its late files go to where its content or its other files went."""
    connection, target, instance = session.connection(), arrival.target, arrival.instance
    names = {
        quarantine.ACCEPTED: (instance.instance_id, quarantine.own_id(instance)),
        quarantine.FILED: (instance.instance_id,),
        quarantine.MERGED: (instance.instance_id, instance.deprecated_id or ""),
    }.get(decided, ())
    for name in names:
        known = statements.find_version(connection, target.form_id, arrival.is_draft, name)
        if known is not None and (decided == quarantine.MERGED or known.xml_sha256 == instance.sha256):
            attachments.attach_more(session, known, arrival.files, arrival.actor.id)
            break
    return Receipt(QUARANTINED, instance.instance_id, reason=reason)
