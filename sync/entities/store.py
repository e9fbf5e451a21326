"""Writing entities: every change is a version, and counts the revision of its list up.

The list's row is held while it is changed, so that revisions are committed in their order: a device that was given
everything up to one has missed nothing below it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import utc_now
from sync.entities.models import Entity, EntityList, EntityVersion
from sync.entities.rules import LABEL, worst

RECORD, API, UPLOAD, PLAN = "record", "api", "upload", "plan"
UPDATE_AS_CREATE, LATE_CREATION = "update_as_create", "late_creation"


@dataclass(frozen=True)
class Origin:
    """Where a version comes from; see `EntityVersion`."""

    source: str
    actor_id: int | None
    user_agent: str | None = None
    submission_version_id: int | None = None
    report_date: dt.date | None = None
    branch_id: str | None = None
    trunk_version: int | None = None
    branch_base: int | None = None


@dataclass(frozen=True)
class NextVersion:
    """What an entity is to hold. Texts by property, the label under `LABEL`."""

    data: dict[str, str]
    received: dict[str, str]
    base: int | None = None
    conflict: str | None = None
    conflicting: tuple[str, ...] = ()
    dates: dict[str, dt.date] = field(default_factory=dict)


def hold(session: Session, list_id: int) -> EntityList:
    """The list, kept from other changes until the transaction ends."""
    return session.execute(
        select(EntityList).where(EntityList.id == list_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


def create(session: Session, held: EntityList, uuid: str, first: NextVersion, origin: Origin) -> EntityVersion:
    """A new entity with its first version. The list is held, and has none of this UUID."""
    now = utc_now()
    label, data = _apart(first.data)
    entity = Entity(
        list_id=held.id,
        uuid=uuid,
        label=label or uuid,
        data=data,
        dates=_texts(first.dates),
        changed=count_up(held),
        created_by=origin.actor_id,
        created_at=now,
    )
    session.add(entity)
    session.flush()
    return _add_version(session, entity, 1, first, origin, now)


def append(session: Session, held: EntityList, entity: Entity, following: NextVersion, origin: Origin) -> EntityVersion:
    """The next version of an entity, which now holds `following`. Its list is held."""
    now = utc_now()
    label, data = _apart(following.data)
    entity.label, entity.data, entity.dates = label or entity.label, data, _texts(following.dates)
    entity.version += 1
    entity.conflict = worst(entity.conflict, following.conflict)
    entity.updated_at = now
    entity.changed = count_up(held)
    return _add_version(session, entity, entity.version, following, origin, now)


def count_up(held: EntityList) -> int:
    """The list's next revision."""
    held.revision += 1
    return held.revision


def dates_of(entity: Entity) -> dict[str, dt.date]:
    """Report dates by property."""
    return {name: dt.date.fromisoformat(text) for name, text in entity.dates.items()}


def whole(label: str, data: dict[str, str]) -> dict[str, str]:
    """Properties and label as `sync.entities.rules` sees them."""
    return {**data, LABEL: label}


def _apart(values: dict[str, str]) -> tuple[str, dict[str, str]]:
    return values.get(LABEL, ""), {name: value for name, value in values.items() if name != LABEL}


def _texts(dates: dict[str, dt.date]) -> dict[str, str]:
    return {name: date.isoformat() for name, date in dates.items()}


def _add_version(
    session: Session, entity: Entity, number: int, content: NextVersion, origin: Origin, now: dt.datetime
) -> EntityVersion:
    row = EntityVersion(
        entity_id=entity.id,
        version=number,
        label=entity.label,
        data=entity.data,
        received=content.received,
        source=origin.source,
        base_version=content.base,
        branch_id=origin.branch_id,
        trunk_version=origin.trunk_version,
        branch_base=origin.branch_base,
        conflict=content.conflict,
        conflicting=list(content.conflicting) or None,
        report_date=origin.report_date,
        submission_version_id=origin.submission_version_id,
        creator_id=origin.actor_id,
        user_agent=origin.user_agent,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row
