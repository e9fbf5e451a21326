"""Four-aspect reports and lessons: why projects fell behind, why indicators are weak, what to do next."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from plan.demo.chance import dice
from plan.demo.evidence import document_row, evidence_tail
from plan.demo.model import DemoIndicator, DemoOffice, DemoOfficer, DemoProject
from plan.demo.office_hours import moment_on, working_days
from plan.demo.phrases import PROBLEMS
from plan.demo.record import asked, sitting, submission
from plan.demo.submission_model import FOUR_ASPECT_FORM, Answers, DemoSubmission

_FIRST_DAY, _LAST_DAY = date(2027, 1, 11), date(2027, 1, 20)
# The executives meet on Wednesdays.
_MEETINGS = (date(2027, 1, 20), date(2027, 1, 27))
_INDICATORS = ("PMQA-04", "KRS-01", "STD-11")
_POLICIES = (
    ("policy", "การลดภาระครูและบุคลากรทางการศึกษา"),
    ("policy", "การขับเคลื่อนโรงเรียนคุณภาพของชุมชน"),
    ("inspection", "การนำข้อเสนอแนะการตรวจราชการรอบที่ 1 ไปใช้"),
)
_KINDS = ("time", "coordination", "personnel", "budget", "data", "technology")
_LIMITS = (
    "บุคลากรมีจำกัดและรับผิดชอบหลายงานพร้อมกัน",
    "ระยะเวลาดำเนินงานซ้อนกับภารกิจเร่งด่วนจากส่วนกลาง",
    "พื้นที่เกาะไม่มีสัญญาณ การสื่อสารจึงล่าช้า",
)
_DEVELOPMENTS = (
    "ปรับปฏิทินการทำงานและแบ่งงานให้ชัดเจนรายสัปดาห์",
    "ตั้งผู้ช่วยติดตามงาน (Assistant) ประจำเรื่องและรายงานทุกวันพุธ",
    "ใช้แบบบันทึกออฟไลน์และกำหนดวันส่งข้อมูลร่วมกับกลุ่มโรงเรียน",
)
_LESSONS = (
    "การติดตามตั้งแต่ต้นช่วยให้เห็นปัญหาก่อนที่จะกระทบเป้าหมาย",
    "การเก็บหลักฐานระหว่างทำงานประหยัดเวลากว่าการรวบรวมภายหลัง",
    "การมอบหมายผู้รับผิดชอบให้ชัดเจนทำให้งานเดินเร็วขึ้น",
)


def generate_four_aspect_reports(office: DemoOffice) -> Iterator[DemoSubmission]:
    """On every project behind plan or postponed, on three indicators, two policies and an inspection."""
    behind = [item for item in office.projects if item.status in ("delayed", "postponed")]
    weak = [item for item in office.indicators if item.code in _INDICATORS]
    records = [
        *(_report(office, f"project/{item.code}", _of_project(item)) for item in behind),
        *(_report(office, f"indicator/{item.code}", _of_indicator(item)) for item in weak),
        *(
            _report(office, f"other/{number}", asked(subject_kind=kind, subject_text=text))
            for number, (kind, text) in enumerate(_POLICIES, start=1)
        ),
    ]
    yield from sorted(records, key=lambda item: item.received_at)


def _of_project(item: DemoProject) -> Answers:
    return asked(subject_kind="project", project=str(item.uuid))


def _of_indicator(item: DemoIndicator) -> Answers:
    kind = "standard" if item.framework == "area_std" else "indicator"
    return asked(subject_kind=kind, indicator=str(item.uuid))


def _report(office: DemoOffice, code: str, subject: Answers) -> DemoSubmission:
    chance = dice(office.seed, f"four aspects/{code}")
    moment = moment_on(chance, chance.choice(working_days(_FIRST_DAY, _LAST_DAY)))
    sat = sitting(_reporter(chance, office, code), moment, chance.randint(15, 35))
    box = sat.box(chance.randrange(10**6))
    meeting = next(day for day in _MEETINGS if day > sat.report_date)
    paper = document_row("document", "เอกสารประกอบการรายงาน 4 ประเด็น", box.add("document", "รายงาน4ประเด็น.pdf"))
    kinds = chance.sample(_KINDS, 2)
    answers: Answers = {
        **sat.head(),
        "reflect_point": "during",
        **subject,
        "result_summary": "ดำเนินการได้บางส่วน ผลยังต่ำกว่าแผนที่กำหนดไว้ ณ สิ้นไตรมาส 1",
        "aspects": {
            "cause_kinds": " ".join(kinds),
            "aspect_cause": chance.choice(PROBLEMS[kinds[0]]),
            "aspect_problem": chance.choice(PROBLEMS[kinds[1]]),
            "aspect_limit": chance.choice(_LIMITS),
            "aspect_development": chance.choice(_DEVELOPMENTS),
        },
        "lesson": chance.choice(_LESSONS),
        "apply_next": "กำหนดไว้ในแผนปฏิบัติการปีงบประมาณ 2571",
        "proposal": "ขอความเห็นชอบแนวทางการพัฒนาและมอบหมายผู้ติดตาม",
        "meeting_date": meeting.isoformat(),
        "meeting_result": "pending",
        **evidence_tail([paper]),
    }
    kind = subject["subject_kind"]
    return submission(FOUR_ASPECT_FORM, code, sat, f"{kind} {sat.report_date.isoformat()}", answers, box)


def _reporter(chance: random.Random, office: DemoOffice, code: str) -> DemoOfficer:
    """The owner of the project or indicator, else the director of some group."""
    name = code.rpartition("/")[2]
    owners: dict[str, str | None] = {item.code: item.owner_code for item in office.projects}
    owners |= {item.code: item.owner_code for item in office.indicators}
    if owner := owners.get(name):
        return next(item for item in office.officers if item.code == owner)
    return chance.choice([item for item in office.officers if item.role == "group_director"])
