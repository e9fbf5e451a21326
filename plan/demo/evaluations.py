"""Evaluations of projects: three persons judge each completed project, one each project that is under way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from plan.demo.chance import dice, half_up
from plan.demo.evidence import document_row
from plan.demo.model import DemoOffice, DemoProject
from plan.demo.office_hours import moment_on, working_days
from plan.demo.ratings import mean, mood, rated
from plan.demo.record import sitting, submission
from plan.demo.submission_model import EVALUATION_FORM, Answers, DemoSubmission, number_text

SIDES = {
    "objective": ("obj_policy_fit", "obj_need_fit", "obj_clear"),
    "input": ("inp_budget", "inp_people", "inp_material"),
    "process": ("pro_schedule", "pro_participation", "pro_followup", "pro_adjust"),
    "output": ("out_quantity", "out_quality", "out_value", "out_use"),
}
_AT_THE_END = ("director", "teacher", "area_staff")
_UNDER_WAY = 16
_FIRST_DAY, _LAST_DAY = date(2027, 1, 11), date(2027, 1, 20)
_SUPPORT = ("ผู้บริหารสนับสนุนและติดตามใกล้ชิด", "ผู้เข้าร่วมสนใจและให้ความร่วมมือดี", "")
_BLOCK = ("ระยะเวลาจำกัด", "งบประมาณได้รับล่าช้า", "")
_FUTURE = (
    "ควรดำเนินการต่อเนื่องและขยายผลไปยังโรงเรียนที่ยังไม่ได้เข้าร่วม",
    "ควรติดตามการนำความรู้ไปใช้หลังจบกิจกรรม",
    "ควรเพิ่มการมีส่วนร่วมของชุมชนตั้งแต่ขั้นวางแผน",
)
_METHODS = ("questionnaire", "interview questionnaire", "observation document", "focus_group")
_ALL = Decimal(100)


def generate_evaluations(office: DemoOffice) -> Iterator[DemoSubmission]:
    """In the order of their arrival."""
    chance = dice(office.seed, "evaluations")
    completed = [item for item in office.projects if item.status == "completed"]
    running = [item for item in office.projects if item.status == "in_progress" and item.progress_percent]
    chosen = [(item, role, "end") for item in completed for role in _AT_THE_END]
    chosen += [(item, "area_staff", "during") for item in chance.sample(running, _UNDER_WAY)]
    records = [_evaluation(office, project, role, timing) for project, role, timing in chosen]
    yield from sorted(records, key=lambda item: item.received_at)


def _evaluation(office: DemoOffice, project: DemoProject, role: str, timing: str) -> DemoSubmission:
    code = f"{project.code}/{timing}/{role}"
    chance = dice(office.seed, f"evaluation/{code}")
    collector = chance.choice([item for item in office.officers if item.group_code == "PLN" and item.role == "officer"])
    moment = moment_on(chance, chance.choice(working_days(_FIRST_DAY, _LAST_DAY)))
    sat = sitting(collector, moment, chance.randint(6, 15))
    box = sat.box(chance.randrange(10**6))
    feeling = mood(chance)
    sides = {side: rated(chance, names, feeling) for side, names in SIDES.items()}
    paper = document_row("document", "แบบประเมินที่ผู้ประเมินลงนาม", box.add("document", "แบบประเมิน.pdf"))
    answers: Answers = {
        **sat.head(),
        "eval_scope": "project",
        "eval_timing": timing,
        "project": str(project.uuid),
        "evaluator_role": role,
        "eval_methods": chance.choice(_METHODS),
        **{f"side_{side}": ratings for side, ratings in sides.items()},
        **{f"mean_{side}": mean(ratings) for side, ratings in sides.items()},
        "target_item": _targets(chance, project) if timing == "end" else [],
        "support_factors": chance.choice(_SUPPORT),
        "block_factors": chance.choice(_BLOCK),
        "future_guideline": chance.choice(_FUTURE),
        "evidence": [paper],
        "evidence_count": "1",
    }
    return submission(EVALUATION_FORM, code, sat, f"project {sat.report_date.isoformat()}", answers, box)


def _targets(chance: random.Random, project: DemoProject) -> list[Answers]:
    """The quantity against its target, and the quality as the evaluator sees it."""
    target, actual = project.quantity_target, project.quantity_actual
    quantity: Answers = {
        "target_kind": "quantity",
        "target_text": f"จำนวน{project.target_group}ที่เข้าร่วม",
        "target_value": str(target),
        "actual_value": str(actual),
        "attain_percent": number_text(half_up(actual * _ALL / target, 2)),
        "attain": "achieved" if actual >= target else "partly",
    }
    quality: Answers = {
        "target_kind": "quality",
        "target_text": project.quality_target,
        "attain_percent": "",
        "attain": chance.choices(("achieved", "partly"), (8, 2))[0],
    }
    return [quantity, quality]
