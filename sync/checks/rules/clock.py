"""Checks whether the times in a record can be believed: the device's clock, and the date of the report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sync.checks.codes import DEVICE_CLOCK, REPORT_DATE, Finding

TOLERANCE = dt.timedelta(minutes=5)
"""Clocks of tablets are seconds off as a matter of course; flagging that would bury the ones that are wrong."""
OLDEST = dt.timedelta(days=30)
FARTHEST = dt.timedelta(days=366)
"""Reports on other years are made, but rarely; a Buddhist year for a Christian one is 543 years off."""


@dataclass(frozen=True)
class Clock:
    """When the device says that the record was finished, and when it was received."""

    ended_at: dt.datetime | None
    received_at: dt.datetime


def device_clock(facts: Clock) -> list[Finding]:
    """Finished after it was received, or more than 30 days before."""
    if facts.ended_at is None:
        return []
    early = facts.received_at - facts.ended_at
    if -TOLERANCE <= early <= OLDEST:
        return []
    details = {
        "reason": "ahead" if early < dt.timedelta(0) else "old",
        "ended_at": facts.ended_at.isoformat(),
        "received_at": facts.received_at.isoformat(),
    }
    return [Finding(DEVICE_CLOCK, "", details)]


@dataclass(frozen=True)
class Dated:
    """The date that a report states, and the day on which it was received."""

    report_date: dt.date
    received_on: dt.date


def report_date(facts: Dated) -> list[Finding]:
    """More than a year before or after it was received."""
    if abs(facts.report_date - facts.received_on) <= FARTHEST:
        return []
    details = {"report_date": facts.report_date.isoformat(), "received_on": facts.received_on.isoformat()}
    return [Finding(REPORT_DATE, "", details)]
