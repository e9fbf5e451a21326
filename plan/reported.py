"""What field records say of projects and schools, kept beside them so that the next form shows it.

These columns are owned by the forms: a planner cannot edit them, and a record that is older than the one they
come from changes nothing, nor does a value that no form of the library can state (an office writes its own forms).
`sync` calls this when a record is filed.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from plan import queries
from plan.editing import bump

REPORTED_STATUSES = frozenset({"not_started", "in_progress", "completed", "delayed", "postponed", "cancelled"})
LEVELS = range(1, 6)
FULL = Decimal(100)
BAHT_LIMIT = Decimal(10**12)


def note_progress(
    session: Session,
    *,
    workspace_id: int,
    project_uuid: str,
    report_date: dt.date,
    progress_percent: Decimal | None,
    disbursed_total: Decimal | None,
    status: str | None,
) -> bool:
    """Keep what a progress report states of a project, not what it leaves open. False if a later one is here.

    Raises:
        Problem 404.1: the plan has no such project.

    """
    project = queries.find_project(session, workspace_id, project_uuid, for_update=True)
    if project.last_report_date is not None and report_date < project.last_report_date:
        return False
    project.last_report_date = report_date
    percent, disbursed = _kept(progress_percent, FULL), _kept(disbursed_total, BAHT_LIMIT)
    if percent is not None:
        project.progress_percent = percent
    if disbursed is not None:
        project.disbursed_total = disbursed
    if status in REPORTED_STATUSES:
        project.reported_status = status
    session.flush()
    bump(session, workspace_id)
    return True


def note_visit(
    session: Session, *, workspace_id: int, school_uuid: str, visit_date: dt.date, level: int | None
) -> bool:
    """Keep the day of the latest visit to a school and its level (1-5). False when a later one is here.

    Raises:
        Problem 404.1: the plan has no such school.

    """
    school = queries.find_school(session, workspace_id, school_uuid, for_update=True)
    if school.last_visit_date is not None and visit_date < school.last_visit_date:
        return False
    school.last_visit_date = visit_date
    if level in LEVELS:
        school.last_visit_level = level
    session.flush()
    bump(session, workspace_id)
    return True


def _kept(value: Decimal | None, most: Decimal) -> Decimal | None:
    """The value with two places; None when it is none that can be kept."""
    if value is None or not value.is_finite() or not 0 <= value <= most:
        return None
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
