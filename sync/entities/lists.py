"""Services on entity lists: making them, their properties and settings; what a form declares when it is published."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from forms.entities import LONGEST_NAME, is_list_name, is_property_name
from plan.list_rows import COLUMNS
from sync.entities import form_links, queries, row_queries, store
from sync.entities.models import EntityList, EntityProperty

PLAN_NAMES = {name.removesuffix(".csv"): name for name in COLUMNS}
"""Lists whose rows are the plan's, by the name of the entity list."""
KEY_COLUMNS = ("name", "label")
MOST_PROPERTIES = 200


def create_list(
    session: Session,
    actor: Actor,
    *,
    workspace_id: int,
    name: str,
    approval_required: bool = False,
    owner_only: bool = False,
) -> EntityList:
    """A new, empty list.

    Raises:
        Problem 400.164: the name cannot be used. 409.3: there is such a list. 409.16: in other letter case.
        Problem 409.164: the name belongs to a list of the plan.

    """
    if not is_list_name(name):
        raise Problem("400.164", name=name[:LONGEST_NAME], limit=LONGEST_NAME)
    if name.lower() in PLAN_NAMES:
        raise Problem("409.164", name=name)
    existing = queries.list_named(session, workspace_id, name)
    if existing is not None and existing.name != name:
        raise Problem("409.16", current=existing.name, provided=name)
    if existing is not None:
        raise Problem("409.3", fields="name,projectId", values=f"{name},{workspace_id}")
    made = add_list(session, actor, workspace_id, name)
    made.approval_required, made.owner_only = approval_required, owner_only
    session.flush()
    _note(session, actor, made, "dataset.create", {"properties": []})
    return made


def add_property(session: Session, actor: Actor, *, entity_list: EntityList, name: str) -> EntityProperty:
    """A new property of a list; its entities have it empty.

    Raises:
        Problem 400.165: the name cannot be used. 409.3: there is such a property. 409.24: in other letter case.
        Problem 413.161: there are too many.

    """
    if not is_property_name(name):
        raise Problem("400.165", name=name[:LONGEST_NAME], limit=LONGEST_NAME)
    known = queries.properties(session, entity_list.id)
    existing = next((row.name for row in known if row.name.lower() == name.lower()), None)
    if existing is not None and existing != name:
        raise Problem("409.24", current=existing, provided=name)
    if existing is not None:
        raise Problem("409.3", fields="name,dataset", values=f"{name},{entity_list.name}")
    if len(known) >= MOST_PROPERTIES:
        raise Problem("413.161", limit=MOST_PROPERTIES)
    made = put_property(session, entity_list, name)
    # Held, or a change of a row meanwhile would be given the same revision, and a device would miss one of the two.
    held = store.hold(session, entity_list.id)
    held.updated_at = utc_now()
    # The lists that devices hold have a column less than they should.
    held.revision += 1
    _note(session, actor, held, "dataset.update", {"properties": [name]})
    return made


def delete_property(session: Session, actor: Actor, *, entity_list: EntityList, name: str) -> None:
    """Take a property away that nothing is in and no form writes to. What versions say of it stays in them.

    Raises:
        Problem 404.1: there is none. 409.162: it is the plan's. 409.168: published forms write to it.
        Problem 409.169: entities have something in it.

    """
    row = next((item for item in queries.properties(session, entity_list.id) if item.name == name), None)
    if row is None:
        raise Problem("404.1")
    if entity_list.plan_list is not None:
        raise Problem("409.162", name=name, list=entity_list.name)
    writing = form_links.links_of(session, entity_list.workspace_id, entity_list.name).writes.get(name, ())
    if writing:
        raise Problem("409.168", list=entity_list.name, forms=", ".join(item.xml_form_id for item in writing))
    held = store.hold(session, entity_list.id)
    if row_queries.holds_values(session, held.id, name):
        raise Problem("409.169", name=name, list=held.name)
    session.delete(row)
    held.updated_at = utc_now()
    held.revision += 1
    _note(session, actor, held, "dataset.update", {"deletedProperties": [name]})


def change_settings(session: Session, actor: Actor, *, entity_list: EntityList, settings: dict[str, Any]) -> None:
    """Set `approval_required`, `owner_only` or `scope` of a list.

    Raises:
        Problem 400.166: the scope names a property that the list does not have.

    """
    scope = settings.get("scope")
    if scope and scope["property"] not in {row.name for row in queries.properties(session, entity_list.id)}:
        raise Problem("400.166", name=scope["property"], list=entity_list.name)
    for name in ("approval_required", "owner_only", "scope"):
        if name in settings:
            setattr(entity_list, name, settings[name])
    entity_list.updated_at = utc_now()
    # Who asks what changed would not learn of rows that are now shown or hidden.
    entity_list.mark = secrets.token_hex(4)
    _note(session, actor, entity_list, "dataset.update", dict(settings))


def delete_list(session: Session, actor: Actor, *, entity_list: EntityList) -> None:
    """Take a list away; its entities and their versions are kept with it.

    Raises:
        Problem 409.164: it is a list of the plan. 409.168: published forms write to it or choose from it.

    """
    if entity_list.plan_list is not None:
        raise Problem("409.164", name=entity_list.name)
    links = form_links.links_of(session, entity_list.workspace_id, entity_list.name)
    using = sorted({item.xml_form_id for item in (*links.source, *links.linked)})
    if using:
        raise Problem("409.168", list=entity_list.name, forms=", ".join(using))
    entity_list.deleted_at = utc_now()
    _note(session, actor, entity_list, "dataset.delete", {})


def add_list(session: Session, actor: Actor, workspace_id: int, name: str) -> EntityList:
    """The row of a list whose name was looked at."""
    row = EntityList(
        workspace_id=workspace_id, name=name, mark=secrets.token_hex(4), created_by=actor.id, created_at=utc_now()
    )
    session.add(row)
    session.flush()
    return row


def put_property(session: Session, target: EntityList, name: str, *, plan_owned: bool = False) -> EntityProperty:
    """The row of a property whose name was looked at."""
    row = EntityProperty(list_id=target.id, name=name, plan_owned=plan_owned, created_at=utc_now())
    session.add(row)
    session.flush()
    return row


def _note(session: Session, actor: Actor, target: EntityList, action: str, details: dict[str, Any]) -> None:
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        workspace_id=target.workspace_id,
        subject=f"dataset:{target.id}",
        details={"name": target.name, **details},
    )
