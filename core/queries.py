"""Selects that belong to no single subject of core."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.auth.models import ActorRow
from core.jobs import Job
from core.storage.models import Blob


def database_answers(session: Session) -> None:
    """Ask the database the simplest question; raises when it does not answer."""
    session.execute(select(1))


def audit_page(
    session: Session, *, workspace_id: int | None, before: int | None, limit: int
) -> Sequence[tuple[AuditEntry, str | None]]:
    """Audit entries with the actor's name, newest first, from below the id `before`."""
    statement = select(AuditEntry, ActorRow.display_name).outerjoin(ActorRow, ActorRow.id == AuditEntry.actor_id)
    if workspace_id is not None:
        statement = statement.where(AuditEntry.workspace_id == workspace_id)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = session.execute(statement.order_by(AuditEntry.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def waiting_work(session: Session) -> dict[str, int]:
    """How many jobs wait, how many of those failed before, and how many blobs are still to move."""
    jobs = session.scalar(select(func.count()).select_from(Job)) or 0
    failing = session.scalar(select(func.count()).select_from(Job).where(Job.last_error.is_not(None))) or 0
    local = session.scalar(select(func.count()).select_from(Blob).where(Blob.place == "local")) or 0
    return {"jobs": jobs, "failing": failing, "local_blobs": local}
