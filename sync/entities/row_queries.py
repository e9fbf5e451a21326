"""Selects of entities as programs read them, with what belongs to them; the others are in `sync.entities.queries`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.auth.models import ActorRow
from forms.models import Form
from sync.entities.models import Entity, EntityEffect, EntityList, EntityVersion
from sync.models import Submission, SubmissionVersion

AT_ONCE = 500


@dataclass(frozen=True)
class Facts:
    """Figures of a list: entities that are there, those in conflict, when the last was made and anything changed."""

    entities: int = 0
    conflicts: int = 0
    last_entity: dt.datetime | None = None
    last_change: dt.datetime | None = None


@dataclass(frozen=True)
class Record:
    """A version of a record with the form it is of."""

    submission: Submission
    version: SubmissionVersion
    xml_form_id: str


def facts(session: Session, list_ids: Collection[int]) -> dict[int, Facts]:
    """Figures by list; lists without any entity are not in it."""
    here = Entity.deleted_at.is_(None)
    rows = session.execute(
        select(
            Entity.list_id,
            func.sum(case((here, 1), else_=0)),
            func.sum(case((and_(here, Entity.conflict.is_not(None)), 1), else_=0)),
            func.max(case((here, Entity.created_at))),
            func.max(Entity.created_at),
            func.max(Entity.updated_at),
            func.max(Entity.deleted_at),
        )
        .where(Entity.list_id.in_(list_ids))
        .group_by(Entity.list_id)
    )
    return {row[0]: Facts(int(row[1]), int(row[2]), row[3], latest(*row[4:])) for row in rows}


def lists_of(session: Session, workspace_ids: Collection[int]) -> dict[int, tuple[int, dt.datetime | None]]:
    """Number of lists and the creation of the last entity that is there, by workspace."""
    rows = session.execute(
        select(EntityList.workspace_id, func.count(EntityList.id.distinct()), func.max(Entity.created_at))
        .outerjoin(Entity, and_(Entity.list_id == EntityList.id, Entity.deleted_at.is_(None)))
        .where(EntityList.workspace_id.in_(workspace_ids), EntityList.deleted_at.is_(None))
        .group_by(EntityList.workspace_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def holds_values(session: Session, list_id: int, name: str) -> bool:
    """Whether an entity of a list, in the trash or not, has something in a property."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    value = (
        func.jsonb_extract_path_text(Entity.data, name)
        if on_postgres
        else func.json_extract(Entity.data, f'$."{name}"')
    )
    found = select(Entity.id).where(Entity.list_id == list_id, func.coalesce(value, "") != "")
    return session.scalar(found.limit(1)) is not None


def latest(*instants: dt.datetime | None) -> dt.datetime | None:
    """The last of instants that are known."""
    return max((instant for instant in instants if instant is not None), default=None)


def current_rows(
    session: Session, list_id: int, *, deleted: bool, before: int | None, limit: int
) -> Sequence[tuple[Entity, EntityVersion]]:
    """Entities with their current versions, newest first, from below the key `before`; those in the trash instead."""
    in_trash = Entity.deleted_at.is_not(None) if deleted else Entity.deleted_at.is_(None)
    statement = (
        select(Entity, EntityVersion)
        .join(EntityVersion, and_(EntityVersion.entity_id == Entity.id, EntityVersion.version == Entity.version))
        .where(Entity.list_id == list_id, in_trash)
    )
    if before is not None:
        statement = statement.where(Entity.id < before)
    rows = session.execute(statement.order_by(Entity.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def version_of(session: Session, entity: Entity) -> EntityVersion:
    """The current version of an entity."""
    return session.execute(
        select(EntityVersion).where(EntityVersion.entity_id == entity.id, EntityVersion.version == entity.version)
    ).scalar_one()


def creators(session: Session, list_id: int) -> Sequence[ActorRow]:
    """Who created entities of a list that are there, by name."""
    made = select(Entity.created_by).where(Entity.list_id == list_id, Entity.deleted_at.is_(None))
    return session.scalars(
        select(ActorRow).where(ActorRow.id.in_(made)).order_by(ActorRow.display_name, ActorRow.id)
    ).all()


def records(session: Session, submission_version_ids: Iterable[int | None]) -> dict[int, Record]:
    """Versions of records by their keys."""
    wanted = sorted({key for key in submission_version_ids if key is not None})
    found: dict[int, Record] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = session.execute(
            select(Submission, SubmissionVersion, Form.xml_form_id)
            .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
            .join(Form, Form.id == Submission.form_id)
            .where(SubmissionVersion.id.in_(wanted[start : start + AT_ONCE]))
        )
        found |= {row[1].id: Record(row[0], row[1], row[2]) for row in rows}
    return found


def entries_of(session: Session, list_id: int, uuid: str) -> Sequence[AuditEntry]:
    """What the audit trail holds of an entity, oldest first."""
    return session.scalars(
        select(AuditEntry).where(AuditEntry.subject == f"entity:{list_id}:{uuid}").order_by(AuditEntry.id)
    ).all()


def creation_at_once(session: Session, list_id: int, created_at: dt.datetime) -> AuditEntry | None:
    """The entry of the upload in which an entity was created at an instant; a list takes one upload at a time."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject == f"dataset:{list_id}",
            AuditEntry.action == "entity.bulk.create",
            AuditEntry.at >= created_at,
        )
        .order_by(AuditEntry.id)
        .limit(1)
    ).first()


def effects(
    session: Session,
    workspace_id: int,
    states: Collection[str],
    *,
    list_name: str | None = None,
    after: int = 0,
    limit: int,
) -> Sequence[EntityEffect]:
    """Effects of a workspace, or on one list of it, in these states, in the order their records came."""
    statement = select(EntityEffect).where(
        EntityEffect.workspace_id == workspace_id, EntityEffect.state.in_(states), EntityEffect.id > after
    )
    if list_name is not None:
        statement = statement.where(EntityEffect.list_name == list_name)
    return session.scalars(statement.order_by(EntityEffect.id).limit(limit)).all()


def effect_of(session: Session, workspace_id: int, effect_id: int) -> EntityEffect | None:
    """One effect of a workspace."""
    return session.scalars(
        select(EntityEffect).where(EntityEffect.workspace_id == workspace_id, EntityEffect.id == effect_id)
    ).first()


def versions_by_key(session: Session, keys: Iterable[int | None]) -> dict[int, EntityVersion]:
    """Versions of entities by their keys."""
    wanted = {key for key in keys if key is not None}
    rows = session.scalars(select(EntityVersion).where(EntityVersion.id.in_(wanted))) if wanted else ()
    return {row.id: row for row in rows}


def integrity(session: Session, list_id: int, uuids: Sequence[str]) -> Sequence[tuple[str, bool]]:
    """Which of these entities are there, and whether each is deleted."""
    found: list[tuple[str, bool]] = []
    for start in range(0, len(uuids), AT_ONCE):
        rows = session.execute(
            select(Entity.uuid, Entity.deleted_at)
            .where(Entity.list_id == list_id, Entity.uuid.in_(uuids[start : start + AT_ONCE]))
            .order_by(Entity.id)
        )
        found += [(row[0], row[1] is not None) for row in rows]
    return found


def every_row(session: Session, list_id: int, *, after: int, limit: int) -> Sequence[Entity]:
    """The entities of a list, deleted ones too, from above a key."""
    return session.scalars(
        select(Entity).where(Entity.list_id == list_id, Entity.id > after).order_by(Entity.id).limit(limit)
    ).all()
