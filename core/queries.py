"""Selects that belong to no single subject of core."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.auth.models import ActorRow
from core.jobs import Job
from core.storage.models import Blob


def database_answers(session: Session) -> None:
    """Ask the database the simplest question; raises when it does not answer."""
    session.execute(select(1))


@dataclass(frozen=True)
class AuditFilter:
    """Which audit entries are wanted. `actions` are whole names, or beginnings that end with a dot."""

    workspace_id: int | None = None
    before: int | None = None
    actions: tuple[str, ...] = ()
    actor_id: int | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None


def audit_page(
    session: Session, wanted: AuditFilter, *, limit: int | None = None, offset: int = 0
) -> Sequence[tuple[AuditEntry, ActorRow | None]]:
    """Audit entries with who did them, newest first, from below the id `before`."""
    statement = select(AuditEntry, ActorRow).outerjoin(ActorRow, ActorRow.id == AuditEntry.actor_id)
    if wanted.workspace_id is not None:
        statement = statement.where(AuditEntry.workspace_id == wanted.workspace_id)
    if wanted.before is not None:
        statement = statement.where(AuditEntry.id < wanted.before)
    if wanted.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.start is not None:
        statement = statement.where(AuditEntry.at >= wanted.start)
    if wanted.end is not None:
        statement = statement.where(AuditEntry.at <= wanted.end)
    if wanted.actions:
        statement = statement.where(or_(*(_is_action(name) for name in wanted.actions)))
    rows = session.execute(statement.order_by(AuditEntry.id.desc()).limit(limit).offset(offset))
    return [(row[0], row[1]) for row in rows]


def audit_of_subject(session: Session, subject: str, *, limit: int = 200) -> Sequence[tuple[AuditEntry, str | None]]:
    """What happened to one thing (``kind:id``), newest first, with the actor's name."""
    rows = session.execute(
        select(AuditEntry, ActorRow.display_name)
        .outerjoin(ActorRow, ActorRow.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def _is_action(name: str) -> ColumnElement[bool]:
    if name.endswith("."):
        return AuditEntry.action.startswith(name, autoescape=True)
    return AuditEntry.action == name


def waiting_work(session: Session) -> dict[str, int]:
    """How many jobs wait, how many of those failed before, and how many blobs are still to move."""
    jobs = session.scalar(select(func.count()).select_from(Job)) or 0
    failing = session.scalar(select(func.count()).select_from(Job).where(Job.last_error.is_not(None))) or 0
    local = session.scalar(select(func.count()).select_from(Blob).where(Blob.place == "local")) or 0
    return {"jobs": jobs, "failing": failing, "local_blobs": local}
