"""From answers to findings: which form gets which checks, and what odd answers come to."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.definitions import Definition
from plan.queries.check_facts import AccountFacts, IndicatorFacts, ProjectFacts, RoundFacts, TenureFacts
from sync.checks.codes import CODES
from sync.checks.facts import Beside, Known, Subject, findings
from sync.checks.profile import Profile, profile_of
from sync.checks.queries import RecordRow
from sync.checks.reading import amount
from tests.support.library_forms import library_definition
from tests.support.plain_records import plain_definition
from tests.support.records import question, repeat

ZONE = ZoneInfo("Asia/Bangkok")
NOW = dt.datetime(2026, 12, 15, 9, tzinfo=dt.UTC)
PROGRESS = library_definition("project_progress")
COMPLETION = library_definition("project_completion")
RESULT = library_definition("indicator_result")
VISIT = library_definition("school_followup_visit")
TASK = library_definition("ci_task_record")
PLAN = Known(
    projects={
        "p": ProjectFacts(
            "p", 2570, True, None, {"area_office": Decimal("100.00")}, {"a": Decimal(60), "b": Decimal(40)}
        )
    },
    indicators={
        "i": IndicatorFacts("i", 2570, 2, (TenureFacts("OFF-001", dt.date(2026, 10, 1), dt.date(2027, 9, 30)),))
    },
    rounds={2570: (RoundFacts("q1", dt.date(2026, 11, 1), dt.date(2026, 12, 1)),)},
    accounts={5: AccountFacts(5, (("OFF-001", "officer"),))},
    keeps_projects=True,
    keeps_orders=True,
)


def found_in(form: Definition, answers: dict[str, Any], beside: Beside | None = None, **values: Any) -> list[str]:
    row = RecordRow(
        **{
            "id": 1, "form_id": 1, "workspace_id": 1, "report_date": dt.date(2026, 12, 15), "fiscal_year": 2570,
            "received_at": NOW, "submitter_id": None, "missing_files": 0, "counted": True, "version_id": 1,
            "form_version_id": 1, "sent_at": NOW, "ended_at": NOW, "answers": answers,
        }
        | values
    )  # fmt: skip
    return sorted(item.code for item in findings(Subject(row, form), PLAN, beside or Beside(), ZONE))


def checks_of(form: Definition) -> set[str]:
    profile = Profile(form)
    marks = {
        "project": profile.project, "activity": profile.activity, "weights": profile.weighs_activities,
        "budget": profile.budget, "completion": profile.is_completion, "result": profile.result, "round": profile.round,
        "visit": profile.visit, "evidence": profile.asks_for_evidence, "officer": profile.officer,
    }  # fmt: skip
    return {name for name, mark in marks.items() if mark}


@pytest.mark.parametrize(
    ("form_id", "expected"),
    [
        ("school_followup_visit", "visit evidence officer"),
        ("project_evaluation", "officer"),
        ("project_progress", "project activity weights budget round evidence officer"),
        ("project_completion", "project activity completion officer"),
        ("indicator_result", "result round evidence officer"),
        ("ci_task_record", "evidence officer"),
        ("inspection_followup", "evidence officer"),
        ("four_aspect_report", "evidence officer"),
        ("area_standard_self_assessment", "result evidence officer"),
        ("satisfaction_participation", ""),
    ],
)
def test_each_form_of_the_library_gets_its_checks(form_id: str, expected: str) -> None:
    assert checks_of(library_definition(form_id)) == set(expected.split())
    assert profile_of(library_definition(form_id)).has_checks  # at least the device's clock


def test_an_offices_own_form_is_checked_by_what_it_asks() -> None:
    own = plain_definition([
        question("/lead", dimension="officer"),
        question("/plan/scheme", dimension="project"),
        question("/progress_percent", "int"),
    ])  # fmt: skip
    assert checks_of(own) == {"project", "officer"}
    assert found_in(own, {"plan": {"scheme": "unknown"}}) == ["project_not_approved"]
    assert not profile_of(plain_definition([question("/note")])).has_checks


def test_a_project_in_a_repeat_is_not_what_a_record_reports_on() -> None:
    own = plain_definition(
        [repeat("/item"), question("/item/project", dimension="project"), question("/progress_percent", "int")]
    )
    assert checks_of(own) == set()


WHOLE = {
    "officer": "OFF-001",
    "report_round": "m6",
    "project": "p",
    "activity_item": [{"activity": "a"}, {"activity": "b"}],
    "budget_item": [{"budget_source": "area_office", "source_allocated": 100.0}],
    "evidence": [{"evidence_title": "ภาพการประชุม", "evidence_photo": "a.jpg"}],
}
HERE = Beside(files=frozenset({"a.jpg"}))


@pytest.mark.parametrize(
    ("changes", "beside", "expected"),
    [
        ({}, HERE, []),
        ({}, Beside(), ["waiting_evidence"]),
        ({"evidence": []}, HERE, ["waiting_evidence"]),
        ({"evidence": [{"evidence_title": "", "evidence_photo": "a.jpg"}]}, HERE, ["waiting_evidence"]),
        ({"evidence": [{"evidence_title": "เว็บไซต์", "evidence_url": "https://x.test"}]}, Beside(), []),
        ({"project": "other"}, HERE, ["project_not_approved"]),
        ({"project": None}, HERE, []),
        ({"report_round": "q1"}, HERE, ["round_closed"]),
        ({"activity_item": [{"activity": "a"}, {"activity": "a"}]}, HERE, ["activity_twice", "activity_weights"]),
        ({"activity_item": []}, HERE, ["activity_weights"]),
        ({"budget_item": [{"budget_source": "area_office", "source_allocated": "๑๐๐"}]}, HERE, []),
        ({"budget_item": [{"budget_source": "area_office", "source_allocated": "ร้อย"}]}, HERE, []),
        ({"budget_item": [{"budget_source": "area_office"}]}, HERE, ["budget_differs"]),
        ({"budget_item": [{"budget_source": "obec", "source_allocated": 5}]}, HERE, ["budget_differs"] * 2),
        ({}, Beside(files=HERE.files, next_id=9), ["superseded"]),
        ({"report_round": "adhoc"}, Beside(files=HERE.files, next_id=9), []),
    ],
)  # fmt: skip
def test_a_progress_report_is_compared_with_the_plan(
    changes: dict[str, Any], beside: Beside, expected: list[str]
) -> None:
    assert found_in(PROGRESS, WHOLE | changes, beside) == expected


def test_who_sent_a_record_is_compared_with_who_reports() -> None:
    assert found_in(PROGRESS, WHOLE, HERE, submitter_id=5) == []
    assert found_in(PROGRESS, WHOLE | {"officer": "OFF-002"}, HERE, submitter_id=5) == ["reporter_differs"]
    assert found_in(PROGRESS, WHOLE | {"officer": "OFF-002"}, HERE, submitter_id=6) == []


def test_a_completion_report_is_checked_to_the_end() -> None:
    answers = {
        "s1_project": {"project": "p"},
        "s5_activity": [{"activity": "a"}],
        "s6_budget": {"budget_received": 100.1},
        "budget_spent": 60,
        "budget_remaining": 41,
        "sign": {"sign_reporter": "s.png"},
        "att_photo": [{"photo": "a.jpg"}],
    }
    assert found_in(COMPLETION, answers) == [
        "activity_missing", "approvals_missing", "remaining_differs", "waiting_evidence",
    ]  # fmt: skip
    signed = Beside(files=frozenset({"a.jpg", "s.png"}), approved_as=frozenset({"group_director", "deputy"}))
    good = answers | {"s5_activity": [{"activity": "a"}, {"activity": "b"}], "budget_remaining": 40.1}
    assert found_in(COMPLETION, good, signed) == []


def test_a_result_wants_as_much_evidence_as_its_indicator() -> None:
    one = {"evidence_title": "ลิงก์", "evidence_url": "https://x.test"}
    answers = {"officer": "OFF-001", "indicator": "i", "report_round": "m6", "min_evidence": "1", "evidence": [one]}
    assert found_in(RESULT, answers) == ["waiting_evidence"]
    assert found_in(RESULT, answers | {"evidence": [one, one]}) == []
    assert found_in(RESULT, answers | {"indicator": "x"}) == ["no_order"]
    assert found_in(RESULT, answers | {"evidence": [one, one], "officer": "OFF-002"}) == ["no_order"]


def test_a_visit_on_site_wants_a_photograph() -> None:
    link = {"evidence_title": "ลิงก์", "evidence_url": "https://x.test"}
    answers = {"visit": {"visit_mode": "onsite", "school": "s"}, "evidence": [link]}
    assert found_in(VISIT, answers) == ["waiting_evidence"]
    with_photo = answers | {"project_item": [{"item_photo": "a.jpg"}]}
    assert found_in(VISIT, with_photo, HERE) == []
    assert found_in(VISIT, answers | {"visit": {"visit_mode": "phone", "school": "s"}}) == []
    # A signature is a picture too, and no evidence.
    signed = answers | {"summary": {"school_signature": "a.jpg"}}
    assert found_in(VISIT, signed, HERE) == ["waiting_evidence"]


def test_evidence_is_asked_for_only_when_the_form_asks_for_it() -> None:
    assert found_in(TASK, {"ci_status": "doing"}) == []
    assert found_in(TASK, {"ci_status": "done"}) == ["waiting_evidence"]


def test_a_record_that_does_not_count_has_no_findings() -> None:
    assert found_in(PROGRESS, {}, counted=False) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (100, 100), (0.1, "0.1"), ("๑,๒๕๐.๕๐", "1250.50"), (" 7 ", 7), ("", None), ("NaN", None), ("inf", None), (True, None),
        ("9" * 41, None), ("1e30", None), ({"lat": 1}, None), (None, None), ("ร้อยบาท", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_they_were_written(value: Any, expected: Any) -> None:
    assert amount(value) == (None if expected is None else Decimal(expected))


JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.data())
def test_no_answer_is_too_odd(data: st.DataObject) -> None:
    """Whatever an answer holds, there are findings with known codes, the same each time, that can be written down."""
    import orjson

    form = data.draw(st.sampled_from([PROGRESS, COMPLETION, RESULT, VISIT, TASK]))
    names = sorted({field.name for field in form.fields if not field.path.startswith("/meta")})
    answers = data.draw(
        st.dictionaries(
            st.sampled_from(names),
            JUNK | st.lists(st.dictionaries(st.sampled_from(names), JUNK, max_size=4), max_size=3),
            max_size=12,
        )
    )
    row = RecordRow(1, 1, 1, dt.date(2026, 12, 15), 2570, NOW, 5, 0, True, 1, 1, NOW, NOW, answers)
    found = findings(Subject(row, form), PLAN, HERE, ZONE)
    assert found == findings(Subject(row, form), PLAN, HERE, ZONE)
    assert {item.code for item in found} <= set(CODES)
    assert len({item.key for item in found}) == len(found)
    assert all(len(item.subject) <= 200 for item in found)
    orjson.dumps([item.details for item in found])
