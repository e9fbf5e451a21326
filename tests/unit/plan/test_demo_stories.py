"""What the demo's records tell: tasks, recommendations, completed projects, indicators, participants."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plan.demo.generate import generate_office
from plan.demo.indicator_results import score
from plan.demo.instance_xml import to_instance_xml
from plan.demo.model import DemoOffice
from plan.demo.submission_model import DemoSubmission, Trouble
from tests.support.demo_records import entities, of_form, records_of


@pytest.fixture(scope="module", params=[2570, 1, 42])
def office(request: pytest.FixtureRequest) -> DemoOffice:
    return generate_office(request.param)


@pytest.fixture(scope="module")
def every(office: DemoOffice) -> list[DemoSubmission]:
    return records_of(office.seed)


def test_420_task_records_make_276_tasks(every):
    tasks = entities(every, "tasks")
    assert (sum(len(steps) for steps in tasks.values()), len(tasks)) == (420, 276)
    for steps in tasks.values():
        first, *later = steps
        assert first.entity.creates
        assert first.answers["record_mode"] == "new"
        assert first.answers["new_id"] == str(first.entity.entity_id)
        assert {step.answers["task"] for step in later} <= {str(first.entity.entity_id)}
        assert {step.entity.label for step in steps} == {first.answers["task_title"]}
        assert "done" not in {step.answers["ci_status"] for step in steps[:-1] if not step.trouble}


def test_a_task_is_reported_on_the_version_that_its_tablet_had(every):
    for steps in entities(every, "tasks").values():
        for before, step in enumerate(steps):
            entity = step.entity
            if before and step.trouble is None:
                assert (entity.base_version, entity.trunk_version) == (before, before)
                assert entity.branch_id
                assert steps[before - 1].received_at < step.started_at
    branches = [item.entity.branch_id for item in every if item.entity and item.entity.branch_id and not item.trouble]
    assert len(branches) == len(set(branches))


def test_a_tablet_that_was_away_for_a_week_delivers_its_last_change_first(every):
    sent = [item for item in every if item.trouble == Trouble.WRONG_ORDER]
    assert [item.answers["ci_status"] for item in sent] == ["done", "doing", "planned"]
    assert [item.entity.base_version for item in sent] == [2, 1, None]
    assert {item.entity.trunk_version for item in sent} == {None}
    assert len({item.entity.branch_id for item in sent[:2]}) == 1
    assert sent[0].received_at - sent[2].ended_at > timedelta(days=6)
    assert len({item.entity.entity_id for item in sent}) == 1


def test_two_tablets_change_one_task_without_knowing_of_each_other(every):
    desk, tablet = (item for item in every if item.trouble == Trouble.ENTITY_CONFLICT)
    assert desk.entity.entity_id == tablet.entity.entity_id
    assert desk.entity.base_version == tablet.entity.base_version == 1
    assert desk.entity.branch_id != tablet.entity.branch_id
    assert desk.answers["ci_status"] != tablet.answers["ci_status"]
    assert desk.device_id != tablet.device_id


def test_what_is_not_asked_leaves_nothing_in_a_task_record(every):
    for item in of_form(every, "ci_task_record"):
        answers = item.answers
        assert ("task_output" in answers) == (answers["ci_status"] == "done")
        assert ("blocked_reason" in answers) == (answers["ci_status"] == "blocked")
        assert ("due_date" in answers) == (answers["record_mode"] == "new" and answers["ci_status"] != "done")
        assert ("indicator" in answers) == (answers["subject_kind"] in ("indicator", "standard"))
        assert ("project" in answers) == (answers["subject_kind"] == "project")


def test_seven_of_twelve_recommendations_are_implemented_and_five_led_to_an_improvement(every):
    last = [steps[-1].answers for steps in entities(every, "recommendations").values()]
    implemented = [answers for answers in last if answers["recommendation_status"] == "implemented"]
    improved = [answers for answers in implemented if answers["g_update"]["improved"] == "yes"]
    assert (len(last), len(implemented), len(improved)) == (12, 7, 5)
    assert Counter(answers["recommendation_status"] for answers in last) == {
        "implemented": 7, "implementing": 2, "not_feasible": 1, "assigned": 1, "received": 1,
    }  # fmt: skip


def test_a_recommendation_is_acted_on_by_an_officer_of_the_responsible_group(office, every):
    groups = {item.code: item.group_code for item in office.officers}
    for first, *later in entities(every, "recommendations").values():
        answers = first.answers["g_new"]
        assert groups[answers["responsible"]] == answers["responsible_group"]
        assert {item.officer_code for item in later} <= {answers["responsible"]}
        assert [item.entity.base_version for item in later] == list(range(1, len(later) + 1))
        assert len(first.answers["recommendation_label"]) <= 80


def test_the_eight_completed_projects_have_their_report_and_one_overspends(office, every):
    projects = {str(item.uuid): item for item in office.projects}
    reports = of_form(every, "project_completion")
    remaining = []
    for item in reports:
        project, answers = projects[item.answers["s1_project"]["project"]], item.answers
        spent = sum(Decimal(row["expense_amount"]) for row in answers["s6_2_spent"])
        assert project.status == "completed"
        assert Decimal(answers["budget_spent"]) == spent == project.completion_spent
        assert Decimal(answers["s6_budget"]["budget_received"]) == project.budget_total
        assert Decimal(answers["budget_remaining"]) == project.budget_total - spent
        assert [row["activity"] for row in answers["s5_activity"]] == [
            str(activity.uuid) for activity in office.activities_of(project.code)
        ]
        remaining.append(Decimal(answers["budget_remaining"]))
        assert ("budget_overspent" in answers) == (remaining[-1] < 0)
    assert len({item.entity.entity_id for item in reports}) == 8
    assert len([amount for amount in remaining if amount < 0]) == 1


def test_a_completion_report_follows_the_progress_report(every):
    progress = {item.entity.entity_id: item for item in of_form(every, "project_progress")}
    for item in of_form(every, "project_completion"):
        before = progress[item.entity.entity_id]
        assert max(before.received_at, before.ended_at) < item.started_at
        assert item.answers["report_date"] >= before.answers["report_date"]
        assert item.entity.base_version == before.entity.base_version + 1


def test_all_forty_indicators_report_quarter_one_by_their_owners(office, every):
    owners = {str(item.uuid): item.owner_code for item in office.indicators}
    results = of_form(every, "indicator_result")
    assert {item.answers["indicator"] for item in results} == set(owners)
    others = [item for item in results if owners[item.answers["indicator"]] != item.answers["officer"]]
    assert [owners[item.answers["indicator"]] for item in others] == [None]
    for item in results:
        kind = item.answers["measure_type"]
        assert ("numerator" in item.answers, "value_entered" in item.answers, "level_entered" in item.answers) == (
            kind == "percent",
            kind == "number",
            kind == "level",
        )
        assert 1 <= Decimal(item.answers["score"]) <= 5


def test_a_score_is_interpolated_between_the_thresholds(office):
    """The golden numbers of report R04."""
    percent = next(item for item in office.indicators if item.code == "PMQA-01")
    assert percent.thresholds == (70, 75, 80, 85, 90)
    assert score(percent, Decimal(82)) == Decimal("3.40000")
    assert (score(percent, Decimal(95)), score(percent, Decimal(55))) == (5, 1)
    lower = next(item for item in office.indicators if item.direction == "lower")
    assert lower.thresholds == (50, 40, 30, 20, 10)
    assert score(lower, Decimal(25)) == Decimal("3.50000")


def test_most_results_have_the_evidence_that_their_indicator_asks_for(every):
    short = [
        item
        for item in of_form(every, "indicator_result")
        if int(item.answers["evidence_count"]) < int(item.answers["min_evidence"])
    ]
    assert 1 <= len(short) <= 15


def test_the_fourteen_standards_are_assessed_issue_by_issue(office, every):
    wanted = {str(item.uuid) for item in office.indicators if item.framework == "area_std"}
    found = of_form(every, "area_standard_self_assessment")
    assert {item.answers["std_indicator"] for item in found} == wanted
    assert all(2 <= len(item.answers["issue_item"]) == int(item.answers["issue_count"]) for item in found)


def test_every_project_behind_plan_has_a_four_aspect_report_for_a_wednesday(office, every):
    behind = {str(item.uuid) for item in office.projects if item.status in ("delayed", "postponed")}
    found = of_form(every, "four_aspect_report")
    assert {item.answers["project"] for item in found if "project" in item.answers} == behind
    assert {date.fromisoformat(item.answers["meeting_date"]).weekday() for item in found} == {2}


def test_answers_of_participants_name_nobody(every):
    for item in of_form(every, "satisfaction_participation"):
        assert not {"officer", "username", "group_code"} & item.answers.keys()
        assert item.officer_code not in str(to_instance_xml(item, {}))
