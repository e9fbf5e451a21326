"""Test submissions: they belong to a draft and go with it. The only records that are ever deleted for good."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from sync.models import (
    Attachment,
    Quarantine,
    QuarantineFile,
    Submission,
    SubmissionDimension,
    SubmissionVersion,
)


def wipe(session: Session, *, form_id: int) -> int:
    """Delete all test submissions of a form; how many."""
    # In the order in which everybody takes them: what is quarantined, then records, then what belongs to these.
    for table in (Quarantine, Submission):
        of_draft = select(table.id).where(table.form_id == form_id, table.is_draft)
        session.execute(of_draft.order_by(table.id).with_for_update()).all()
    submissions = select(Submission.id).where(Submission.form_id == form_id, Submission.is_draft)
    versions = select(SubmissionVersion.id).where(SubmissionVersion.form_id == form_id, SubmissionVersion.is_draft)
    kept = select(Quarantine.id).where(Quarantine.form_id == form_id, Quarantine.is_draft)
    session.execute(delete(Attachment).where(Attachment.submission_version_id.in_(versions)))
    session.execute(delete(SubmissionDimension).where(SubmissionDimension.submission_id.in_(submissions)))
    session.execute(delete(SubmissionVersion).where(SubmissionVersion.form_id == form_id, SubmissionVersion.is_draft))
    session.execute(delete(QuarantineFile).where(QuarantineFile.quarantine_id.in_(kept)))
    session.execute(delete(Quarantine).where(Quarantine.form_id == form_id, Quarantine.is_draft))
    gone = session.execute(delete(Submission).where(Submission.form_id == form_id, Submission.is_draft))
    return int(getattr(gone, "rowcount", 0))
