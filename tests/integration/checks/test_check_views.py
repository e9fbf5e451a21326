"""Findings as people and programs see them: pages, lists, numbers, decisions, reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.transaction import reading
from tests.personas import Office
from tests.support.check_world import PHOTO, World

Make = Callable[..., World]
PROGRESS, VISIT = "project_progress", "school_followup_visit"


def page(office: Office, rest: str, persona: str = "wanna", language: str = "th") -> str:
    answer = office.browser(persona).get(f"/w/{office.workspace_id}{rest}{'&' if '?' in rest else '?'}lang={language}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def api(office: Office, rest: str, persona: str = "pakorn") -> Any:
    return office.client(persona).get(f"/v1/projects/{office.workspace_id}{rest}")


def decide(
    office: Office, form_id: str, sent: str, check: int, decision: str, persona: str = "wanna", **data: str
) -> int:
    address = f"/w/{office.workspace_id}/forms/{form_id}/submissions/{sent}/checks/{check}/{decision}"
    return office.browser(persona).post(address, data=data).status_code


def test_a_record_says_what_is_to_be_checked_and_leads_to_the_other_one(world: Make, office: Office) -> None:
    here = world(VISIT)
    first, second = here.send(VISIT, here.visit(), PHOTO), here.send(VISIT, here.visit())
    thai = page(office, f"/forms/{VISIT}/submissions/{first}")
    assert "ข้อที่ต้องตรวจสอบ" in thai
    assert "มีอีกรายการที่ติดตาม บ้านห้วยหมอก ในวันเดียวกัน" in thai
    assert f"/forms/{VISIT}/submissions/{second.replace(':', '%3A')}" in thai
    waiting = page(office, f"/forms/{VISIT}/submissions/{second}")
    assert "รอหลักฐาน" in waiting
    assert "รายการโปรด" not in waiting, "sentences of one finding stand apart"
    english = page(office, f"/forms/{VISIT}/submissions/{first}", language="en")
    assert "Another record is of a visit to บ้านห้วยหมอก on the same day." in english


def test_who_only_looks_sees_the_findings_and_no_buttons(world: Make, office: Office) -> None:
    here = world(VISIT)
    sent = here.send(VISIT, here.visit())
    text = page(office, f"/forms/{VISIT}/submissions/{sent}", "pakorn")
    assert "รอหลักฐาน" in text
    assert "/accept" not in text
    assert decide(office, VISIT, sent, here.found(sent)[0].id, "accept", "pakorn") == 403


def test_a_finding_is_accepted_with_a_reason_and_opened_again(world: Make, office: Office) -> None:
    here = world(PROGRESS)
    sent = here.send(PROGRESS, here.progress(evidence=[]))
    check = here.found(sent)[0].id
    assert decide(office, PROGRESS, sent, check, "accept", note="ส่งเอกสารที่ <b>สำนักงาน</b> แล้ว") == 303
    assert here.codes(sent) == []
    assert here.codes(sent, state="accepted") == ["waiting_evidence"]
    text = page(office, f"/forms/{PROGRESS}/submissions/{sent}")
    assert "ส่งเอกสารที่ &lt;b&gt;สำนักงาน&lt;/b&gt; แล้ว" in text
    here.check(PROGRESS, thorough=True)
    assert here.codes(sent, state="accepted") == ["waiting_evidence"]
    assert decide(office, PROGRESS, sent, check, "reopen") == 303
    assert here.codes(sent) == ["waiting_evidence"]
    actions = reading().scalars(select(AuditEntry.action).where(AuditEntry.action.like("submission.check%"))).all()
    assert actions == ["submission.check_accept", "submission.check_reopen"]
    assert decide(office, PROGRESS, sent, check + 1000, "accept") == 404


def test_what_was_accepted_is_open_again_when_it_says_something_else(world: Make, office: Office) -> None:
    here = world(PROGRESS)
    money = {"budget_source": "area_office", "source_allocated": "1"}
    sent = here.send(PROGRESS, here.progress(budget_item=money), PHOTO)
    decide(office, PROGRESS, sent, here.found(sent)[0].id, "accept")
    edited = here.send(PROGRESS, here.progress(budget_item=money, next_step="ต่อไป"), PHOTO, edits=sent)
    assert here.codes(sent, state="accepted") == ["budget_differs"]
    here.send(PROGRESS, here.progress(budget_item=money | {"source_allocated": "2"}), PHOTO, edits=edited)
    assert here.codes(sent) == ["budget_differs"]
    assert here.found(sent)[0].note == ""


def test_the_list_shows_and_filters_by_findings(world: Make, office: Office) -> None:
    here = world(PROGRESS)
    good, short = (
        here.send(PROGRESS, here.progress(), PHOTO),
        here.send(PROGRESS, here.progress(report_round="q2", evidence=[])),
    )
    for rest, shown in (
        ("?check=waiting_evidence", {short}), ("?check=any", {short}), ("?check=superseded", set()),
        ("?incomplete=1", {short}), ("?incomplete=files", set()), ("", {good, short}),
    ):  # fmt: skip
        for place in (f"/forms/{PROGRESS}/submissions", "/submissions"):
            text = page(office, place + rest)
            assert {one for one in (good, short) if one.replace(":", "%3A") in text} == shown, place + rest
    assert "“nothing”" in page(office, "/submissions?check=nothing"), "it is named, and left out of the filter"


def test_the_home_page_counts_findings_and_leads_to_them(world: Make, office: Office) -> None:
    here = world(PROGRESS)
    assert "ข้อที่ต้องตรวจสอบ" not in page(office, "")
    here.send(PROGRESS, here.progress(evidence=[]))
    text = page(office, "")
    assert f"/w/{office.workspace_id}/submissions?check=waiting_evidence" in text
    assert "ข้อที่ต้องตรวจสอบ" in text


def test_programs_count_list_and_read_findings(world: Make, office: Office) -> None:
    here = world(VISIT)
    first, second = here.send(VISIT, here.visit(), PHOTO), here.send(VISIT, here.visit())
    assert api(office, "/checks").json == {"waiting_evidence": 1, "same_day_visit": 2}
    listed = api(office, f"/forms/{VISIT}/submissions?check=waiting_evidence").json
    assert [item["instanceId"] for item in listed] == [second]
    paged = api(office, f"/forms/{VISIT}/submissions?check=any&limit=10").json
    assert {item["instanceId"] for item in paged} == {first, second}
    assert api(office, f"/forms/{VISIT}/submissions?check=nothing").status_code == 400
    answer = api(office, f"/forms/{VISIT}/submissions/{first}/checks").json
    assert answer["waitingEvidence"] is False
    (pair,) = answer["checks"]
    assert (pair["code"], pair["state"], pair["otherInstanceId"]) == ("same_day_visit", "open", second)
    assert api(office, f"/forms/{VISIT}/submissions/{second}/checks").json["waitingEvidence"] is True
    assert api(office, f"/forms/{VISIT}/submissions/uuid:none/checks").status_code == 404
    assert "checks" not in api(office, f"/forms/{VISIT}/submissions/{first}").json


def test_reports_count_what_waits_for_evidence_as_incomplete(world: Make, office: Office) -> None:
    here = world(PROGRESS)
    here.send(PROGRESS, here.progress(), PHOTO)
    short = here.send(PROGRESS, here.progress(report_round="q2", evidence=[]))
    address = f"/reports/forms/{PROGRESS}?by=project"
    total = api(office, address).json
    assert _incomplete(total) == {1}
    # R01 rests on the last report of each project.
    assert api(office, "/reports/R01?fiscal_year=2570").json["incomplete"] == 1
    decide(office, PROGRESS, short, here.found(short)[0].id, "accept")
    assert _incomplete(api(office, address).json) == {0}


def test_a_school_that_was_visited_twice_on_a_day_is_covered_once(world: Make, office: Office) -> None:
    here = world(VISIT)
    for _ in range(2):
        here.send(VISIT, here.visit(), PHOTO)
    report = api(office, "/reports/R05?fiscal_year=2570").json
    assert (report["total"]["visited"], report["total"]["visits"]) == (1, 2)


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_finding_has_its_sentence(world: Make, office: Office, language: str) -> None:
    """A record with findings of every code is shown whole, in both languages."""
    from core.database import utc_now
    from core.transaction import unit_of_work
    from sync.checks.codes import CODES
    from sync.checks.models import SubmissionCheck

    here = world(VISIT)
    sent = here.send(VISIT, here.visit(), PHOTO)
    details = {
        "project": here.plan.project, "activity": here.plan.activity, "times": 2, "reason": "ahead", "least": 1, "here": 0,
        "awaited": 1, "kind": "pieces", "planned": "95.00", "reported": "60.00", "missing": ["reporter", here.plan.activity],
        "foreign": ["x"], "activities": [here.plan.activity], "received": "10.00", "spent": "4.00", "remaining": "5.00",
        "expected": "6.00", "indicator": here.plan.indicator, "officer": "OFF-001", "known": True, "ended_on": "2026-09-30",
        "round": "q1", "year": 2570, "closed_on": "2026-10-20", "school": here.plan.school, "named": "OFF-001",
        "account_of": ["OFF-002"], "source": "obec", "approved_on": "2026-12-16",
        "report_date": "2569-11-21", "received_on": "2026-11-21",
    }  # fmt: skip

    def work(session: Any) -> None:
        for code in CODES:
            session.add(
                SubmissionCheck(submission_id=here.id_of(sent), code=code, details=details, raised_at=utc_now())
            )

    unit_of_work(work)
    text = page(office, f"/forms/{VISIT}/submissions/{sent}", language=language)
    assert text.count('class="check-item"') == len(CODES)
    assert "กานดา สมมติกุล" in text
    assert "%(" not in text


def _incomplete(report: Any) -> set[int]:
    found = set()

    def walk(item: Any) -> None:
        if isinstance(item, dict):
            if "incomplete" in item:
                found.add(item["incomplete"])
            for value in item.values():
                walk(value)
        elif isinstance(item, list):
            for value in item:
                walk(value)

    walk(report)
    return found
