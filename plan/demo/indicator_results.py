"""What the owners of the 40 indicators report on quarter 1, scored as the form scores it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from plan.demo.chance import dice, half_up, happens
from plan.demo.evidence import FileBox, document_row, evidence_tail, link_row, photo_row
from plan.demo.model import DemoIndicator, DemoOffice, DemoOfficer
from plan.demo.office_hours import moment_on, working_days
from plan.demo.progress_answers import ROUND
from plan.demo.record import sitting, submission
from plan.demo.submission_model import INDICATOR_FORM, Answers, DemoSubmission, number_text

# Who reports an indicator that nobody owns: the head of evaluation, without an order.
_OF_NOBODY = "me_head"
_FIRST_DAY, _LAST_DAY = date(2027, 1, 4), date(2027, 1, 15)
_DENOMINATORS = (200, 250, 400, 500)
_LOWEST, _HIGHEST = Decimal("0.2"), Decimal("1.15")
_RESULTS = (
    "ดำเนินการตามแผนไตรมาส 1 ครบถ้วน ข้อมูลได้จากรายงานของสถานศึกษาและกลุ่มที่เกี่ยวข้อง",
    "ผลการดำเนินงานดีขึ้นเมื่อเทียบกับข้อมูลพื้นฐาน และอยู่ระหว่างรวบรวมหลักฐานเพิ่มเติม",
    "ดำเนินการได้ตามขั้นตอน มีการติดตามและรายงานผู้บริหารทุกเดือน",
)
_PROBLEMS = ("ข้อมูลจากสถานศึกษาบางแห่งส่งล่าช้า", "หลักฐานอยู่หลายแห่งและยังรวบรวมไม่ครบ", "")
_DEVELOPMENTS = ("กำหนดผู้ประสานข้อมูลรายกลุ่มโรงเรียน", "จัดทำแฟ้มหลักฐานกลางของตัวชี้วัด", "")
_PAPERS = (
    ("document", "รายงานผลการดำเนินงานไตรมาส 1", "รายงานผลไตรมาส1.pdf"),
    ("order", "คำสั่งแต่งตั้งคณะทำงานตัวชี้วัด", "คำสั่งแต่งตั้งคณะทำงาน.pdf"),
    ("minutes", "รายงานการประชุมติดตามตัวชี้วัด", "รายงานการประชุม.pdf"),
)
_SHORT_OF_EVIDENCE = 0.15
_TOP = 5


def generate_indicator_results(office: DemoOffice) -> Iterator[DemoSubmission]:
    """One result for each indicator, in the order of their arrival."""
    yield from sorted((_result(office, item) for item in office.indicators), key=lambda item: item.received_at)


def score(indicator: DemoIndicator, value: Decimal) -> Decimal:
    """The score from 1 to 5 by linear interpolation between the thresholds, with five places."""
    if indicator.measure_type == "level":
        return value
    sign = -1 if indicator.direction == "lower" else 1
    x, levels = value * sign, [threshold * sign for threshold in indicator.thresholds]
    if x <= levels[0]:
        return Decimal(1)
    if x >= levels[-1]:
        return Decimal(_TOP)
    below = max(place for place, threshold in enumerate(levels) if threshold <= x)
    return half_up(1 + below + (x - levels[below]) / (levels[below + 1] - levels[below]), 5)


def _result(office: DemoOffice, item: DemoIndicator) -> DemoSubmission:
    chance = dice(office.seed, f"indicator result/{item.code}")
    moment = moment_on(chance, chance.choice(working_days(_FIRST_DAY, _LAST_DAY)))
    sat = sitting(_owner(office, item), moment, chance.randint(8, 25))
    box = sat.box(chance.randrange(10**6))
    measured, value = _measured(chance, item)
    linked = [str(project.uuid) for project in office.projects if item.code in project.indicator_codes]
    answers: Answers = {
        **sat.head(),
        "framework": item.framework,
        "indicator": str(item.uuid),
        "report_round": ROUND,
        "result_kind": "self",
        **_of_the_plan(item),
        **measured,
        **_scored(item, value),
        "result_text": chance.choice(_RESULTS),
        "linked_projects": " ".join(linked[:3]),
        "problem_text": chance.choice(_PROBLEMS),
        "development_text": chance.choice(_DEVELOPMENTS),
        **evidence_tail(indicator_evidence(chance, item, box)),
    }
    return submission(INDICATOR_FORM, f"{item.code}/{ROUND}", sat, f"{item.code} {ROUND} self", answers, box)


def _owner(office: DemoOffice, item: DemoIndicator) -> DemoOfficer:
    return next(
        person
        for person in office.officers
        if (person.code == item.owner_code if item.owner_code else person.role == _OF_NOBODY)
    )


def _of_the_plan(item: DemoIndicator) -> Answers:
    """What the form looks up in its list of indicators."""
    levels = ", ".join(f"ระดับ {level} = {number_text(value)}" for level, value in enumerate(item.thresholds, start=1))
    return {
        "weight": number_text(item.weight),
        "pmqa_category": "" if item.pmqa_category is None else str(item.pmqa_category),
        "baseline": number_text(item.baseline),
        "target": number_text(item.target),
        "criteria_text": f"{levels} {item.unit}",
        "measure_type": item.measure_type,
        "min_evidence": str(item.min_evidence),
        "direction": "-1" if item.direction == "lower" else "1",
        "indicator_note": "",
    }


def _measured(chance: random.Random, item: DemoIndicator) -> tuple[Answers, Decimal]:
    """The questions that fit the indicator, and the result: somewhere between just below t1 and just above t5."""
    if item.measure_type == "level":
        level = chance.choices((2, 3, 4, 5), (10, 35, 40, 15))[0]
        return {"level_entered": str(level)}, Decimal(level)
    share = _LOWEST + (_HIGHEST - _LOWEST) * chance.randint(0, 100) / 100
    wanted = item.t1 + (item.t5 - item.t1) * share
    if item.measure_type == "number":
        value = half_up(wanted)
        return {"value_entered": number_text(value)}, value
    denominator = chance.choice(_DENOMINATORS)
    numerator = min(int(wanted * denominator / 100), denominator)
    return (
        {"numerator": str(numerator), "denominator": str(denominator)},
        Decimal(numerator * 100) / denominator,
    )


def _scored(item: DemoIndicator, value: Decimal) -> Answers:
    sign = -1 if item.direction == "lower" else 1
    levels = {f"t{level}": number_text(limit * sign) for level, limit in enumerate(item.thresholds, start=1)}
    return {
        "value": number_text(value),
        "x": number_text(value * sign),
        **levels,
        "score": number_text(score(item, value)),
        "score_note": "",
    }


def indicator_evidence(chance: random.Random, item: DemoIndicator, box: FileBox) -> list[Answers]:
    """As much as the indicator asks for, or a piece less where it is still being collected."""
    short = happens(chance, _SHORT_OF_EVIDENCE)
    papers = chance.sample(_PAPERS, item.min_evidence - (1 if short else 0))
    rows: list[Answers] = [document_row(kind, title, box.add("document", name)) for kind, title, name in papers]
    if not short and happens(chance, 0.3):
        rows.append(photo_row("ภาพการดำเนินงานตามตัวชี้วัด", box.add("photo"), shows_people=False, publishable=True))
    if not short and happens(chance, 0.2):
        address = f"https://example.org/evidence/{item.code.lower()}"
        rows.append(link_row("แฟ้มหลักฐานของตัวชี้วัด", address))
    return rows
