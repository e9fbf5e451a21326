"""The invented office in a database."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.access.actor import Actor
from core.audit import AuditEntry
from core.errors import Problem
from core.transaction import reading, unit_of_work
from plan import models, queries
from plan.demo.chance import DEMO_TODAY
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from tests.personas import Office

OFFICE = generate_office()
COUNTS = {
    "groups": 10, "officers": 60, "districts": 6, "networks": 24, "schools": 250, "projects": 80, "activities": 280,
    "indicators": 40, "orders": 7,
}  # fmt: skip


def load(planner: Actor, office: Office) -> dict[str, int]:
    return unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, OFFICE))


def test_everything_arrives_within_three_seconds(office: Office, planner: Actor) -> None:
    began = time.perf_counter()
    counts = load(planner, office)
    assert time.perf_counter() - began < 3
    assert counts == COUNTS
    assert queries.plan_counts(reading(), office.workspace_id) == COUNTS


def test_money_is_exact_to_the_satang_in_rows_and_in_sums_of_the_database(office: Office, planner: Actor) -> None:
    load(planner, office)
    session = reading()
    assert session.scalar(select(func.sum(models.Project.budget_total))) == Decimal("9500000.00")
    by_source = select(models.ProjectBudget.source, func.sum(models.ProjectBudget.amount))
    assert dict(session.execute(by_source.group_by(models.ProjectBudget.source)).all()) == {
        "area_office": Decimal("6650000.00"),
        "obec": Decimal("2375000.00"),
        "other": Decimal("475000.00"),
        "none": Decimal("0.00"),
    }
    wanted = {str(item.uuid): item.budget for item in OFFICE.activities}
    assert dict(session.execute(select(models.Activity.uuid, models.Activity.budget)).all()) == wanted


def test_projects_come_with_their_year_group_owner_activities_and_indicators(office: Office, planner: Actor) -> None:
    load(planner, office)
    rows = queries.projects_of_year(reading(), office.workspace_id, 2570)
    assert [row.code for row in rows] == sorted(item.code for item in OFFICE.projects)
    by_code = {item.code: item for item in OFFICE.projects}
    indicators = {item.code: str(item.uuid) for item in OFFICE.indicators}
    for row in rows:
        made = by_code[row.code]
        assert (row.uuid, row.group_code, row.owner_code) == (
            str(made.uuid),
            made.group_code,
            made.owner_code,
        )
        assert len(row.activities) == len(OFFICE.activities_of(row.code))
        assert row.indicator_uuids == [indicators[code] for code in made.indicator_codes]
        assert row.current_status == made.status
        assert abs(queries.planned_progress(row, DEMO_TODAY) - made.planned_progress) <= Decimal("0.5")


def test_the_states_of_the_year_are_those_of_the_office(office: Office, planner: Actor) -> None:
    load(planner, office)
    session = reading()
    year = queries.open_year(session, office.workspace_id)
    assert year is not None
    states, money = queries.year_totals(session, year.id)
    assert states == {
        "not_started": 6, "in_progress": 52, "delayed": 9, "postponed": 3, "completed": 8, "cancelled": 2,
    }  # fmt: skip
    assert money == Decimal("9500000.00")


def test_officers_keep_the_history_of_their_groups(office: Office, planner: Actor) -> None:
    load(planner, office)
    mover = next(item for item in OFFICE.officers if item.moves)
    row = queries.find_officer(reading(), office.workspace_id, str(mover.uuid))
    day = mover.moves[0].moved_on
    assert [(item.group.code, item.valid_from, item.valid_to) for item in row.memberships] == [
        (mover.moves[0].from_group, mover.active_from, day - dt.timedelta(days=1)),
        (mover.group_code, day, None),
    ]


def test_the_director_and_the_deputies_are_there_without_a_group(office: Office, planner: Actor) -> None:
    load(planner, office)
    rows = queries.officers(reading(), office.workspace_id)
    assert sorted(row.role for row in rows if row.group is None) == ["deputy", "deputy", "deputy", "director"]


def test_schools_are_counted_as_open_until_their_last_day(office: Office, planner: Actor) -> None:
    load(planner, office)
    closing = next(item for item in OFFICE.schools if item.active_to)
    assert closing.active_to is not None
    session = reading()
    assert len(queries.active_schools(session, office.workspace_id, closing.active_to)) == 250
    after = queries.active_schools(session, office.workspace_id, closing.active_to + dt.timedelta(days=1))
    assert len(after) == 249
    assert str(closing.uuid) not in {row.uuid for row in after}


def test_an_order_that_was_replaced_or_has_ended_makes_nobody_responsible(office: Office, planner: Actor) -> None:
    load(planner, office)
    lines = queries.lines_in_force(reading(), office.workspace_id, DEMO_TODAY)
    owned = [line.indicator.code for line in lines if line.role == "owner" and line.indicator]
    assert len(owned) == len(set(owned)) == 39
    assert not [line for line in lines if line.role == "checker"]


def test_loading_twice_is_refused_and_changes_nothing(office: Office, planner: Actor) -> None:
    load(planner, office)
    with pytest.raises(Problem) as refusal:
        load(planner, office)
    assert refusal.value.code == "409.172"
    assert queries.plan_counts(reading(), office.workspace_id) == COUNTS
    loads = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "plan.demo.load")
    assert reading().scalar(loads) == 1


def test_a_second_workspace_gets_its_own_copy(app: object, office: Office, planner: Actor) -> None:
    from core.access.actor import SYSTEM
    from core.access.workspaces import create_workspace

    load(planner, office)
    other = unit_of_work(lambda session: create_workspace(session, SYSTEM, name="อีกแห่ง").id)
    assert unit_of_work(lambda session: load_demo_office(session, SYSTEM, other, OFFICE)) == COUNTS
