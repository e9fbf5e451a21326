"""Which quarter-1 reports reach the server when: 74 of 78 due, in every class of lateness."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from plan.demo.chance import BANGKOK, DEMO_TODAY, Q1_DUE, days_between, dice
from plan.demo.model import DemoOffice, DemoOfficer, DemoProject
from plan.demo.submission_model import Trouble

Lateness = Literal["on_time", "synced_late", "late"]

# Of 78 due, 74 are in: on time, captured in time but synced late, late.
COUNTS: dict[Lateness, int] = {"on_time": 58, "synced_late": 8, "late": 8}
_FIRST_DAY = date(2027, 1, 4)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """A progress report before its answers are known."""

    project: DemoProject
    officer: DemoOfficer
    device_id: str
    started_at: datetime
    ended_at: datetime
    received_at: datetime
    lateness: Lateness
    trouble: Trouble | None = None


def plan_reports(office: DemoOffice) -> list[PlannedReport]:
    """One report for each project whose owner has reported, in the order in which they reach the server."""
    chance = dice(office.seed, "progress")
    officers = {item.code: item for item in office.officers}
    reported = [item for item in office.projects if item.q1_reported]
    classes = [lateness for lateness, count in COUNTS.items() for _ in range(count)]
    chance.shuffle(classes)
    planned = [
        _report(chance, project, officers[project.owner_code], lateness)
        for project, lateness in zip(reported, classes, strict=True)
    ]
    return sorted(_with_trouble(_at_the_last_second(planned)), key=lambda item: item.received_at)


def _report(chance: random.Random, project: DemoProject, officer: DemoOfficer, lateness: Lateness) -> PlannedReport:
    ended = _ended(chance, lateness)
    received = ended + timedelta(seconds=chance.randint(3, 120))
    if lateness == "synced_late":
        received = _working_moment(chance, date(2027, 1, 18), DEMO_TODAY - timedelta(days=1))
    return PlannedReport(
        project=project,
        officer=officer,
        device_id=f"tidtam-demo-browser-{officer.code[-3:]}",
        started_at=ended - timedelta(seconds=chance.randint(600, 2400)),
        ended_at=ended,
        received_at=received,
        lateness=lateness,
    )


def _ended(chance: random.Random, lateness: Lateness) -> datetime:
    if lateness == "late":
        return _working_moment(chance, date(2027, 1, 18), DEMO_TODAY - timedelta(days=1))
    first = _FIRST_DAY if lateness == "on_time" else date(2027, 1, 11)
    return _working_moment(chance, first, Q1_DUE.date())


def _working_moment(chance: random.Random, first: date, last: date) -> datetime:
    days = [day for day in days_between(first, last) if day.weekday() < _SATURDAY]
    return datetime.combine(chance.choice(days), time(9, 15), BANGKOK) + timedelta(seconds=chance.randint(0, 25_000))


def _at_the_last_second(planned: list[PlannedReport]) -> list[PlannedReport]:
    """One report arrives in the very second of the deadline and is still on time."""
    place = next(place for place, item in enumerate(planned) if item.lateness == "on_time")
    return _moved(planned, place, Q1_DUE - timedelta(seconds=8), Q1_DUE, None)


def _with_trouble(planned: list[PlannedReport]) -> list[PlannedReport]:
    """One report just too late, one whose file never arrives and one with a decomposed file name."""
    midnight = Q1_DUE + timedelta(seconds=1)
    late = next(place for place, item in enumerate(planned) if item.lateness == "late")
    planned = _moved(planned, late, midnight, midnight + timedelta(seconds=1), Trouble.ONE_SECOND_LATE)
    with_photo = [
        place
        for place, item in enumerate(planned)
        if item.lateness == "on_time" and item.received_at < Q1_DUE and item.project.status == "in_progress"
    ]
    for place, trouble in zip(with_photo[:2], (Trouble.FILE_NEVER_ARRIVES, Trouble.DECOMPOSED_FILE_NAME), strict=True):
        planned[place] = replace(planned[place], trouble=trouble)
    return planned


def _moved(
    planned: list[PlannedReport], place: int, ended: datetime, received: datetime, trouble: Trouble | None
) -> list[PlannedReport]:
    item = planned[place]
    moved = replace(
        item,
        started_at=ended - (item.ended_at - item.started_at),
        ended_at=ended,
        received_at=received,
        trouble=trouble,
    )
    return [*planned[:place], moved, *planned[place + 1 :]]
