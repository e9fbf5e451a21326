"""The checks by name, in the order in which people read them, and what a check finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.i18n import N_

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

NAMES = {
    WAITING_EVIDENCE: N_("Waiting for evidence"),
    REPORT_DATE: N_("Date of the report is far off"),
    PROJECT_NOT_APPROVED: N_("Project not approved"),
    NO_ORDER: N_("No order in force"),
    REPORTER_DIFFERS: N_("Reporter is not who sent it"),
    ROUND_CLOSED: N_("Sent after the round closed"),
    SAME_DAY_VISIT: N_("Two visits on one day"),
    ACTIVITY_MISSING: N_("Planned activities left out"),
    ACTIVITY_TWICE: N_("Activity listed twice"),
    ACTIVITY_WEIGHTS: N_("Weights do not sum to 100"),
    BUDGET_DIFFERS: N_("Allocation differs from the plan"),
    REMAINING_DIFFERS: N_("Remaining money does not add up"),
    APPROVALS_MISSING: N_("Signatures missing"),
    DEVICE_CLOCK: N_("Device clock is wrong"),
    SUPERSEDED: N_("A newer report is here"),
}
"""What people call every check; what wants something done comes first."""
CODES = tuple(NAMES)
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
