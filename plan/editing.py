"""What every change of the plan does: it looks at the version, leaves a trace and has the lists of devices renewed."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core import audit, jobs
from core.access.actor import Actor
from core.errors import Problem
from plan import trail
from plan.models import FiscalYear, PlanRevision
from plan.models.columns import Stamped, Versioned

__all__ = ["ANY_VERSION", "bump", "next_version", "note_change", "require_not_closed", "trail"]

ANY_VERSION = 0
"""Given as version by who overwrites on purpose (``If-Match: *``)."""

_REVISION: Table = PlanRevision.__table__  # type: ignore[assignment]  # declarative tables are typed loosely


def bump(session: Session, workspace_id: int) -> None:
    """Count a change of the plan and have it shown in the lists of devices, in the same transaction as the change."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    mark = secrets.token_hex(8)
    statement = insert(_REVISION).values(workspace_id=workspace_id, number=1, mark=mark)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id"], set_={"number": _REVISION.c.number + 1, "mark": mark}
        )
    )
    jobs.enqueue(session, "sync.mirror_plan", {"workspace_id": workspace_id}, key=f"sync.mirror_plan:{workspace_id}")


def note_change(
    session: Session, actor: Actor, action: str, row: Stamped, details: dict[str, Any] | None = None
) -> None:
    """Audit entry and new revision for a change of `row`; `action` is ``plan.thing.verb`` (`plan.trail`).

    The entry names the row by its code; `details` say what else a reader should know.
    """
    session.flush()
    code = getattr(row, "code", None) or getattr(row, "year_be", None)
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        workspace_id=row.workspace_id,
        subject=f"{row.__class__.__name__.lower()}:{row.id}",
        details={"code": code, **(details or {})},
    )
    bump(session, row.workspace_id)


def next_version(row: Versioned, version: int) -> None:
    """Count the row's version up; the row is locked by the query that found it.

    Raises:
        Problem 409.100: somebody changed the row since `version` was read.

    """
    if version not in {ANY_VERSION, row.version}:
        raise Problem("409.100")
    row.version += 1


def require_not_closed(year: FiscalYear) -> None:
    """Let pass what belongs to a year that is not closed.

    Raises:
        Problem 409.170: the year is closed, its plan is read-only.

    """
    if year.status == "closed":
        raise Problem("409.170", year=year.year_be)
