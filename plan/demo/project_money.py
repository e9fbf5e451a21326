"""The money of the action plan: 9,500,000 baht over 68 projects, 70 / 25 / 5 per cent from three sources."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

from plan.demo.chance import half_up, happens
from plan.demo.model_projects import BudgetSource, DemoBudgetLine
from plan.demo.project_titles import Audience, Kind, Title

TOTAL_BAHT = 9_500_000
LEAST_BAHT = 20_000
GREATEST_BAHT = 450_000
_STEP = 500
_OBEC_BAHT = TOTAL_BAHT * 25 // 100
# The share of projects of which a source pays only a part.
_PART_PAID = 0.3
_OTHER_BAHT = TOTAL_BAHT * 5 // 100
_OTHER_SOURCES = ("องค์กรปกครองส่วนท้องถิ่น", "เงินบริจาคเพื่อการศึกษา", "กองทุนส่งเสริมการศึกษาธารานคร")
_KIND_WEIGHT: dict[Kind, float] = {
    "plan": 0.6,
    "system": 1.2,
    "workshop": 1.3,
    "supervise": 1.1,
    "contest": 0.8,
    "audit": 0.6,
    "care": 1.0,
}
_AUDIENCE_WEIGHT: dict[Audience, float] = {
    "staff": 0.7,
    "directors": 1.0,
    "teachers": 1.3,
    "clerks": 0.9,
    "pupils": 1.2,
    "parents": 0.8,
    "partners": 0.5,
}

Split = dict[BudgetSource, int]


def project_budgets(chance: random.Random, titles: Sequence[Title]) -> list[int]:
    """The budget of each project in whole baht; 0 for those that use no money; together exactly the total."""
    weights = [_weight(chance, title) if title.money else 0.0 for title in titles]
    scale = TOTAL_BAHT / sum(weights)
    budgets = [
        min(max(round(weight * scale / _STEP) * _STEP, LEAST_BAHT), GREATEST_BAHT) if weight else 0
        for weight in weights
    ]
    missing = TOTAL_BAHT - sum(budgets)
    step = _STEP if missing > 0 else -_STEP
    while missing:
        place = chance.randrange(len(budgets))
        if budgets[place] and LEAST_BAHT <= budgets[place] + step <= GREATEST_BAHT:
            budgets[place] += step
            missing -= step
    return budgets


def _weight(chance: random.Random, title: Title) -> float:
    return _KIND_WEIGHT[title.kind] * _AUDIENCE_WEIGHT[title.audience] * chance.lognormvariate(0.0, 0.5)


def split_by_source(chance: random.Random, budgets: Sequence[int]) -> list[Split]:
    """Each budget by source, in baht; over all projects the shares of the three sources are exact."""
    splits: list[Split] = [{} for _ in budgets]
    order = [place for place, budget in enumerate(budgets) if budget]
    chance.shuffle(order)
    left = _take(chance, "other", _OTHER_BAHT, order, budgets, splits)
    _take(chance, "obec", _OBEC_BAHT, left, budgets, splits)
    for budget, split in zip(budgets, splits, strict=True):
        rest = budget - sum(split.values())
        if rest:
            split["area_office"] = rest
    return splits


def _take(
    chance: random.Random,
    source: BudgetSource,
    amount: int,
    order: list[int],
    budgets: Sequence[int],
    splits: list[Split],
) -> list[int]:
    """Let `source` pay `amount` over the projects of `order`; return the projects it did not touch."""
    for done, place in enumerate(order):
        if not amount:
            return order[done:]
        whole = not happens(chance, _PART_PAID)
        part = budgets[place] if whole else budgets[place] * 6 // 10 // _STEP * _STEP
        splits[place][source] = min(part, amount)
        amount -= splits[place][source]
    return []


def budget_lines(chance: random.Random, split: Split, progress: int, *, completed: bool) -> tuple[DemoBudgetLine, ...]:
    """The budget lines with the money paid and promised when `progress` per cent of the work is done."""
    if not split:
        nothing = Decimal("0.00")
        return (DemoBudgetLine("none", "", nothing, nothing, nothing),)
    sources: tuple[BudgetSource, ...] = ("area_office", "obec", "other")
    return tuple(
        _line(chance, source, split[source], progress, completed=completed) for source in sources if source in split
    )


def _line(chance: random.Random, source: BudgetSource, baht: int, progress: int, *, completed: bool) -> DemoBudgetLine:
    allocated = Decimal(baht).quantize(Decimal("0.01"))
    share = chance.uniform(0.9, 1.0) if completed else progress / 100 * chance.uniform(0.55, 1.0)
    # Quarters of a baht: the smallest coin in use.
    disbursed = half_up(allocated * Decimal(str(round(share, 6))) * 4) / 4
    promised = Decimal(0) if completed or not progress else Decimal(str(round(chance.uniform(0, 0.3), 2)))
    committed = half_up((allocated - disbursed) * promised)
    return DemoBudgetLine(
        source=source,
        source_other=chance.choice(_OTHER_SOURCES) if source == "other" else "",
        allocated=allocated,
        committed=committed.quantize(Decimal("0.01")),
        disbursed=min(disbursed, allocated).quantize(Decimal("0.01")),
    )
