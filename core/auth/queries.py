"""Selects on actors, users and sessions; who is behind a token is in `live`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.access.actor import Actor, Grant
from core.access.models import Assignment, Workspace
from core.auth.models import ActorRow, AppUser, SessionRow, SignInFailure, User
from core.errors import Problem

_USERS = select(User, ActorRow).join(ActorRow, ActorRow.id == User.actor_id)
_DEVICES = (
    select(AppUser, ActorRow).join(ActorRow, ActorRow.id == AppUser.actor_id).where(ActorRow.deleted_at.is_(None))
)


def actor_by_id(session: Session, actor_id: int) -> Actor | None:
    """An actor with its grants, without a session."""
    row = session.get(ActorRow, actor_id)
    if row is None or row.deleted_at is not None:
        return None
    live = select(Workspace.id).where(Workspace.deleted_at.is_(None))
    assignments = session.scalars(
        select(Assignment).where(
            Assignment.actor_id == actor_id,
            or_(Assignment.workspace_id.is_(None), Assignment.workspace_id.in_(live)),
        )
    )
    grants = tuple(Grant(item.role_id, item.workspace_id, item.form_id) for item in assignments)
    return Actor(id=row.id, kind=row.kind, display_name=row.display_name, grants=grants)


def user_by_email(session: Session, email: str) -> User | None:
    """The active account of an e-mail address."""
    return session.scalar(select(User).where(User.email == email.strip().lower(), User.active))


def failure_of_account(session: Session, account: str, *, since: dt.datetime, rank: int) -> dt.datetime | None:
    """When the `rank`-th latest wrong password for an account came; None when there were fewer `since` then."""
    return _failure(session, SignInFailure.account == account, since, rank)


def failure_of_address(session: Session, address: str, *, since: dt.datetime, rank: int) -> dt.datetime | None:
    """The same for a network address."""
    return _failure(session, SignInFailure.address == address, since, rank)


def _failure(session: Session, of: ColumnElement[bool], since: dt.datetime, rank: int) -> dt.datetime | None:
    latest = select(SignInFailure.at).where(of, SignInFailure.at > since).order_by(SignInFailure.at.desc())
    return session.scalar(latest.offset(rank - 1).limit(1))


def list_users(session: Session, search: str = "") -> Sequence[tuple[User, ActorRow]]:
    """All people with an account, by name; with `search`, those whose name or address holds every word of it."""
    statement = _USERS.where(ActorRow.deleted_at.is_(None)).order_by(ActorRow.display_name, ActorRow.id)
    for word in search.lower().split():
        statement = statement.where(
            or_(
                func.lower(ActorRow.display_name).contains(word, autoescape=True),
                User.email.contains(word, autoescape=True),
            )
        )
    return [(row[0], row[1]) for row in session.execute(statement)]


def find_user(session: Session, actor_id: int) -> tuple[User, ActorRow] | None:
    """The account of an actor that is not deleted."""
    row = session.execute(_USERS.where(ActorRow.id == actor_id, ActorRow.deleted_at.is_(None))).first()
    return (row[0], row[1]) if row else None


def list_app_users(session: Session, workspace_id: int) -> Sequence[tuple[AppUser, ActorRow]]:
    """The device credentials of a workspace that are not deleted, newest first and revoked ones last."""
    statement = _DEVICES.where(AppUser.workspace_id == workspace_id)
    rows = session.execute(statement.order_by(AppUser.sealed_key.is_(None), ActorRow.id.desc()))
    return [(row[0], row[1]) for row in rows]


def find_app_user(session: Session, workspace_id: int, actor_id: int) -> tuple[AppUser, ActorRow]:
    """One device credential of a workspace.

    Raises:
        Problem 404.1: there is none.
    """
    row = session.execute(_DEVICES.where(AppUser.workspace_id == workspace_id, AppUser.actor_id == actor_id)).first()
    if row is None:
        raise Problem("404.1")
    return row[0], row[1]


def actors_by_id(session: Session, ids: Iterable[int | None]) -> dict[int, ActorRow]:
    """Actors, deleted ones too, by id; to name who did something."""
    wanted = {actor_id for actor_id in ids if actor_id is not None}
    rows = session.scalars(select(ActorRow).where(ActorRow.id.in_(wanted))) if wanted else ()
    return {row.id: row for row in rows}


def count_app_users(session: Session, workspace_ids: Iterable[int]) -> dict[int, int]:
    """How many devices that are not deleted each workspace has."""
    statement = select(AppUser.workspace_id, func.count()).join(ActorRow, ActorRow.id == AppUser.actor_id)
    counted = statement.where(AppUser.workspace_id.in_(set(workspace_ids)), ActorRow.deleted_at.is_(None))
    return {row[0]: row[1] for row in session.execute(counted.group_by(AppUser.workspace_id))}


def find_session(session: Session, hashed: str) -> SessionRow | None:
    """A session or device key by the hash of its token."""
    return session.get(SessionRow, hashed)
