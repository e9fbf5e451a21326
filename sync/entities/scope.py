"""Which rows of a list a device gets.

Only those who merely fill in forms (devices, data collectors, public links) are shown less than everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access.actor import Actor
from sync.entities import persons
from sync.entities.models import Entity, EntityList

READ_ALL = "entity.list"


@dataclass(frozen=True)
class View:
    """The rows that an actor is shown; equal keys see the same rows."""

    key: str
    shows: Callable[[Entity], bool]


def view_of(session: Session, actor: Actor, entity_list: EntityList, person: Mapping[str, str] | None = None) -> View:
    """What an actor is shown of a list. `person` are the actor's properties, where they are at hand."""
    if actor.can(READ_ALL, entity_list.workspace_id) or not (entity_list.owner_only or entity_list.scope):
        return View("all", lambda _row: True)
    if entity_list.owner_only:
        return View(f"owner:{actor.id}", lambda row: row.created_by == actor.id)
    assert entity_list.scope is not None
    wanted, of_person = entity_list.scope["property"], entity_list.scope["person"]
    known = persons.properties_of(session, actor, entity_list.workspace_id) if person is None else person
    value = known.get(of_person, "")
    return View(f"{wanted}={value}", lambda row: bool(value) and row.data.get(wanted, "") == value)
