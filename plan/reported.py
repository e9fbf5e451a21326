"""What field records say of projects and schools, kept beside them so that the plan's pages show it.

These columns are owned by the forms: a planner cannot edit them. Which record counts is decided by `sync.entities`;
here a value is only kept if a form of the library can state it, since an office writes its own forms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from core.errors import Problem
from plan import queries
from plan.models import Project, School

REPORTED_STATUSES = frozenset({"not_started", "in_progress", "completed", "delayed", "postponed", "cancelled"})
LEVELS = range(1, 6)
FULL = Decimal(100)
BAHT_LIMIT = Decimal(10**12)
LONGEST_NUMBER = 40


def note(session: Session, *, workspace_id: int, list_name: str, uuid: str, values: Mapping[str, str]) -> None:
    """Keep what a record states of a row of a list (``schools.csv``); what the forms do not own is left out."""
    find = _FIND.get(list_name)
    if find is None:
        return
    try:
        row = find(session, workspace_id, uuid, for_update=True)
    except Problem:
        # The row left the plan a moment ago.
        return
    for name, text in values.items():
        column, read = FORM_OWNED[list_name].get(name, ("", _nothing))
        value = read(text.strip())
        if value is not None:
            setattr(row, column, value)
    session.flush()


def _nothing(_text: str) -> None:
    return None


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _level(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 and int(text) in LEVELS else None


def _status(text: str) -> str | None:
    return text if text in REPORTED_STATUSES else None


def _percent(text: str) -> Decimal | None:
    return _number(text, FULL)


def _baht(text: str) -> Decimal | None:
    return _number(text, BAHT_LIMIT)


def _number(text: str, most: Decimal) -> Decimal | None:
    """The value with two places; None when it is none that can be kept."""
    try:
        value = Decimal(text) if text.isascii() and len(text) <= LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= most:
        return None
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


_FIND: dict[str, Callable[..., School | Project]] = {
    "schools.csv": queries.find_school,
    "projects.csv": queries.find_project,
}
FORM_OWNED: dict[str, dict[str, tuple[str, Callable[[str], Any]]]] = {
    "schools.csv": {
        "last_visit_date": ("last_visit_date", _date),
        "last_visit_level": ("last_visit_level", _level),
    },
    "projects.csv": {
        "status": ("reported_status", _status),
        "progress_percent": ("progress_percent", _percent),
        "disbursed_total": ("disbursed_total", _baht),
        "last_report_date": ("last_report_date", _date),
    },
}
"""Columns of the plan's lists that records change: the column of the table and how its text is read."""
