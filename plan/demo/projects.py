"""The 80 projects of fiscal year 2570 with their activities, as they stand on the demo date."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plan.demo.activities import (
    activity_counts,
    carry_out,
    plan_activities,
    planned_progress,
    reached_progress,
)
from plan.demo.activity_patterns import AUDIENCES, OBJECTIVES, QUALITY
from plan.demo.chance import FISCAL_YEAR, YEAR_START, day_between, demo_uuid, dice
from plan.demo.model_projects import DemoActivity, DemoBudgetLine, DemoProject, ProgressStatus
from plan.demo.people import DemoStaff
from plan.demo.project_money import Split, budget_lines, project_budgets, split_by_source
from plan.demo.project_titles import TITLES, Title

# Groups whose projects are carried out in schools and therefore followed up there.
_SCHOOL_GROUPS = ("SUP", "EDU", "ICT", "HRD")
_SCHOOL_KINDS = ("supervise", "care", "workshop")
# First and last day on which a project in this state may begin, and may end.
_WINDOWS: dict[ProgressStatus, tuple[date, date, date, date]] = {
    "completed": (YEAR_START, date(2026, 11, 9), date(2026, 11, 30), date(2026, 12, 28)),
    "in_progress": (YEAR_START, date(2026, 12, 14), date(2027, 3, 31), date(2027, 9, 15)),
    "delayed": (YEAR_START, date(2026, 10, 20), date(2027, 1, 31), date(2027, 4, 15)),
    "postponed": (date(2026, 10, 15), date(2026, 11, 30), date(2027, 4, 30), date(2027, 7, 31)),
    "not_started": (date(2027, 2, 1), date(2027, 5, 3), date(2027, 6, 30), date(2027, 9, 15)),
    "cancelled": (date(2026, 11, 2), date(2026, 12, 1), date(2027, 3, 31), date(2027, 6, 30)),
}
_OVERSPENT_BAHT = Decimal("1250.00")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A project before its progress is known."""

    code: str
    group_code: str
    owner_code: str
    title: Title
    start: date
    end: date
    target: int
    activities: list[DemoActivity]
    split: Split


def build_projects(
    seed: int, staff: DemoStaff, indicators_of: dict[str, tuple[str, ...]]
) -> tuple[tuple[DemoProject, ...], tuple[DemoActivity, ...]]:
    """All projects and all activities; `indicators_of` maps a group to the codes its projects may answer."""
    chance = dice(seed, "projects")
    projects: list[DemoProject] = []
    activities: list[DemoActivity] = []
    for draft in _drafts(seed, staff):
        done = _carried_out(chance, draft)
        activities += done
        projects.append(_project(chance, draft, done, indicators_of[draft.group_code]))
    return tuple(projects), tuple(activities)


def _drafts(seed: int, staff: DemoStaff) -> Iterator[_Draft]:
    chance = dice(seed, "project plans")
    titles = [title for group in TITLES.values() for title in group]
    budgets = project_budgets(dice(seed, "budgets"), titles)
    splits = iter(split_by_source(dice(seed, "sources"), budgets))
    counts = iter(activity_counts(dice(seed, "activity counts")))
    money = iter(budgets)
    for group_code, own in TITLES.items():
        owners = _owners(staff, group_code)
        for number, title in enumerate(own, start=1):
            code = f"{group_code}-{FISCAL_YEAR % 100}-{number:02d}"
            start, end = _dates(chance, title.status)
            target = _target(chance, title)
            yield _Draft(
                code=code,
                group_code=group_code,
                owner_code=owners[(number - 1) % len(owners)],
                title=title,
                start=start,
                end=end,
                target=target,
                activities=plan_activities(chance, code, title, next(counts), start, end, target, next(money)),
                split=next(splits),
            )


def _owners(staff: DemoStaff, group_code: str) -> list[str]:
    """The officers of a group in the order in which projects are handed out, its director last."""
    present = staff.present(group_code)
    return [officer.code for officer in [*present[1:], present[0]]]


def _dates(chance: random.Random, status: ProgressStatus) -> tuple[date, date]:
    begin_first, begin_last, end_first, end_last = _WINDOWS[status]
    return day_between(chance, begin_first, begin_last), day_between(chance, end_first, end_last)


def _target(chance: random.Random, title: Title) -> int:
    _, least, greatest = AUDIENCES[title.audience]
    wanted = chance.randint(least, greatest)
    # Plans write targets as round numbers.
    return max(least, wanted // 10 * 10)


def _carried_out(chance: random.Random, draft: _Draft) -> list[DemoActivity]:
    planned = planned_progress(draft.activities)
    status = draft.title.status
    if status in ("not_started", "cancelled") or draft.title.silent:
        return draft.activities
    goal = {
        "completed": 100,
        "in_progress": min(max(planned + chance.randint(-4, 8), 10), 95),
        "delayed": max(planned * chance.randint(25, 60) // 100, 2),
        "postponed": max(planned * chance.randint(10, 30) // 100, 2),
    }[status]
    return carry_out(chance, draft.activities, goal, status, draft.title)


def _project(
    chance: random.Random, draft: _Draft, done: Sequence[DemoActivity], indicator_codes: tuple[str, ...]
) -> DemoProject:
    title = draft.title
    audience = AUDIENCES[title.audience][0]
    progress = reached_progress(done)
    lines = budget_lines(chance, draft.split, progress, completed=title.status == "completed")
    return DemoProject(
        uuid=demo_uuid("project", draft.code),
        code=draft.code,
        title=title.text,
        group_code=draft.group_code,
        owner_code=draft.owner_code,
        fiscal_year=FISCAL_YEAR,
        status=title.status,
        status_reason=title.reason,
        approved=True,
        approved_on=YEAR_START - timedelta(days=chance.randint(3, 20)),
        approval_no=f"{chance.randint(200, 480)}/{FISCAL_YEAR - 1}",
        start_date=draft.start,
        end_date=draft.end,
        objectives=tuple(text.format(audience=audience) for text in OBJECTIVES[title.kind]),
        target_group=audience,
        quantity_target=draft.target,
        quantity_unit="คน",
        quantity_actual=next(item.participants for item in done if item.is_main),
        quality_target=QUALITY[title.kind].format(audience=audience, percent=chance.choice((80, 85, 90))),
        budget_lines=lines,
        planned_progress=0 if title.status == "cancelled" else planned_progress(done),
        progress_percent=progress,
        indicator_codes=_indicators(chance, indicator_codes),
        in_schools=draft.group_code in _SCHOOL_GROUPS and title.kind in _SCHOOL_KINDS,
        q1_reported=title.status != "cancelled" and not title.silent,
        completion_spent=_completion_spent(title, lines),
    )


def _indicators(chance: random.Random, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(chance.sample(codes, min(len(codes), chance.randint(1, 2)))))


def _completion_spent(title: Title, lines: Sequence[DemoBudgetLine]) -> Decimal | None:
    """What the completion report states; one report states more than was received, on purpose."""
    if title.status != "completed":
        return None
    if title.overspends:
        return sum((line.allocated for line in lines), Decimal(0)) + _OVERSPENT_BAHT
    return sum((line.disbursed for line in lines), Decimal("0.00"))
