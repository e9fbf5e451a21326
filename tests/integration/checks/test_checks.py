"""Records as they come in, the plan as it changes, and what the checks find then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from core.jobs import Job
from core.transaction import reading, unit_of_work
from plan import queries as plan
from plan.models import Indicator, ResponsibilityOrder
from sync import review
from sync.checks import jobs
from sync.checks.models import CheckedSubmission, SubmissionCheck
from sync.models import Submission
from tests.personas import Office
from tests.support.check_world import EVIDENCE, PHOTO, World

Make = Callable[..., World]
PROGRESS, VISIT, RESULT, COMPLETION = (
    "project_progress", "school_followup_visit", "indicator_result", "project_completion",
)  # fmt: skip


def all_found() -> list[tuple[Any, ...]]:
    columns = (
        SubmissionCheck.id,
        SubmissionCheck.submission_id,
        SubmissionCheck.code,
        SubmissionCheck.subject,
        SubmissionCheck.raised_at,
    )
    return [tuple(row) for row in reading().execute(select(*columns).order_by(SubmissionCheck.id))]


def test_a_record_in_order_has_no_findings(world: Make) -> None:
    here = world(PROGRESS, VISIT, RESULT)
    here.give_order(dt.date(2026, 10, 1), dt.date(2027, 9, 30))
    for form_id, answers in ((PROGRESS, here.progress()), (VISIT, here.visit()), (RESULT, here.result())):
        assert here.codes(here.send(form_id, answers, PHOTO)) == []


def test_the_intake_asks_for_one_check_of_many_records(world: Make, office: Office) -> None:
    here = world(VISIT)
    for _ in range(3):
        here.send(VISIT, here.visit(), PHOTO, check=False)
    waiting = reading().scalars(select(Job).where(Job.name == "sync.check_records")).all()
    assert [(job.payload["form_id"], job.state) for job in waiting] == [(here.forms[VISIT].id, "queued")]
    assert reading().scalar(select(func.count()).select_from(CheckedSubmission)) == 0


def test_a_report_on_a_project_that_is_not_approved_is_flagged_until_it_is(world: Make) -> None:
    here = world(PROGRESS)
    here.change_project(status="proposed", approved=False)
    first = here.send(PROGRESS, here.progress(), PHOTO)
    assert here.codes(first) == ["project_not_approved"]
    here.change_project(status="approved", approved=True, approved_on=dt.date(2026, 12, 16))
    here.plan_changed(PROGRESS)
    assert here.found(first)[0].details["reason"] == "approved_later"
    here.change_project(approved_on=dt.date(2026, 12, 15))
    here.plan_changed(PROGRESS)
    assert here.codes(first) == []


def test_a_project_that_the_plan_does_not_know_is_flagged(world: Make) -> None:
    here = world(PROGRESS)
    sent = here.send(PROGRESS, here.progress(project="no-such-project"), PHOTO)
    assert here.codes(sent) == ["project_not_approved"]
    assert here.found(sent)[0].details == {"project": "no-such-project", "reason": "not_in_plan"}


def test_a_later_progress_report_supersedes_the_one_before_it(world: Make) -> None:
    here = world(PROGRESS)
    december = here.send(PROGRESS, here.progress(), PHOTO)
    other_round = here.send(PROGRESS, here.progress(report_round="q2"), PHOTO)
    november = here.send(PROGRESS, here.progress(report_date="2026-11-15"), PHOTO)
    corrected = here.send(PROGRESS, here.progress(), PHOTO)
    assert [here.codes(one) for one in (december, other_round, corrected)] == [["superseded"], [], []]
    assert [item.other_id for item in here.found(november)] == [here.id_of(december)]
    assert [item.other_id for item in here.found(december)] == [here.id_of(corrected)]


def test_a_report_that_is_rejected_or_deleted_supersedes_nothing(world: Make, office: Office) -> None:
    here = world(PROGRESS)
    first = here.send(PROGRESS, here.progress(), PHOTO)
    second = here.send(PROGRESS, here.progress(), PHOTO)
    assert here.codes(first) == ["superseded"]
    address = f"/v1/projects/{office.workspace_id}/forms/{PROGRESS}/submissions/{second}"
    assert office.client("wanna").patch(address, json={"reviewState": "rejected"}).status_code == 200
    here.check(PROGRESS)
    assert here.codes(first) == []
    assert office.client("wanna").patch(address, json={"reviewState": "approved"}).status_code == 200
    here.check(PROGRESS)
    assert here.codes(first) == ["superseded"]
    assert office.client("wanna").delete(address).status_code == 200
    here.check(PROGRESS)
    assert here.codes(first) == []
    assert office.client("wanna").post(f"{address}/restore").status_code == 200
    here.check(PROGRESS)
    assert here.codes(first) == ["superseded"]


def test_an_edit_is_checked_again_and_releases_what_it_superseded(world: Make) -> None:
    here = world(PROGRESS)
    first = here.send(PROGRESS, here.progress(), PHOTO)
    second = here.send(PROGRESS, here.progress(), PHOTO)
    here.send(
        PROGRESS,
        here.progress(report_round="q2", budget_item={"budget_source": "obec", "source_allocated": "5"}),
        edits=second,
    )
    assert here.codes(first) == []
    assert here.codes(second) == ["budget_differs", "budget_differs"]


def test_activities_and_money_are_compared_with_the_plan_as_it_is(world: Make) -> None:
    here = world(PROGRESS)
    twice = [{"activity": here.plan.activity}] * 2
    money = {"budget_source": "area_office", "source_allocated": "๙๐,๐๐๐.๕๐"}
    sent = here.send(PROGRESS, here.progress(activity_item=twice, budget_item=money), PHOTO)
    assert here.codes(sent) == ["activity_twice", "activity_weights", "budget_differs"]
    details = {item.code: item.details for item in here.found(sent)}
    assert details["budget_differs"] == {"source": "area_office", "reported": "90000.50", "planned": "100000.00"}
    assert details["activity_weights"]["missing"] == [here.second_activity]
    here.change_project(budgets=[{"source": "area_office", "source_other": "", "amount": Decimal("90000.50")}])
    here.plan_changed(PROGRESS)
    assert here.codes(sent) == ["activity_twice", "activity_weights"]


def test_an_order_holds_on_the_date_of_the_report(world: Make) -> None:
    here = world(RESULT)
    assert here.codes(here.send(RESULT, here.result(), PHOTO)) == []  # an office without orders
    order = here.give_order(dt.date(2025, 10, 1), dt.date(2026, 9, 30))
    sent = here.send(RESULT, here.result(), PHOTO)
    assert here.codes(sent) == ["no_order"]
    here.set_in_plan(ResponsibilityOrder, ResponsibilityOrder.id == order, valid_to=dt.date(2026, 12, 15))
    here.plan_changed(RESULT)
    assert here.codes(sent) == []
    assert here.codes(here.send(RESULT, here.result(officer="OFF-001"), PHOTO)) == ["no_order"]
    here.set_in_plan(ResponsibilityOrder, ResponsibilityOrder.id == order, state="draft")
    here.plan_changed(RESULT)
    assert here.codes(sent) == ["no_order"]


def test_an_order_holds_until_the_one_that_takes_its_place(world: Make) -> None:
    here = world(RESULT)
    old = here.give_order(dt.date(2026, 10, 1), dt.date(2027, 9, 30), state="superseded")
    sent = here.send(RESULT, here.result(), PHOTO)
    assert here.codes(sent) == ["no_order"]
    new = here.give_order(dt.date(2026, 12, 16), dt.date(2027, 9, 30), supersedes=old)
    here.plan_changed(RESULT)
    assert here.codes(sent) == []
    here.set_in_plan(ResponsibilityOrder, ResponsibilityOrder.id == new, valid_from=dt.date(2027, 1, 1))
    here.plan_changed(RESULT)
    assert here.codes(sent) == []


@pytest.mark.parametrize("state", ["draft", "signed", "in_force", "superseded"])
def test_orders_hold_for_checks_as_they_do_for_the_plan(world: Make, state: str) -> None:
    here = world(RESULT)
    first = here.give_order(dt.date(2026, 10, 1), dt.date(2027, 3, 31), state="superseded")
    second = here.give_order(dt.date(2026, 12, 10), dt.date(2026, 12, 20), state=state, supersedes=first)
    here.give_order(dt.date(2026, 12, 18), dt.date(2026, 12, 31), state="draft", supersedes=second)
    for day in (
        dt.date(2026, 9, 30),
        dt.date(2026, 10, 1),
        *(dt.date(2026, 12, number) for number in (9, 10, 17, 20, 21)),
    ):
        sent = here.send(RESULT, here.result(report_date=day.isoformat()), PHOTO)
        holds = plan.holds_order(reading(), here.workspace_id, "OFF-002", here.plan.indicator, day)
        assert here.codes(sent) == ([] if holds else ["no_order"]), day


def test_a_round_that_was_closed_at_receipt_is_flagged(world: Make) -> None:
    here = world(PROGRESS)
    sent = here.send(PROGRESS, here.progress(), PHOTO)
    here.close_rounds(dt.date(2026, 10, 20))
    here.plan_changed(PROGRESS)
    assert here.codes(sent) == ["round_closed"]
    assert here.found(sent)[0].details == {"round": "q1", "year": 2570, "closed_on": "2026-10-20"}


def test_evidence_is_waited_for_until_its_file_is_here(world: Make) -> None:
    here = world(VISIT)
    answers = here.visit()
    sent = here.send(VISIT, answers)
    assert here.codes(sent) == ["waiting_evidence", "waiting_evidence"]
    version = next(iter(here.forms[VISIT].version_ids))
    here.send_again(VISIT, version, sent, answers, PHOTO)
    here.check(VISIT)
    assert here.codes(sent) == []


def test_an_edit_brings_the_evidence_that_was_missing(world: Make) -> None:
    here = world(PROGRESS)
    sent = here.send(PROGRESS, here.progress(evidence={"evidence_title": ""}))
    assert here.codes(sent) == ["waiting_evidence"]
    here.send(PROGRESS, here.progress(), PHOTO, edits=sent)
    assert here.codes(sent) == []


def test_an_indicator_says_how_much_evidence_it_wants(world: Make) -> None:
    here = world(RESULT)
    here.set_in_plan(Indicator, Indicator.uuid == here.plan.indicator, min_evidence=2)
    sent = here.send(RESULT, here.result(), PHOTO)
    assert here.found(sent)[0].details == {"kind": "pieces", "here": 1, "least": 2, "awaited": 0}
    here.set_in_plan(Indicator, Indicator.uuid == here.plan.indicator, min_evidence=1)
    here.plan_changed(RESULT)
    assert here.codes(sent) == []


@pytest.mark.parametrize(
    ("end", "found"),
    [
        ("2026-01-01T09:00:00.000+07:00", ["device_clock"]),
        ("2050-01-01T09:00:00+07:00", ["device_clock"]),
        ("เที่ยง", []),
    ],
)
def test_a_clock_that_is_off_is_flagged(world: Make, end: str, found: list[str]) -> None:
    here = world(VISIT)
    assert here.codes(here.send(VISIT, here.visit(end=end), PHOTO)) == found


def test_two_visits_to_a_school_on_a_day_are_a_pair(world: Make) -> None:
    here = world(VISIT)
    first = here.send(VISIT, here.visit(), PHOTO)
    assert here.codes(first) == []
    second = here.send(VISIT, here.visit(), PHOTO)
    elsewhere = here.send(VISIT, here.visit(school="another"), PHOTO)
    another_day = here.send(VISIT, here.visit(report_date="2026-12-14"), PHOTO)
    assert [item.other_id for item in here.found(first)] == [here.id_of(second)]
    assert [item.other_id for item in here.found(second)] == [here.id_of(first)]
    assert here.codes(elsewhere) + here.codes(another_day) == []
    here.send(VISIT, here.visit(report_date="2026-12-14"), edits=second)
    assert here.codes(first) == []
    assert [item.other_id for item in here.found(second)] == [here.id_of(another_day)]
    assert here.codes(another_day) == ["same_day_visit"]


def test_the_reporter_is_compared_with_the_account(world: Make, office: Office) -> None:
    here = world(VISIT)
    sent = here.send(VISIT, here.visit(), PHOTO)
    here.give_account("OFF-002", office.device_id)
    here.plan_changed(VISIT)
    assert here.codes(sent) == ["reporter_differs"]
    assert here.found(sent)[0].details == {"named": "OFF-001", "account_of": ["OFF-002"]}
    here.give_account("OFF-002", None)
    here.plan_changed(VISIT)
    assert here.codes(sent) == []


def test_a_completion_report_is_signed_by_three(world: Make, office: Office) -> None:
    here = world(COMPLETION)
    sent = here.send(COMPLETION, here.completion(), PHOTO)
    assert here.found(sent)[0].details == {"missing": ["group_director", "deputy"]}
    here.give_account("OFF-001", office.ids["wanna"], role="group_director")
    here.give_account("OFF-002", office.ids["admin"], role="deputy")
    address = f"/v1/projects/{office.workspace_id}/forms/{COMPLETION}/submissions/{sent}"
    for persona, missing in (("wanna", ["deputy"]), ("admin", [])):
        assert office.client(persona).patch(address, json={"reviewState": "approved"}).status_code == 200
        here.check(COMPLETION)
        assert [item.details["missing"] for item in here.found(sent)] == ([missing] if missing else [])
    office.client("admin").patch(address, json={"reviewState": "hasIssues"})
    here.check(COMPLETION)
    assert here.found(sent)[0].details == {"missing": ["group_director", "deputy"]}


def test_a_completion_report_that_is_wrong_says_where(world: Make) -> None:
    here = world(COMPLETION)
    answers = here.completion(s5_activity={"activity": here.plan.activity}, budget_remaining="7", att_photo=[], sign={})
    sent = here.send(COMPLETION, answers)
    assert here.codes(sent) == ["activity_missing", "approvals_missing", "remaining_differs", "waiting_evidence"]


def test_checking_again_changes_nothing(world: Make) -> None:
    here = world(PROGRESS, VISIT)
    for _ in range(3):
        here.send(PROGRESS, here.progress(evidence=[]), check=False)
        here.send(VISIT, here.visit(), check=False)
    here.check(PROGRESS)
    here.check(VISIT)
    before = all_found()
    assert len(before) == 3 + 2 + 6 + 6
    for form_id in (PROGRESS, VISIT):
        here.check(form_id, thorough=True)
        unit_of_work(lambda session: session.execute(CheckedSubmission.__table__.update().values(due=True)))
        here.check(form_id)
    jobs.check_left_over({})
    here.touch_plan()
    jobs.check_plan_changes({})
    jobs.check_plan_changes({})
    assert all_found() == before


def test_the_order_of_checks_does_not_matter(world: Make) -> None:
    here = world(VISIT)
    sent = [here.send(VISIT, here.visit(), PHOTO, check=False) for _ in range(4)]
    from core.web import settings_of
    from sync.checks import run

    zone = settings_of(here.office.app).zone
    for instance_id in (sent[2], sent[0], sent[3], sent[1]):
        ids = [here.id_of(instance_id)]
        unit_of_work(lambda session, ids=ids: run.check(session, form_id=here.forms[VISIT].id, ids=ids, zone=zone))
    pairs = {(row[1], int(row[3])) for row in all_found()}
    ids = [here.id_of(instance_id) for instance_id in sent]
    assert pairs == {(one, other) for one in ids for other in ids if one != other}


def test_what_nobody_asked_for_is_found_by_the_sweep(world: Make) -> None:
    here = world(VISIT)
    sent = here.send(VISIT, here.visit(), check=False)
    assert here.codes(sent) == []
    jobs.check_left_over({})
    assert here.codes(sent) == ["waiting_evidence", "waiting_evidence"]
    jobs.check_left_over({})
    assert reading().scalar(select(func.count()).select_from(CheckedSubmission).where(CheckedSubmission.due)) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"officer": ""}, {"project": ""}, {"report_round": "ไตรมาส ๑"}, {"report_date": "๒๕๗๐"},
        {"project": "ก" * 5000}, {"activity_item": [{"activity": "ข" * 3000}] * 2}, {"activity_item": "ไม่มี"},
        {"budget_item": [{"budget_source": "x" * 4000, "source_allocated": "-1e9999"}] * 2},
        {"evidence": [{"evidence_title": "x" * 10, "evidence_photo": "ไม่มี.jpg"}] * 50}, {"end": "0001-01-01T00:00:00+14:00"},
    ],
)  # fmt: skip
def test_no_record_is_too_odd_to_be_checked(world: Make, office: Office, changes: dict[str, Any]) -> None:
    here = world(PROGRESS)
    sent = here.send(PROGRESS, here.progress(**changes) if changes else {})
    here.found(sent)
    assert not reading().scalars(select(Job).where(Job.last_error.is_not(None))).all()
    checked = reading().scalars(select(CheckedSubmission)).one()
    assert (checked.submission_id, checked.due) == (here.id_of(sent), False)
    page = office.browser("wanna").get(f"/w/{office.workspace_id}/forms/{PROGRESS}/submissions/{sent}")
    assert page.status_code == 200
    assert (
        office.client("wanna")
        .get(f"/v1/projects/{office.workspace_id}/forms/{PROGRESS}/submissions/{sent}/checks")
        .status_code
        == 200
    )


def test_a_record_that_cannot_be_judged_does_not_hold_up_the_others(
    world: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.checks import run

    here = world(VISIT)
    first = here.send(VISIT, here.visit(), check=False)
    second = here.send(VISIT, here.visit(report_date="2026-12-01"), check=False)
    real, broken = run.findings, here.id_of(first)

    def sometimes(subject: Any, *others: Any) -> Any:
        if subject.row.id == broken:
            raise ValueError("broken")
        return real(subject, *others)

    monkeypatch.setattr(run, "findings", sometimes)
    here.check(VISIT)
    assert here.codes(first) == []
    assert here.codes(second) == ["waiting_evidence", "waiting_evidence"]


def test_test_records_of_a_draft_are_not_checked(world: Make) -> None:
    here = world(VISIT)
    sent = here.send(VISIT, here.visit(), check=False)
    unit_of_work(lambda session: session.execute(Submission.__table__.update().values(is_draft=True)))
    here.check(VISIT)
    jobs.check_left_over({})
    assert here.codes(sent) == []
    assert reading().scalar(select(func.count()).select_from(CheckedSubmission)) == 0


def test_reviewing_asks_for_a_check(world: Make, planner: Any) -> None:
    here = world(VISIT)
    sent = here.send(VISIT, here.visit(), PHOTO)

    def work(session: Any) -> None:
        review.set_review_state(
            session, planner, submission=session.get_one(Submission, here.id_of(sent)), state="rejected"
        )

    unit_of_work(work)
    assert reading().scalars(select(CheckedSubmission.due)).all() == [True]
    assert EVIDENCE
