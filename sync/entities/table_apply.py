"""Writing what an import would do (`sync.entities.table_preview`): all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table as DatabaseTable
from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from core import audit
from core.database import utc_now
from sync.entities import lists, queries, service, store
from sync.entities.models import Entity, EntityList, EntityVersion
from sync.entities.rules import LABEL
from sync.entities.service import Author, NewEntity
from sync.entities.table_preview import Change, Present, Preview

AT_ONCE = 1000
_ENTITY: DatabaseTable = Entity.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_VERSION: DatabaseTable = EntityVersion.__table__  # type: ignore[assignment]
_CHANGE = (
    update(_ENTITY)
    .where(_ENTITY.c.id == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in ("label", "data", "dates", "version", "changed", "updated_at")})
)


def present_rows(session: Session, entity_list: EntityList) -> list[Present]:
    """The rows that a list has, as a preview compares them."""
    return [Present(row.uuid, store.whole(row.label, row.data)) for row in queries.rows_of(session, entity_list)]


def apply_table(session: Session, author: Author, *, entity_list: EntityList, preview: Preview, file_name: str) -> None:
    """Make and change rows as a preview says, and the properties that the list does not have.

    Raises:
        Problem: as `service.add_entities`; a UUID of the trash is one that is taken.

    """
    for name in preview.unknown:
        lists.add_property(session, author.actor, entity_list=entity_list, name=name)
    if preview.create:
        new = [
            NewEntity(
                label=change.values[LABEL],
                data={name: text for name, text in change.values.items() if name != LABEL},
                uuid=change.uuid,
            )
            for change in preview.create
        ]
        service.add_entities(session, author, entity_list=entity_list, new=new, source={"name": file_name})
    if preview.update:
        _change(session, author, store.hold(session, entity_list.id), preview.update)
        audit.record(
            session,
            actor_id=author.actor.id,
            action="entity.bulk.update",
            workspace_id=entity_list.workspace_id,
            subject=f"dataset:{entity_list.id}",
            details={"dataset": entity_list.name, "count": len(preview.update), "source": {"name": file_name}},
        )


def _change(session: Session, author: Author, held: EntityList, changes: Sequence[Change]) -> None:
    """The next version of many rows in a few statements; what comes of it is the same as of `store.append` for each."""
    connection, now = session.connection(), utc_now()
    for start in range(0, len(changes), AT_ONCE):
        part = changes[start : start + AT_ONCE]
        there = queries.entities_by_uuid(session, held.id, [change.uuid for change in part if change.uuid])
        rows, versions = [], []
        for change in part:
            entity = there[change.uuid or ""]
            whole = store.whole(entity.label, entity.data) | dict(change.values)
            content = {"label": whole.pop(LABEL), "data": whole}
            dates = {name: date for name, date in entity.dates.items() if name not in change.values}
            number = entity.version + 1
            rows.append(
                {"key": entity.id, "new_dates": dates, "new_version": number, "new_updated_at": now}
                | {f"new_{name}": value for name, value in content.items()}
                | {"new_changed": store.count_up(held)}
            )
            versions.append(
                content
                | {"entity_id": entity.id, "version": number, "received": dict(change.values), "source": author.source}
                | {"base_version": entity.version, "resolved": False, "creator_id": author.actor.id}
                | {"user_agent": author.user_agent, "created_at": now}
            )
        connection.execute(_CHANGE, rows)
        connection.execute(insert(_VERSION), versions)
    session.flush()
    session.expire_all()
