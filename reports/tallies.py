"""Tallies: what sums the values of one question up, exactly. `cube` gives each cell of a table its own.

Sums are kept as decimals of any length (`EXACT`), results are fractions; rounding is left to who shows them.
"""

from __future__ import annotations

import decimal
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from reports.figures import half_up, percent, ratio
from reports.measures import GREATEST_RATING, ODD, Value
from reports.records import Order, Record
from reports.roles import Measure

EXACT = decimal.Context(prec=4000, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)
"""Room for the squares of the longest numbers an answer can hold, so that no sum is ever rounded."""
_BANDS = (
    (Decimal("4.51"), "highest"),
    (Decimal("3.51"), "high"),
    (Decimal("2.51"), "medium"),
    (Decimal("1.51"), "low"),
    (Decimal("1.00"), "lowest"),
)
LEVELS = tuple(name for _, name in _BANDS)


@dataclass(frozen=True)
class Figures:
    """What a measure comes to. What does not apply, or has nothing to divide by, is None.

    `n` counts what the figures rest on: answers; for ``latest`` subjects; for ``percent_of`` pairs. `odd` answers and
    `left_out` ones (zero denominators, last reports without a value) are in none of them.
    """

    kind: str
    n: int = 0
    odd: int = 0
    left_out: int = 0
    sum: Fraction | None = None
    mean: Fraction | None = None
    variance: Fraction | None = None
    percent: Fraction | None = None
    whole: Fraction | None = None
    shares: dict[str, int] = field(default_factory=dict)

    @property
    def level(self) -> str | None:
        """The band of a rating's mean: the mean is rounded to two places first, since the bands have gaps."""
        return level_of(self.mean) if self.kind in {"rating", "side"} else None

    def share(self, choice: str) -> Fraction | None:
        """Percent of those who answered that chose it; of a multiple choice these add up to more than 100."""
        return percent(self.shares.get(choice, 0), self.n)


def level_of(mean: Fraction | None) -> str | None:
    """Band of a mean on the scale of five, one of `LEVELS`; None outside of it."""
    shown = half_up(mean)
    if shown is None or shown > GREATEST_RATING:
        return None
    return next((name for least, name in _BANDS if shown >= least), None)


class Tally(Protocol):
    """Sums values up; `figures` is what they come to so far."""

    def add(self, value: Value, record: Record, subject: str | None) -> None:
        """Take one value in."""

    def figures(self) -> Figures:
        """What the values come to."""


@dataclass
class Moments:
    """Number, sum and sum of squares: enough for mean and standard deviation (of a sample, n - 1)."""

    kind: str
    n: int = 0
    odd: int = 0
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)

    def add(self, value: Value, record: Record, subject: str | None) -> None:  # noqa: ARG002 - as every tally
        """Take one number in."""
        if value is ODD:
            self.odd += 1
        elif value is not None:
            self.n += 1
            self.total += value
            if self.kind != "sum":
                self.squares += value * value

    def figures(self) -> Figures:
        """Sum, mean and variance; the sum of nothing is nothing, not zero."""
        if not self.n:
            return Figures(self.kind, odd=self.odd)
        total = Fraction(self.total)
        variance = None if self.kind == "sum" else _variance(self.n, total, Fraction(self.squares))
        return Figures(self.kind, self.n, self.odd, sum=total, mean=total / self.n, variance=variance)


@dataclass
class SideTally:
    """Means per person of several ratings. Kept by how many items each answered, so that nothing need be divided."""

    kind: str = "side"
    sums: dict[int, list[Decimal]] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)

    def add(self, value: Value, record: Record, subject: str | None) -> None:  # noqa: ARG002 - as every tally
        """Take one person's ratings in."""
        if value is None or value is ODD:
            return
        total, items = value
        self.counts[items] += 1
        sums = self.sums.setdefault(items, [Decimal(0), Decimal(0)])
        sums[0] += total
        sums[1] += total * total

    def figures(self) -> Figures:
        """Mean and variance of the persons' means."""
        n = sum(self.counts.values())
        if not n:
            return Figures(self.kind)
        total = sum((Fraction(sums[0]) / items for items, sums in self.sums.items()), Fraction(0))
        squares = sum((Fraction(sums[1]) / items**2 for items, sums in self.sums.items()), Fraction(0))
        return Figures(self.kind, n, mean=total / n, variance=_variance(n, total, squares))


@dataclass
class Count:
    """How often the question was answered."""

    kind: str = "count"
    n: int = 0

    def add(self, value: Value, record: Record, subject: str | None) -> None:  # noqa: ARG002 - as every tally
        """Count an answer."""
        self.n += value is not None

    def figures(self) -> Figures:
        """The number, which is also the sum."""
        return Figures(self.kind, self.n, sum=Fraction(self.n))


@dataclass
class Shares:
    """How many chose what, out of those who answered."""

    kind: str = "share"
    n: int = 0
    odd: int = 0
    chosen: Counter[str] = field(default_factory=Counter)

    def add(self, value: Value, record: Record, subject: str | None) -> None:  # noqa: ARG002 - as every tally
        """Take one answer in, which may name several choices."""
        if value is ODD:
            self.odd += 1
        elif value is not None:
            self.n += 1
            self.chosen.update(set(value))

    def figures(self) -> Figures:
        """The number of answers and of each choice."""
        return Figures(self.kind, self.n, self.odd, shares=dict(self.chosen))


@dataclass
class PercentOf:
    """The sum of parts out of the sum of wholes; never a mean of percentages."""

    kind: str = "percent_of"
    n: int = 0
    odd: int = 0
    left_out: int = 0
    part: Decimal = Decimal(0)
    whole: Decimal = Decimal(0)

    def add(self, value: Value, record: Record, subject: str | None) -> None:  # noqa: ARG002 - as every tally
        """Take one pair in; one whose whole is zero or not stated is left out."""
        if value is ODD:
            self.odd += 1
        elif value is not None:
            part, whole = value
            if not whole:
                self.left_out += 1
                return
            self.n += 1
            self.part += part
            self.whole += whole

    def figures(self) -> Figures:
        """The percentage with both its sums."""
        part, whole = Fraction(self.part), Fraction(self.whole)
        share = percent(part, whole)
        some = self.n > 0
        return Figures(
            self.kind, self.n, self.odd, self.left_out,
            sum=part if some else None, whole=whole if some else None, percent=share,
        )  # fmt: skip


@dataclass
class _LastReport:
    order: Order
    total: Decimal = Decimal(0)
    values: int = 0
    odd: int = 0


@dataclass
class Latest:
    """The last report of each subject; of an earlier one nothing counts, also where the last leaves the answer open."""

    kind: str = "latest"
    reports: dict[str | None, _LastReport] = field(default_factory=dict)

    def add(self, value: Value, record: Record, subject: str | None) -> None:
        """Take one number of a report in, or None to say that the report speaks of the subject."""
        order = record.order
        last = self.reports.get(subject)
        if last is None or order > last.order:
            last = self.reports[subject] = _LastReport(order)
        if order != last.order or value is None:
            return
        if value is ODD:
            last.odd += 1
        else:
            last.total += value
            last.values += 1

    def figures(self) -> Figures:
        """The sum of what the last reports state, and the mean of their values (several where a repeat states them)."""
        stated = [last for last in self.reports.values() if last.values]
        total = sum((Fraction(last.total) for last in stated), Fraction(0))
        return Figures(
            self.kind,
            len(stated),
            odd=sum(last.odd for last in self.reports.values()),
            left_out=len(self.reports) - len(stated),
            sum=total if stated else None,
            mean=ratio(total, sum(last.values for last in stated)),
        )


def tally_for(measure: Measure) -> Tally:
    """An empty tally for a measure."""
    if measure.kind in {"sum", "mean", "rating"}:
        return Moments(measure.kind)
    made: dict[str, type[Tally]] = {
        "count": Count, "share": Shares, "percent_of": PercentOf, "latest": Latest, "side": SideTally,
    }  # fmt: skip
    return made[measure.kind]()


def _variance(n: int, total: Fraction, squares: Fraction) -> Fraction | None:
    """Sample variance; one value has none."""
    return (squares - total * total / n) / (n - 1) if n > 1 else None
