"""Every select on actors, users and sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, or_, select
from sqlalchemy.orm import Session

from core.access.actor import Actor, Grant
from core.access.models import Assignment
from core.auth.models import ActorRow, AppUser, SessionRow, SignInFailure, User

_SESSION: Table = SessionRow.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_ACTOR: Table = ActorRow.__table__  # type: ignore[assignment]
_ASSIGNMENT: Table = Assignment.__table__  # type: ignore[assignment]
_USER: Table = User.__table__  # type: ignore[assignment]

_BY_TOKEN = (
    select(
        _ACTOR.c.id,
        _ACTOR.c.kind,
        _ACTOR.c.display_name,
        _SESSION.c.csrf,
        _SESSION.c.expires_at,
        _USER.c.language,
        _ASSIGNMENT.c.role_id,
        _ASSIGNMENT.c.workspace_id,
        _ASSIGNMENT.c.form_id,
    )
    .select_from(
        _SESSION.join(_ACTOR, _ACTOR.c.id == _SESSION.c.actor_id)
        .outerjoin(_USER, _USER.c.actor_id == _ACTOR.c.id)
        .outerjoin(_ASSIGNMENT, _ASSIGNMENT.c.actor_id == _ACTOR.c.id)
    )
    .where(_ACTOR.c.deleted_at.is_(None), or_(_USER.c.active.is_(None), _USER.c.active))
)


def actor_by_token_hash(session: Session, hashed: str, now: dt.datetime) -> Actor | None:
    """The actor of a live session with its grants, in one statement; None when unknown, expired or revoked."""
    rows = session.execute(_BY_TOKEN.where(_SESSION.c.token_hash == hashed)).all()
    if not rows or (rows[0].expires_at is not None and rows[0].expires_at <= now):
        return None
    return _actor(rows, hashed)


def _actor(rows: Sequence[Any], hashed: str | None) -> Actor:
    first = rows[0]
    return Actor(
        id=first.id,
        kind=first.kind,
        display_name=first.display_name,
        grants=tuple(Grant(row.role_id, row.workspace_id, row.form_id) for row in rows if row.role_id is not None),
        language=first.language,
        session_hash=hashed,
        csrf=first.csrf,
    )


def actor_by_id(session: Session, actor_id: int) -> Actor | None:
    """An actor with its grants, without a session."""
    row = session.get(ActorRow, actor_id)
    if row is None or row.deleted_at is not None:
        return None
    assignments = session.scalars(select(Assignment).where(Assignment.actor_id == actor_id)).all()
    grants = tuple(Grant(item.role_id, item.workspace_id, item.form_id) for item in assignments)
    return Actor(id=row.id, kind=row.kind, display_name=row.display_name, grants=grants)


def user_by_email(session: Session, email: str) -> User | None:
    """The active account of an e-mail address."""
    return session.scalar(select(User).where(User.email == email.strip().lower(), User.active))


def failures_since(session: Session, *, account: str, address: str, since: dt.datetime) -> int:
    """The greater of the wrong passwords for this account and from this address."""
    by_account = select(func.count()).where(SignInFailure.account == account, SignInFailure.at > since)
    by_address = select(func.count()).where(SignInFailure.address == address, SignInFailure.at > since)
    return max(session.scalar(by_account) or 0, session.scalar(by_address) or 0)


def list_users(session: Session) -> Sequence[tuple[User, ActorRow]]:
    """All people with an account, by name."""
    statement = select(User, ActorRow).join(ActorRow, ActorRow.id == User.actor_id)
    rows = session.execute(statement.where(ActorRow.deleted_at.is_(None)).order_by(ActorRow.display_name, ActorRow.id))
    return [(row[0], row[1]) for row in rows]


def list_app_users(session: Session, workspace_id: int) -> Sequence[tuple[AppUser, ActorRow]]:
    """The device credentials of a workspace that are not deleted, newest first."""
    statement = select(AppUser, ActorRow).join(ActorRow, ActorRow.id == AppUser.actor_id)
    rows = session.execute(
        statement.where(AppUser.workspace_id == workspace_id, ActorRow.deleted_at.is_(None)).order_by(ActorRow.id.desc())
    )
    return [(row[0], row[1]) for row in rows]
