"""The checks by name, in the order in which people read them, and what a check finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROJECT_NOT_APPROVED = "project_not_approved"
SUPERSEDED = "superseded"
ACTIVITY_WEIGHTS = "activity_weights"
ACTIVITY_TWICE = "activity_twice"
BUDGET_DIFFERS = "budget_differs"
ACTIVITY_MISSING = "activity_missing"
REMAINING_DIFFERS = "remaining_differs"
APPROVALS_MISSING = "approvals_missing"
NO_ORDER = "no_order"
ROUND_CLOSED = "round_closed"
WAITING_EVIDENCE = "waiting_evidence"
DEVICE_CLOCK = "device_clock"
REPORT_DATE = "report_date"
SAME_DAY_VISIT = "same_day_visit"
REPORTER_DIFFERS = "reporter_differs"

CODES = (
    WAITING_EVIDENCE, REPORT_DATE, PROJECT_NOT_APPROVED, NO_ORDER, REPORTER_DIFFERS, ROUND_CLOSED, SAME_DAY_VISIT,
    ACTIVITY_MISSING, ACTIVITY_TWICE, ACTIVITY_WEIGHTS, BUDGET_DIFFERS, REMAINING_DIFFERS, APPROVALS_MISSING,
    DEVICE_CLOCK, SUPERSEDED,
)  # fmt: skip
"""Every check; what wants something done comes first."""
ANY = "any"
"""Asks a list for records with an open finding of any code."""


@dataclass(frozen=True)
class Finding:
    """What a check found. `details` are plain JSON values, equal for equal states of record and plan."""

    code: str
    subject: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    other_id: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells the findings of a record apart."""
        return self.code, self.subject
