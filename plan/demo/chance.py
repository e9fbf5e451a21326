"""Repeatable chance, stable identifiers and the clock of the invented office."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")
DEMO_TODAY = date(2027, 1, 22)
DEMO_NOW = datetime(2027, 1, 22, 17, 0, tzinfo=BANGKOK)
FISCAL_YEAR = 2570
YEAR_START = date(2026, 10, 1)
YEAR_END = date(2027, 9, 30)
Q1_DUE = datetime(2027, 1, 15, 23, 59, 59, tzinfo=BANGKOK)

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:tidtam:demo")


def dice(seed: int, subject: str) -> random.Random:
    """A generator of its own for each subject, so that a change in one leaves the others as they were."""
    return random.Random(f"{seed}/{subject}")  # noqa: S311 - repeatable on purpose


def happens(chance: random.Random, share: float) -> bool:
    """True in `share` (0–1) of the cases."""
    return chance.random() < share


def demo_uuid(kind: str, code: str) -> UUID:
    """The identifier of the thing called `code`; the same in every run and for every seed."""
    return uuid5(_NAMESPACE, f"{kind}/{code}")


def half_up(value: Decimal, places: int = 0) -> Decimal:
    """`value` rounded half up, as reports print it."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def day_between(chance: random.Random, first: date, last: date) -> date:
    """A day from `first` to `last`, both included."""
    return first + timedelta(days=chance.randint(0, (last - first).days))


def shares(total: int, weights: list[float], step: int = 1) -> list[int]:
    """`total` split by `weights` into multiples of `step`; what does not divide goes to the heaviest part."""
    whole = sum(weights)
    parts = [int(total * weight / whole / step) * step for weight in weights]
    parts[weights.index(max(weights))] += total - sum(parts)
    return parts
