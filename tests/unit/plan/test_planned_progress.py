"""How far a project should be by its plan."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from plan.demo.chance import DEMO_TODAY
from plan.demo.generate import generate_office
from plan.models import Activity, Project
from plan.progress import planned_progress

OCTOBER = dt.date(2026, 10, 1)
JANUARY = dt.date(2027, 1, 22)


def project(**values: object) -> Project:
    dates = {"starts_on": OCTOBER, "ends_on": dt.date(2026, 10, 10), "status": "in_progress"}
    return Project(**{"planned_schedule": [], **dates, **values})


def activity(weight: str, first: dt.date, last: dt.date) -> Activity:
    return Activity(weight=Decimal(weight), plan_start=first, plan_end=last)


def test_a_project_without_activities_advances_evenly_over_its_days() -> None:
    plan = project()
    assert planned_progress(plan, dt.date(2026, 9, 30)) == 0
    assert planned_progress(plan, OCTOBER) == Decimal("10.00")
    assert planned_progress(plan, dt.date(2026, 10, 5)) == Decimal("50.00")
    assert planned_progress(plan, dt.date(2026, 10, 10)) == 100
    assert planned_progress(plan, dt.date(2027, 10, 10)) == 100


def test_activities_count_by_their_weight_and_both_end_days_count() -> None:
    plan = project(
        activities=[
            activity("75", OCTOBER, OCTOBER),
            activity("25", dt.date(2026, 10, 2), dt.date(2026, 10, 3)),
        ]
    )
    assert planned_progress(plan, OCTOBER) == Decimal("75.00")
    assert planned_progress(plan, dt.date(2026, 10, 2)) == Decimal("87.50")
    assert planned_progress(plan, dt.date(2026, 10, 3)) == 100


def test_weights_that_do_not_sum_to_100_are_taken_as_shares() -> None:
    plan = project(
        activities=[
            activity("10", OCTOBER, OCTOBER),
            activity("20", dt.date(2026, 10, 5), dt.date(2026, 10, 5)),
        ]
    )
    assert planned_progress(plan, OCTOBER) == Decimal("33.33")


def test_activities_without_any_weight_leave_the_project_to_its_own_days() -> None:
    plan = project(activities=[activity("0", OCTOBER, OCTOBER)])
    assert planned_progress(plan, dt.date(2026, 10, 5)) == Decimal("50.00")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 9, 30), "0.00"),
        (dt.date(2026, 10, 5), "25.00"),
        (dt.date(2026, 10, 10), "50.00"),
        (dt.date(2026, 10, 15), "55.00"),
        (dt.date(2026, 10, 20), "60.00"),
        (dt.date(2027, 10, 20), "60.00"),
    ],
)
def test_a_stated_schedule_is_followed_in_straight_lines_whatever_its_order(day: dt.date, expected: str) -> None:
    schedule = [{"on": "2026-10-20", "percent": "60"}, {"on": "2026-10-10", "percent": "50"}]
    plan = project(planned_schedule=schedule, activities=[activity("100", OCTOBER, OCTOBER)])
    assert planned_progress(plan, day) == Decimal(expected)


def test_a_point_on_the_day_before_the_project_begins_is_reached_on_that_day() -> None:
    schedule = [{"on": "2026-09-30", "percent": "5"}]
    assert planned_progress(project(planned_schedule=schedule), dt.date(2026, 9, 29)) == 0
    assert planned_progress(project(planned_schedule=schedule), dt.date(2026, 9, 30)) == 5


def test_nothing_is_expected_of_a_cancelled_project() -> None:
    assert planned_progress(project(status="cancelled"), JANUARY) == 0


def test_the_plan_of_every_invented_project_agrees_with_what_its_maker_computed() -> None:
    office = generate_office()
    for item in office.projects:
        steps = [activity(str(step.weight), step.plan_start, step.plan_end) for step in office.activities_of(item.code)]
        plan = project(starts_on=item.start_date, ends_on=item.end_date, status=item.status, activities=steps)
        assert abs(planned_progress(plan, DEMO_TODAY) - item.planned_progress) <= Decimal("0.50"), item.code
