"""The task records (Collect Info) of the officers, question by question in the order of the form."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from plan.demo import task_texts
from plan.demo.chance import demo_uuid, dice, happens
from plan.demo.evidence import FileBox, document_row, evidence_tail, link_row, photo_row
from plan.demo.model import DemoOffice
from plan.demo.record import asked, submission
from plan.demo.submission_model import TASK_FORM, Answers, DemoEntity, DemoSubmission
from plan.demo.task_plan import PlannedStep, Task, plan_steps, recent_steps

TASK_LIST = "tasks"
_HOURS = ("0.5", "1", "1.5", "2", "3", "3.5", "4", "6")


def generate_task_records(office: DemoOffice) -> Iterator[DemoSubmission]:
    """All task records but the recent ones, in the order of their arrival."""
    yield from _records(office, plan_steps(office))


def recent_task_records(office: DemoOffice, moments: Sequence[datetime]) -> Iterator[DemoSubmission]:
    """One record of a new task for each moment."""
    yield from _records(office, recent_steps(office, moments))


def _records(office: DemoOffice, steps: Iterable[PlannedStep]) -> Iterator[DemoSubmission]:
    for step in steps:
        task, sat = step.task, step.sat
        code = f"{task.code}/{step.number}"
        chance = dice(office.seed, f"task/{code}")
        box = sat.box(chance.randrange(10**6))
        answers: Answers = {**sat.head(), **_about(step, code), **_done(chance, step), **_evidence(chance, step, box)}
        yield submission(
            TASK_FORM,
            code,
            sat,
            f"{task.title} {sat.report_date.isoformat()}",
            answers,
            box,
            entity=DemoEntity(TASK_LIST, task.uuid, *step.branch, label=task.title),
            trouble=step.trouble,
        )


def _about(step: PlannedStep, code: str) -> Answers:
    """Which task it is and what it serves."""
    task, first = step.task, step.number == 1
    # The form makes an id whether or not it needs one.
    new_id = task.uuid if first else demo_uuid("new task id", code)
    return asked(
        new_id=str(new_id),
        record_mode="new" if first else "update",
        task=None if first else str(task.uuid),
        task_title_saved="" if first else task.title,
        task_title_new=task.title if first else None,
        task_title=task.title,
        task_officer=task.officer.code,
        subject_kind=_subject_kind(task),
        framework=task.indicator.framework if task.indicator else None,
        indicator=str(task.indicator.uuid) if task.indicator else None,
        project=str(task.project.uuid) if task.project else None,
    )


def _subject_kind(task: Task) -> str:
    if task.project:
        return "project"
    if task.indicator is None:
        return "policy"
    return "standard" if task.indicator.framework == "area_std" else "indicator"


def _done(chance: random.Random, step: PlannedStep) -> Answers:
    """What was done, and how far the task has come."""
    status, day = step.status, step.sat.report_date
    due = day + timedelta(days=chance.randint(5, 35)) if step.number == 1 and status != "done" else None
    return asked(
        task_detail=chance.choice(task_texts.DETAILS[status]),
        ci_status=status,
        task_output=chance.choice(task_texts.OUTPUTS) if status == "done" else None,
        hours=chance.choice(_HOURS) if happens(chance, 0.85) else "",
        due_date=due.isoformat() if due else None,
        blocked_reason=chance.choice(task_texts.BLOCKED) if status == "blocked" else None,
    )


def _evidence(chance: random.Random, step: PlannedStep, box: FileBox) -> Answers:
    """Finished work has its evidence, nearly always."""
    rows: list[Answers] = []
    if happens(chance, 0.85 if step.status == "done" else 0.12):
        kind = chance.choices(("document", "photo", "link"), (5, 3, 2))[0]
        if kind == "photo":
            rows.append(photo_row(task_texts.PHOTO_TITLE, box.add("photo"), shows_people=False, publishable=True))
        elif kind == "link":
            address = f"https://example.org/files/{step.task.code.lower()}"
            rows.append(link_row(task_texts.LINK_TITLE, address))
        else:
            name, title, file = chance.choice(task_texts.EVIDENCE)
            rows.append(document_row(name, title, box.add("document", file)))
    return evidence_tail(rows)
