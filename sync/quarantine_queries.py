"""Every select on the quarantine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core.auth.models import ActorRow
from core.errors import Problem
from core.storage.models import Blob
from forms.models import Form, FormVersion
from sync.models import Quarantine, QuarantineFile, SubmissionVersion


def waiting_in_quarantine(session: Session, form_id: int, reasons: Sequence[str]) -> Sequence[int]:
    """Ids of undecided records of a form held for one of the reasons, in the order they came."""
    return session.scalars(
        select(Quarantine.id)
        .where(Quarantine.form_id == form_id, Quarantine.outcome.is_(None), Quarantine.reason.in_(reasons))
        .order_by(Quarantine.id)
    ).all()


def forms_with_records_to_file(session: Session) -> Sequence[int]:
    """Forms for which something in quarantine need not wait any longer: its version or its original is there."""
    version_is_here = exists().where(
        FormVersion.form_id == Quarantine.form_id,
        FormVersion.version == Quarantine.version,
        FormVersion.published_at.is_not(None),
    )
    original_is_here = exists().where(
        SubmissionVersion.form_id == Quarantine.form_id,
        SubmissionVersion.is_draft == Quarantine.is_draft,
        SubmissionVersion.instance_id == Quarantine.deprecated_id,
    )
    return session.scalars(
        select(Quarantine.form_id)
        .join(Form, Form.id == Quarantine.form_id)
        .where(Quarantine.outcome.is_(None), Form.state != "closed", Form.deleted_at.is_(None))
        .where(
            ((Quarantine.reason == "unknown_version") & version_is_here)
            | ((Quarantine.reason == "waiting_for_original") & original_is_here)
        )
        .distinct()
    ).all()


def quarantine_page(
    session: Session, workspace_id: int, *, before: int | None, limit: int, decided: bool = False
) -> Sequence[tuple[Quarantine, Form, str | None]]:
    """Records in quarantine with their forms and who sent them, newest first."""
    statement = (
        select(Quarantine, Form, ActorRow.display_name)
        .join(Form, Form.id == Quarantine.form_id)
        .outerjoin(ActorRow, ActorRow.id == Quarantine.submitter_id)
        .where(Quarantine.workspace_id == workspace_id)
        .where(Quarantine.outcome.is_not(None) if decided else Quarantine.outcome.is_(None))
    )
    if before is not None:
        statement = statement.where(Quarantine.id < before)
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(Quarantine.id.desc()).limit(limit))]


def quarantined(session: Session, quarantine_id: int) -> Quarantine:
    """A record in quarantine by its key."""
    return session.get_one(Quarantine, quarantine_id)


def find_quarantined(session: Session, workspace_id: int, quarantine_id: int) -> Quarantine:
    """One record in quarantine.

    Raises:
        Problem 404.1: there is none in this workspace.

    """
    row = session.get(Quarantine, quarantine_id)
    if row is None or row.workspace_id != workspace_id:
        raise Problem("404.1")
    return row


def quarantined_files(session: Session, quarantine_id: int) -> Sequence[tuple[QuarantineFile, Blob]]:
    """Files that came with a quarantined record."""
    rows = session.execute(
        select(QuarantineFile, Blob)
        .join(Blob, Blob.sha256 == QuarantineFile.blob_sha256)
        .where(QuarantineFile.quarantine_id == quarantine_id)
        .order_by(QuarantineFile.id)
    )
    return [(row[0], row[1]) for row in rows]


def count_in_quarantine(session: Session, workspace_id: int) -> int:
    """How many records wait for a decision."""
    statement = select(func.count()).where(Quarantine.workspace_id == workspace_id, Quarantine.outcome.is_(None))
    return session.scalar(statement) or 0
