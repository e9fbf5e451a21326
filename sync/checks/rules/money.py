"""Checks on money, to the satang: what was allocated against the plan, and what is left at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from sync.checks.codes import BUDGET_DIFFERS, REMAINING_DIFFERS, Finding

NO_MONEY = "none"
ZERO = Decimal(0)
MOST = 20


@dataclass(frozen=True)
class Budget:
    """Baht by source: as the report states what was allocated, and as planned.

    An amount that cannot be read is None: it is marked as an odd answer, and compared with nothing.
    """

    reported: Mapping[str, Decimal | None] = field(default_factory=dict)
    planned: Mapping[str, Decimal] = field(default_factory=dict)


def budget_differs(facts: Budget) -> list[Finding]:
    """What a report calls allocated is what the plan gives, source by source."""
    found = []
    for source in sorted(facts.reported.keys() | facts.planned.keys()):
        if source == NO_MONEY:
            continue
        reported = facts.reported.get(source, ZERO)
        planned = facts.planned.get(source, ZERO)
        if reported is not None and satang(reported) != satang(planned):
            details = {"source": source, "reported": baht(reported), "planned": baht(planned)}
            found.append(Finding(BUDGET_DIFFERS, source, details))
    return found[:MOST]


@dataclass(frozen=True)
class Balance:
    """What a completion report states, in baht; None is not stated or cannot be read."""

    received: Decimal | None = None
    spent: Decimal | None = None
    remaining: Decimal | None = None


def remaining_differs(facts: Balance) -> list[Finding]:
    """Received less spent is what remains."""
    if facts.received is None or facts.spent is None or facts.remaining is None:
        return []
    expected = satang(facts.received) - satang(facts.spent)
    if satang(expected) == satang(facts.remaining):
        return []
    details = {
        "received": baht(facts.received),
        "spent": baht(facts.spent),
        "remaining": baht(facts.remaining),
        "expected": baht(expected),
    }
    return [Finding(REMAINING_DIFFERS, "", details)]


def satang(amount: Decimal) -> Decimal:
    """An amount to two places, half up: form engines add up in binary fractions, which leave a trace of nothing."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def baht(amount: Decimal) -> str:
    """An amount as it is shown."""
    return f"{satang(amount):f}"
