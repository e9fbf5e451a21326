"""The answers of a quarterly progress report, question by question in the order of the form."""

from __future__ import annotations

import random
from dataclasses import replace
from unicodedata import normalize

from plan.demo.chance import dice, half_up, happens
from plan.demo.evidence import FileBox, document_row, evidence_tail, form_head, link_row, photo_row
from plan.demo.model import DemoActivity, DemoBudgetLine, DemoOffice, DemoProject
from plan.demo.phrases import (
    DOCUMENT_NAMES,
    NEXT_STEP_DONE,
    NEXT_STEP_NOT_STARTED,
    NEXT_STEPS,
    PROBLEMS,
    RESULTS_DONE,
    RESULTS_PARTLY,
)
from plan.demo.progress_plan import PlannedReport
from plan.demo.submission_model import Answer, Answers, DemoFile, Trouble, number_text

# The letters ำ and the marks above and below make this name change when it is decomposed.
THAI_PHOTO_NAME = "ภาพการดำเนินงานกลุ่มธารน้ำใส.jpg"
ROUND = "q1"


def progress_record(office: DemoOffice, report: PlannedReport) -> tuple[Answers, tuple[DemoFile, ...]]:
    """Fill the form for one project; all figures are cumulative and equal those of the project."""
    project = report.project
    chance = dice(office.seed, f"progress/{project.code}")
    box = FileBox(report.ended_at, chance.randrange(10**6))
    report_date = report.ended_at.date()
    kinds, detail = _problems(chance, project)
    answers: Answers = {
        **form_head(report.officer, report_date, report.started_at, report.ended_at, report.device_id),
        **_project(project),
        **_activities(chance, office.activities_of(project.code)),
        **_money(project),
        "progress_percent": str(project.progress_percent),
        "progress_drop_reason": "",
        "disbursed_drop_reason": "",
        "problem_kinds": kinds,
        "problem_detail": detail,
        "next_step": _next_step(chance, project),
        "need_help": "yes" if project.status == "delayed" and happens(chance, 0.6) else "no",
        "last_report_date": report_date.isoformat(),
        **evidence_tail(_evidence(chance, project, report.trouble, box)),
    }
    return answers, _files(box, report.trouble)


def _project(project: DemoProject) -> Answers:
    return {
        "report_round": ROUND,
        "project": str(project.uuid),
        "project_code": project.code,
        "budget_total": number_text(project.budget_total),
        "previous_progress": "0",
        "previous_disbursed": "0",
        "project_note": "",
        "project_status": project.status,
    }


def _activities(chance: random.Random, activities: tuple[DemoActivity, ...]) -> Answers:
    rows: list[Answers] = [_activity(chance, item) for item in activities]
    return {"activity_item": rows, "weighted_sum": str(sum(item.weight for item in activities))}


def _activity(chance: random.Random, item: DemoActivity) -> Answers:
    begun = item.percent > 0
    texts = RESULTS_DONE if item.status == "completed" else RESULTS_PARTLY
    return {
        "activity": str(item.uuid),
        "activity_weight": str(item.weight),
        "activity_status": item.status,
        "activity_percent": str(item.percent),
        "actual_start": item.actual_start.isoformat() if item.actual_start else "",
        "actual_end": item.actual_end.isoformat() if item.actual_end else "",
        "participants": str(item.participants) if begun else "",
        "activity_result": chance.choice(texts).format(count=item.participants) if begun else "",
    }


def _money(project: DemoProject) -> Answers:
    rows: list[Answers] = [_budget_line(line) for line in project.budget_lines]
    total, disbursed = project.budget_total, project.disbursed_total
    percent: Answer = number_text(half_up(disbursed / total * 100, 2)) if total else ""
    return {"budget_item": rows, "disbursed_total": number_text(disbursed), "disbursed_percent": percent}


def _budget_line(line: DemoBudgetLine) -> Answers:
    money = line.source != "none"
    return {
        "budget_source": line.source,
        "budget_source_other": line.source_other,
        "source_allocated": number_text(line.allocated) if money else "",
        "source_committed": number_text(line.committed) if money else "",
        "source_disbursed": number_text(line.disbursed) if money else "",
    }


def _problems(chance: random.Random, project: DemoProject) -> tuple[str, str]:
    if project.status in ("delayed", "postponed"):
        return "time", project.status_reason
    if project.status in ("completed", "not_started") or happens(chance, 0.7):
        return "none", ""
    kind = chance.choice(("budget", "coordination", "data", "personnel"))
    return kind, chance.choice(PROBLEMS[kind])


def _next_step(chance: random.Random, project: DemoProject) -> str:
    if project.status == "completed":
        return NEXT_STEP_DONE
    return NEXT_STEP_NOT_STARTED if project.status == "not_started" else chance.choice(NEXT_STEPS)


def _evidence(chance: random.Random, project: DemoProject, trouble: Trouble | None, box: FileBox) -> list[Answers]:
    """A photograph and a document of what was done; nothing where nothing was begun."""
    rows: list[Answers] = []
    if not project.progress_percent:
        return rows
    name = THAI_PHOTO_NAME if trouble == Trouble.DECOMPOSED_FILE_NAME else ""
    if trouble is not None or happens(chance, 0.75):
        people = happens(chance, 0.5)
        rows.append(photo_row("ภาพกิจกรรมโครงการ", box.add("photo", name), shows_people=people, publishable=not people))
    if not rows or happens(chance, 0.5):
        title, kind, file_name = chance.choice(DOCUMENT_NAMES)
        rows.append(document_row(kind, title, box.add("document", file_name)))
    if happens(chance, 0.15):
        rows.append(link_row("ข่าวประชาสัมพันธ์โครงการ", f"https://example.org/news/{project.code.lower()}"))
    return rows


def _files(box: FileBox, trouble: Trouble | None) -> tuple[DemoFile, ...]:
    """The files as they are sent, which is not always as the answers name them."""
    if not box.files or trouble is None:
        return tuple(box.files)
    first = box.files[0]
    if trouble == Trouble.DECOMPOSED_FILE_NAME:
        first = replace(first, name=normalize("NFKD", first.name))
    if trouble == Trouble.FILE_NEVER_ARRIVES:
        first = replace(first, arrives=False)
    return (first, *box.files[1:])
