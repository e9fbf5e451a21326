"""What a planner should look at: nothing here refuses anything."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.i18n import N_
from plan.models import Indicator, Project

FULL = Decimal(100)
_ZERO = Decimal(0)
OVER = frozenset({"completed", "reported", "closed", "cancelled"})


@dataclass(frozen=True)
class Hint:
    """A sentence as English message id, with what fills it."""

    template: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in English, filled."""
        return self.template.format_map(self.details)


WEIGHTS = N_("The weights of the activities sum to {sum}, not to 100.")
NO_ACTIVITIES = N_("There are no activities yet, so the planned progress follows from the project's dates alone.")
NO_OWNER = N_("Nobody is responsible. Name an officer.")
OWNER_GONE = N_("The responsible officer no longer works here. Name another one.")
FRAMEWORK_WEIGHTS = N_("The weights of the framework {framework} sum to {sum}, not to 100.")
WITHOUT_OWNER = N_("Nobody is responsible for {codes}.")
TARGET_OUTSIDE = N_("The target lies outside the thresholds of levels 1 and 5: {codes}.")
NO_BASELINE = N_("There is neither a baseline nor a reason why: {codes}.")


def project_warnings(project: Project, today: dt.date) -> list[Hint]:
    """What is not as it should be with a project: weights, activities, who is responsible."""
    found = []
    total = sum((item.weight for item in project.activities), _ZERO)
    if not project.activities:
        found.append(Hint(NO_ACTIVITIES))
    elif total != FULL:
        found.append(Hint(WEIGHTS, {"sum": f"{total.normalize():f}"}))
    if project.current_status not in OVER:
        if project.owner is None:
            found.append(Hint(NO_OWNER))
        elif not project.owner.active_on(today):
            found.append(Hint(OWNER_GONE))
    return found


def indicator_warnings(indicators: Sequence[Indicator]) -> list[Hint]:
    """What is not as it should be with the indicators of a year."""
    found = []
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for item in indicators:
        weights[item.framework] += item.weight
    for framework, total in sorted(weights.items()):
        if total != FULL:
            found.append(Hint(FRAMEWORK_WEIGHTS, {"framework": framework, "sum": f"{total.normalize():f}"}))
    for template, items in (
        (WITHOUT_OWNER, (item for item in indicators if item.owner_id is None)),
        (TARGET_OUTSIDE, (item for item in indicators if _target_outside(item))),
        (NO_BASELINE, (item for item in indicators if item.baseline is None and not item.baseline_note)),
    ):
        codes = _codes(items)
        if codes:
            found.append(Hint(template, {"codes": codes}))
    return found


def _target_outside(item: Indicator) -> bool:
    if item.target is None or item.t1 is None or item.t5 is None:
        return False
    return not min(item.t1, item.t5) <= item.target <= max(item.t1, item.t5)


def _codes(items: Iterable[Indicator]) -> str:
    return ", ".join(item.code for item in items)
