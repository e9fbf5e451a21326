"""Showing the plan's objects as entities, so that devices get them, and what changed of them, like any other list.

What the plan owns changes only here. Rows that left the plan are deleted (softly) and come back with it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access.actor import SYSTEM
from core.database import utc_now
from plan.clock import office_today
from plan.list_rows import COLUMNS, ROWS, Cell
from plan.reported import FORM_OWNED
from sync.entities import lists, queries, store
from sync.entities.models import Entity, EntityList
from sync.entities.rules import LABEL
from sync.entities.store import NextVersion, Origin

BY_PLAN = Origin(source=store.PLAN, actor_id=None)


@dataclass(frozen=True)
class _Row:
    uuid: str
    values: dict[str, str]


def mirror_plan(session: Session, workspace_id: int, *, on: dt.date | None = None) -> int:
    """Bring the lists of the plan up to date; how many entities changed."""
    day = on or office_today()
    return sum(_mirror(session, workspace_id, name, day) for name in lists.PLAN_NAMES)


def plan_list(session: Session, workspace_id: int, name: str) -> EntityList:
    """The list that shows rows of the plan (``schools``); made and filled when it is not there yet."""
    found = queries.list_named(session, workspace_id, name)
    if found is None:
        _mirror(session, workspace_id, name, office_today())
        found = queries.find_list(session, workspace_id, name)
    return found


def _mirror(session: Session, workspace_id: int, name: str, day: dt.date) -> int:
    known = queries.list_named(session, workspace_id, name) or _make(session, workspace_id, name)
    held = store.hold(session, known.id)
    there = queries.entities_by_uuid(session, held.id)
    rows = [_row(COLUMNS[f"{name}.csv"], cells) for cells in ROWS[f"{name}.csv"](session, workspace_id, day)]
    changed = sum(_bring(session, held, there.get(row.uuid), row) for row in rows)
    wanted = {row.uuid for row in rows}
    for entity in there.values():
        if entity.uuid not in wanted and entity.deleted_at is None:
            entity.deleted_at, entity.changed = utc_now(), store.count_up(held)
            changed += 1
    return changed


def _make(session: Session, workspace_id: int, name: str) -> EntityList:
    made = lists.add_list(session, SYSTEM, workspace_id, name)
    made.plan_list = lists.PLAN_NAMES[name]
    session.flush()
    owned_by_forms = FORM_OWNED.get(lists.PLAN_NAMES[name], {})
    for column in COLUMNS[lists.PLAN_NAMES[name]]:
        if column not in lists.KEY_COLUMNS:
            lists.put_property(session, made, column, plan_owned=column not in owned_by_forms)
    return made


def _row(columns: tuple[str, ...], cells: tuple[Cell, ...]) -> _Row:
    texts = {name: "" if cell is None else str(cell) for name, cell in zip(columns, cells, strict=True)}
    uuid = texts.pop("name")
    return _Row(uuid, texts)


def _bring(session: Session, held: EntityList, entity: Entity | None, row: _Row) -> bool:
    """Make an entity hold what the plan says; whether anything changed."""
    if entity is None:
        store.create(session, held, row.uuid, NextVersion(data=row.values, received=row.values), BY_PLAN)
        return True
    present = store.whole(entity.label, entity.data)
    different = {name: value for name, value in row.values.items() if present.get(name, "") != value}
    if not row.values[LABEL].strip():
        different.pop(LABEL, None)
    back = entity.deleted_at is not None
    if back:
        entity.deleted_at, entity.changed = None, store.count_up(held)
    if different:
        following = NextVersion(
            data={**present, **different}, received=different, base=entity.version, dates=store.dates_of(entity)
        )
        store.append(session, held, entity, following, BY_PLAN)
    return back or bool(different)
