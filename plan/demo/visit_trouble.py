"""The trouble on purpose among the visits: it must never change how many schools and visits are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from plan.demo.submission_model import Trouble
from plan.demo.visit_plan import PlannedVisit, in_order_of_arrival

_MINUTES_APART = 12
_THURSDAY = 3
_EARLIEST_CLOCK_TROUBLE = date(2026, 11, 16)


def with_trouble(planned: list[PlannedVisit]) -> list[PlannedVisit]:
    """The same visits, six of them spoilt, one of these twice."""
    visits = in_order_of_arrival(_two_tablets(planned))
    _mark(visits, Trouble.SENT_THREE_TIMES, lambda visit: visit.school.district_code == "D02")
    _mark(visits, Trouble.CLOCK_AHEAD, _suits_a_wrong_clock)
    # A tablet of the islands that has not been online since the new version was published, long ago by then.
    _mark(visits, Trouble.OLD_FORM_VERSION, lambda visit: visit.school.district_code == "D05", latest=True)
    _mark(visits, Trouble.THAI_DIGITS, lambda visit: visit.school.district_code == "D06")
    _mark(visits, Trouble.BLANK_RATING, lambda visit: visit.school.district_code == "D01")
    return visits


def _suits_a_wrong_clock(visit: PlannedVisit) -> bool:
    """A visit whose date, two days on, is a working day as well: nothing but the clock is wrong."""
    day = visit.started_at.date()
    return visit.school.district_code == "D03" and day >= _EARLIEST_CLOCK_TROUBLE and day.weekday() < _THURSDAY


def _mark(
    visits: list[PlannedVisit],
    trouble: Trouble,
    fits: Callable[[PlannedVisit], bool],
    *,
    latest: bool = False,
) -> None:
    """Give the trouble to the first or latest sound visit that fits, but not to a school with two visits."""
    codes = [visit.school.code for visit in visits]
    places = [
        place
        for place, visit in enumerate(visits)
        if visit.trouble is None and codes.count(visit.school.code) == 1 and fits(visit)
    ]
    place = places[-1 if latest else 0]
    visits[place] = replace(visits[place], trouble=trouble)


def _two_tablets(planned: list[PlannedVisit]) -> list[PlannedVisit]:
    """Move one second visit to the day of the first, so that two officers record one school together."""
    for first in planned:
        second = next((item for item in planned if item.second and item.school == first.school), None)
        if first.second or second is None or not _can_join(second, first, planned):
            continue
        begun = first.started_at + timedelta(minutes=_MINUTES_APART)
        shift = begun - second.started_at
        moved = replace(
            second,
            started_at=begun,
            ended_at=second.ended_at + shift,
            received_at=second.received_at + shift,
            trouble=Trouble.TWO_TABLETS,
        )
        swapped = {id(first): replace(first, trouble=Trouble.TWO_TABLETS), id(second): moved}
        return [swapped.get(id(item), item) for item in planned]
    raise AssertionError("no pair of visits can share a day")


def _can_join(second: PlannedVisit, first: PlannedVisit, planned: list[PlannedVisit]) -> bool:
    """Whether the officer of `second` is another one and free on the day of `first`, outside the islands."""
    day = first.started_at.date()
    busy = any(item.officer == second.officer and item.started_at.date() == day for item in planned)
    return second.officer != first.officer and not busy and first.school.district_code == "D01"
