"""Every select on workspaces' people: who has which role where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.access.models import Assignment
from core.access.roles import ADMINISTRATOR, ROLES, Role
from core.auth.models import ActorRow, User


@dataclass(frozen=True)
class Person:
    """Somebody with a role in a workspace. `role` is empty for who has one on single forms only."""

    user: User
    row: ActorRow
    role: Role | None


def people_of(session: Session, workspace_id: int) -> list[Person]:
    """People with a role in a workspace, by name; of several roles the one with the most rights."""
    statement = (
        select(User, ActorRow, Assignment)
        .join(ActorRow, ActorRow.id == User.actor_id)
        .join(Assignment, Assignment.actor_id == User.actor_id)
        .where(Assignment.workspace_id == workspace_id, ActorRow.deleted_at.is_(None))
        .order_by(ActorRow.display_name, ActorRow.id)
    )
    people: dict[int, Person] = {}
    for user, row, assignment in session.execute(statement):
        role = ROLES[assignment.role_id] if assignment.form_id is None else None
        known = people.get(row.id)
        if known is None or len(role.verbs if role else ()) > len(known.role.verbs if known.role else ()):
            people[row.id] = Person(user, row, role)
    return list(people.values())


def roles_of(session: Session, workspace_id: int, actor_id: int) -> list[int]:
    """The roles an actor has in the whole of a workspace."""
    statement = select(Assignment.role_id).where(
        Assignment.workspace_id == workspace_id, Assignment.actor_id == actor_id, Assignment.form_id.is_(None)
    )
    return list(session.scalars(statement))


def forms_given(session: Session, workspace_id: int, actor_id: int, role_id: int) -> set[int]:
    """The forms of a workspace on which an actor was given a role, each by itself."""
    statement = select(Assignment.form_id).where(
        Assignment.workspace_id == workspace_id,
        Assignment.actor_id == actor_id,
        Assignment.role_id == role_id,
        Assignment.form_id.is_not(None),
    )
    return {form_id for form_id in session.scalars(statement) if form_id is not None}


def assignments_in(
    session: Session, workspace_id: int | None, role_id: int | None = None
) -> Sequence[tuple[Assignment, ActorRow]]:
    """Assignments in the whole of a workspace, or site-wide ones, with their actors oldest first."""
    place = Assignment.workspace_id.is_(None) if workspace_id is None else Assignment.workspace_id == workspace_id
    return _assignments(session, (place, Assignment.form_id.is_(None)), role_id)


def assignments_on_form(
    session: Session, form_id: int, role_id: int | None = None
) -> Sequence[tuple[Assignment, ActorRow]]:
    """Assignments on one form, with their actors oldest first."""
    return _assignments(session, (Assignment.form_id == form_id,), role_id)


def _assignments(
    session: Session, where: tuple[ColumnElement[bool], ...], role_id: int | None
) -> Sequence[tuple[Assignment, ActorRow]]:
    statement = (
        select(Assignment, ActorRow)
        .join(ActorRow, ActorRow.id == Assignment.actor_id)
        .where(*where, ActorRow.deleted_at.is_(None))
        .order_by(Assignment.id)
    )
    if role_id is not None:
        statement = statement.where(Assignment.role_id == role_id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def administrator_ids(session: Session) -> set[int]:
    """Actors who are administrators of the server and whose account is open."""
    statement = (
        select(Assignment.actor_id)
        .join(User, User.actor_id == Assignment.actor_id)
        .where(Assignment.role_id == ADMINISTRATOR.id, Assignment.workspace_id.is_(None), User.active)
    )
    return set(session.scalars(statement))
