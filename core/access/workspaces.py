"""Services on workspaces and the roles people have in them."""

from __future__ import annotations

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.access.models import Assignment, Workspace
from core.access.roles import ROLES
from core.auth.models import ActorRow
from core.database import utc_now
from core.errors import Problem


def create_workspace(session: Session, actor: Actor, *, name: str, description: str | None = None) -> Workspace:
    """A new, empty workspace.

    Raises:
        Problem 400.2: the name is blank.
    """
    if not name.strip():
        raise Problem("400.2", field="name")
    row = Workspace(name=name.strip(), description=description, created_at=utc_now())
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


def list_workspaces(session: Session, actor: Actor) -> list[Workspace]:
    """The workspaces an actor may look into, by name."""
    rows = session.scalars(select(Workspace).where(Workspace.deleted_at.is_(None)).order_by(Workspace.name, Workspace.id))
    return [row for row in rows if actor.can_on_some_form("project.read", row.id)]


def assign(
    session: Session,
    actor: Actor,
    *,
    actor_id: int,
    role_id: int,
    workspace_id: int | None = None,
    form_id: int | None = None,
) -> None:
    """Give a role. Nobody can give what they do not have.

    Raises:
        Problem 404.1: unknown actor or role. 403.1: the role holds a verb the giver lacks there.
        Problem 409.3: the actor has the role there already.
    """
    target = session.get(ActorRow, actor_id)
    if target is None or target.deleted_at is not None or role_id not in ROLES:
        raise Problem("404.1")
    if not all(actor.can(verb, workspace_id) for verb in ROLES[role_id].verbs if not verb.startswith("open_form")):
        raise Problem("403.1")
    if session.scalar(_same(actor_id, role_id, workspace_id, form_id)) is not None:
        raise Problem("409.3", fields="actorId, roleId", values=f"{actor_id}, {role_id}")
    session.add(Assignment(actor_id=actor_id, role_id=role_id, workspace_id=workspace_id, form_id=form_id))
    session.flush()
    _note(session, actor, "assignment.create", actor_id, role_id, workspace_id)


def unassign(
    session: Session,
    actor: Actor,
    *,
    actor_id: int,
    role_id: int,
    workspace_id: int | None = None,
    form_id: int | None = None,
) -> None:
    """Take a role away.

    Raises:
        Problem 404.1: the actor does not have it there.
    """
    found = session.scalar(_same(actor_id, role_id, workspace_id, form_id))
    if found is None:
        raise Problem("404.1")
    session.execute(delete(Assignment).where(Assignment.id == found))
    _note(session, actor, "assignment.delete", actor_id, role_id, workspace_id)


def _same(actor_id: int, role_id: int, workspace_id: int | None, form_id: int | None) -> Select[tuple[int]]:
    return select(Assignment.id).where(
        Assignment.actor_id == actor_id,
        Assignment.role_id == role_id,
        Assignment.workspace_id == workspace_id if workspace_id is not None else Assignment.workspace_id.is_(None),
        Assignment.form_id == form_id if form_id is not None else Assignment.form_id.is_(None),
    )


def _note(session: Session, actor: Actor, action: str, actor_id: int, role_id: int, workspace_id: int | None) -> None:
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        workspace_id=workspace_id,
        subject=f"actor:{actor_id}",
        details={"role": ROLES[role_id].system},
    )
