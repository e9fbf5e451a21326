"""What the services on projects, activities and indicators take and what they refuse."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.access.actor import Actor
from core.audit import AuditEntry
from core.errors import Problem
from core.transaction import reading, unit_of_work
from plan import activities, fiscal_years, indicators, models, projects, queries
from plan.checks import indicator_warnings, project_warnings
from plan.validation import InvalidPlan
from tests.support.small_plan import SmallPlan, activity_data, project_data

TODAY = dt.date(2027, 1, 22)


def change(planner: Actor, plan: SmallPlan, version: int = 1, **changes: Any) -> models.Project:
    return unit_of_work(
        lambda session: projects.update_project(
            session,
            planner,
            workspace_id=plan.workspace_id,
            uuid=plan.project,
            version=version,
            changes=changes,
        )
    )


def faults(planner: Actor, plan: SmallPlan, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidPlan) as refusal:
        change(planner, plan, **changes)
    return {fault.field: fault.code for fault in refusal.value.faults}


def test_a_project_keeps_what_was_given_and_its_budget_is_the_sum_of_its_sources(
    planner: Actor, plan: SmallPlan
) -> None:
    budgets = [
        {"source": "area_office", "source_other": "", "amount": Decimal("70000.25")},
        {"source": "obec", "source_other": "", "amount": Decimal("50000.50")},
        {"source": "other", "source_other": "เงินบริจาค", "amount": Decimal("0.25")},
    ]
    change(planner, plan, budgets=budgets, objectives=["เพื่อให้รู้ผลเร็ว"])
    row = queries.find_project(reading(), plan.workspace_id, plan.project)
    assert row.budget_total == Decimal("120001.00")
    assert [line.source for line in row.budgets] == ["area_office", "obec", "other"]
    assert (row.objectives, row.version, row.indicator_uuids) == (["เพื่อให้รู้ผลเร็ว"], 2, [plan.indicator])


def test_every_fault_is_named_at_once_with_its_field(planner: Actor, plan: SmallPlan) -> None:
    assert faults(planner, plan, group_code="XYZ", owner_code="OFF-999", year_be=2599, indicator_uuids=["gone"]) == {
        "year_be": "400.172",
        "group_code": "400.172",
        "owner_code": "400.172",
    }
    assert faults(planner, plan, ends_on=dt.date(2026, 10, 15), status="proposed") == {
        "status": "400.181",
        "ends_on": "409.174",
    }
    assert faults(planner, plan, indicator_uuids=["gone"]) == {"indicator_uuids": "400.172"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"starts_on": dt.date(2026, 9, 30)}, {"starts_on": "400.174"}),
        ({"ends_on": dt.date(2027, 10, 1)}, {"ends_on": "400.177"}),
        ({"starts_on": dt.date(2027, 7, 1)}, {"ends_on": "409.174"}),
        ({"approved": False}, {"status": "400.181"}),
        ({"status": "postponed"}, {"status_reason": "400.180"}),
        ({"status": "cancelled", "status_reason": "  "}, {"status_reason": "400.180"}),
        ({"budgets": []}, {"budgets": "400.176"}),
        (
            {"planned_schedule": [{"on": TODAY, "percent": 50}, {"on": TODAY, "percent": 60}]},
            {"planned_schedule": "400.189"},
        ),
        (
            {"planned_schedule": [{"on": TODAY, "percent": 50}, {"on": dt.date(2027, 2, 1), "percent": 40}]},
            {"planned_schedule": "400.189"},
        ),
    ],
)
def test_a_project_that_does_not_fit_is_refused(
    planner: Actor, plan: SmallPlan, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    found = faults(planner, plan, **changes)
    assert expected.items() <= found.items()
    row = queries.find_project(reading(), plan.workspace_id, plan.project)
    assert row.version == 1


@pytest.mark.parametrize(
    "lines",
    [
        [("none", "", "1.00")],
        [("none", "", "0.00"), ("obec", "", "100000.00")],
        [("obec", "", "50000.00"), ("obec", "", "50000.00")],
    ],
)
def test_sources_that_contradict_each_other_are_refused(
    planner: Actor, plan: SmallPlan, lines: list[tuple[str, str, str]]
) -> None:
    budgets = [{"source": source, "source_other": other, "amount": Decimal(amount)} for source, other, amount in lines]
    assert faults(planner, plan, budgets=budgets)["budgets"] in {"400.179", "400.176"}


def test_another_source_must_say_which(planner: Actor, plan: SmallPlan) -> None:
    budgets = [{"source": "other", "source_other": " ", "amount": Decimal("100000.00")}]
    assert faults(planner, plan, budgets=budgets) == {"budgets.0.source_other": "400.171"}


def test_a_project_may_end_after_the_year_when_carrying_over_is_approved(planner: Actor, plan: SmallPlan) -> None:
    assert change(planner, plan, ends_on=dt.date(2027, 12, 31), carry_over=True).version == 2


def test_a_project_without_money_is_a_legal_case(planner: Actor, plan: SmallPlan) -> None:
    data = project_data(code="PLN-70-02", budgets=[{"source": "none", "source_other": "", "amount": Decimal(0)}])
    row = unit_of_work(
        lambda session: projects.create_project(session, planner, workspace_id=plan.workspace_id, data=data)
    )
    assert row.budget_total == 0


def test_a_code_is_free_only_once_in_a_year_and_again_in_another(planner: Actor, plan: SmallPlan) -> None:
    def create(year_be: int, starts_on: dt.date) -> None:
        data = project_data(year_be=year_be, starts_on=starts_on, ends_on=starts_on + dt.timedelta(days=30))
        unit_of_work(
            lambda session: projects.create_project(session, planner, workspace_id=plan.workspace_id, data=data)
        )

    with pytest.raises(Problem, match=r"409\.3"):
        create(2570, dt.date(2026, 11, 1))
    unit_of_work(
        lambda session: fiscal_years.create_year(
            session, planner, workspace_id=plan.workspace_id, data={"year_be": 2571}
        )
    )
    create(2571, dt.date(2027, 11, 1))


def test_who_edits_an_old_version_is_told_and_overwrites_nothing(planner: Actor, plan: SmallPlan) -> None:
    change(planner, plan, name="ชื่อใหม่")
    with pytest.raises(Problem) as refusal:
        change(planner, plan, version=1, name="ชื่อเก่า")
    assert refusal.value.code == "409.100"
    assert queries.find_project(reading(), plan.workspace_id, plan.project).name == "ชื่อใหม่"


def test_a_closed_year_is_read_only_until_it_is_reopened_with_a_reason(planner: Actor, plan: SmallPlan) -> None:
    def turn(version: int, **changes: Any) -> None:
        unit_of_work(
            lambda session: fiscal_years.update_year(
                session, planner, workspace_id=plan.workspace_id, year_be=2570, version=version, changes=changes
            )
        )

    turn(1, status="closing")
    turn(2, status="closed")
    with pytest.raises(Problem, match=r"409\.170"):
        change(planner, plan, name="ชื่อใหม่")
    with pytest.raises(InvalidPlan):
        turn(3, status="closing")
    turn(3, status="closing", reason="แก้ไขตามข้อสังเกตของผู้ตรวจราชการ")
    assert change(planner, plan, name="ชื่อใหม่").version == 2


def test_activities_keep_inside_the_projects_dates_and_money(planner: Actor, plan: SmallPlan) -> None:
    def refused(**values: Any) -> dict[str, str]:
        with pytest.raises(InvalidPlan) as refusal:
            unit_of_work(
                lambda session: activities.create_activity(
                    session, planner, workspace_id=plan.workspace_id, data=activity_data(plan.project, **values)
                )
            )
        return {fault.field: fault.code for fault in refusal.value.faults}

    assert refused(plan_start=dt.date(2026, 10, 31)) == {"plan_start": "400.175"}
    assert refused(plan_end=dt.date(2027, 7, 1)) == {"plan_end": "400.175"}
    assert refused(plan_start=dt.date(2027, 2, 1), plan_end=dt.date(2027, 1, 1)) == {"plan_end": "400.173"}
    assert refused(budget=Decimal("60000.01")) == {"budget": "400.176"}
    assert refused(seq=1) == {"seq": "409.3"}


def test_an_activity_gets_the_next_number_and_weights_that_are_not_100_are_a_hint(
    planner: Actor, plan: SmallPlan
) -> None:
    row = unit_of_work(
        lambda session: activities.create_activity(
            session,
            planner,
            workspace_id=plan.workspace_id,
            data=activity_data(plan.project, budget=Decimal("60000.00"), weight=Decimal("50.00")),
        )
    )
    assert row.seq == 2
    project = queries.find_project(reading(), plan.workspace_id, plan.project)
    assert [item.message for item in project_warnings(project, TODAY)] == [
        "The weights of the activities sum to 90, not to 100."
    ]


def test_an_officer_who_left_is_a_hint_on_running_projects_only(planner: Actor, plan: SmallPlan) -> None:
    project = queries.find_project(reading(), plan.workspace_id, plan.project)
    assert project.owner is not None
    project.owner.active_to = dt.date(2026, 12, 31)
    assert len(project_warnings(project, TODAY)) == 2
    project.status = "completed"
    assert len(project_warnings(project, TODAY)) == 1
    reading().rollback()


def indicator_faults(planner: Actor, plan: SmallPlan, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidPlan) as refusal:
        unit_of_work(
            lambda session: indicators.update_indicator(
                session, planner, workspace_id=plan.workspace_id, uuid=plan.indicator, version=1, changes=changes
            )
        )
    return {fault.field: fault.code for fault in refusal.value.faults}


def thresholds(*values: int | None) -> dict[str, Decimal | None]:
    return {f"t{level}": None if value is None else Decimal(value) for level, value in enumerate(values, start=1)}


def test_thresholds_rise_or_fall_strictly_with_the_direction(planner: Actor, plan: SmallPlan) -> None:
    rising, falling = thresholds(60, 65, 70, 75, 80), thresholds(10, 8, 6, 4, 2)
    assert indicator_faults(planner, plan, **thresholds(60, 65, 65, 75, 80)) == {"t3": "400.178"}
    assert len(indicator_faults(planner, plan, **falling)) == 4
    assert len(indicator_faults(planner, plan, direction="lower", **rising)) == 4
    assert indicator_faults(planner, plan, **thresholds(60, None, 70, 75, 80)) == {"t2": "400.171"}
    row = unit_of_work(
        lambda session: indicators.update_indicator(
            session,
            planner,
            workspace_id=plan.workspace_id,
            uuid=plan.indicator,
            version=1,
            changes={"direction": "lower", "target": Decimal(1), **falling},
        )
    )
    hints = [item.message for item in indicator_warnings([row])]
    assert hints == [
        "The weights of the framework krs sum to 0, not to 100.",
        "Nobody is responsible for KRS-01.",
        "The target lies outside the thresholds of levels 1 and 5: KRS-01.",
        "There is neither a baseline nor a reason why: KRS-01.",
    ]


def test_every_change_leaves_a_trace_and_a_new_mark(planner: Actor, plan: SmallPlan) -> None:
    before = queries.plan_mark(reading(), plan.workspace_id)
    reading().rollback()
    change(planner, plan, status="in_progress")
    assert queries.plan_mark(reading(), plan.workspace_id) != before
    entry = reading().scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_id, entry.workspace_id) == ("plan.project.update", planner.id, plan.workspace_id)
    assert entry.details == {"code": "PLN-70-01", "from": "approved", "to": "in_progress"}


def test_the_report_says_how_a_running_project_stands_and_the_planner_has_the_last_word() -> None:
    row = models.Project(status="approved", reported_status=None)
    assert row.current_status == "not_started"
    row.reported_status = "delayed"
    assert row.current_status == "delayed"
    row.status = "cancelled"
    assert row.current_status == "cancelled"
