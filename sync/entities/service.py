"""Services on entities by people and programs: creating, changing, deleting, restoring, resolving conflicts."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from core.names import visible_text
from core.xml import without_control_characters
from plan import reported
from sync.entities import bulk, outbox, queries, store
from sync.entities.models import Entity, EntityList
from sync.entities.rules import LABEL
from sync.entities.store import API, NextVersion, Origin
from sync.entities.wishes import is_uuid, normal_uuid

LONGEST_TEXT = 5_000
"""Of a property, in characters: every tablet that has the list keeps all its rows."""
_LONGEST = {LABEL: 500, "geometry": 20_000}
"""Of what is called otherwise: ODK's property for places may hold an area of many corners."""
MOST_NOTED = 100
LONGEST_NOTES = 1000
_AT_ONCE = {
    "entity.create": "entity.bulk.create",
    "entity.delete": "entity.bulk.delete",
    "entity.restore": "entity.bulk.restore",
}


@dataclass(frozen=True)
class NewEntity:
    """An entity to be. Without a UUID it is given one."""

    label: str
    data: Mapping[str, str] = field(default_factory=dict)
    uuid: str | None = None


@dataclass(frozen=True)
class Author:
    """Who changes entities, and by what means: `store.API` or `store.UPLOAD`. `notes` are kept in the audit trail."""

    actor: Actor
    source: str = API
    user_agent: str | None = None
    notes: str | None = None

    @property
    def origin(self) -> Origin:
        """As the versions note it."""
        return Origin(source=self.source, actor_id=self.actor.id, user_agent=self.user_agent)


def create_entities(
    session: Session, author: Author, *, entity_list: EntityList, new: Sequence[NewEntity]
) -> list[Entity]:
    """New entities, all or none.

    Raises:
        Problem: as `add_entities`.

    """
    uuids_made = add_entities(session, author, entity_list=entity_list, new=new)
    there = queries.entities_by_uuid(session, entity_list.id, uuids_made)
    return [there[uuid] for uuid in uuids_made]


def add_entities(
    session: Session,
    author: Author,
    *,
    entity_list: EntityList,
    new: Sequence[NewEntity],
    source: Mapping[str, Any] | None = None,
) -> list[str]:
    """As `create_entities`, for any number of them; their UUIDs. `source` tells where they come from: a file's name.

    Raises:
        Problem 409.161: the rows are the plan's. 400.28: an unknown property. 400.8, 400.11: a label, text or UUID.
        Problem 409.3: UUIDs that are taken, or are given twice.

    """
    _require_own_rows(entity_list)
    known = _known_properties(session, entity_list)
    wanted = [_checked(item, known, position) for position, item in enumerate(new)]
    uuids_wanted = [uuid for uuid, _ in wanted]
    held = store.hold(session, entity_list.id)
    _require_free(session, entity_list, uuids_wanted)
    bulk.create_many(session, held, wanted, author.origin)
    outbox.appeared(session, entity_list, *uuids_wanted)
    details = {"source": dict(source)} if source is not None else {}
    _note(session, author, held, "entity.create", uuids_wanted, at_once=source is not None, version=1, **details)
    return uuids_wanted


def update_entity(
    session: Session,
    author: Author,
    *,
    entity_list: EntityList,
    entity: Entity,
    label: str | None = None,
    data: Mapping[str, str] | None = None,
    base_version: int | None = None,
    force: bool = False,
    resolve: bool = False,
) -> Entity:
    """Change an entity, mark its conflict as resolved, or both. What is not given stays.

    Raises:
        Problem 409.15: `base_version` is not the current one, and `force` is not given.
        Problem 400.28: an unknown property. 400.8: a label or text that cannot be. 400.32: no conflict to resolve.
        Problem 404.1: it was deleted meanwhile. 409.162: the property is the plan's.

    """
    held = store.hold(session, entity_list.id)
    session.refresh(entity)
    if entity.deleted_at is not None:
        raise Problem("404.1")
    if not force and base_version != entity.version:
        raise Problem("409.15", current=entity.version, provided=base_version)
    if resolve and entity.conflict is None:
        raise Problem("400.32")
    received = _changes(session, entity_list, label, data or {}, _texts_of(session, entity, every_version=resolve))
    if received or not resolve:
        present = store.whole(entity.label, entity.data)
        dates = {name: date for name, date in store.dates_of(entity).items() if name not in received}
        following = NextVersion(data={**present, **received}, received=received, base=entity.version, dates=dates)
        store.append(session, held, entity, following, author.origin)
        if entity_list.plan_list is not None:
            # The plan shows what the forms own, and would bring its own value back.
            reported.note(
                session,
                workspace_id=held.workspace_id,
                list_name=entity_list.plan_list,
                uuid=entity.uuid,
                values=received,
            )
        _note(session, author, held, "entity.update.version", [entity.uuid], version=entity.version)
    if resolve:
        _resolve(session, author, held, entity)
    return entity


def delete_entities(session: Session, author: Author, *, entity_list: EntityList, entities: Iterable[Entity]) -> None:
    """Put entities into the trash; devices are told at their next contact.

    Raises:
        Problem 409.161: the rows are the plan's.

    """
    _require_own_rows(entity_list)
    held = store.hold(session, entity_list.id)
    gone = []
    for entity in entities:
        entity.deleted_at, entity.changed = utc_now(), store.count_up(held)
        gone.append(entity.uuid)
    _note(session, author, held, "entity.delete", gone)


def restore_entities(session: Session, author: Author, *, entity_list: EntityList, entities: Iterable[Entity]) -> None:
    """Bring entities back from the trash; what records asked of them meanwhile is done.

    Raises:
        Problem 409.161: the rows are the plan's.

    """
    _require_own_rows(entity_list)
    held = store.hold(session, entity_list.id)
    back = []
    for entity in entities:
        entity.deleted_at, entity.changed = None, store.count_up(held)
        outbox.appeared(session, entity_list, entity.uuid)
        back.append(entity.uuid)
    _note(session, author, held, "entity.restore", back)


def _resolve(session: Session, author: Author, held: EntityList, entity: Entity) -> None:
    entity.conflict, entity.updated_at = None, utc_now()
    for version in queries.versions(session, entity.id):
        if version.conflict is not None:
            version.resolved = True
    _note(session, author, held, "entity.update.resolve", [entity.uuid])


def _checked(item: NewEntity, known: frozenset[str], position: int) -> tuple[str, NextVersion]:
    uuid = normal_uuid(item.uuid) if item.uuid is not None else str(uuids.uuid4())
    if not is_uuid(uuid):
        raise Problem("400.11", field="uuid", value=uuid[:60], expected="valid UUID", entity=position)
    data = {name: _text(name, value, position) for name, value in item.data.items()}
    _require_known(data, known, position)
    content = {**data, LABEL: _label(item.label, position)}
    return uuid, NextVersion(data=content, received=content)


def _texts_of(session: Session, entity: Entity, *, every_version: bool) -> frozenset[str]:
    """Texts that the entity has; of tablets' records they may be longer than what people may type."""
    versions = queries.versions(session, entity.id) if every_version else ()
    rows = [store.whole(entity.label, entity.data), *(store.whole(row.label, row.data) for row in versions)]
    return frozenset(text for row in rows for text in row.values())


def _changes(
    session: Session, entity_list: EntityList, label: str | None, data: Mapping[str, str], there: Container[str]
) -> dict[str, str]:
    owned = {row.name: row.plan_owned for row in queries.properties(session, entity_list.id)}
    _require_known(data, owned)
    for name in data:
        if owned[name]:
            raise Problem("409.162", name=name, list=entity_list.name)
    changes = {name: value if value in there else _text(name, value) for name, value in data.items()}
    if label is not None:
        if entity_list.plan_list is not None:
            raise Problem("409.162", name=LABEL, list=entity_list.name)
        changes[LABEL] = label if label in there else _label(label)
    return changes


def _label(given: str, position: int = 0) -> str:
    label = visible_text(_text(LABEL, given, position))
    if not label:
        raise Problem("400.8", field=LABEL, value="", reason="it cannot be blank.", entity=position)
    return label


def longest(name: str) -> int:
    """How many characters people and programs may give to the label or to a property."""
    return _LONGEST.get(name, LONGEST_TEXT)


def _text(name: str, value: str, position: int = 0) -> str:
    """A text as databases and devices can hold it."""
    limit = longest(name)
    if len(value) > limit:
        reason = f"it is longer than {limit} characters."
        raise Problem("400.8", field=name[:60], reason=reason, entity=position)
    if without_control_characters(value) != value:
        raise Problem("400.8", field=name[:60], reason="it holds a character that cannot be shown.", entity=position)
    return value


def _require_known(data: Iterable[str], known: Container[str], position: int = 0) -> None:
    for name in data:
        if name not in known:
            reason = f"You specified the property “{name[:60]}”, which the list does not have."
            raise Problem("400.28", reason=reason, property=name[:60], entity=position)


def _known_properties(session: Session, entity_list: EntityList) -> frozenset[str]:
    return frozenset(row.name for row in queries.properties(session, entity_list.id))


def _require_own_rows(entity_list: EntityList) -> None:
    if entity_list.plan_list is not None:
        raise Problem("409.161")


def _require_free(session: Session, entity_list: EntityList, uuids_wanted: Sequence[str]) -> None:
    taken = set(queries.entities_by_uuid(session, entity_list.id, uuids_wanted))
    seen: set[str] = set()
    for uuid in uuids_wanted:
        if uuid in seen:
            taken.add(uuid)
        seen.add(uuid)
    if taken:
        named = sorted(taken)[:20]
        raise Problem("409.3", fields="uuid", values=",".join(named), uuids=named)


def _note(
    session: Session,
    author: Author,
    held: EntityList,
    action: str,
    uuids_changed: Sequence[str],
    *,
    at_once: bool = False,
    **details: Any,
) -> None:
    """One entry per entity, as ODK Central keeps it; many `at_once` are one entry with their number."""
    common: dict[str, Any] = {"dataset": held.name}
    if author.notes:
        common["notes"] = author.notes[:LONGEST_NOTES]
    if at_once or len(uuids_changed) > MOST_NOTED:
        counted = common | details | {"count": len(uuids_changed)}
        _record(session, author, held, _AT_ONCE.get(action, action), f"dataset:{held.id}", counted)
        return
    for uuid in uuids_changed:
        _record(session, author, held, action, f"entity:{held.id}:{uuid}", common | details | {"uuid": uuid})


def _record(
    session: Session, author: Author, held: EntityList, action: str, subject: str, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        actor_id=author.actor.id,
        action=action,
        workspace_id=held.workspace_id,
        subject=subject,
        details=details,
    )
