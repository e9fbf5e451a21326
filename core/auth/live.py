"""Who is behind a token at this moment, and whether they still may do what they could a moment ago.

A route that stores what it is given in one statement need not ask who asks: `recall` knows whoever was here a moment
ago, and the statement itself (`still_permits`) stores nothing if that has changed. Such a route says so
(``allow(…, looks_again=True)``) and asks anew (`core.auth.resolve.confirm_actor`) before it says or does anything else.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, literal_column, or_, select

from core.access.actor import Actor, Grant
from core.access.models import Assignment, Workspace
from core.access.roles import ROLES
from core.auth.models import ActorRow, AppUser, SessionRow, User
from core.kept import Kept
from core.prepared import Prepared

REMEMBERED_SECONDS = 60.0
KEPT = 2000
_recent: Kept[str, tuple[Actor, float]] = Kept("recent_actors", KEPT)

_SESSION: Table = SessionRow.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_ACTOR: Table = ActorRow.__table__  # type: ignore[assignment]
_ASSIGNMENT: Table = Assignment.__table__  # type: ignore[assignment]
_WORKSPACE: Table = Workspace.__table__  # type: ignore[assignment]
_APP_USER: Table = AppUser.__table__  # type: ignore[assignment]
_USER: Table = User.__table__  # type: ignore[assignment]

_SIGNED_IN = (
    _SESSION.join(_ACTOR, _ACTOR.c.id == _SESSION.c.actor_id)
    .outerjoin(_USER, _USER.c.actor_id == _ACTOR.c.id)
    .outerjoin(_ASSIGNMENT, _ASSIGNMENT.c.actor_id == _ACTOR.c.id)
    # What was granted in a workspace ends with it; whoever had nothing else can still sign in.
    .outerjoin(_WORKSPACE, and_(_WORKSPACE.c.id == _ASSIGNMENT.c.workspace_id, _WORKSPACE.c.deleted_at.is_(None)))
)
_IS_LIVE = and_(_ACTOR.c.deleted_at.is_(None), or_(_USER.c.active.is_(None), _USER.c.active))

_BY_TOKEN = Prepared(
    select(
        _ACTOR.c.id,
        _ACTOR.c.kind,
        _ACTOR.c.display_name,
        _SESSION.c.csrf,
        _SESSION.c.expires_at,
        _USER.c.language,
        _APP_USER.c.last_used_at,
        _ASSIGNMENT.c.role_id,
        _ASSIGNMENT.c.workspace_id,
        _ASSIGNMENT.c.form_id,
        _WORKSPACE.c.id.label("live_workspace_id"),
    )
    .select_from(_SIGNED_IN.outerjoin(_APP_USER, _APP_USER.c.actor_id == _ACTOR.c.id))
    .where(_SESSION.c.token_hash == bindparam("hashed"), _IS_LIVE)
)


def actor_by_token_hash(connection: Connection, hashed: str, now: dt.datetime) -> Actor | None:
    """The actor of a live session with its grants, in one statement; None when unknown, expired or revoked."""
    rows = _BY_TOKEN.rows(connection, {"hashed": hashed})
    if not rows or (rows[0].expires_at is not None and rows[0].expires_at <= now):
        return None
    return _actor(rows, hashed)


def _actor(rows: Sequence[Any], hashed: str) -> Actor:
    first = rows[0]
    return Actor(
        id=first.id,
        kind=first.kind,
        display_name=first.display_name,
        grants=tuple(
            Grant(row.role_id, row.workspace_id, row.form_id)
            for row in rows
            if row.role_id is not None and row.workspace_id == row.live_workspace_id
        ),
        language=first.language,
        session_hash=hashed,
        csrf=first.csrf,
        last_used_at=first.last_used_at,
    )


def still_permits(verb: str) -> ColumnElement[bool]:
    """The condition that a session is live and its actor may do `verb` on a form: `Actor.can`, asked of the database.

    Parameters: ``session_hash`` (whoever has none was asked for their password just now), ``received_at``,
    ``workspace_id``, ``form_id``.
    """
    session_hash, expires = _parameter("session_hash", _SESSION.c.token_hash), _SESSION.c.expires_at
    roles: list[ColumnElement[int]] = [literal_column(str(role.id)) for role in ROLES.values() if verb in role.verbs]
    in_workspace = and_(
        _WORKSPACE.c.id == _parameter("workspace_id", _ASSIGNMENT.c.workspace_id),
        or_(_ASSIGNMENT.c.form_id.is_(None), _ASSIGNMENT.c.form_id == _parameter("form_id", _ASSIGNMENT.c.form_id)),
    )
    granted = (
        select(_SESSION.c.token_hash)
        .select_from(_SIGNED_IN)
        .where(
            _SESSION.c.token_hash == session_hash,
            _IS_LIVE,
            or_(expires.is_(None), expires > _parameter("received_at", expires)),
            _ASSIGNMENT.c.role_id.in_(roles),
            or_(_ASSIGNMENT.c.workspace_id.is_(None), in_workspace),
        )
    )
    return or_(session_hash.is_(None), granted.exists())


def _parameter(name: str, column: Any) -> ColumnElement[Any]:
    return bindparam(name, type_=column.type)


def remember(actor: Actor) -> None:
    """Keep an actor with a session who has just done what they may."""
    if actor.session_hash is not None and not actor.remembered:
        _recent.put(actor.session_hash, (replace(actor, remembered=True), time.monotonic() + REMEMBERED_SECONDS))


def recall(hashed: str) -> Actor | None:
    """The actor of a session as it was a moment ago; None when it was not here."""
    actor, until = _recent.get(hashed) or (None, 0.0)
    return actor if until > time.monotonic() else None


def forget(hashed: str) -> None:
    """Keep the actor of a session no longer."""
    _recent.drop(hashed)
