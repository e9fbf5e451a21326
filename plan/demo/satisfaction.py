"""What participants say about activities, without a name: up to 600 answers on shared tablets."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from plan.demo.chance import DEMO_TODAY, dice, happens
from plan.demo.model import DemoActivity, DemoOffice, DemoProject
from plan.demo.office_hours import moment_on, working_days
from plan.demo.ratings import mood, rated
from plan.demo.record import Sitting, submission
from plan.demo.submission_model import (
    SATISFACTION_FORM,
    Answers,
    DemoSubmission,
    fiscal_year_and_quarter,
    timestamp,
)

SIDES = {
    "sat_process": ("sat_info", "sat_schedule", "sat_steps"),
    "sat_staff": ("sat_knowledge", "sat_service"),
    "sat_facility": ("sat_place", "sat_media"),
    "sat_use": ("sat_gain", "sat_apply"),
    "participation": ("par_plan", "par_do", "par_monitor", "par_benefit"),
}
# A load test takes all of them, a newcomer's first look fewer.
ALL, SOME, RECENT = 600, 200, 16
_ROLES = ("teacher", "director", "parent", "student", "staff", "board", "public")
_ROLE_WEIGHTS = (45, 12, 14, 10, 8, 6, 5)
_AGES = {"student": ("u15",), "public": ("15_25", "26_40", "41_60", "over60", "na")}
_GROWN_UP = ("26_40", "41_60", "41_60", "over60", "na")
_LIKED = ("วิทยากรอธิบายเข้าใจง่าย", "ได้ลงมือปฏิบัติจริง", "บรรยากาศเป็นกันเอง", "เอกสารครบถ้วน", "", "", "")
_IMPROVE = ("ควรเพิ่มเวลาฝึกปฏิบัติ", "ห้องประชุมคับแคบ", "ควรแจ้งกำหนดการล่วงหน้า", "", "", "", "")
_LAST_DAY = DEMO_TODAY - timedelta(days=1)
_PARTICIPATION_LESS = 0.5


def generate_satisfaction(office: DemoOffice, count: int = ALL) -> Iterator[DemoSubmission]:
    """`count` answers to activities that were held, with those of `recent_satisfaction` left out."""
    chance = dice(office.seed, "satisfaction")
    held = [item for item in office.activities if item.is_main and item.actual_start is not None]
    projects = {item.code: item for item in office.projects}
    planned = []
    for number in range(1, count - RECENT + 1):
        activity = chance.choice(held)
        planned.append((_held_on(chance, activity), number, activity))
    for ended, number, activity in sorted(planned, key=lambda item: item[:2]):
        yield _answer(office, f"S-{number:04d}", projects[activity.project_code], activity, ended)


def recent_satisfaction(office: DemoOffice, moments: Sequence[datetime]) -> Iterator[DemoSubmission]:
    """One answer for each moment, to an activity of a project that is under way."""
    chance = dice(office.seed, "recent satisfaction")
    projects = {item.code: item for item in office.projects if item.status == "in_progress"}
    held = [item for item in office.activities if item.is_main and item.project_code in projects]
    for number, moment in enumerate(moments, start=1):
        activity = chance.choice(held)
        yield _answer(office, f"SR-{number:04d}", projects[activity.project_code], activity, moment)


def _held_on(chance: random.Random, activity: DemoActivity) -> datetime:
    """A moment on some working day of the activity, or on the day on which it began."""
    first = activity.actual_start or DEMO_TODAY
    last: date = min(activity.actual_end or first + timedelta(days=10), _LAST_DAY)
    return moment_on(chance, chance.choice(working_days(first, last) or [first]))


def _answer(
    office: DemoOffice, code: str, project: DemoProject, activity: DemoActivity, ended: datetime
) -> DemoSubmission:
    chance = dice(office.seed, f"satisfaction/{code}")
    owner = next(item for item in office.officers if item.code == project.owner_code)
    sat = Sitting(
        officer=owner,
        device_id=f"tidtam-demo-kiosk-{project.group_code.lower()}",
        started_at=ended - timedelta(seconds=chance.randint(70, 260)),
        ended_at=ended,
        received_at=ended + timedelta(seconds=chance.randint(5, 90)),
    )
    year, quarter = fiscal_year_and_quarter(sat.report_date)
    role = chance.choices(_ROLES, _ROLE_WEIGHTS)[0]
    answers: Answers = {
        "start": timestamp(sat.started_at),
        "end": timestamp(sat.ended_at),
        "today": sat.report_date.isoformat(),
        "deviceid": sat.device_id,
        "report_date": sat.report_date.isoformat(),
        "fiscal_year": str(year),
        "quarter": str(quarter),
        "project": str(project.uuid),
        "activity": str(activity.uuid),
        "privacy": "",
        "respondent_role": role,
        "age_band": chance.choice(_AGES.get(role, _GROWN_UP)) if happens(chance, 0.9) else "",
        **_ratings(chance),
        "like_most": chance.choice(_LIKED),
        "improve": chance.choice(_IMPROVE),
    }
    return submission(SATISFACTION_FORM, code, sat, f"satisfaction {sat.report_date.isoformat()}", answers)


def _ratings(chance: random.Random) -> Answers:
    """People are content more easily with what was done for them than with what they took part in."""
    feeling = mood(chance)
    return {
        side: rated(chance, names, feeling - (_PARTICIPATION_LESS if side == "participation" else 0))
        for side, names in SIDES.items()
    }
