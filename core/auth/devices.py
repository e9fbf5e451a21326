"""Services on device credentials: making one, renaming, deleting, and the key itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.access.models import Assignment
from core.auth import accounts, queries
from core.auth.models import ActorRow, AppUser, SessionRow
from core.auth.tokens import unseal
from core.database import utc_now
from core.names import checked_name


def device_key(device: AppUser, sealing_key: str) -> str | None:
    """The key of a device; None when it was revoked, or sealed under a key this server no longer has."""
    return unseal(device.sealed_key, sealing_key) if device.sealed_key else None


@dataclass(frozen=True)
class NewDevice:
    """A device credential just made, with its key."""

    device: AppUser
    row: ActorRow
    key: str


def create_device(
    session: Session,
    actor: Actor,
    *,
    workspace_id: int,
    display_name: str,
    sealing_key: str,
    role_id: int | None = None,
) -> NewDevice:
    """A new device credential, as `accounts.create_app_user` makes it.

    Raises:
        Problem 400.2: the name is blank. 400.8: it is too long.
    """
    actor_id, key = accounts.create_app_user(
        session,
        actor,
        workspace_id=workspace_id,
        display_name=display_name,
        role_id=role_id,
        sealing_key=sealing_key,
    )
    device, row = queries.find_app_user(session, workspace_id, actor_id)
    return NewDevice(device, row, key)


def rename_device(
    session: Session, actor: Actor, *, workspace_id: int, actor_id: int, display_name: str
) -> tuple[AppUser, ActorRow]:
    """Give a device another name.

    Raises:
        Problem 404.1: no such device in the workspace. 400.2: the name is blank. 400.8: it is too long.
    """
    device, row = queries.find_app_user(session, workspace_id, actor_id)
    row.display_name = checked_name(display_name, "displayName")
    row.updated_at = utc_now()
    _note(session, actor, "app_user.update", workspace_id, row)
    return device, row


def delete_device(session: Session, actor: Actor, *, workspace_id: int, actor_id: int) -> None:
    """Take a device off the list; its key ends at once, its records keep its name.

    Raises:
        Problem 404.1: no such device in the workspace.
    """
    device, row = queries.find_app_user(session, workspace_id, actor_id)
    device.sealed_key = None
    row.deleted_at = utc_now()
    session.execute(delete(SessionRow).where(SessionRow.actor_id == actor_id))
    session.execute(delete(Assignment).where(Assignment.actor_id == actor_id))
    _note(session, actor, "app_user.delete", workspace_id, row)


def _note(session: Session, actor: Actor, action: str, workspace_id: int, row: ActorRow) -> None:
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        workspace_id=workspace_id,
        subject=f"actor:{row.id}",
        details={"displayName": row.display_name},
    )
