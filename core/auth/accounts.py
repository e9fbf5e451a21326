"""Services on people and devices: accounts, sign-in, sessions, app users."""

from __future__ import annotations

import datetime as dt
import math
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.access.models import Assignment
from core.auth import problems, queries
from core.auth.models import ActorRow, AppUser, SessionRow, SignInFailure, User
from core.auth.passwords import hash_password, password_matches
from core.auth.tokens import new_token, seal, token_hash
from core.database import utc_now
from core.errors import Problem
from core.names import checked_name, visible_text

__all__ = ["problems"]

WINDOW = dt.timedelta(minutes=10)
FREE_TRIES = 10
"""Wrong passwords that an account may see in `WINDOW`, from wherever they come."""
FREE_TRIES_OF_ADDRESS = 100
"""The same for a network address: a whole office sits behind one router, so it is many people's."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True)
class SignIn:
    """A fresh session: the token goes to the client once and is not kept."""

    token: str
    csrf: str
    actor_id: int
    created_at: dt.datetime
    expires_at: dt.datetime


def create_user(session: Session, actor: Actor, *, email: str, display_name: str, password: str | None) -> int:
    """Create an account; its actor id.

    Raises:
        Problem 400.121: not an e-mail address. 409.3: the address has an account. 400.8: the name is too long.
        Problem 400.21, 400.38, 400.120: the password.
    """
    address = free_address(session, email)
    name = checked_name(display_name, "displayName") if visible_text(display_name) else address
    row = ActorRow(kind="user", display_name=name, created_at=utc_now())
    session.add(row)
    session.flush()
    hashed = hash_password(password) if password else ""
    session.add(User(actor_id=row.id, email=address, password_hash=hashed))
    session.flush()
    audit.record(
        session,
        actor_id=actor.id,
        action="user.create",
        subject=f"actor:{row.id}",
        details={"email": address},
    )
    return row.id


def free_address(session: Session, email: str) -> str:
    """An e-mail address in the form it is kept, when no account has it.

    Raises:
        Problem 400.121: not an e-mail address. 409.3: the address has an account.
    """
    address = visible_text(email).lower()
    if not _EMAIL.fullmatch(address):
        raise Problem("400.121", given=email)
    if session.scalar(select(User.actor_id).where(User.email == address)) is not None:
        raise Problem("409.3", fields="email", values=address)
    return address


def set_password(
    session: Session, actor: Actor, *, user_id: int, password: str, kept_session: str | None = None
) -> None:
    """Give an account a new password and end all its sessions but the one whose hash is `kept_session`.

    Raises:
        Problem 404.1: no such account. 400.21, 400.38, 400.120: the password.
    """
    user = session.get(User, user_id)
    if user is None:
        raise Problem("404.1")
    user.password_hash = hash_password(password)
    others = delete(SessionRow).where(SessionRow.actor_id == user_id)
    session.execute(others.where(SessionRow.token_hash != kept_session) if kept_session else others)
    audit.record(session, actor_id=actor.id, action="user.password", subject=f"actor:{user_id}")


def require_free_try(session: Session, *, email: str, address: str) -> None:
    """Refuse when an account or a network address has seen too many wrong passwords lately.

    An empty `address` is not asked about: a person signed in already is known otherwise.

    Raises:
        Problem 429.1: `FREE_TRIES` or `FREE_TRIES_OF_ADDRESS` in `WINDOW`, with the seconds until one is free again.
    """
    now = utc_now()
    since = now - WINDOW
    full = [queries.failure_of_account(session, email.strip().lower(), since=since, rank=FREE_TRIES)]
    if address:
        full.append(queries.failure_of_address(session, address, since=since, rank=FREE_TRIES_OF_ADDRESS))
    waits = [math.ceil((at + WINDOW - now).total_seconds()) for at in full if at is not None]
    if waits:
        seconds = max(1, *waits)
        raise Problem("429.1", seconds=seconds, headers={"Retry-After": str(seconds)})


def note_failure(session: Session, *, email: str, address: str) -> None:
    """Remember a wrong password; an empty `address` counts for the account only."""
    session.add(SignInFailure(account=email.strip().lower()[:254], address=address, at=utc_now()))
    audit.record(session, actor_id=None, action="session.refused", details={"email": email.strip().lower()[:254]})


def verify(session: Session, *, email: str, password: str) -> int | None:
    """The actor id behind an e-mail address and password, or None."""
    user = queries.user_by_email(session, email)
    if not password_matches(user.password_hash if user else None, password):
        return None
    return user.actor_id if user else None


def open_session(session: Session, *, actor_id: int, seconds: int, install_id: str = "") -> SignIn:
    """Begin a session of some seconds; `install_id` is the installation of the field client that it is for."""
    now = utc_now()
    signed_in = SignIn(
        token=new_token(),
        csrf=secrets.token_urlsafe(32),
        actor_id=actor_id,
        created_at=now,
        expires_at=now + dt.timedelta(seconds=seconds),
    )
    session.add(
        SessionRow(
            token_hash=token_hash(signed_in.token),
            actor_id=actor_id,
            csrf=signed_in.csrf,
            created_at=now,
            expires_at=signed_in.expires_at,
            install_id=install_id,
        )
    )
    user = session.get(User, actor_id)
    if user is not None:
        user.last_login_at = now
    audit.record(session, actor_id=actor_id, action="session.create", subject=f"actor:{actor_id}")
    return signed_in


def prolong_session(session: Session, *, hashed: str, until: dt.datetime) -> None:
    """Let a session live longer."""
    session.execute(update(SessionRow).where(SessionRow.token_hash == hashed).values(expires_at=until))


def close_session(session: Session, *, hashed: str) -> None:
    """End a session; ending one that is gone does nothing."""
    session.execute(delete(SessionRow).where(SessionRow.token_hash == hashed))


def end_tablet_sessions(session: Session, *, actor_id: int, install_id: str) -> int:
    """End what a person signed in to on one installation of the field client; how many sessions that were."""
    if not install_id:
        return 0
    of_tablet = (SessionRow.actor_id == actor_id, SessionRow.install_id == install_id)
    return len(session.scalars(delete(SessionRow).where(*of_tablet).returning(SessionRow.token_hash)).all())


def create_app_user(
    session: Session,
    actor: Actor,
    *,
    workspace_id: int,
    display_name: str,
    role_id: int | None,
    sealing_key: str,
) -> tuple[int, str]:
    """A device credential; its actor id and key.

    `role_id` is given in the whole workspace, or left to later assignments per form when None.

    Raises:
        Problem 400.2: the name is blank. 400.8: it is too long.
    """
    name = checked_name(display_name, "displayName")
    now = utc_now()
    row = ActorRow(kind="app_user", display_name=name, created_at=now)
    session.add(row)
    session.flush()
    key = new_token()
    session.add(
        AppUser(actor_id=row.id, workspace_id=workspace_id, sealed_key=seal(key, sealing_key), created_by=actor.id)
    )
    session.add(SessionRow(token_hash=token_hash(key), actor_id=row.id, csrf="", created_at=now, expires_at=None))
    if role_id is not None:
        session.add(Assignment(actor_id=row.id, role_id=role_id, workspace_id=workspace_id))
    session.flush()
    audit.record(
        session,
        actor_id=actor.id,
        action="app_user.create",
        workspace_id=workspace_id,
        subject=f"actor:{row.id}",
        details={"displayName": name},
    )
    return row.id, key


def note_contact(session: Session, *, actor_id: int | None) -> None:
    """Write down that a device was in contact just now."""
    session.execute(update(AppUser).where(AppUser.actor_id == actor_id).values(last_used_at=utc_now()))


def revoke_app_user(session: Session, actor: Actor, *, workspace_id: int, actor_id: int) -> None:
    """Take a device's key away; its next request is refused.

    Raises:
        Problem 404.1: no such device in the workspace.
    """
    device = session.get(AppUser, actor_id)
    if device is None or device.workspace_id != workspace_id:
        raise Problem("404.1")
    session.execute(delete(SessionRow).where(SessionRow.actor_id == actor_id))
    device.sealed_key = None
    audit.record(
        session,
        actor_id=actor.id,
        action="app_user.revoke",
        workspace_id=workspace_id,
        subject=f"actor:{actor_id}",
    )
