"""Services on workspaces and the roles people have in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from core import audit
from core.access import problems
from core.access.actor import Actor
from core.access.models import Assignment, Workspace
from core.access.queries import administrator_ids
from core.access.roles import ADMINISTRATOR, ROLES
from core.auth.models import ActorRow, AppUser
from core.database import utc_now
from core.errors import Problem
from core.names import checked_name

__all__ = ["problems"]


def create_workspace(session: Session, actor: Actor, *, name: str, description: str | None = None) -> Workspace:
    """A new, empty workspace.

    Raises:
        Problem 400.2: the name is blank. 400.8: it is too long.
    """
    row = Workspace(name=checked_name(name, "name"), description=description, created_at=utc_now())
    session.add(row)
    session.flush()
    audit.record(
        session, actor_id=actor.id, action="workspace.create", workspace_id=row.id, subject=f"workspace:{row.id}",
        details={"name": row.name},
    )  # fmt: skip
    return row


def find_workspace(session: Session, workspace_id: int) -> Workspace:
    """A workspace that is not deleted.

    Raises:
        Problem 404.1: there is none.
    """
    row = session.get(Workspace, workspace_id)
    if row is None or row.deleted_at is not None:
        raise Problem("404.1")
    return row


def list_workspaces(session: Session, actor: Actor, verb: str = "project.read") -> list[Workspace]:
    """The workspaces where an actor has a verb, if only on one form, by name, those in use first."""
    rows = session.scalars(
        select(Workspace)
        .where(Workspace.deleted_at.is_(None))
        .order_by(Workspace.archived, Workspace.name, Workspace.id)
    )
    return [row for row in rows if actor.can_on_some_form(verb, row.id)]


def update_workspace(session: Session, actor: Actor, *, workspace_id: int, changes: dict[str, Any]) -> Workspace:
    """Change `name`, `description` or `archived`; what is not in `changes` stays.

    Raises:
        Problem 404.1: no such workspace. 400.2: the name is blank. 400.8: it is too long.
    """
    row = find_workspace(session, workspace_id)
    if "name" in changes:
        changes = changes | {"name": checked_name(changes["name"], "name")}
    for name in ("name", "description", "archived"):
        if name in changes:
            setattr(row, name, changes[name])
    row.updated_at = utc_now()
    audit.record(
        session, actor_id=actor.id, action="workspace.update", workspace_id=row.id, subject=f"workspace:{row.id}",
        details=changes,
    )  # fmt: skip
    return row


def delete_workspace(session: Session, actor: Actor, *, workspace_id: int) -> None:
    """Put a workspace away: nobody gets into it any more; its records and its history stay in the database.

    Raises:
        Problem 404.1: no such workspace.
    """
    row = find_workspace(session, workspace_id)
    row.deleted_at = utc_now()
    audit.record(
        session, actor_id=actor.id, action="workspace.delete", workspace_id=row.id, subject=f"workspace:{row.id}",
        details={"name": row.name},
    )  # fmt: skip


def assign(
    session: Session,
    actor: Actor,
    *,
    actor_id: int,
    role_id: int,
    workspace_id: int | None = None,
    form_id: int | None = None,
    form_name: str = "",
) -> None:
    """Give a role, on one form when there is a `form_id`; `form_name` is what the history calls that form.

    Nobody can give what they do not have.

    Raises:
        Problem 404.1: unknown actor or role. 403.1: the role holds a verb the giver lacks there.
        Problem 409.3: the actor has the role there already.
    """
    target = session.get(ActorRow, actor_id)
    if target is None or target.deleted_at is not None or role_id not in ROLES:
        raise Problem("404.1")
    device = session.get(AppUser, actor_id)
    if device is not None and device.workspace_id != workspace_id:
        # A device belongs to one workspace and is known in no other.
        raise Problem("404.1")
    if not all(actor.can(verb, workspace_id) for verb in ROLES[role_id].verbs if not verb.startswith("open_form")):
        raise Problem("403.1")
    if session.scalar(_same(actor_id, role_id, workspace_id, form_id)) is not None:
        raise Problem("409.3", fields="actorId, roleId", values=f"{actor_id}, {role_id}")
    session.add(Assignment(actor_id=actor_id, role_id=role_id, workspace_id=workspace_id, form_id=form_id))
    session.flush()
    _note(session, actor, "assignment.create", actor_id, role_id, workspace_id, form_name)


def unassign(
    session: Session,
    actor: Actor,
    *,
    actor_id: int,
    role_id: int,
    workspace_id: int | None = None,
    form_id: int | None = None,
    form_name: str = "",
) -> None:
    """Take a role away, from one form when there is a `form_id`; `form_name` is what the history calls that form.

    Raises:
        Problem 404.1: the actor does not have it there. 409.120: nobody would administer the server any more.
    """
    found = session.scalar(_same(actor_id, role_id, workspace_id, form_id))
    if found is None:
        raise Problem("404.1")
    if workspace_id is None and administrator_ids(session) == {actor_id} and role_id == ADMINISTRATOR.id:
        raise Problem("409.120")
    session.execute(delete(Assignment).where(Assignment.id == found))
    _note(session, actor, "assignment.delete", actor_id, role_id, workspace_id, form_name)


def _same(actor_id: int, role_id: int, workspace_id: int | None, form_id: int | None) -> Select[int]:
    return select(Assignment.id).where(
        Assignment.actor_id == actor_id,
        Assignment.role_id == role_id,
        Assignment.workspace_id == workspace_id if workspace_id is not None else Assignment.workspace_id.is_(None),
        Assignment.form_id == form_id if form_id is not None else Assignment.form_id.is_(None),
    )


def _note(
    session: Session,
    actor: Actor,
    action: str,
    actor_id: int,
    role_id: int,
    workspace_id: int | None,
    form_name: str,
) -> None:
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        workspace_id=workspace_id,
        subject=f"actor:{actor_id}",
        details={"role": ROLES[role_id].system} | ({"xmlFormId": form_name} if form_name else {}),
    )
