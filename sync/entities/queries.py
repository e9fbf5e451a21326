"""Every select on entities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.errors import Problem
from forms.models import Form, FormVersion
from plan.models import PlanRevision
from sync.entities.models import Entity, EntityEffect, EntityList, EntityProperty, EntityVersion
from sync.entities.states import UNSETTLED
from sync.models import Submission, SubmissionVersion


def lists(session: Session, workspace_id: int) -> Sequence[EntityList]:
    """The lists of a workspace by name."""
    return session.scalars(
        select(EntityList)
        .where(EntityList.workspace_id == workspace_id, EntityList.deleted_at.is_(None))
        .order_by(EntityList.name)
    ).all()


def list_named(session: Session, workspace_id: int, name: str) -> EntityList | None:
    """A list by its name, whatever its case."""
    return session.scalars(
        select(EntityList).where(
            EntityList.workspace_id == workspace_id,
            func.lower(EntityList.name) == name.lower(),
            EntityList.deleted_at.is_(None),
        )
    ).first()


def lists_named(session: Session, workspace_id: int, names: Iterable[str]) -> Sequence[EntityList]:
    """The lists of these very names, by name."""
    return session.scalars(
        select(EntityList)
        .where(EntityList.workspace_id == workspace_id, EntityList.name.in_(names), EntityList.deleted_at.is_(None))
        .order_by(EntityList.name)
    ).all()


def list_names(session: Session, workspace_id: int, list_ids: Iterable[int]) -> set[str]:
    """The names of lists of a workspace, deleted ones too."""
    statement = select(EntityList.name).where(EntityList.workspace_id == workspace_id, EntityList.id.in_(list_ids))
    return set(session.scalars(statement))


def find_list(session: Session, workspace_id: int, name: str) -> EntityList:
    """A list by its name, exactly.

    Raises:
        Problem 404.1: there is none.

    """
    found = list_named(session, workspace_id, name)
    if found is None or found.name != name:
        raise Problem("404.1")
    return found


def properties(session: Session, list_id: int) -> Sequence[EntityProperty]:
    """The properties of a list in the order they came to it."""
    return session.scalars(
        select(EntityProperty).where(EntityProperty.list_id == list_id).order_by(EntityProperty.id)
    ).all()


def entity(session: Session, list_id: int, uuid: str) -> Entity | None:
    """An entity by its UUID, deleted or not."""
    return session.scalars(select(Entity).where(Entity.list_id == list_id, Entity.uuid == uuid)).first()


def find_entity(session: Session, list_id: int, uuid: str, *, deleted: bool = False) -> Entity:
    """An entity by its UUID; one in the trash instead when `deleted`.

    Raises:
        Problem 404.1: there is none.

    """
    found = entity(session, list_id, uuid)
    if found is None or (found.deleted_at is not None) != deleted:
        raise Problem("404.1")
    return found


def entities_by_uuid(session: Session, list_id: int, uuids: Iterable[str] | None = None) -> dict[str, Entity]:
    """Entities of a list by UUID, deleted ones too; all of them when none is named."""
    if uuids is None:
        rows = session.scalars(select(Entity).where(Entity.list_id == list_id))
        return {row.uuid: row for row in rows}
    found: dict[str, Entity] = {}
    wanted = sorted(set(uuids))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = session.scalars(select(Entity).where(Entity.list_id == list_id, Entity.uuid.in_(part)))
        found |= {row.uuid: row for row in rows}
    return found


def versions(session: Session, entity_id: int) -> Sequence[EntityVersion]:
    """Every version of an entity in their order."""
    return session.scalars(
        select(EntityVersion).where(EntityVersion.entity_id == entity_id).order_by(EntityVersion.version)
    ).all()


def effect_held(session: Session, effect_id: int) -> EntityEffect | None:
    """An effect, kept from other workers until the transaction ends."""
    statement = select(EntityEffect).where(EntityEffect.id == effect_id).with_for_update()
    return session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()


def new_effects(session: Session, limit: int) -> Sequence[int]:
    """Ids of records' effects that nobody has looked at yet, in the order the records came."""
    return session.scalars(
        select(EntityEffect.id).where(EntityEffect.state == "new").order_by(EntityEffect.id).limit(limit)
    ).all()


def unsettled_of(session: Session, workspace_id: int, list_name: str, uuid: str) -> Sequence[EntityEffect]:
    """Effects on an entity that wait or failed, in the order of their devices."""
    return session.scalars(
        select(EntityEffect)
        .where(
            EntityEffect.workspace_id == workspace_id,
            EntityEffect.list_name == list_name,
            EntityEffect.uuid == uuid,
            EntityEffect.state.in_(("waiting", "failed")),
        )
        .order_by(EntityEffect.branch_id, EntityEffect.base_version, EntityEffect.id)
    ).all()


def effects_of(session: Session, submission_id: int) -> Sequence[EntityEffect]:
    """What the versions of a record did to entities."""
    return session.scalars(
        select(EntityEffect)
        .where(EntityEffect.submission_id == submission_id)
        .order_by(EntityEffect.submission_version_id, EntityEffect.position)
    ).all()


def record_of(session: Session, submission_version_id: int) -> tuple[Submission, SubmissionVersion]:
    """A record with one of its versions."""
    row = session.execute(
        select(Submission, SubmissionVersion)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .where(SubmissionVersion.id == submission_version_id)
    ).one()
    return row[0], row[1]


def counts(session: Session, list_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Number of entities and of those in conflict, by list."""
    rows = session.execute(
        select(Entity.list_id, func.count(), func.sum(case((Entity.conflict.is_not(None), 1), else_=0)))
        .where(Entity.list_id.in_(list_ids), Entity.deleted_at.is_(None))
        .group_by(Entity.list_id)
    )
    return {row[0]: (row[1], int(row[2] or 0)) for row in rows}


def waiting_since(session: Session, before: dt.datetime) -> Sequence[int]:
    """Ids of effects that have waited since before an instant, in the order of their devices."""
    return session.scalars(
        select(EntityEffect.id)
        .where(EntityEffect.state == "waiting", EntityEffect.created_at < before)
        .order_by(EntityEffect.branch_id, EntityEffect.base_version, EntityEffect.id)
    ).all()


def workspaces_with_plan(session: Session) -> Sequence[int]:
    """Workspaces in whose plan anything was ever entered."""
    return session.scalars(select(PlanRevision.workspace_id).order_by(PlanRevision.workspace_id)).all()


def rows_of(session: Session, entity_list: EntityList) -> Sequence[Entity]:
    """The entities of a list that are not deleted, as devices get them: those of the plan by code, others by age."""
    rows = session.scalars(
        select(Entity).where(Entity.list_id == entity_list.id, Entity.deleted_at.is_(None)).order_by(Entity.id)
    ).all()
    return rows if entity_list.plan_list is None else sorted(rows, key=_plan_order)


def rows_changed(session: Session, list_id: int, since: int, limit: int | None = None) -> Sequence[Entity]:
    """Entities changed after a revision of their list, deleted ones too, in the order of the changes."""
    return session.scalars(
        select(Entity).where(Entity.list_id == list_id, Entity.changed > since).order_by(Entity.changed).limit(limit)
    ).all()


def _plan_order(row: Entity) -> tuple[str, str, int, str]:
    """By code; activities and issues by what they belong to and their number in it."""
    number = str(row.data.get("seq", ""))
    owner = str(row.data.get("project") or row.data.get("indicator") or "")
    return str(row.data.get("code", "")), owner, int(number) if number.isdecimal() else 0, row.uuid


def drafts(session: Session, workspace_id: int) -> Sequence[FormVersion]:
    """The drafts of a workspace's forms."""
    statement = select(FormVersion).join(Form, Form.draft_version_id == FormVersion.id)
    return session.scalars(statement.where(Form.workspace_id == workspace_id, Form.deleted_at.is_(None))).all()


def unsettled_counts(session: Session, workspace_id: int) -> dict[str, int]:
    """How many effects of a workspace wait or failed, by state."""
    rows = session.execute(
        select(EntityEffect.state, func.count())
        .where(EntityEffect.workspace_id == workspace_id, EntityEffect.state.in_(UNSETTLED))
        .group_by(EntityEffect.state)
    )
    return {row[0]: row[1] for row in rows}


def conflict_count(session: Session, workspace_id: int) -> int:
    """How many entities of a workspace are in a conflict that nobody resolved."""
    statement = (
        select(func.count())
        .select_from(Entity)
        .join(EntityList, EntityList.id == Entity.list_id)
        .where(
            EntityList.workspace_id == workspace_id,
            EntityList.deleted_at.is_(None),
            Entity.conflict.is_not(None),
            Entity.deleted_at.is_(None),
        )
    )
    return session.execute(statement).scalar_one()
