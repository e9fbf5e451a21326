"""Services on the people of a workspace: adding one, giving another role, taking them out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import audit
from core.access import problems, queries, workspaces
from core.access.actor import Actor
from core.access.models import Assignment
from core.access.roles import MANAGER, WORKSPACE_ROLES
from core.auth import accounts, profiles
from core.auth.passwords import first_password
from core.errors import Problem
from core.names import visible_text

__all__ = ["problems"]
_GIVEN = frozenset(role.id for role in WORKSPACE_ROLES)


@dataclass(frozen=True)
class Added:
    """Who was added. `password` is there for a new account only, and is kept nowhere."""

    display_name: str
    email: str
    password: str | None


def add_person(
    session: Session, actor: Actor, *, workspace_id: int, email: str, display_name: str, role_id: int
) -> Added:
    """Give the person with an e-mail address a role; who has no account gets one if the actor may create it.

    Raises:
        Problem 404.120: no such account, and the actor creates none. 409.121: the person is in the workspace.
        Problem 400.121: not an e-mail address. 404.1, 403.1: the role, see `workspaces.assign`.
    """
    _require_workspace_role(role_id)
    address = visible_text(email).lower()
    known = profiles.account_id(session, address)
    password = None
    if known is None:
        if not actor.can("user.create"):
            raise Problem("404.120", email=address)
        password = first_password()
        known = accounts.create_user(session, actor, email=address, display_name=display_name, password=password)
    _, row = profiles.find_account(session, known)
    if queries.roles_of(session, workspace_id, known):
        raise Problem("409.121", name=row.display_name)
    workspaces.assign(session, actor, actor_id=known, role_id=role_id, workspace_id=workspace_id)
    return Added(row.display_name, address, password)


def change_role(session: Session, actor: Actor, *, workspace_id: int, actor_id: int, role_id: int) -> None:
    """Put one role in the place of all that a person has in the whole of a workspace.

    Raises:
        Problem 404.1: the person is not in the workspace, or the role is not one of a workspace.
        Problem 403.1: as `workspaces.assign`. 409.123: managers would shut themselves out, with no way back.
    """
    _require_workspace_role(role_id)
    present = queries.roles_of(session, workspace_id, actor_id)
    if not present and not _has_form_roles(session, workspace_id, actor_id):
        raise Problem("404.1")
    if present == [role_id]:
        return
    if actor_id == actor.id and MANAGER.id in present and not actor.can("assignment.create"):
        raise Problem("409.123")
    for role in present:
        workspaces.unassign(session, actor, actor_id=actor_id, role_id=role, workspace_id=workspace_id)
    workspaces.assign(session, actor, actor_id=actor_id, role_id=role_id, workspace_id=workspace_id)


def remove_person(session: Session, actor: Actor, *, workspace_id: int, actor_id: int) -> None:
    """Take a person out of a workspace, with the roles on single forms too. The account stays.

    Raises:
        Problem 404.1: the person is not in the workspace.
    """
    gone = session.execute(
        delete(Assignment)
        .where(Assignment.workspace_id == workspace_id, Assignment.actor_id == actor_id)
        .returning(Assignment.id)
    ).all()
    if not gone:
        raise Problem("404.1")
    audit.record(
        session,
        actor_id=actor.id,
        action="person.remove",
        workspace_id=workspace_id,
        subject=f"actor:{actor_id}",
    )


def _has_form_roles(session: Session, workspace_id: int, actor_id: int) -> bool:
    return any(person.row.id == actor_id for person in queries.people_of(session, workspace_id))


def _require_workspace_role(role_id: int) -> None:
    if role_id not in _GIVEN:
        raise Problem("404.1")
