"""The server's epoch: a name for the history that this database tells.

Every receipt carries it. After a backup was restored it is another one, and tablets offer again what they sent since.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core import audit
from core.database import utc_now
from sync.field.models import ServerEpoch

_ONE = 1


def known_epoch(session: Session) -> str | None:
    """The epoch; None before anybody asked for it."""
    return session.scalar(select(ServerEpoch.epoch).where(ServerEpoch.id == _ONE))


def make_epoch(session: Session) -> str:
    """The epoch, made when it is not there."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = {"id": _ONE, "epoch": str(uuid.uuid4()), "since": utc_now()}
    session.execute(insert(ServerEpoch).values(fresh).on_conflict_do_nothing())
    return session.scalars(select(ServerEpoch.epoch).where(ServerEpoch.id == _ONE)).one()


def begin_epoch(session: Session) -> str:
    """A backup was restored: another history begins, which every tablet will notice."""
    make_epoch(session)
    fresh = str(uuid.uuid4())
    session.execute(update(ServerEpoch).where(ServerEpoch.id == _ONE).values(epoch=fresh, since=utc_now()))
    audit.record(session, actor_id=None, action="server.restored", details={"epoch": fresh})
    return fresh
