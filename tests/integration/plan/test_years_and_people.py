"""Fiscal years, groups, officers and schools: what the services take and what they refuse."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.access.actor import Actor
from core.errors import Problem
from core.transaction import reading, unit_of_work
from plan import fiscal_years, models, people, queries, schools
from plan.validation import InvalidPlan
from tests.personas import Office
from tests.support.small_plan import SmallPlan

TODAY = dt.date(2027, 1, 22)


def create_year(planner: Actor, workspace_id: int, **data: Any) -> models.FiscalYear:
    return unit_of_work(
        lambda session: fiscal_years.create_year(session, planner, workspace_id=workspace_id, data=data)
    )


def turn(planner: Actor, workspace_id: int, year_be: int, version: int, **changes: Any) -> models.FiscalYear:
    return unit_of_work(
        lambda session: fiscal_years.update_year(
            session, planner, workspace_id=workspace_id, year_be=year_be, version=version, changes=changes
        )
    )


def test_a_new_year_has_its_days_and_its_standard_rounds(office: Office, planner: Actor) -> None:
    year = create_year(planner, office.workspace_id, year_be=2570)
    assert (year.starts_on, year.ends_on) == (dt.date(2026, 10, 1), dt.date(2027, 9, 30))
    rounds = {row.code: (row.opens_on, row.due_on, row.closes_on) for row in year.rounds}
    assert set(rounds) == {"q1", "q2", "q3", "q4", "m6", "m12"}
    assert rounds["q1"] == (dt.date(2027, 1, 1), dt.date(2027, 1, 15), dt.date(2027, 1, 31))
    assert rounds["q4"] == (dt.date(2027, 10, 1), dt.date(2027, 10, 15), dt.date(2027, 10, 31))


def test_only_one_year_is_open_and_the_next_is_planned_beside_it(office: Office, planner: Actor) -> None:
    create_year(planner, office.workspace_id, year_be=2570, status="open")
    create_year(planner, office.workspace_id, year_be=2571)
    with pytest.raises(Problem, match=r"409\.171"):
        turn(planner, office.workspace_id, 2571, 1, status="open")
    with pytest.raises(Problem, match=r"409\.171"):
        create_year(planner, office.workspace_id, year_be=2572, status="open")
    turn(planner, office.workspace_id, 2570, 1, status="closing")
    assert turn(planner, office.workspace_id, 2571, 1, status="open").status == "open"


def test_a_year_goes_through_its_states_in_order(office: Office, planner: Actor) -> None:
    create_year(planner, office.workspace_id, year_be=2570, status="open")
    with pytest.raises(Problem) as refusal:
        turn(planner, office.workspace_id, 2570, 1, status="closed")
    assert refusal.value.message == "A fiscal year that is open cannot become closed. Allowed: closing."


def test_rounds_are_changed_in_place_and_must_be_in_order(office: Office, planner: Actor) -> None:
    year = create_year(planner, office.workspace_id, year_be=2570)
    ids = {row.code: row.id for row in year.rounds}
    day = dt.date(2027, 1, 4)
    rounds = [
        {"code": "q1", "opens_on": day, "due_on": day, "closes_on": day},
        {"code": "adhoc", "name": "ตามสั่งการ", "opens_on": day, "due_on": day, "closes_on": day},
    ]
    changed = turn(planner, office.workspace_id, 2570, 1, rounds=rounds)
    assert {row.code: row.due_on for row in changed.rounds} == {"q1": day, "adhoc": day}
    assert next(row.id for row in changed.rounds if row.code == "q1") == ids["q1"]
    wrong = [{"code": "q1", "opens_on": day, "due_on": dt.date(2027, 1, 3), "closes_on": day}] * 2
    with pytest.raises(InvalidPlan) as refusal:
        turn(planner, office.workspace_id, 2570, 2, rounds=wrong)
    assert {fault.code for fault in refusal.value.faults} == {"400.173", "409.3"}


@pytest.mark.parametrize("year_be", [2026, 9999])
def test_a_year_that_is_no_buddhist_year_is_refused(office: Office, planner: Actor, year_be: int) -> None:
    with pytest.raises(InvalidPlan):
        create_year(planner, office.workspace_id, year_be=year_be)


def change_officer(planner: Actor, plan: SmallPlan, version: int, **changes: Any) -> models.Officer:
    return unit_of_work(
        lambda session: people.update_officer(
            session,
            planner,
            workspace_id=plan.workspace_id,
            uuid=plan.officer,
            version=version,
            changes=changes,
            today=TODAY,
        )
    )


def test_a_change_of_group_is_kept_in_the_officers_history(planner: Actor, plan: SmallPlan) -> None:
    change_officer(planner, plan, 1, group_code="SUP", moved_on=dt.date(2026, 12, 1))
    change_officer(planner, plan, 2, group_code="PLN")
    officer = queries.find_officer(reading(), plan.workspace_id, plan.officer)
    assert [(item.group.code, item.valid_from, item.valid_to) for item in officer.memberships] == [
        ("PLN", dt.date(2020, 10, 1), dt.date(2026, 11, 30)),
        ("SUP", dt.date(2026, 12, 1), dt.date(2027, 1, 21)),
        ("PLN", TODAY, None),
    ]
    with pytest.raises(InvalidPlan):
        change_officer(planner, plan, 3, group_code="SUP", moved_on=TODAY)


def test_codes_that_records_hold_cannot_change(planner: Actor, plan: SmallPlan) -> None:
    with pytest.raises(InvalidPlan) as refusal:
        change_officer(planner, plan, 1, code="OFF-999")
    assert refusal.value.faults[0].code == "400.186"
    with pytest.raises(InvalidPlan):
        unit_of_work(
            lambda session: people.update_group(
                session, planner, workspace_id=plan.workspace_id, code="PLN", version=1, changes={"code": "X"}
            )
        )


def test_an_account_outside_the_workspace_belongs_to_no_officer(
    planner: Actor, plan: SmallPlan, office: Office
) -> None:
    change_officer(planner, plan, 1, user_actor_id=office.ids["kwanjai"])
    found = queries.officer_of_account(reading(), plan.workspace_id, office.ids["kwanjai"])
    assert found is not None
    assert found.uuid == plan.officer
    with pytest.raises(InvalidPlan):
        change_officer(planner, plan, 2, user_actor_id=office.ids["stranger"])


def test_a_group_cannot_belong_to_a_group_below_it(planner: Actor, plan: SmallPlan) -> None:
    def under(code: str, version: int, parent: str) -> None:
        unit_of_work(
            lambda session: people.update_group(
                session,
                planner,
                workspace_id=plan.workspace_id,
                code=code,
                version=version,
                changes={"parent_code": parent},
            )
        )

    under("SUP", 1, "PLN")
    for parent in ("SUP", "PLN"):
        with pytest.raises(InvalidPlan):
            under("PLN", 1, parent)


def test_a_school_stands_in_a_network_of_its_own_district(planner: Actor, plan: SmallPlan) -> None:
    def move(version: int, **changes: Any) -> models.School:
        return unit_of_work(
            lambda session: schools.update_school(
                session, planner, workspace_id=plan.workspace_id, uuid=plan.school, version=version, changes=changes
            )
        )

    with pytest.raises(InvalidPlan) as refusal:
        move(1, district_code="D02")
    assert refusal.value.faults[0].field == "network_code"
    with pytest.raises(InvalidPlan):
        move(1, latitude=10.5)
    assert move(1, district_code="D02", network_code=None, latitude=10.5, longitude=99.1).version == 2
