"""The service that ends a session by its token: one's own, or that of a device one looks after."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.auth import accounts, queries
from core.auth.models import AppUser
from core.errors import Problem


def end_session(session: Session, actor: Actor, *, hashed: str) -> None:
    """End a session or revoke a device's key.

    Raises:
        Problem 403.1: there is no such session, or it is not the actor's to end; nobody can tell which.
    """
    row = queries.find_session(session, hashed)
    if row is None:
        raise Problem("403.1")
    device = session.get(AppUser, row.actor_id)
    if device is not None:
        # A device must not lock itself out: whoever finds its key could.
        actor.require("session.end", device.workspace_id)
        accounts.revoke_app_user(session, actor, workspace_id=device.workspace_id, actor_id=device.actor_id)
        return
    if actor.id != row.actor_id:
        actor.require("session.end")
    accounts.close_session(session, hashed=hashed)
