"""What must hold in the database after anything at all."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.storage import blob_store
from sync.models import Attachment, Quarantine, QuarantineFile, Submission, SubmissionVersion


def broken_invariants(session: Session) -> list[str]:
    """Sentences about what is wrong; none when all is well."""
    return [
        *_of_versions(session),
        *_of_files(session),
        *_of_blobs(session),
        *_of_decided(session),
        *_of_waiting(session),
    ]


def _of_versions(session: Session) -> list[str]:
    current = (
        select(Submission.id, Submission.instance_id, func.count(SubmissionVersion.id))
        .outerjoin(SubmissionVersion, (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current)
        .group_by(Submission.id)
        .having(func.count(SubmissionVersion.id) != 1)
    )
    found = [f"{row[1]} has {row[2]} current versions" for row in session.execute(current)]
    strays = select(SubmissionVersion.instance_id).where(SubmissionVersion.submission_id.not_in(select(Submission.id)))
    return found + [f"version {name} is of no record" for name in session.scalars(strays)]


def _of_files(session: Session) -> list[str]:
    awaited = (
        select(func.count())
        .where(
            Attachment.submission_version_id == SubmissionVersion.id,
            Attachment.expected,
            Attachment.replaced_at.is_(None),
            Attachment.blob_sha256.is_(None),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Submission.instance_id, Submission.missing_files, awaited)
        .join(SubmissionVersion, (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current)
        .where(Submission.missing_files != awaited)
    )
    return [f"{row[0]} says {row[1]} files are missing, and {row[2]} are" for row in rows]


def _of_blobs(session: Session) -> list[str]:
    named = (
        select(Attachment.blob_sha256)
        .where(Attachment.blob_sha256.is_not(None))
        .union(select(QuarantineFile.blob_sha256))
    )
    missing = []
    for sha256 in session.scalars(named):
        try:
            blob_store().open(str(sha256)).close()
        except FileNotFoundError:
            missing.append(f"blob {sha256} is gone")
    return missing


def everything_kept(session: Session) -> set[str]:
    """SHA-256 of every record's XML that is stored, filed or in quarantine."""
    return {*session.scalars(select(SubmissionVersion.xml_sha256)), *session.scalars(select(Quarantine.xml_sha256))}


def every_file_kept(session: Session) -> set[str]:
    """SHA-256 of every file that some record has, filed or in quarantine."""
    filed = select(Attachment.blob_sha256).where(Attachment.blob_sha256.is_not(None))
    return {*map(str, session.scalars(filed)), *session.scalars(select(QuarantineFile.blob_sha256))}


def _of_decided(session: Session) -> list[str]:
    """What was filed or accepted is a version now, and has every file that came with it, however late it was."""
    own = Quarantine.instance_id + "#" + func.substr(Quarantine.xml_sha256, 1, 12)
    version = and_(
        SubmissionVersion.form_id == Quarantine.form_id,
        SubmissionVersion.is_draft == Quarantine.is_draft,
        SubmissionVersion.instance_id.in_((Quarantine.instance_id, own)),
        SubmissionVersion.xml_sha256 == Quarantine.xml_sha256,
    )
    taken = Quarantine.outcome.in_(("filed", "accepted"))
    lost = select(Quarantine.instance_id).where(taken, ~select(SubmissionVersion.id).where(version).exists())
    there = select(Attachment.id).where(
        Attachment.submission_version_id == SubmissionVersion.id, Attachment.blob_sha256 == QuarantineFile.blob_sha256
    )
    left = (
        select(Quarantine.instance_id, Quarantine.outcome, QuarantineFile.name)
        .join(QuarantineFile, QuarantineFile.quarantine_id == Quarantine.id)
        .join(SubmissionVersion, version)
        .where(taken, ~there.exists())
    )
    return [f"{name} was taken out of quarantine and is nowhere" for name in session.scalars(lost)] + [
        f"{row[2]} of {row[0]} stayed in quarantine when that was {row[1]}" for row in session.execute(left)
    ]


def _of_waiting(session: Session) -> list[str]:
    """No edit waits for an original that is there; to be asked once no job is due."""
    original = select(SubmissionVersion.id).where(
        SubmissionVersion.form_id == Quarantine.form_id,
        SubmissionVersion.is_draft == Quarantine.is_draft,
        SubmissionVersion.instance_id == Quarantine.deprecated_id,
    )
    rows = session.scalars(
        select(Quarantine.instance_id).where(
            Quarantine.reason == "waiting_for_original", Quarantine.outcome.is_(None), original.exists()
        )
    )
    return [f"{name} waits for an original that is there" for name in rows]
