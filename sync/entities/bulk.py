"""Creating many entities in a few statements; what comes of it is the same as of `store.create` for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from core.database import utc_now
from sync.entities.models import Entity, EntityList, EntityVersion
from sync.entities.rules import LABEL
from sync.entities.store import NextVersion, Origin

AT_ONCE = 1000
_ENTITY: Table = Entity.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_VERSION: Table = EntityVersion.__table__  # type: ignore[assignment]


def create_many(session: Session, held: EntityList, wanted: Sequence[tuple[str, NextVersion]], origin: Origin) -> None:
    """New entities by UUID, each with its first version. The list is held, and has none of these."""
    now = utc_now()
    connection = session.connection()
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        before = held.revision
        held.revision += len(part)
        common = {"list_id": held.id, "version": 1, "dates": {}, "created_by": origin.actor_id, "created_at": now}
        rows = [
            common | {"uuid": uuid, "changed": revision} | _content(first)
            for revision, (uuid, first) in enumerate(part, before + 1)
        ]
        # Plain rows without RETURNING go to PostgreSQL in one pipeline; their keys are read back by revision.
        connection.execute(insert(_ENTITY), rows)
        made = connection.execute(
            select(_ENTITY.c.uuid, _ENTITY.c.id).where(_ENTITY.c.list_id == held.id, _ENTITY.c.changed > before)
        )
        ids = {row.uuid: row.id for row in made}
        connection.execute(
            insert(_VERSION), [_version(ids[uuid], first, origin) | {"created_at": now} for uuid, first in part]
        )


def _content(first: NextVersion) -> dict[str, Any]:
    properties = {name: value for name, value in first.data.items() if name != LABEL}
    return {"label": first.data[LABEL], "data": properties}


def _version(entity_id: int, first: NextVersion, origin: Origin) -> dict[str, Any]:
    return _content(first) | {
        "entity_id": entity_id,
        "version": 1,
        "received": first.received,
        "source": origin.source,
        "resolved": False,
        "creator_id": origin.actor_id,
        "user_agent": origin.user_agent,
    }
