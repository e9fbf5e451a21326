"""Check whether the device's clock can be believed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sync.checks.codes import DEVICE_CLOCK, Finding

TOLERANCE = dt.timedelta(minutes=5)
"""Clocks of tablets are seconds off as a matter of course; flagging that would bury the ones that are wrong."""
OLDEST = dt.timedelta(days=30)


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
