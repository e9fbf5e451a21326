"""The answers of a school follow-up visit, question by question in the order of the form."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plan.demo.chance import dice, half_up, happens
from plan.demo.evidence import FileBox, evidence_tail, form_head, photo_row
from plan.demo.model import DemoOffice, DemoProject
from plan.demo.phrases import (
    EVIDENCE_TITLES,
    HELP,
    PROBLEMS,
    STRENGTHS,
    SUGGESTIONS,
    THAI_DIGIT_HELP,
    THAI_DIGIT_SUGGESTION,
)
from plan.demo.submission_model import Answer, Answers, DemoFile, Trouble, number_text
from plan.demo.visit_plan import PlannedVisit

RATINGS = (
    "input_supply",
    "input_management",
    "process_on_plan",
    "process_participation",
    "output_quantity",
    "output_quality",
)
_MOST_ITEMS = 3
_CLOCK_ERROR = timedelta(days=2)
_ROLES = ("director", "teacher", "student", "parent", "board")


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What the tablet holds after a visit; the dates are those of its own clock."""

    answers: Answers
    files: tuple[DemoFile, ...]
    report_date: date
    clock_error: timedelta


def visit_record(office: DemoOffice, visit: PlannedVisit) -> VisitRecord:
    """Fill the form for one visit; the same visit always gives the same record."""
    chance = dice(office.seed, f"visit/{visit.school.code}/{visit.device_id}/{visit.started_at:%Y%m%d}")
    error = _CLOCK_ERROR if visit.trouble == Trouble.CLOCK_AHEAD else timedelta(0)
    started, ended = visit.started_at + error, visit.ended_at + error
    box = FileBox(ended, chance.randrange(10**6))
    quality = min(max(chance.gauss(3.7, 0.8), 1.6), 4.9)
    onsite = not visit.second or happens(chance, 0.8)
    items = [
        _project_item(chance, visit, project, quality, box)
        for project in _followed_up(chance, office, visit.started_at.date())
    ]
    if visit.trouble == Trouble.BLANK_RATING:
        _blank_a_rating(items[0])
    report_date = started.date()
    answers: Answers = {
        **form_head(visit.officer, report_date, started, ended, visit.device_id),
        "visit": _visit(chance, visit, onsite=onsite),
        "project_item": items,
        "project_item_count": str(len(items)),
        "summary": _summary(chance, visit, report_date, quality, items, box),
        **evidence_tail(_evidence(chance, box, onsite=onsite)),
    }
    return VisitRecord(answers, tuple(box.files), report_date, error)


def _visit(chance: random.Random, visit: PlannedVisit, *, onsite: bool) -> Answers:
    school = visit.school
    mode = "onsite" if onsite else chance.choice(("online", "phone"))
    others = [role for role in _ROLES[1:] if happens(chance, 0.4)]
    return {
        "visit_round": "1",
        "visit_mode": mode,
        "district": school.district_code,
        "school": str(school.uuid),
        "school_code": school.code,
        "students_total": str(school.students),
        "visit_location": _location(chance, visit) if onsite else "",
        "respondent_roles": " ".join([_ROLES[0], *others]),
    }


def _location(chance: random.Random, visit: PlannedVisit) -> str:
    """Latitude, longitude, altitude (m) and accuracy (m), within about fifty metres of the school."""
    latitude = visit.school.latitude + chance.uniform(-0.0004, 0.0004)
    longitude = visit.school.longitude + chance.uniform(-0.0004, 0.0004)
    return f"{latitude:.6f} {longitude:.6f} {chance.uniform(2, 60):.1f} {chance.uniform(3, 12):.1f}"


def _followed_up(chance: random.Random, office: DemoOffice, day: date) -> list[DemoProject]:
    """One to three projects that work in schools; those already running are preferred."""
    every = [item for item in office.projects if item.in_schools and item.status != "cancelled"]
    running = [item for item in every if item.start_date <= day]
    return chance.sample(running if len(running) >= _MOST_ITEMS else every, chance.choice((1, 2, 2, 3)))


def _project_item(
    chance: random.Random, visit: PlannedVisit, project: DemoProject, quality: float, box: FileBox
) -> Answers:
    status = _school_status(chance, visit, project)
    begun = status != "not_started"
    planned = max(3, int(visit.school.students * chance.uniform(0.15, 0.6)))
    actual = int(planned * chance.uniform(0.7, 1.04)) if begun else 0
    kinds = _problem_kinds(chance, quality)
    details = [chance.choice(PROBLEMS[kind]) for kind in kinds if kind != "none"]
    thai_digits = visit.trouble == Trouble.THAI_DIGITS
    ratings: dict[str, Answer] = {name: _rating(chance, quality) if begun else "" for name in RATINGS}
    return {
        "project": str(project.uuid),
        "school_status": status,
        "target_planned": str(planned),
        "target_actual": str(actual) if begun else "",
        "target_percent": number_text(half_up(Decimal(actual * 100) / planned, 2)),
        "item_ratings": ratings,
        "problem_kinds": " ".join(kinds),
        "problem_detail": "\n".join(details),
        "suggestion": THAI_DIGIT_SUGGESTION if thai_digits else chance.choice(SUGGESTIONS),
        "urgent": "yes" if details and happens(chance, 0.12) else "no",
        "item_photo": box.add("photo") if happens(chance, 0.5) else "",
    }


def _school_status(chance: random.Random, visit: PlannedVisit, project: DemoProject) -> str:
    if visit.trouble == Trouble.BLANK_RATING:
        return "in_progress"
    if project.start_date > visit.started_at.date():
        return "not_started"
    if project.status in ("delayed", "postponed"):
        return chance.choice(("delayed", "delayed", "in_progress", "not_started"))
    return chance.choices(("in_progress", "completed", "delayed", "not_started"), (72, 12, 8, 8))[0]


def _problem_kinds(chance: random.Random, quality: float) -> list[str]:
    if happens(chance, quality / 8):
        return ["none"]
    return chance.sample(sorted(PROBLEMS), chance.choice((1, 1, 2)))


def _rating(chance: random.Random, quality: float) -> str:
    return str(min(max(round(chance.gauss(quality, 0.7)), 1), 5))


def _blank_a_rating(item: Answers) -> None:
    """The form asks for every rating; a record without one must be stored, and must not count as zero."""
    ratings = item["item_ratings"]
    assert isinstance(ratings, dict)
    ratings[RATINGS[0]] = ""


def _summary(
    chance: random.Random,
    visit: PlannedVisit,
    report_date: date,
    quality: float,
    items: list[Answers],
    box: FileBox,
) -> Answers:
    revisit = any(item["urgent"] == "yes" for item in items) or happens(chance, 0.15)
    return {
        "strengths": chance.choice(STRENGTHS),
        "help_needed": THAI_DIGIT_HELP if visit.trouble == Trouble.THAI_DIGITS else chance.choice(HELP),
        "overall_level": str(round(quality)),
        "revisit": "yes" if revisit else "no",
        "revisit_date": (report_date + timedelta(days=chance.randint(21, 60))).isoformat() if revisit else "",
        "visit_date_saved": report_date.isoformat(),
        "school_signature": box.add("signature") if happens(chance, 0.7) else "",
    }


def _evidence(chance: random.Random, box: FileBox, *, onsite: bool) -> list[Answers]:
    """At least one photograph: of the school, or of the screen when the visit was not on site."""
    rows = []
    for title in chance.sample(EVIDENCE_TITLES, chance.randint(1, 2) if onsite else 1):
        people = happens(chance, 0.4)
        rows.append(photo_row(title, box.add("photo"), shows_people=people, publishable=not people))
    return rows
