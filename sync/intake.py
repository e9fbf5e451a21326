"""Taking a record in: the one function behind ODK Collect, our own client and the REST API.

`receive` runs inside one transaction, after every byte is on the disk. It decides by what the database holds, inserts
with ``ON CONFLICT DO NOTHING`` and reads again, so that any number of equal records at once give one row and the same
answer. Nothing that parses is refused: what cannot be filed is quarantined (`sync.quarantine`). The table of cases is
in ``docs/sync.md``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core import audit, jobs
from core.access.actor import Actor
from core.database import utc_now
from core.i18n import fiscal_quarter, fiscal_year
from core.storage import BlobStore
from forms.definitions import Definition, definition
from sync import attachments, quarantine, statements
from sync.answers import Answers, read_answers
from sync.attachments import ReceivedFile
from sync.compression import compress
from sync.instance import Instance
from sync.queries import Target
from sync.record_insert import NewRecord, insert_record
from sync.statements import KnownVersion

STORED, REPEATED, EDITED, QUARANTINED = "stored", "repeated", "edited", "quarantined"


@dataclass
class Arrival:
    """A record with the files of one POST, parsed, spooled and flushed, ready to be filed."""

    actor: Actor
    workspace_id: int
    target: Target
    instance: Instance
    xml: bytes
    received_at: dt.datetime
    zone: ZoneInfo
    files: list[ReceivedFile] = field(default_factory=list)
    is_draft: bool = False
    device_id: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of a record. `reason` says why it was quarantined; `missing` counts files still awaited."""

    outcome: str
    instance_id: str
    reason: str = ""
    missing: int = 0


def receive(session: Session, store: BlobStore, arrival: Arrival) -> Receipt:
    """File a record, or quarantine it; never refuse it."""
    store.register(session, [(item.content, item.media_type) for item in arrival.files])
    reason = _why_not(arrival)
    if reason:
        # A record that is here gets its late files, whatever became of its form since.
        return _repeated(session, arrival) or _quarantined(session, arrival, reason)
    return file_record(session, arrival)


def file_record(session: Session, arrival: Arrival) -> Receipt:
    """File a record whose blobs are registered: new, repeated or an edit; quarantined when none of these fits."""
    assert arrival.target.version_id is not None
    form = definition(session, arrival.target.version_id)
    answers = read_answers(form, arrival.instance.root)
    if arrival.instance.deprecated_id:
        return _file_edit(session, arrival, form, answers)
    rows, missing = attachments.match(answers.files, arrival.files)
    record = NewRecord(
        submission=_submission_row(arrival, form, answers, missing),
        version=_version_row(arrival, form, answers),
        dimensions=answers.dimensions,
        actor_id=arrival.actor.id,
    )
    ids = insert_record(session.connection(), record)
    if ids is None:
        return _meet_again(session, arrival)
    attachments.insert_rows(session, ids[1], rows, arrival.files)
    if arrival.target.edits_wait:
        ask_to_file_waiting(session, arrival.target.form_id)
    return Receipt(STORED, arrival.instance.instance_id, missing=missing)


def ask_to_file_waiting(session: Session, form_id: int, *, pause: dt.timedelta = dt.timedelta(0)) -> None:
    """Have the quarantined records of a form tried again, now or after a pause."""
    key = f"sync.file_waiting:{form_id}:{'later' if pause else 'now'}"
    jobs.enqueue(session, "sync.file_waiting", {"form_id": form_id}, key=key, run_after=utc_now() + pause)


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
    missing = attachments.attach_more(session, known, arrival.files)
    return Receipt(REPEATED, arrival.instance.instance_id, missing=missing)


def _known(session: Session, arrival: Arrival) -> KnownVersion | None:
    target, instance = arrival.target, arrival.instance
    return statements.find_version(session.connection(), target.form_id, arrival.is_draft, instance.instance_id)


def _file_edit(session: Session, arrival: Arrival, form: Definition, answers: Answers) -> Receipt:
    if _known(session, arrival) is not None:
        return _meet_again(session, arrival)
    target, edited = arrival.target, arrival.instance.deprecated_id or ""
    base = statements.find_version(session.connection(), target.form_id, arrival.is_draft, edited, lock=True)
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
    row = _version_row(arrival, form, answers) | {"submission_id": base.submission_id}
    version_id = statements.insert_version(connection, row)
    if version_id is None:
        # The id was taken a moment ago, by an equal edit or by another record; nothing has changed here.
        return _meet_again(session, arrival)
    statements.retire_version(connection, base.version_id)
    carried = attachments.contents_of(session, base.version_id)
    rows, missing = attachments.match(answers.files, arrival.files, carried)
    attachments.insert_rows(session, version_id, rows, arrival.files)
    changes = _content_columns(arrival, form, answers) | {
        "missing_files": missing,
        "review_state": "edited",
        "updated_at": arrival.received_at,
    }
    statements.update_submission(connection, base.submission_id, changes)
    statements.replace_dimensions(connection, base.submission_id, answers.dimensions)
    audit.record(
        session,
        actor_id=arrival.actor.id,
        action="submission.edit",
        workspace_id=arrival.workspace_id,
        subject=f"submission:{base.submission_id}",
        details={"instanceId": instance.instance_id},
    )
    if arrival.target.edits_wait:
        ask_to_file_waiting(session, arrival.target.form_id)
    return Receipt(EDITED, instance.instance_id, missing=missing)


def _quarantined(session: Session, arrival: Arrival, reason: str) -> Receipt:
    quarantine.keep(
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
    if reason == "waiting_for_original":
        # The original may have been stored between our look and this commit; a look a moment later settles it.
        ask_to_file_waiting(session, arrival.target.form_id, pause=dt.timedelta(seconds=1))
    return Receipt(QUARANTINED, arrival.instance.instance_id, reason=reason)


def _version_row(arrival: Arrival, form: Definition, answers: Answers) -> dict[str, Any]:
    instance = arrival.instance
    return {
        "form_id": arrival.target.form_id,
        "is_draft": arrival.is_draft,
        "instance_id": instance.instance_id,
        "deprecated_id": instance.deprecated_id,
        "form_version_id": form.id,
        "current": True,
        "xml": compress(arrival.xml, None if arrival.is_draft else form),
        "xml_sha256": instance.sha256,
        "answers": answers.values,
        "flags": answers.flags,
        "submitter_id": arrival.actor.id,
        "device_id": arrival.device_id or answers.device_id,
        "user_agent": arrival.user_agent,
        "started_at": answers.started_at,
        "ended_at": answers.ended_at,
        "received_at": arrival.received_at,
    }


def _submission_row(arrival: Arrival, form: Definition, answers: Answers, missing: int) -> dict[str, Any]:
    return _content_columns(arrival, form, answers) | {
        "form_id": arrival.target.form_id,
        "workspace_id": arrival.workspace_id,
        "is_draft": arrival.is_draft,
        "instance_id": arrival.instance.instance_id,
        "submitter_id": arrival.actor.id,
        "review_state": "received",
        "missing_files": missing,
        "received_at": arrival.received_at,
    }


def _content_columns(arrival: Arrival, form: Definition, answers: Answers) -> dict[str, Any]:
    day = answers.report_date or arrival.received_at.astimezone(arrival.zone).date()
    return {
        "form_version_id": form.id,
        "device_id": arrival.device_id or answers.device_id,
        "instance_name": arrival.instance.instance_name,
        "odd_answers": answers.odd,
        "report_date": day,
        "fiscal_year": fiscal_year(day),
        "quarter": fiscal_quarter(day),
    }
