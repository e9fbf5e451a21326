"""The completion reports of the eight completed projects; one states more money spent than received, on purpose."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from plan.demo.chance import dice, half_up, shares
from plan.demo.evidence import FileBox
from plan.demo.model import DemoActivity, DemoOffice, DemoOfficer, DemoProject
from plan.demo.phrases import PROBLEMS, RESULTS_DONE
from plan.demo.progress_plan import plan_reports
from plan.demo.record import asked, sitting, submission
from plan.demo.submission_model import COMPLETION_FORM, Answers, DemoEntity, DemoSubmission, number_text

_EXPENSES = ("remuneration", "operating", "materials")
_SUGGESTIONS = (
    "ควรดำเนินการต่อเนื่องในปีถัดไปและขยายกลุ่มเป้าหมาย",
    "ควรกำหนดวันจัดกิจกรรมไม่ให้ซ้อนกับการสอบของสถานศึกษา",
    "ควรเก็บหลักฐานระหว่างดำเนินการให้ครบก่อนปิดโครงการ",
)
_CAPTIONS = ("พิธีเปิดกิจกรรม", "การฝึกปฏิบัติเป็นกลุ่ม", "การนำเสนอผลงาน", "บรรยากาศการดำเนินกิจกรรม")
_REPORT_VERSION = 2


def generate_completion_reports(office: DemoOffice) -> Iterator[DemoSubmission]:
    """One for each completed project, soon after its progress report has reached the server."""
    officers = {item.code: item for item in office.officers}
    known = {item.project.code: max(item.ended_at, item.received_at) for item in plan_reports(office)}
    completed = [item for item in office.projects if item.status == "completed"]
    records = [_report(office, project, officers[project.owner_code], known) for project in completed]
    yield from sorted(records, key=lambda item: item.received_at)


def _report(
    office: DemoOffice, project: DemoProject, officer: DemoOfficer, known: Mapping[str, datetime]
) -> DemoSubmission:
    chance = dice(office.seed, f"completion/{project.code}")
    minutes = chance.randint(25, 45)
    sat = sitting(officer, known[project.code] + timedelta(minutes=minutes + chance.randint(10, 60)), minutes)
    box = sat.box(chance.randrange(10**6))
    activities = office.activities_of(project.code)
    answers: Answers = {
        **sat.head(),
        "s1_project": {"project": str(project.uuid), "project_code": project.code},
        "s2_responsible": {"responsible": officer.code, "responsible_group": project.group_code},
        **_targets(project),
        "s5_activity": [_activity(chance, item) for item in activities],
        **_money(chance, project),
        "s8_problem": [_problem(chance)],
        "s9_suggestion": [{"suggestion_text": chance.choice(_SUGGESTIONS)}],
        "sign": {"sign_reporter": box.add("signature"), "sign_others": ""},
        **_attachments(chance, box),
        "completed_status": "completed",
        "completed_progress": "100",
    }
    # The progress report was the second version of the project's entity.
    entity = DemoEntity("projects", project.uuid, _REPORT_VERSION)
    name = f"{project.code} completion"
    return submission(COMPLETION_FORM, project.code, sat, name, answers, box, entity=entity)


def _targets(project: DemoProject) -> Answers:
    """Sections 3 and 4: the objectives, the quantity and the quality."""
    reached = project.quantity_actual >= project.quantity_target * Decimal("0.9")
    percent = half_up(Decimal(project.quantity_actual * 100) / project.quantity_target, 2)
    return {
        "s3_objective": [{"objective_text": text, "objective_attain": "achieved"} for text in project.objectives],
        "s4_1_quantity": [
            {
                "quantity_text": f"จำนวน{project.target_group}ที่เข้าร่วม",
                "quantity_target": str(project.quantity_target),
                "quantity_unit": project.quantity_unit,
                "quantity_actual": str(project.quantity_actual),
                "quantity_percent": number_text(percent),
            }
        ],
        "s4_2_quality": [
            {
                "quality_text": project.quality_target,
                "quality_result": "เป็นไปตามเป้าหมายที่กำหนด" if reached else "ต่ำกว่าเป้าหมายเล็กน้อย",
                "quality_attain": "achieved" if reached else "partly",
            }
        ],
    }


def _activity(chance: random.Random, item: DemoActivity) -> Answers:
    assert item.actual_start is not None
    return {
        "activity": str(item.uuid),
        "activity_date_from": item.actual_start.isoformat(),
        "activity_date_to": (item.actual_end or item.actual_start).isoformat(),
        "activity_place": item.place,
        "activity_target_count": str(item.participants),
        "activity_remark": "",
        "activity_result": chance.choice(RESULTS_DONE).format(count=item.participants),
    }


def _money(chance: random.Random, project: DemoProject) -> Answers:
    """Section 6: received by source, spent by category, and what remains, which may be less than nothing."""
    lines = {line.source: line for line in project.budget_lines}
    given = {source: number_text(line.allocated) for source, line in lines.items() if source != "none"}
    received, spent = project.budget_total, project.completion_spent or Decimal(0)
    budget = asked(
        budget_sources=" ".join(lines),
        budget_area_office=given.get("area_office"),
        budget_obec=given.get("obec"),
        budget_obec_unit="สำนักนโยบายและแผนการศึกษาขั้นพื้นฐาน" if "obec" in given else None,
        budget_other=given.get("other"),
        budget_other_name=lines["other"].source_other if "other" in given else None,
        budget_received=number_text(received),
    )
    rows = _expenses(chance, spent) if given else []
    return {
        "s6_budget": budget,
        "s6_2_spent": rows,
        "budget_spent": number_text(spent),
        "budget_remaining": number_text(received - spent),
        "budget_note": "",
        **asked(budget_overspent="OK" if spent > received else None),
    }


def _expenses(chance: random.Random, spent: Decimal) -> list[Answers]:
    """The money spent, to the satang."""
    parts = shares(int(spent * 100), [chance.uniform(1, 3) for _ in _EXPENSES], step=25)
    return [
        {"expense_category": category, "expense_amount": number_text(Decimal(part) / 100)}
        for category, part in zip(_EXPENSES, parts, strict=True)
    ]


def _problem(chance: random.Random) -> Answers:
    kind = chance.choice(("none", "none", "time", "coordination", "technology"))
    return asked(problem_kind=kind, problem_text=None if kind == "none" else chance.choice(PROBLEMS[kind]))


def _attachments(chance: random.Random, box: FileBox) -> Answers:
    """The approved project and two or three pictures with captions."""
    paper = box.add("document", "โครงการที่ได้รับอนุมัติ.pdf")
    captions = chance.sample(_CAPTIONS, chance.randint(2, 3))
    photos: list[Answers] = [
        {"photo": box.add("photo"), "photo_caption": caption, "photo_publishable": "no"} for caption in captions
    ]
    return {
        "att_document": [{"document_title": "โครงการที่ได้รับอนุมัติ", "document_file": paper}],
        "att_photo": [*photos],
        "photo_count": str(len(photos)),
    }
