"""Every select on submissions, but for those of the intake's own statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.auth.models import ActorRow
from core.errors import Problem
from core.prepared import Prepared
from core.storage.models import Blob
from forms.models import Form, FormVersion
from forms.problems import unknown_form
from sync.models import Attachment, Quarantine, Submission, SubmissionVersion


@dataclass(frozen=True)
class Target:
    """Where an arriving record would go. `version_id` is None when the form has no such published version.

    `edits_wait` says that some edit waits in quarantine for its original, and this record might be it. `remembered`
    says that this was so a while ago (`sync.targets`).
    """

    form_id: int
    state: str
    deleted: bool
    version_id: int | None
    edits_wait: bool = False
    remembered: bool = False


_FORM: Table = Form.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_FORM_VERSION: Table = FormVersion.__table__  # type: ignore[assignment]
_QUARANTINE: Table = Quarantine.__table__  # type: ignore[assignment]

_TARGET = Prepared(
    select(
        _FORM.c.id,
        _FORM.c.state,
        _FORM.c.deleted_at,
        _FORM_VERSION.c.id.label("version_id"),
        exists(
            select(_QUARANTINE.c.id).where(
                _QUARANTINE.c.form_id == _FORM.c.id,
                _QUARANTINE.c.outcome.is_(None),
                _QUARANTINE.c.reason == "waiting_for_original",
            )
        ).label("edits_wait"),
    )
    .select_from(
        _FORM.outerjoin(
            _FORM_VERSION,
            and_(
                _FORM_VERSION.c.form_id == _FORM.c.id,
                _FORM_VERSION.c.version == bindparam("version"),
                _FORM_VERSION.c.published_at.is_not(None),
            ),
        )
    )
    .where(_FORM.c.workspace_id == bindparam("workspace"), _FORM.c.xml_form_id == bindparam("xml_form_id"))
    .order_by(_FORM.c.deleted_at.is_(None).desc(), _FORM.c.id.desc())
    .limit(1)
)


def find_target(connection: Connection, workspace_id: int, xml_form_id: str, version: str) -> Target:
    """The form and version a record names; a deleted form is found too, so that its tablets are not stuck.

    Raises:
        Problem 404.1: the workspace never had such a form.

    """
    found = _TARGET.rows(connection, {"workspace": workspace_id, "xml_form_id": xml_form_id, "version": version})
    if not found:
        raise unknown_form(xml_form_id)
    row = found[0]
    return Target(row.id, row.state, row.deleted_at is not None, row.version_id, bool(row.edits_wait))


@dataclass(frozen=True)
class Draft:
    """The draft of a form, with the token that opens it for testing."""

    form_id: int
    version_id: int
    token: str


def find_draft(session: Session, workspace_id: int, xml_form_id: str) -> Draft | None:
    """The draft of a form that is not deleted, if it has one."""
    row = session.execute(
        select(Form.id, FormVersion.id.label("version_id"), FormVersion.draft_token)
        .join(FormVersion, FormVersion.id == Form.draft_version_id)
        .where(Form.workspace_id == workspace_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_(None))
    ).first()
    return Draft(row.id, row.version_id, row.draft_token or "") if row else None


def find_any_submission(session: Session, form_id: int, instance_id: str, *, is_draft: bool = False) -> Submission:
    """A record by its first instanceID, deleted or not.

    Raises:
        Problem 404.1: there is none.

    """
    found = session.scalar(
        select(Submission).where(
            Submission.form_id == form_id, Submission.is_draft == is_draft, Submission.instance_id == instance_id
        )
    )
    if found is None:
        raise Problem("404.1")
    return found


def find_submission(session: Session, form_id: int, instance_id: str, *, is_draft: bool = False) -> Submission:
    """A record by its first instanceID.

    Raises:
        Problem 404.1: there is none, or it is deleted.

    """
    found = find_any_submission(session, form_id, instance_id, is_draft=is_draft)
    if found.deleted_at is not None:
        raise Problem("404.1")
    return found


def find_deleted_submission(session: Session, form_id: int, instance_id: str) -> Submission:
    """A deleted record by its first instanceID.

    Raises:
        Problem 404.1: there is none.
    """
    found = find_any_submission(session, form_id, instance_id)
    if found.deleted_at is None:
        raise Problem("404.1")
    return found


def last_received(session: Session, workspace_ids: Sequence[int]) -> dict[int, dt.datetime]:
    """When the last record of each workspace came; workspaces without records are left out."""
    rows = session.execute(
        select(Submission.workspace_id, func.max(Submission.received_at))
        .where(
            Submission.workspace_id.in_(workspace_ids),
            Submission.is_draft.is_(False),
            Submission.deleted_at.is_(None),
        )
        .group_by(Submission.workspace_id)
    )
    return {row[0]: row[1] for row in rows}


def counts_by_state(
    session: Session, form_ids: Sequence[int], *, is_draft: bool
) -> list[tuple[int, dict[str, int], dt.datetime | None]]:
    """Per form: records by review state, and when the last one came."""
    rows = session.execute(
        select(Submission.form_id, Submission.review_state, func.count(Submission.id), func.max(Submission.received_at))
        .where(Submission.form_id.in_(form_ids), Submission.is_draft.is_(is_draft), Submission.deleted_at.is_(None))
        .group_by(Submission.form_id, Submission.review_state)
    )
    states: dict[int, dict[str, int]] = {}
    latest: dict[int, dt.datetime] = {}
    for form_id, state, number, received_at in rows:
        states.setdefault(form_id, {})[state] = number
        latest[form_id] = max(received_at, latest.get(form_id, received_at))
    return [(form_id, by_state, latest.get(form_id)) for form_id, by_state in states.items()]


def current_version(session: Session, submission_id: int) -> SubmissionVersion:
    """The version that counts."""
    return session.scalars(
        select(SubmissionVersion).where(SubmissionVersion.submission_id == submission_id, SubmissionVersion.current)
    ).one()


def submission_by_id(session: Session, submission_id: int) -> Submission:
    """A record by its key."""
    return session.get_one(Submission, submission_id)


def version_by_instance(
    session: Session, form_id: int, is_draft: bool, instance_ids: Sequence[str | None]
) -> SubmissionVersion | None:
    """The version with one of the instanceIDs, in their order, and rather of a record that is not deleted."""
    rows = session.execute(
        select(SubmissionVersion, Submission.deleted_at)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            SubmissionVersion.form_id == form_id,
            SubmissionVersion.is_draft == is_draft,
            SubmissionVersion.instance_id.in_([name for name in instance_ids if name]),
        )
    ).all()
    ranked = sorted(rows, key=lambda row: (row[1] is not None, instance_ids.index(row[0].instance_id)))
    return ranked[0][0] if ranked else None


def find_version(session: Session, submission_id: int, version_id: int) -> SubmissionVersion:
    """A version of a record by its key.

    Raises:
        Problem 404.1: the record has no such version.

    """
    found = session.get(SubmissionVersion, version_id)
    if found is None or found.submission_id != submission_id:
        raise Problem("404.1")
    return found


def versions_of(session: Session, submission_id: int) -> Sequence[tuple[SubmissionVersion, str | None]]:
    """All versions with who sent each, newest first."""
    rows = session.execute(
        select(SubmissionVersion, ActorRow.display_name)
        .outerjoin(ActorRow, ActorRow.id == SubmissionVersion.submitter_id)
        .where(SubmissionVersion.submission_id == submission_id)
        .order_by(SubmissionVersion.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def last_review(session: Session, submission_id: int) -> tuple[AuditEntry, str | None] | None:
    """The last review of a record with the reviewer's name; None when nobody reviewed it."""
    row = session.execute(
        select(AuditEntry, ActorRow.display_name)
        .outerjoin(ActorRow, ActorRow.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == f"submission:{submission_id}", AuditEntry.action == "submission.review")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def attachments_of(session: Session, version_id: int) -> Sequence[tuple[Attachment, Blob | None]]:
    """Files of a version that are not replaced, with their blobs, in the order they were named."""
    rows = session.execute(
        select(Attachment, Blob)
        .outerjoin(Blob, Blob.sha256 == Attachment.blob_sha256)
        .where(Attachment.submission_version_id == version_id, Attachment.replaced_at.is_(None))
        .order_by(Attachment.id)
    )
    return [(row[0], row[1]) for row in rows]


def attachment_in_workspace(
    session: Session, workspace_id: int, attachment_id: int
) -> tuple[Attachment, Blob, Submission]:
    """One stored file of a workspace with its blob and its record, which may be deleted.

    Raises:
        Problem 404.1: there is none, or it has not arrived.

    """
    row = session.execute(
        select(Attachment, Blob, Submission)
        .join(SubmissionVersion, SubmissionVersion.id == Attachment.submission_version_id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .join(Blob, Blob.sha256 == Attachment.blob_sha256)
        .where(Attachment.id == attachment_id, Submission.workspace_id == workspace_id)
    ).first()
    if row is None:
        raise Problem("404.1")
    return row[0], row[1], row[2]
