"""R01: the golden table of progress and disbursement."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from reports.documents.r01 import Line, ProjectState, compute, line
from reports.figures import half_up

AS_OF = dt.date(2027, 1, 22)
GOLDEN = (
    ("P01", "นโยบายและแผน", 120_000, 96_000, 80, 100),
    ("P02", "นโยบายและแผน", 80_000, 20_000, 40, 60),
    ("P03", "นิเทศฯ", 200_000, 200_000, 100, 100),
    ("P04", "นิเทศฯ", 150_000, 45_000, 50, 75),
    ("P05", "นิเทศฯ", 50_000, 0, 0, 25),
    ("P06", "ส่งเสริมฯ", 100_000, 62_500, 70, 70),
    ("P07", "ส่งเสริมฯ", 0, 0, 100, 100),
)
EXPECTED = {
    "นโยบายและแผน": (2, 200_000, 116_000, 84_000, "58.00", "60.00", "64.00", "80.00", 2),
    "นิเทศฯ": (3, 400_000, 245_000, 155_000, "61.25", "50.00", "68.75", "66.67", 2),
    "ส่งเสริมฯ": (2, 100_000, 62_500, 37_500, "62.50", "85.00", "70.00", "85.00", 0),
}
TOTAL = (7, 700_000, 423_500, 276_500, "60.50", "62.86", "67.57", "75.71", 4)


def state(code: str, group: str, *numbers: Any) -> ProjectState:
    budget, disbursed, progress, planned = (None if number is None else Decimal(number) for number in numbers)
    assert budget is not None
    assert planned is not None
    return ProjectState(
        uuid=code.lower(), code=code, name=code, group=group, budget=budget, planned=planned, disbursed=disbursed,
        progress=progress,
    )  # fmt: skip


def shown(found: Line) -> tuple[Any, ...]:
    rounded = (found.disbursed_percent, found.progress, found.weighted_progress, found.planned)
    figures = tuple(str(half_up(value)) for value in rounded)
    return (found.projects, found.budget, found.disbursed, found.remaining, *figures, found.behind)


def test_the_golden_table() -> None:
    report = compute(2570, AS_OF, [state(*row) for row in GOLDEN])
    assert {found.key: shown(found) for found in report.groups} == EXPECTED
    assert shown(report.total) == TOTAL


def test_a_project_without_a_budget_has_no_percentage_and_is_counted() -> None:
    alone = line("p07", [state(*GOLDEN[6])])
    assert alone.disbursed_percent is None
    assert alone.weighted_progress is None
    assert (alone.progress, alone.without_budget) == (100, 1)


def test_the_percentage_of_a_group_is_not_the_mean_of_its_projects() -> None:
    report = compute(2570, AS_OF, [state(*row) for row in GOLDEN[:2]])
    # The projects have 80 and 25 percent.
    assert half_up(report.groups[0].disbursed_percent) == Decimal("58.00")


def test_a_project_without_a_report_is_neither_zero_nor_behind() -> None:
    report = compute(2570, AS_OF, [state("P1", "PLN", 100, 50, 50, 50), state("P2", "PLN", 100, None, None, 50)])
    found = report.total
    assert (found.projects, found.stated, found.unreported, found.behind) == (2, 1, 1, 0)
    assert (found.progress, found.weighted_progress, found.planned) == (50, 50, 50)
    # Money that nobody reported is not spent, so its budget stays in the denominator.
    assert found.disbursed_percent == 25


def test_nothing_at_all() -> None:
    empty = compute(2570, AS_OF, [])
    assert empty.groups == ()
    assert (empty.total.disbursed_percent, empty.total.progress, empty.total.planned) == (None, None, None)
