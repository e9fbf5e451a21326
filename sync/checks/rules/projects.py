"""Checks on the project a report is about: whether it is approved, and whether this is the report that counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sync.checks.codes import PROJECT_NOT_APPROVED, SUPERSEDED, Finding

NOT_IN_PLAN, NOT_APPROVED, APPROVED_LATER = "not_in_plan", "not_approved", "approved_later"


@dataclass(frozen=True)
class Approval:
    """What the plan says of the project a report names. `known` is false when it is not in the plan.

    `plan_in_use` is false in an office that keeps no projects here: its reports then name what the plan cannot know.
    """

    project: str
    report_date: dt.date
    known: bool = True
    approved: bool = False
    approved_on: dt.date | None = None
    plan_in_use: bool = True


def project_not_approved(facts: Approval) -> list[Finding]:
    """Only approved projects take reports; the list on the tablet may be older than the approval."""
    if not facts.project or not (facts.known or facts.plan_in_use):
        return []
    reason = _why_not(facts)
    if not reason:
        return []
    details = {"project": facts.project, "reason": reason}
    if reason == APPROVED_LATER and facts.approved_on is not None:
        details["approved_on"] = facts.approved_on.isoformat()
    return [Finding(PROJECT_NOT_APPROVED, facts.project, details)]


def _why_not(facts: Approval) -> str:
    if not facts.known:
        return NOT_IN_PLAN
    if not facts.approved:
        return NOT_APPROVED
    return APPROVED_LATER if facts.approved_on is not None and facts.report_date < facts.approved_on else ""


@dataclass(frozen=True)
class Place:
    """Where a progress report stands among those on the same project and period. `next_id` is the one after it.

    Reports follow one another by the date they state, then as they were received.
    """

    project: str
    period: str
    next_id: int | None = None


def superseded(facts: Place) -> list[Finding]:
    """One progress report per project and round is the current one; a later one takes its place, both are kept."""
    if facts.next_id is None:
        return []
    details = {"project": facts.project, "period": facts.period}
    return [Finding(SUPERSEDED, facts.project, details, other_id=facts.next_id)]
