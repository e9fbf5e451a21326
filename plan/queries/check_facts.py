"""What checks of records ask of the plan, as plain values: they are compared, hashed and kept beside no session."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from plan.models import (
    Activity,
    FiscalYear,
    Indicator,
    Officer,
    PlanRevision,
    Project,
    ProjectBudget,
    ResponsibilityLine,
    ResponsibilityOrder,
    Round,
)
from plan.queries.orders import SUPERSEDED, UNSIGNED


@dataclass(frozen=True)
class ProjectFacts:
    """A project: is it approved, its money by source (baht), its activities' weights (percent) in their order."""

    uuid: str
    year_be: int
    approved: bool
    approved_on: dt.date | None
    budgets: dict[str, Decimal] = field(default_factory=dict)
    weights: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class TenureFacts:
    """An officer (code) is responsible by an order from one day to another, both included."""

    officer: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class IndicatorFacts:
    """An indicator, the least evidence it wants and who is or was responsible for it."""

    uuid: str
    year_be: int
    min_evidence: int
    tenures: tuple[TenureFacts, ...] = ()


@dataclass(frozen=True)
class RoundFacts:
    """A window of a round."""

    code: str
    opens_on: dt.date
    closes_on: dt.date


@dataclass(frozen=True)
class AccountFacts:
    """An account with the officers it belongs to: codes and roles."""

    actor_id: int
    officers: tuple[tuple[str, str], ...]


def project_facts(session: Session, workspace_id: int, uuids: Collection[str] | None = None) -> dict[str, ProjectFacts]:
    """Projects by UUID: those asked for that the plan has, or all."""
    rows = session.execute(
        select(Project.id, Project.uuid, FiscalYear.year_be, Project.approved, Project.status, Project.approved_on)
        .join(FiscalYear, FiscalYear.id == Project.fiscal_year_id)
        .where(Project.workspace_id == workspace_id, *_among(Project.uuid, uuids))
        .order_by(Project.id)
    ).all()
    ids = [row.id for row in rows]
    money: dict[int, dict[str, Decimal]] = defaultdict(dict)
    sources = select(ProjectBudget.project_id, ProjectBudget.source, ProjectBudget.amount)
    for project_id, source, amount in session.execute(
        sources.where(ProjectBudget.workspace_id == workspace_id, *_among(ProjectBudget.project_id, ids)).order_by(
            ProjectBudget.source
        )
    ):
        money[project_id][source] = money[project_id].get(source, Decimal(0)) + amount
    weights: dict[int, dict[str, Decimal]] = defaultdict(dict)
    steps = select(Activity.project_id, Activity.uuid, Activity.weight)
    for project_id, uuid, weight in session.execute(
        steps.where(Activity.workspace_id == workspace_id, *_among(Activity.project_id, ids)).order_by(Activity.seq)
    ):
        weights[project_id][uuid] = weight
    return {
        row.uuid: ProjectFacts(
            row.uuid,
            row.year_be,
            bool(row.approved) and row.status != "proposed",
            row.approved_on,
            money[row.id],
            weights[row.id],
        )
        for row in rows
    }


def indicator_facts(
    session: Session, workspace_id: int, uuids: Collection[str] | None = None
) -> dict[str, IndicatorFacts]:
    """Indicators by UUID: those asked for that the plan has, or all."""
    rows = session.execute(
        select(Indicator.id, Indicator.uuid, FiscalYear.year_be, Indicator.min_evidence)
        .join(FiscalYear, FiscalYear.id == Indicator.fiscal_year_id)
        .where(Indicator.workspace_id == workspace_id, *_among(Indicator.uuid, uuids))
    ).all()
    tenures: dict[int, list[TenureFacts]] = defaultdict(list)
    for row in session.execute(_tenures(workspace_id, [row.id for row in rows])):
        last = min(row.valid_to, row.next_from - dt.timedelta(days=1)) if row.next_from else row.valid_to
        tenures[row.indicator_id].append(TenureFacts(row.code, row.valid_from, last))
    return {
        row.uuid: IndicatorFacts(row.uuid, row.year_be, row.min_evidence, tuple(_sorted(tenures[row.id])))
        for row in rows
    }


def _sorted(tenures: list[TenureFacts]) -> list[TenureFacts]:
    """In an order that does not hang on the database's."""
    return sorted(set(tenures), key=lambda item: (item.officer, item.first, item.last))


def _tenures(workspace_id: int, indicator_ids: Collection[int]) -> Any:
    """Signed orders, a superseded one up to the day before its successor begins: as `plan.queries.orders` has it."""
    later = aliased(ResponsibilityOrder)
    next_from = (
        select(func.min(later.valid_from))
        .where(later.supersedes_id == ResponsibilityOrder.id, later.state.not_in(UNSIGNED))
        .where(ResponsibilityOrder.state == SUPERSEDED)
        .correlate(ResponsibilityOrder)
        .scalar_subquery()
    )
    return (
        select(
            ResponsibilityLine.indicator_id,
            Officer.code,
            ResponsibilityOrder.valid_from,
            ResponsibilityOrder.valid_to,
            next_from.label("next_from"),
        )
        .join(ResponsibilityOrder, ResponsibilityOrder.id == ResponsibilityLine.order_id)
        .join(Officer, Officer.id == ResponsibilityLine.officer_id)
        .where(
            ResponsibilityLine.workspace_id == workspace_id,
            *_among(ResponsibilityLine.indicator_id, indicator_ids),
            ResponsibilityOrder.state.not_in(UNSIGNED),
            or_(ResponsibilityOrder.state != SUPERSEDED, next_from.is_not(None)),
        )
    )


def round_facts(session: Session, workspace_id: int) -> dict[int, tuple[RoundFacts, ...]]:
    """The rounds of every fiscal year (B.E.), by the day they open."""
    rows = session.execute(
        select(FiscalYear.year_be, Round.code, Round.opens_on, Round.closes_on)
        .join(Round, Round.fiscal_year_id == FiscalYear.id)
        .where(FiscalYear.workspace_id == workspace_id)
        .order_by(FiscalYear.year_be, Round.opens_on, Round.code)
    )
    found: dict[int, list[RoundFacts]] = defaultdict(list)
    for year_be, code, opens_on, closes_on in rows:
        found[year_be].append(RoundFacts(code, opens_on, closes_on))
    return {year_be: tuple(rounds) for year_be, rounds in found.items()}


def account_facts(
    session: Session, workspace_id: int, actor_ids: Collection[int] | None = None
) -> dict[int, AccountFacts]:
    """Accounts that belong to officers, by actor id."""
    rows = session.execute(
        select(Officer.user_actor_id, Officer.code, Officer.role)
        .where(Officer.workspace_id == workspace_id, Officer.user_actor_id.is_not(None))
        .where(*_among(Officer.user_actor_id, actor_ids))
        .order_by(Officer.code)
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for actor_id, code, role in rows:
        found[actor_id or 0].append((code, role))
    return {actor_id: AccountFacts(actor_id, tuple(officers)) for actor_id, officers in found.items()}


def activity_names(session: Session, workspace_id: int, uuids: Collection[str]) -> dict[str, str]:
    """What activities are called, by UUID; unknown ones are left out."""
    rows = session.execute(
        select(Activity.uuid, Activity.name).where(Activity.workspace_id == workspace_id, Activity.uuid.in_(uuids))
    )
    return {row[0]: row[1] for row in rows}


def keeps_projects(session: Session, workspace_id: int) -> bool:
    """Whether the office keeps its projects here."""
    return bool(session.scalar(select(exists().where(Project.workspace_id == workspace_id))))


def keeps_orders(session: Session, workspace_id: int) -> bool:
    """Whether the office keeps its orders here."""
    return bool(session.scalar(select(exists().where(ResponsibilityOrder.workspace_id == workspace_id))))


def plan_marks(session: Session) -> dict[int, str]:
    """The mark of every plan, by workspace; another one after every change."""
    return {row[0]: row[1] for row in session.execute(select(PlanRevision.workspace_id, PlanRevision.mark))}


def _among(column: Any, values: Collection[Any] | None) -> list[ColumnElement[bool]]:
    return [] if values is None else [column.in_(values)]
