"""What the codes and UUIDs in findings are called, for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from plan.queries import labels
from plan.queries.check_facts import activity_names
from sync.checks.models import SubmissionCheck

_DIMENSIONS = {
    "project": "project", "indicator": "indicator", "school": "school", "officer": "officer", "named": "officer",
    "account_of": "officer",
}  # fmt: skip
_ACTIVITIES = ("activity", "activities", "missing", "foreign")


def names_in(session: Session, workspace_id: int, checks: Iterable[SubmissionCheck]) -> dict[str, str]:
    """Names by code or UUID; what the plan does not know is left out."""
    wanted: dict[str, set[str]] = defaultdict(set)
    activities: set[str] = set()
    for check in checks:
        for key, value in check.details.items():
            if key in _DIMENSIONS:
                wanted[_DIMENSIONS[key]].update(_texts(value))
            elif key in _ACTIVITIES:
                activities.update(_texts(value))
    found = activity_names(session, workspace_id, activities) if activities else {}
    for dimension, values in wanted.items():
        found |= labels(session, workspace_id, dimension, values)
    return found


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
