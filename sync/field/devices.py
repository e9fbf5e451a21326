"""Devices of the field: what each tablet says of itself when it was in contact."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.auth import accounts
from core.database import utc_now
from core.errors import Problem
from sync.field.models import FieldDevice

_TABLE: Table = FieldDevice.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
LONGEST_TEXT = 200
MOST_FORMS = 200
_FIRST = frozenset({"id", "workspace_id", "install_id", "actor_id", "first_seen_at"})


def announce(session: Session, actor: Actor, *, workspace_id: int, install_id: str, said: dict[str, Any]) -> None:
    """Note how a tablet stands, in place of what it said before.

    `said` has the columns of `FieldDevice` that the tablet knows, and its `clock`.
    """
    now = utc_now()
    clock: dt.datetime | None = said.pop("clock", None)
    row = {
        **said,
        "workspace_id": workspace_id,
        "install_id": install_id,
        "actor_id": actor.id,
        "clock_skew_seconds": round((clock - now).total_seconds()) if clock is not None else 0,
        "first_seen_at": now,
        "last_seen_at": now,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_TABLE).values(row)
    changed = {name: statement.excluded[name] for name in row if name not in _FIRST}
    unique = ["workspace_id", "install_id", "actor_id"]
    session.execute(statement.on_conflict_do_update(index_elements=unique, set_=changed))


def end_sign_in(session: Session, actor: Actor, *, workspace_id: int, device_id: int) -> None:
    """Sign a person out on one tablet, which was lost for one. Other tablets of theirs go on.

    What is on the tablet stays there: it can be filled in and read behind its PIN, and is sent after a new sign-in.

    Raises:
        Problem 404.1: no such tablet in the workspace, or nobody is signed in there.
    """
    row = session.get(FieldDevice, device_id)
    if row is None or row.workspace_id != workspace_id:
        raise Problem("404.1")
    if not accounts.end_tablet_sessions(session, actor_id=row.actor_id, install_id=row.install_id):
        raise Problem("404.1")
    audit.record(
        session,
        actor_id=actor.id,
        action="tablet.sign_out",
        workspace_id=workspace_id,
        subject=f"actor:{row.actor_id}",
        details={"tablet": row.label or row.install_id},
    )


def devices_of(session: Session, workspace_id: int) -> list[FieldDevice]:
    """The tablets of a workspace, those that were silent longest first."""
    rows = session.scalars(
        select(FieldDevice).where(FieldDevice.workspace_id == workspace_id).order_by(FieldDevice.last_seen_at)
    )
    return list(rows)
