"""What a form says of entity lists becomes true when it is published."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from forms.definitions import Definition
from sync.entities import lists, mirror, queries
from sync.entities.models import EntityList


def declare(session: Session, actor: Actor, *, workspace_id: int, form: Definition) -> None:
    """Make the lists and properties that a form writes to, when it is published.

    Raises:
        Problem 409.162: it would change what only the plan changes. 409.16, 409.17: a list or a property is there in
        other letter case.

    """
    for item in form.entities:
        found = queries.list_named(session, workspace_id, item.list_name)
        if found is None and item.list_name in lists.PLAN_NAMES:
            found = mirror.plan_list(session, workspace_id, item.list_name)
        if found is None:
            found = lists.create_list(session, actor, workspace_id=workspace_id, name=item.list_name)
        elif found.name != item.list_name:
            raise Problem("409.16", current=found.name, provided=item.list_name)
        _declare_properties(session, actor, found, item.properties)


def _declare_properties(session: Session, actor: Actor, target: EntityList, names: Iterable[str]) -> None:
    known = {row.name.lower(): row for row in queries.properties(session, target.id)}
    for name in names:
        row = known.get(name.lower())
        if row is None:
            known[name.lower()] = lists.add_property(session, actor, entity_list=target, name=name)
        elif row.name != name:
            raise Problem("409.17", current=row.name, provided=name)
        elif row.plan_owned:
            raise Problem("409.162", name=name, list=target.name)
