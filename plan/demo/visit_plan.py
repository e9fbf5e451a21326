"""Who visits which school when: 176 visits to 147 schools, and how late each one reaches the server."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from plan.demo.chance import BANGKOK, DEMO_TODAY, YEAR_START, days_between, dice, happens
from plan.demo.model import DemoOffice, DemoOfficer, DemoSchool
from plan.demo.office_hours import is_working_day
from plan.demo.submission_model import Trouble

# District, schools visited, visits: the golden table of the coverage report.
COVERAGE = {
    "D01": (45, 58),
    "D02": (45, 52),
    "D03": (20, 20),
    "D04": (0, 0),
    "D05": (12, 15),
    "D06": (25, 31),
}
# How many officers of the supervising, planning and promoting groups go to each district.
_TEAM_SIZES = {"D01": 6, "D02": 5, "D03": 3, "D05": 2, "D06": 3}
_TEAM_GROUPS = {"SUP": 13, "PLN": 3, "EDU": 3}
_SCHOOL_BREAK = (date(2026, 10, 11), date(2026, 10, 31))
_LEAST_DAYS_LATE, _GREATEST_DAYS_LATE = 3, 9
_LAST_ISLAND_DAY = DEMO_TODAY - timedelta(days=_GREATEST_DAYS_LATE + 1)
_DAYS_BETWEEN_VISITS = 14
_SOON_IN_SIGNAL = 0.6


@dataclass(frozen=True, slots=True)
class Slot:
    """Half a working day of one officer."""

    day: date
    afternoon: bool
    officer: DemoOfficer


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit before its answers are known; all times are true times."""

    school: DemoSchool
    officer: DemoOfficer
    device_id: str
    started_at: datetime
    ended_at: datetime
    received_at: datetime
    second: bool
    base_version: int = 1
    trouble: Trouble | None = None


def plan_visits(office: DemoOffice) -> list[PlannedVisit]:
    """All visits in the order in which they reach the server; the trouble is added by `visit_trouble`."""
    chance = dice(office.seed, "visits")
    teams = _teams(office)
    planned: list[PlannedVisit] = []
    for district in office.districts:
        visited, visits = COVERAGE[district.code]
        if visited:
            schools = [item for item in office.schools if item.district_code == district.code]
            chosen = chance.sample(schools, visited)
            slots = _slots(chance, teams[district.code], without_signal=district.without_signal)
            planned += _district_visits(chance, chosen, visits, slots, without_signal=district.without_signal)
    return in_order_of_arrival(planned)


def _teams(office: DemoOffice) -> dict[str, list[DemoOfficer]]:
    """The officers who visit, dealt out to the districts; the heads and who has left are not among them."""
    officers: list[DemoOfficer] = []
    for group, count in _TEAM_GROUPS.items():
        own = [item for item in office.officers if item.group_code == group and item.role == "officer"]
        officers += [item for item in own if item.active_to is None][-count:]
    teams: dict[str, list[DemoOfficer]] = {}
    for district, size in _TEAM_SIZES.items():
        teams[district], officers = officers[:size], officers[size:]
    return teams


def _slots(chance: random.Random, team: Iterable[DemoOfficer], *, without_signal: bool) -> list[Slot]:
    """Every free half day of the team in random order; on the demo date only the morning."""
    last = _LAST_ISLAND_DAY if without_signal else DEMO_TODAY
    days = [day for day in days_between(YEAR_START, last) if _is_school_day(day)]
    slots = [
        Slot(day, afternoon, officer)
        for day in days
        for afternoon in (False, True)
        for officer in team
        if officer.active_on(day) and not (afternoon and day == DEMO_TODAY)
    ]
    chance.shuffle(slots)
    return slots


def _is_school_day(day: date) -> bool:
    return is_working_day(day) and not _SCHOOL_BREAK[0] <= day <= _SCHOOL_BREAK[1]


def _district_visits(
    chance: random.Random, chosen: list[DemoSchool], visits: int, slots: list[Slot], *, without_signal: bool
) -> list[PlannedVisit]:
    """One visit to each school of `chosen`, then second visits to some of them until there are `visits`."""
    first: dict[str, Slot] = {}
    planned = []
    for place, school in enumerate(chosen):
        on_demo_date = place == 0 and not without_signal
        slot = slots.pop(_place_on(slots, DEMO_TODAY) if on_demo_date else 0)
        first[school.code] = slot
        planned.append(_visit(chance, school, slot, without_signal=without_signal, second=False))
    for school in chance.sample(chosen[1:], visits - len(chosen)):
        slot = slots.pop(_place_away_from(slots, first[school.code].day))
        planned.append(_visit(chance, school, slot, without_signal=without_signal, second=True))
    return planned


def _place_on(slots: list[Slot], day: date) -> int:
    return next(place for place, slot in enumerate(slots) if slot.day == day)


def _place_away_from(slots: list[Slot], day: date) -> int:
    return next(place for place, slot in enumerate(slots) if abs((slot.day - day).days) >= _DAYS_BETWEEN_VISITS)


def _visit(
    chance: random.Random, school: DemoSchool, slot: Slot, *, without_signal: bool, second: bool
) -> PlannedVisit:
    earliest = time(13, 0) if slot.afternoon else time(8, 30)
    started = datetime.combine(slot.day, earliest, BANGKOK) + timedelta(seconds=chance.randint(0, 5400))
    ended = started + timedelta(seconds=chance.randint(2100, 5700))
    return PlannedVisit(
        school=school,
        officer=slot.officer,
        device_id=device_of(slot.officer),
        started_at=started,
        ended_at=ended,
        received_at=ended + _delay(chance, without_signal=without_signal),
        second=second,
    )


def device_of(officer: DemoOfficer) -> str:
    """The tablet that an officer carries."""
    return f"tidtam-demo-tablet-{officer.code[-3:]}"


def _delay(chance: random.Random, *, without_signal: bool) -> timedelta:
    """Between finishing a record and its arrival: days without signal, else minutes or until the evening."""
    if without_signal:
        days = chance.randint(_LEAST_DAYS_LATE, _GREATEST_DAYS_LATE - 1)
        return timedelta(days=days, seconds=chance.randint(0, 18000))
    if happens(chance, _SOON_IN_SIGNAL):
        return timedelta(seconds=chance.randint(20, 1800))
    return timedelta(seconds=chance.randint(3600, 18000))


def in_order_of_arrival(planned: Iterable[PlannedVisit]) -> list[PlannedVisit]:
    """The visits as the server sees them, each with the version of the school's entity that its tablet held.

    The version starts at 1 and grows with every visit to the school that was received before this one began.
    """
    received: dict[str, list[datetime]] = defaultdict(list)
    result = []
    for visit in sorted(planned, key=lambda item: item.received_at):
        known = sum(1 for moment in received[visit.school.code] if moment < visit.started_at)
        received[visit.school.code].append(visit.received_at)
        result.append(replace(visit, base_version=1 + known))
    return result
