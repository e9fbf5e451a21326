"""Making the version that a record asks for, or saying why not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from plan import reported
from sync.entities import queries, rules, store
from sync.entities.models import Entity, EntityEffect, EntityList, EntityVersion
from sync.entities.rules import LABEL, Change, Made, Past, Refuse, Wait
from sync.entities.states import (
    APPLIED,
    APPROVAL,
    DELETED,
    FAILED,
    HERE_ALREADY,
    NO_LABEL,
    NONE,
    NOT_HERE,
    PLAN_MAKES,
    WAITING,
)
from sync.entities.store import NextVersion, Origin
from sync.entities.wishes import Wish
from sync.models import Submission, SubmissionVersion

APPROVED = "approved"


@dataclass(frozen=True)
class Case:
    """An effect with all that is known about it. `report_date` is what the record states, if it does."""

    effect: EntityEffect
    submission: Submission
    version: SubmissionVersion
    wish: Wish
    report_date: dt.date | None

    def change(self) -> Change:
        """What is asked of an entity that is there."""
        wish = self.wish
        return Change(wish.received, wish.base_version, wish.trunk_version, wish.branch_id, self.report_date)

    def origin(self, source: str = store.RECORD) -> Origin:
        """Where the version it makes comes from."""
        return Origin(
            source=source,
            actor_id=self.version.submitter_id,
            user_agent=self.version.user_agent,
            submission_version_id=self.version.id,
            report_date=self.report_date,
            branch_id=self.wish.branch_id,
            trunk_version=self.wish.trunk_version,
            branch_base=self.wish.base_version,
        )


@dataclass(frozen=True)
class Outcome:
    """What became of an effect: its state, the problem it met, the version it made."""

    state: str
    problem: str | None = None
    made: EntityVersion | None = None


def create(session: Session, target: EntityList, case: Case, entity: Entity | None) -> Outcome:
    """Make a new entity. Where an update was applied without waiting for it, it fills in what that left open."""
    if target.plan_list is not None:
        return Outcome(FAILED, PLAN_MAKES)
    if entity is not None:
        return _late_creation(session, target, case, entity)
    if target.approval_required and case.submission.review_state != APPROVED:
        return Outcome(APPROVAL)
    if LABEL not in case.wish.received:
        return Outcome(FAILED, NO_LABEL)
    return _first(session, target, case, store.RECORD)


def update(session: Session, target: EntityList, case: Case, entity: Entity | None, *, forced: bool) -> Outcome:
    """Change an entity, or wait for what the device did before."""
    if entity is None:
        return _without_entity(session, target, case, forced=forced)
    if entity.deleted_at is not None:
        return Outcome(FAILED, DELETED)
    past = [_past(version) for version in queries.versions(session, entity.id)]
    verdict = rules.judge_update(
        case.change(), past, dates=store.dates_of(entity), owned=_owned(session, target), forced=forced
    )
    if isinstance(verdict, Wait):
        return Outcome(WAITING)
    if isinstance(verdict, Refuse):
        return Outcome(FAILED, verdict.code)
    return _next(session, target, case, entity, verdict)


def correct(session: Session, target: EntityList, case: Case, corrected: EntityVersion) -> Outcome:
    """An edited record: what it now says otherwise, on the version that the record made before."""
    entity = session.get_one(Entity, corrected.entity_id)
    if entity.deleted_at is not None:
        return Outcome(FAILED, DELETED)
    received = case.wish.received
    different = {name: value for name, value in received.items() if corrected.received.get(name) != value}
    if not different:
        return Outcome(NONE)
    change = Change(different, corrected.branch_base, corrected.trunk_version, corrected.branch_id, case.report_date)
    past = [_past(version) for version in queries.versions(session, entity.id)]
    verdict = rules.judge_correction(
        change, past, corrected.version, dates=store.dates_of(entity), owned=_owned(session, target)
    )
    return _next(session, target, case, entity, verdict)


def _first(session: Session, target: EntityList, case: Case, source: str) -> Outcome:
    received = case.wish.received
    dates = rules.new_dates({}, tuple(received), case.report_date)
    content = NextVersion(data=dict(received), received=dict(received), dates=dates)
    return Outcome(APPLIED, made=store.create(session, target, case.wish.uuid, content, case.origin(source)))


def _next(
    session: Session, target: EntityList, case: Case, entity: Entity, made: Made, source: str = store.RECORD
) -> Outcome:
    dates = rules.new_dates(store.dates_of(entity), made.taken, case.report_date)
    content = NextVersion(
        data=made.data,
        received=dict(case.wish.received),
        base=made.base,
        conflict=made.conflict,
        conflicting=made.conflicting,
        dates=dates,
    )
    version = store.append(session, target, entity, content, case.origin(source))
    if target.plan_list is not None:
        taken = {name: made.data[name] for name in made.taken}
        reported.note(
            session, workspace_id=target.workspace_id, list_name=target.plan_list, uuid=entity.uuid, values=taken
        )
    return Outcome(APPLIED, made=version)


def _late_creation(session: Session, target: EntityList, case: Case, entity: Entity) -> Outcome:
    if entity.deleted_at is not None:
        return Outcome(FAILED, DELETED)
    versions = queries.versions(session, entity.id)
    awaited = versions[0].source == store.UPDATE_AS_CREATE and not any(
        version.source == store.LATE_CREATION for version in versions
    )
    if not awaited:
        return Outcome(FAILED, HERE_ALREADY)
    made = rules.judge_late_creation(case.change(), [_past(version) for version in versions])
    return _next(session, target, case, entity, made, store.LATE_CREATION)


def _without_entity(session: Session, target: EntityList, case: Case, *, forced: bool) -> Outcome:
    """An update of what is not here: made on the device that made the entity, it waits for its creation."""
    made_offline = case.wish.branch_id is not None and case.wish.trunk_version is None
    if not made_offline or target.plan_list is not None:
        return Outcome(FAILED, NOT_HERE)
    if not forced:
        return Outcome(WAITING)
    if target.approval_required:
        # Nothing appears in such a list unless a person approved its creation.
        return Outcome(FAILED, NOT_HERE)
    return _first(session, target, case, store.UPDATE_AS_CREATE)


def _owned(session: Session, target: EntityList) -> frozenset[str] | None:
    """The properties that records may change: all, or in a list of the plan those that the plan does not own."""
    if target.plan_list is None:
        return None
    return frozenset(row.name for row in queries.properties(session, target.id) if not row.plan_owned)


def _past(version: EntityVersion) -> Past:
    return Past(
        version=version.version,
        data=store.whole(version.label, version.data),
        received=version.received,
        branch_id=version.branch_id,
        branch_base=version.branch_base,
        no_rival=version.source in {store.PLAN, store.LATE_CREATION},
    )
