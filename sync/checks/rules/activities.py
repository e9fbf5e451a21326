"""Checks on the activities that a report lists: their weights, one twice, one forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sync.checks.codes import ACTIVITY_MISSING, ACTIVITY_TWICE, ACTIVITY_WEIGHTS, Finding

FULL = Decimal(100)
MOST = 20
"""Activities named in one finding, and findings of one kind: more than a project has, and little to show."""


@dataclass(frozen=True)
class Activities:
    """Activities as a report lists them, one after the other, and the plan's weights by UUID (percent)."""

    project: str
    reported: tuple[str, ...] = ()
    weights: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """Planned activities that the report leaves out, in the plan's order."""
        listed = set(self.reported)
        return [uuid for uuid in self.weights if uuid not in listed]

    @property
    def foreign(self) -> list[str]:
        """What the report lists and the project's plan does not know."""
        return [uuid for uuid in dict.fromkeys(self.reported) if uuid not in self.weights][:MOST]


def activity_weights(facts: Activities) -> list[Finding]:
    """The reported activities of a project weigh 100 together, each counted once; so does its plan.

    A project whose plan has no activities is measured otherwise and says nothing here.
    """
    if not facts.weights:
        return []
    planned = sum(facts.weights.values(), Decimal(0))
    reported = sum((facts.weights.get(uuid, Decimal(0)) for uuid in set(facts.reported)), Decimal(0))
    if planned == FULL == reported and not facts.foreign:
        return []
    details = {
        "project": facts.project,
        "planned": str(planned),
        "reported": str(reported),
        "missing": facts.missing,
        "foreign": facts.foreign,
    }
    return [Finding(ACTIVITY_WEIGHTS, facts.project, details)]


def activity_twice(facts: Activities) -> list[Finding]:
    """An activity stands at most once in a report."""
    often = [(uuid, times) for uuid, times in Counter(facts.reported).items() if times > 1]
    return [Finding(ACTIVITY_TWICE, uuid, {"activity": uuid, "times": times}) for uuid, times in often[:MOST]]


def activity_missing(facts: Activities) -> list[Finding]:
    """A completion report speaks of every planned activity; why one is left out is explained by who accepts this."""
    missing = facts.missing
    details = {"project": facts.project, "activities": missing}
    return [Finding(ACTIVITY_MISSING, facts.project, details)] if missing else []
