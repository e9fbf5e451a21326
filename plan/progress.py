"""How far a project should be by its plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from plan.models import Activity, Project

FULL = Decimal(100)
NOTHING = Decimal(0)
_CENT = Decimal("0.01")


def planned_progress(project: Project, on: dt.date) -> Decimal:
    """Percent (0–100, two places, half up) that the plan expects by the end of the day `on`.

    A stated schedule counts first: straight lines between its points, from nothing on the day before the
    project begins. Else every activity advances evenly over its days (both ends included) and counts by its
    weight. A project without activities advances evenly itself. Of a cancelled project nothing is expected.
    """
    if project.status == "cancelled":
        expected = NOTHING
    elif project.planned_schedule:
        expected = _along(project.planned_schedule, project.starts_on - dt.timedelta(days=1), on)
    elif sum((item.weight for item in project.activities), NOTHING) > 0:
        expected = _by_activities(project.activities, on)
    else:
        expected = FULL * _elapsed(project.starts_on, project.ends_on, on)
    return expected.quantize(_CENT, rounding=ROUND_HALF_UP)


def _by_activities(activities: Sequence[Activity], on: dt.date) -> Decimal:
    """The weighted part of the activities' days; weights that do not sum to 100 are taken as shares."""
    whole = sum((item.weight for item in activities), NOTHING)
    done = sum((item.weight * _elapsed(item.plan_start, item.plan_end, on) for item in activities), NOTHING)
    return FULL * done / whole


def _elapsed(first: dt.date, last: dt.date, on: dt.date) -> Decimal:
    """The part (0–1) of the days from `first` to `last` that is over at the end of `on`."""
    length = max((last - first).days + 1, 1)
    return Decimal(min(max((on - first).days + 1, 0), length)) / length


def _along(schedule: Sequence[dict[str, Any]], beginning: dt.date, on: dt.date) -> Decimal:
    points = sorted((dt.date.fromisoformat(point["on"]), Decimal(str(point["percent"]))) for point in schedule)
    before, reached = beginning, NOTHING
    for day, percent in points:
        if on < day:
            days = (day - before).days
            part = Decimal(max((on - before).days, 0)) / days if days > 0 else NOTHING
            return reached + (percent - reached) * part
        before, reached = day, percent
    return reached
