"""The activities of a project: what is planned, and how far each one has come."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from plan.demo.activity_patterns import AUDIENCES, LAYOUTS, STEPS, TEAM, TEAM_PLACE, Slot
from plan.demo.chance import DEMO_TODAY, demo_uuid, half_up, shares
from plan.demo.model_projects import DemoActivity, ProgressStatus
from plan.demo.project_titles import Title

# Nothing is reported as done after the quarter that the reports are about.
LAST_ACTUAL_DAY = date(2026, 12, 31)
_FULL = 100
_COUNTS = ((2, 14), (3, 28), (4, 24), (5, 12), (6, 2))


def activity_counts(chance: random.Random) -> list[int]:
    """How many activities each of the 80 projects has: 2 to 6, together 280."""
    counts = [count for count, projects in _COUNTS for _ in range(projects)]
    chance.shuffle(counts)
    return counts


def plan_activities(
    chance: random.Random,
    project_code: str,
    title: Title,
    count: int,
    start: date,
    end: date,
    target_count: int,
    budget: int,
) -> list[DemoActivity]:
    """`count` steps from `start` to `end`, weights of 100, the whole `budget` in baht, none begun."""
    steps = STEPS[title.kind]
    layout = LAYOUTS[steps.main]
    kept = [index for index, slot in enumerate(layout) if slot.priority <= count]
    weights = shares(_FULL, [layout[index].weight for index in kept], step=5)
    money = shares(budget, [layout[index].money for index in kept], step=100)
    audience = AUDIENCES[title.audience][0]
    activities = []
    for seq, index in enumerate(kept, start=1):
        is_main = index == steps.main
        first, last = _window(layout[index], start, end, is_first=seq == 1)
        activities.append(
            DemoActivity(
                uuid=demo_uuid("activity", f"{project_code}/{seq}"),
                project_code=project_code,
                seq=seq,
                name=steps.names[index].format(audience=audience),
                weight=weights[seq - 1],
                plan_start=first,
                plan_end=last,
                place=steps.place if is_main else TEAM_PLACE,
                target_group=audience if is_main else TEAM,
                target_count=target_count if is_main else chance.randint(8, 20),
                budget=Decimal(money[seq - 1]).quantize(Decimal("0.01")),
                is_main=is_main,
            )
        )
    return activities


def _window(slot: Slot, start: date, end: date, *, is_first: bool) -> tuple[date, date]:
    """The first and last day of a step; the first step begins with the project, whichever step it is."""
    days = (end - start).days
    begins = 0.0 if is_first else slot.begins
    return start + timedelta(days=round(days * begins)), start + timedelta(days=round(days * slot.ends))


def planned_progress(activities: Sequence[DemoActivity], day: date = DEMO_TODAY) -> int:
    """What the plan expects by the end of `day` (0–100): every step advances evenly over its window."""
    expected = Decimal(0)
    for item in activities:
        length = (item.plan_end - item.plan_start).days + 1
        elapsed = min(max((day - item.plan_start).days + 1, 0), length)
        expected += Decimal(item.weight) * elapsed / length
    return int(half_up(expected))


def reached_progress(activities: Sequence[DemoActivity]) -> int:
    """The weighted sum of the activities (0–100), half up."""
    return int(half_up(sum((Decimal(item.weight * item.percent) / _FULL for item in activities), Decimal(0))))


def carry_out(
    chance: random.Random,
    activities: Sequence[DemoActivity],
    progress: int,
    unfinished: ProgressStatus,
    title: Title,
) -> list[DemoActivity]:
    """The activities after `progress` per cent of the work: done in order, the last one `unfinished`."""
    left = progress
    done = []
    for item in activities:
        percent = min(_FULL, left * _FULL // item.weight)
        left -= min(left, item.weight)
        if percent < _FULL:
            # Owners estimate in fives, and nobody has begun what is planned for later.
            percent = percent // 5 * 5 if item.plan_start <= DEMO_TODAY else 0
        if percent == 0:
            done.append(item)
            continue
        done.append(_begun(chance, item, percent, "completed" if percent == _FULL else unfinished, title))
    return done


def _begun(
    chance: random.Random, item: DemoActivity, percent: int, status: ProgressStatus, title: Title
) -> DemoActivity:
    late = chance.randint(10, 30) if title.status == "delayed" else chance.randint(0, 5)
    actual_start = min(item.plan_start + timedelta(days=late), LAST_ACTUAL_DAY - timedelta(days=3))
    actual_end = None
    if status == "completed":
        planned = item.plan_end + timedelta(days=chance.randint(-2, 4))
        actual_end = max(actual_start, min(planned, LAST_ACTUAL_DAY))
    attendance = chance.uniform(0.86, 1.0) * percent / _FULL
    if title.over_target and item.is_main:
        attendance = chance.uniform(1.06, 1.22)
    return replace(
        item,
        status=status,
        percent=percent,
        actual_start=actual_start,
        actual_end=actual_end,
        participants=max(1, int(item.target_count * attendance)),
    )
