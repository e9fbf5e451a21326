"""Checks on results of indicators: whether this person may report it, and whether the round was still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sync.checks.codes import NO_ORDER, ROUND_CLOSED, Finding


@dataclass(frozen=True)
class Tenure:
    """An officer is responsible by an order from one day to another, both included."""

    officer: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Responsibility:
    """Who reports which indicator when, and who is made responsible for it. `known` is whether the plan has it.

    `orders_in_use` is false in an office that keeps no orders here, of which none can be missing.
    """

    indicator: str
    officer: str
    report_date: dt.date
    tenures: Sequence[Tenure] = ()
    known: bool = True
    orders_in_use: bool = True


def no_order(facts: Responsibility) -> list[Finding]:
    """On the report date an order makes the reporter responsible for the indicator, in whatever role."""
    if not facts.indicator or not facts.officer or not facts.orders_in_use:
        return []
    mine = [tenure for tenure in facts.tenures if tenure.officer == facts.officer]
    if any(tenure.first <= facts.report_date <= tenure.last for tenure in mine):
        return []
    details = {"indicator": facts.indicator, "officer": facts.officer, "known": facts.known}
    over = [tenure.last for tenure in mine if tenure.last < facts.report_date]
    if over:
        details["ended_on"] = max(over).isoformat()
    return [Finding(NO_ORDER, facts.indicator, details)]


@dataclass(frozen=True)
class Window:
    """The days on which a round takes reports, both included."""

    opens_on: dt.date
    closes_on: dt.date


@dataclass(frozen=True)
class Punctuality:
    """When a report on a round was received (a day of the office's zone), and the windows of that round.

    A month's and an occasional round have several windows in a year.
    """

    round: str
    year: int
    received_on: dt.date
    windows: Sequence[Window] = ()


def round_closed(facts: Punctuality) -> list[Finding]:
    """The round was not yet closed on the day on which the report came. One that is early is not late."""
    begun = [window for window in facts.windows if window.opens_on <= facts.received_on]
    if not begun or any(facts.received_on <= window.closes_on for window in begun):
        return []
    closed = max(window.closes_on for window in begun)
    details = {"round": facts.round, "year": facts.year, "closed_on": closed.isoformat()}
    return [Finding(ROUND_CLOSED, facts.round, details)]
