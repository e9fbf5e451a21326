"""What inspectors recommended and what became of it: 12 recommendations, 7 implemented, 5 with an improvement."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from plan.demo.chance import DEMO_TODAY, demo_uuid, dice
from plan.demo.evidence import FileBox, document_row, evidence_tail, photo_row
from plan.demo.inspection_texts import BEGUN, NOT_FEASIBLE, ROWS, Row
from plan.demo.model import DemoOffice, DemoOfficer
from plan.demo.office_hours import moment_on, working_days
from plan.demo.record import Sitting, asked, sitting, submission
from plan.demo.submission_model import INSPECTION_FORM, Answers, DemoEntity, DemoSubmission

RECOMMENDATION_LIST = "recommendations"
_LABEL_LENGTH = 80
_ROUND = "รอบที่ 1 ปีงบประมาณ 2570"
_INSPECTED = {"moe": date(2026, 11, 10), "pm_integrated": date(2026, 11, 24)}
_FIRST_FOLLOW_UP = date(2026, 12, 14)
_LAST_DAY = DEMO_TODAY - timedelta(days=2)


def generate_inspection_records(office: DemoOffice) -> Iterator[DemoSubmission]:
    """Every recommendation and the reports on it, in the order of their arrival."""
    records = [record for number, row in enumerate(ROWS, start=1) for record in _history(office, number, row)]
    yield from sorted(records, key=lambda item: item.received_at)


def _history(office: DemoOffice, number: int, row: Row) -> Iterator[DemoSubmission]:
    chance = dice(office.seed, f"recommendation/{number}")
    begun = row.state in ("implemented", "implementing", "not_feasible")
    yield _new(chance, office, number, row, "assigned" if row.state != "received" else "received")
    states = [row.state] if begun else []
    if row.state == "implemented":
        states.insert(0, "implementing")
    responsible = _responsible(office, row)
    days = sorted(chance.sample(working_days(_FIRST_FOLLOW_UP, _LAST_DAY), len(states)))
    for step, (day, state) in enumerate(zip(days, states, strict=True), start=1):
        yield _follow_up(chance, number, row, step, state, sitting(responsible, moment_on(chance, day), 12))


def _new(chance: random.Random, office: DemoOffice, number: int, row: Row, status: str) -> DemoSubmission:
    """The officer of the evaluation section writes down what the inspector said, within three days."""
    recorder = next(item for item in office.officers if item.role == "me_head")
    inspected = _INSPECTED[row.inspection]
    sat = sitting(recorder, moment_on(chance, inspected + timedelta(days=chance.randint(1, 2))), 15)
    schools = [item for item in office.schools if item.active_to is None]
    box = sat.box(chance.randrange(10**6))
    letter = document_row("document", "หนังสือแจ้งข้อเสนอแนะ", box.add("document", "หนังสือแจ้งข้อเสนอแนะ.pdf"))
    asked_first = asked(
        inspection_type=row.inspection,
        inspection_round=_ROUND,
        inspection_date=inspected.isoformat(),
        issue=row.issue,
        finding=row.finding,
        recommendation_text=row.text,
        school=str(chance.choice(schools).uuid) if row.in_school else "",
        responsible_group=row.group_code,
        responsible=_responsible(office, row).code,
        due_date=(inspected + timedelta(days=chance.randint(60, 120))).isoformat(),
    )
    answers: Answers = {
        **sat.head(),
        "new_id": str(_uuid(number)),
        "action": "new",
        "g_new": asked_first,
        "recommendation_label": _label(row),
        "recommendation_status": status,
        **evidence_tail([letter]),
    }
    entity = DemoEntity(RECOMMENDATION_LIST, _uuid(number), None, label=_label(row))
    return submission(INSPECTION_FORM, f"{number}/0", sat, _name(row, sat), answers, box, entity=entity)


def _follow_up(chance: random.Random, number: int, row: Row, step: int, state: str, sat: Sitting) -> DemoSubmission:
    """The responsible officer reports; the tablet holds every earlier report."""
    finished = state == row.state
    improved = finished and bool(row.improvement)
    box = sat.box(chance.randrange(10**6))
    done = asked(
        recommendation=str(_uuid(number)),
        implementation_text=row.done if finished else BEGUN,
        improved="yes" if improved else "no",
        improvement_text=row.improvement if improved else None,
    )
    code = f"{number}/{step}"
    answers: Answers = {
        **sat.head(),
        # The form makes an id whether or not it needs one.
        "new_id": str(demo_uuid("new recommendation id", code)),
        "action": "update",
        "g_update": done,
        "recommendation_label": _label(row),
        "recommendation_status": state,
        **asked(not_feasible_reason=NOT_FEASIBLE if state == "not_feasible" else None),
        **evidence_tail(_evidence(state, box)),
    }
    branch = str(demo_uuid("branch", f"recommendation/{code}"))
    entity = DemoEntity(RECOMMENDATION_LIST, _uuid(number), step, step, branch, _label(row))
    return submission(INSPECTION_FORM, code, sat, _name(row, sat), answers, box, entity=entity)


def _evidence(state: str, box: FileBox) -> list[Answers]:
    if state != "implemented":
        return []
    photo = photo_row("ภาพการดำเนินการตามข้อเสนอแนะ", box.add("photo"), shows_people=False, publishable=True)
    file = box.add("document", "รายงานผลการดำเนินการ.pdf")
    return [photo, document_row("document", "รายงานผลการดำเนินการ", file)]


def _uuid(number: int) -> UUID:
    return demo_uuid("recommendation", f"{number:02d}")


def _name(row: Row, sat: Sitting) -> str:
    return f"{_label(row)} {sat.report_date.isoformat()}"


def _label(row: Row) -> str:
    return row.text[:_LABEL_LENGTH]


def _responsible(office: DemoOffice, row: Row) -> DemoOfficer:
    """The second officer of the group, who is not its director."""
    return [item for item in office.officers if item.group_code == row.group_code and item.active_to is None][1]
