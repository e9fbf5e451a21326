"""Properties of the people and devices that lists are cut to: what the plan knows of them, and what was entered."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.auth.queries import actor_by_id
from core.errors import Problem
from core.xml import without_control_characters
from forms.entities import LONGEST_NAME, is_property_name
from plan.queries import officer_of_account
from sync.entities.models import PersonProperty

GROUP, OFFICER = "group", "officer"
FROM_PLAN = (GROUP, OFFICER)
MOST_PROPERTIES = 50
LONGEST_VALUE = 1000


def properties_of(session: Session, actor: Actor, workspace_id: int) -> dict[str, str]:
    """What is known of an actor in a workspace: group and officer from the plan, and what was entered for it."""
    if actor.id is None:
        return {}
    entered = entered_for(session, workspace_id, actor.id)
    officer = officer_of_account(session, workspace_id, actor.id)
    if officer is None:
        return entered
    from_plan = {OFFICER: officer.code} | ({GROUP: officer.group.code} if officer.group is not None else {})
    return entered | from_plan


def entered_for(session: Session, workspace_id: int, actor_id: int) -> dict[str, str]:
    """The properties that were entered for an actor, by name."""
    rows = session.scalars(
        select(PersonProperty)
        .where(PersonProperty.workspace_id == workspace_id, PersonProperty.actor_id == actor_id)
        .order_by(PersonProperty.name)
    )
    return {row.name: row.value for row in rows}


def enter(session: Session, actor: Actor, *, workspace_id: int, actor_id: int, values: dict[str, str]) -> None:
    """Put properties of an actor in place of those entered before; an empty value takes one away."""
    session.execute(
        delete(PersonProperty).where(PersonProperty.workspace_id == workspace_id, PersonProperty.actor_id == actor_id)
    )
    session.add_all(
        PersonProperty(workspace_id=workspace_id, actor_id=actor_id, name=name, value=value)
        for name, value in values.items()
        if value
    )
    session.flush()
    audit.record(
        session,
        actor_id=actor.id,
        action="actor_property.update",
        workspace_id=workspace_id,
        subject=f"actor:{actor_id}",
        details={"properties": dict(values)},
    )


def names_in_use(session: Session, workspace_id: int) -> dict[str, list[str]]:
    """The properties that somebody has, each with its values; those of the plan too, without theirs."""
    rows = session.execute(
        select(PersonProperty.name, PersonProperty.value)
        .where(PersonProperty.workspace_id == workspace_id)
        .distinct()
        .order_by(PersonProperty.name, PersonProperty.value)
    )
    found: dict[str, list[str]] = {name: [] for name in FROM_PLAN}
    for name, value in rows:
        found.setdefault(name, []).append(value)
    return dict(sorted(found.items()))


def find_actor(session: Session, workspace_id: int, actor_id: int) -> Actor:
    """A person or a device with a right in the workspace.

    Raises:
        Problem 404.1: there is none.

    """
    found = actor_by_id(session, actor_id)
    if found is None or not any(grant.workspace_id == workspace_id for grant in found.grants):
        raise Problem("404.1")
    return found


def enter_checked(session: Session, actor: Actor, *, workspace_id: int, actor_id: int, values: dict[str, str]) -> None:
    """As `enter`, for what comes from outside.

    Raises:
        Problem 400.165: a name that cannot be used. 400.8: a text that cannot be, or what only the plan says.
        Problem 404.1: nobody of the workspace.

    """
    find_actor(session, workspace_id, actor_id)
    if len(values) > MOST_PROPERTIES:
        raise Problem("400.8", field="properties", reason=f"at most {MOST_PROPERTIES} can be entered.")
    for name, value in values.items():
        if not is_property_name(name):
            raise Problem("400.165", name=name[:LONGEST_NAME], limit=LONGEST_NAME)
        if name in FROM_PLAN:
            raise Problem("400.8", field=name, reason="the plan says it: enter it there.")
        if len(value) > LONGEST_VALUE or without_control_characters(value) != value:
            raise Problem("400.8", field=name, reason=f"it is a text of at most {LONGEST_VALUE} characters.")
    enter(session, actor, workspace_id=workspace_id, actor_id=actor_id, values=values)
