"""The self-assessment by the area-office standards: one record for each of their 14 indicators."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from plan.demo.chance import dice, half_up
from plan.demo.evidence import evidence_tail
from plan.demo.indicator_results import indicator_evidence
from plan.demo.model import DemoIndicator, DemoOffice
from plan.demo.office_hours import moment_on, working_days
from plan.demo.record import sitting, submission
from plan.demo.standard_issues import DemoIssue, issues_of
from plan.demo.submission_model import STANDARD_FORM, Answers, DemoSubmission, number_text

_FIRST_DAY, _LAST_DAY = date(2027, 1, 5), date(2027, 1, 20)
_PRACTICES = (
    "ประชุมชี้แจง มอบหมายงานเป็นลายลักษณ์อักษร และติดตามทุกเดือน",
    "จัดทำแผน ดำเนินการตามแผน และสรุปผลเสนอผู้บริหาร",
    "ทำงานร่วมกับกลุ่มโรงเรียนและรายงานผลรายไตรมาส",
)
_RESULTS = (
    "ทุกกลุ่มดำเนินการได้ตามแผนและมีข้อมูลเป็นปัจจุบัน",
    "สถานศึกษาส่วนใหญ่ดำเนินการได้ตามเป้าหมาย",
    "ผลดีขึ้นเมื่อเทียบกับปีที่ผ่านมา",
)
_PROOFS = ("รายงานการประชุมและคำสั่งมอบหมาย", "แผนปฏิบัติการและรายงานไตรมาส", "แบบสรุปผลและภาพกิจกรรม")
_STRENGTHS = ("ผู้บริหารติดตามต่อเนื่อง", "บุคลากรร่วมมือและทำงานเป็นทีม", "")
_TO_DEVELOP = ("ควรรวบรวมหลักฐานไว้ที่เดียว", "ควรขยายผลให้ครบทุกกลุ่มโรงเรียน", "")


def generate_self_assessments(office: DemoOffice) -> Iterator[DemoSubmission]:
    """In the order of their arrival."""
    assessed = [item for item in office.indicators if item.framework == "area_std"]
    yield from sorted((_assessment(office, item) for item in assessed), key=lambda item: item.received_at)


def _assessment(office: DemoOffice, item: DemoIndicator) -> DemoSubmission:
    chance = dice(office.seed, f"self-assessment/{item.code}")
    owner = next(person for person in office.officers if person.code == item.owner_code)
    moment = moment_on(chance, chance.choice(working_days(_FIRST_DAY, _LAST_DAY)))
    sat = sitting(owner, moment, chance.randint(15, 40))
    box = sat.box(chance.randrange(10**6))
    levels = [chance.choices((2, 3, 4, 5), (10, 35, 40, 15))[0] for _ in issues_of(item)]
    mean = half_up(Decimal(sum(levels)) / len(levels), 4)
    answers: Answers = {
        **sat.head(),
        "standard": item.standard_code or "",
        "std_indicator": str(item.uuid),
        "result_kind": "self",
        "issue_item": [_issue(chance, issue, level) for issue, level in zip(issues_of(item), levels, strict=True)],
        "issue_count": str(len(levels)),
        "issue_mean": number_text(mean),
        "strength": chance.choice(_STRENGTHS),
        "to_develop": chance.choice(_TO_DEVELOP),
        **evidence_tail(indicator_evidence(chance, item, box)),
    }
    return submission(STANDARD_FORM, item.code, sat, f"{item.code} self", answers, box)


def _issue(chance: random.Random, issue: DemoIssue, level: int) -> Answers:
    return {
        "issue": issue.code,
        "issue_level": str(level),
        "issue_practice": chance.choice(_PRACTICES),
        "issue_result": chance.choice(_RESULTS),
        "issue_evidence": chance.choice(_PROOFS),
    }
