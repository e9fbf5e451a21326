"""When people of the invented office are at work."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from plan.demo.chance import BANGKOK, days_between

# Public holidays of the first months of the fiscal year 2570 that fall on a weekday.
_HOLIDAYS = {date(2026, 12, 7), date(2026, 12, 10), date(2026, 12, 31), date(2027, 1, 1)}
_SATURDAY = 5
_MORNING = time(8, 45)
_SECONDS_AT_WORK = 27_000


def is_working_day(day: date) -> bool:
    """Whether the office is open."""
    return day.weekday() < _SATURDAY and day not in _HOLIDAYS


def working_days(first: date, last: date) -> list[date]:
    """The days from `first` to `last`, both included, on which the office is open."""
    return [day for day in days_between(first, last) if is_working_day(day)]


def moment_on(chance: random.Random, day: date) -> datetime:
    """Some moment of a day at which people work: from a quarter to nine until a quarter past four."""
    return datetime.combine(day, _MORNING, BANGKOK) + timedelta(seconds=chance.randint(0, _SECONDS_AT_WORK))
