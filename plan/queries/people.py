"""Selects on groups and officers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.access.models import Assignment
from core.auth.models import ActorRow, User
from plan.models import Group, GroupMembership, Officer
from plan.queries.base import listed, matches, only


def groups(session: Session, workspace_id: int, *, after: int | str = "", limit: int | None = None) -> Sequence[Group]:
    """The groups and units, by code."""
    statement = select(Group).where(Group.workspace_id == workspace_id).options(joinedload(Group.parent))
    return listed(session, statement, Group, after=after, limit=limit)


def find_group(session: Session, workspace_id: int, code: str, *, for_update: bool = False) -> Group:
    """A group by its code.

    Raises:
        Problem 404.1: there is none.

    """
    statement = select(Group).where(Group.workspace_id == workspace_id, Group.code == code)
    return only(session, statement.options(selectinload(Group.parent)), code, for_update=for_update)


def officers(
    session: Session,
    workspace_id: int,
    *,
    group_code: str | None = None,
    search: str = "",
    after: int | str = "",
    limit: int | None = None,
) -> Sequence[Officer]:
    """Officers by code, from above the code or id `after`."""
    statement = select(Officer).where(Officer.workspace_id == workspace_id).options(joinedload(Officer.group))
    if group_code:
        statement = statement.join(Group, Group.id == Officer.group_id).where(Group.code == group_code)
    if search:
        statement = statement.where(matches(search, Officer.name, Officer.code, Officer.position))
    return listed(session, statement, Officer, after=after, limit=limit)


def find_officer(session: Session, workspace_id: int, uuid: str, *, for_update: bool = False) -> Officer:
    """An officer with their history of groups.

    Raises:
        Problem 404.1: there is none.

    """
    statement = (
        select(Officer)
        .where(Officer.workspace_id == workspace_id, Officer.uuid == uuid)
        .options(selectinload(Officer.group), selectinload(Officer.memberships).joinedload(GroupMembership.group))
    )
    return only(session, statement, uuid, for_update=for_update)


def officer_of_account(session: Session, workspace_id: int, actor_id: int) -> Officer | None:
    """The officer who signs in as `actor_id`, None when the account belongs to none."""
    return session.scalars(
        select(Officer)
        .where(Officer.workspace_id == workspace_id, Officer.user_actor_id == actor_id)
        .order_by(Officer.id)
    ).first()


def accounts(session: Session, workspace_id: int) -> Sequence[tuple[int, str, str]]:
    """The people with a role in the workspace: actor id, name, e-mail address; by name."""
    statement = (
        select(ActorRow.id, ActorRow.display_name, User.email)
        .join(User, User.actor_id == ActorRow.id)
        .join(Assignment, Assignment.actor_id == ActorRow.id)
        .where(Assignment.workspace_id == workspace_id, ActorRow.deleted_at.is_(None), User.active)
        .distinct()
        .order_by(ActorRow.display_name, ActorRow.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]
