"""Services on accounts that exist: their name and address, whether they are open, and leaving for good."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.access.models import Assignment
from core.auth import accounts, queries
from core.auth.models import ActorRow, SessionRow, User
from core.auth.passwords import first_password, password_matches
from core.database import utc_now
from core.errors import Problem
from core.i18n import LANGUAGES
from core.names import checked_name, visible_text


def find_account(session: Session, actor_id: int) -> tuple[User, ActorRow]:
    """An account that is not deleted.

    Raises:
        Problem 404.1: there is none.
    """
    found = queries.find_user(session, actor_id)
    if found is None:
        raise Problem("404.1")
    return found


def create_account(
    session: Session, actor: Actor, *, email: str, display_name: str, password: str | None
) -> tuple[User, ActorRow]:
    """A new account, as `accounts.create_user` makes it, whole."""
    actor_id = accounts.create_user(session, actor, email=email, display_name=display_name, password=password)
    return find_account(session, actor_id)


def update_account(
    session: Session, actor: Actor, *, user_id: int, display_name: str | None = None, email: str | None = None
) -> tuple[User, ActorRow]:
    """Change name or e-mail address; what is None stays.

    Raises:
        Problem 404.1: no such account. 400.121: not an e-mail address. 409.3: it belongs to another account.
        Problem 400.8: the name is too long.
    """
    user, row = find_account(session, user_id)
    changed = {}
    if email is not None and email.strip().lower() != user.email:
        user.email = changed["email"] = accounts.free_address(session, email)
    if display_name is not None and visible_text(display_name):
        row.display_name = changed["displayName"] = checked_name(display_name, "displayName")
    row.updated_at = utc_now()
    session.flush()
    audit.record(session, actor_id=actor.id, action="user.update", subject=f"actor:{user_id}", details=changed)
    return user, row


def set_language(session: Session, *, user_id: int, language: str) -> None:
    """Remember the language a person reads.

    Raises:
        Problem 404.1: no such account, or a language there is not.
    """
    user, _ = find_account(session, user_id)
    if language not in LANGUAGES:
        raise Problem("404.1")
    user.language = language


def change_own_password(session: Session, actor: Actor, *, old: str, new: str) -> None:
    """A person's own change; it ends their other sessions.

    Raises:
        Problem 400.122: the old password is wrong. 400.21, 400.38, 400.120: the new one.
    """
    user, row = find_account(session, actor.id or 0)
    if not password_matches(user.password_hash, old):
        raise Problem("400.122")
    accounts.set_password(session, actor, user_id=row.id, password=new, kept_session=actor.session_hash)


def reset_password(session: Session, actor: Actor, *, user_id: int) -> str:
    """A new password made up by the server, which is returned once and kept nowhere.

    Raises:
        Problem 404.1: no such account.
    """
    find_account(session, user_id)
    password = first_password()
    accounts.set_password(session, actor, user_id=user_id, password=password)
    return password


def set_active(session: Session, actor: Actor, *, user_id: int, active: bool) -> None:
    """Open or close an account. A closed one signs in nowhere and its sessions end; records keep its name.

    Raises:
        Problem 404.1: no such account. 409.122: it is one's own.
    """
    user, row = find_account(session, user_id)
    _not_oneself(actor, user_id)
    user.active = active
    row.updated_at = utc_now()
    if not active:
        session.execute(delete(SessionRow).where(SessionRow.actor_id == user_id))
    action = "user.open" if active else "user.close"
    audit.record(session, actor_id=actor.id, action=action, subject=f"actor:{user_id}", details={"email": user.email})


def retire_account(session: Session, actor: Actor, *, user_id: int) -> None:
    """Delete an account: sessions and roles end, the e-mail address becomes free, records keep the name.

    Raises:
        Problem 404.1: no such account. 409.122: it is one's own.
    """
    user, row = find_account(session, user_id)
    _not_oneself(actor, user_id)
    details = {"email": user.email}
    row.deleted_at = utc_now()
    user.active = False
    user.password_hash = ""
    # The address must be free for another account, and a row without one would not be unique.
    user.email = f"deleted:{user_id}"
    session.execute(delete(SessionRow).where(SessionRow.actor_id == user_id))
    session.execute(delete(Assignment).where(Assignment.actor_id == user_id))
    audit.record(session, actor_id=actor.id, action="user.delete", subject=f"actor:{user_id}", details=details)


def account_id(session: Session, email: str) -> int | None:
    """The actor id of the account with an e-mail address, closed ones too."""
    return session.scalar(select(User.actor_id).where(User.email == email.strip().lower()))


def _not_oneself(actor: Actor, user_id: int) -> None:
    if actor.id == user_id:
        raise Problem("409.122")
