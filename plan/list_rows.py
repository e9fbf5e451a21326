"""Columns and rows of each list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeAlias

from sqlalchemy.orm import Session

from plan import queries
from plan.models import FiscalYear, Indicator, Project

Cell: TypeAlias = "str | int | dt.date | None"
Row: TypeAlias = "tuple[Cell, ...]"

# The progress form knows neither what comes before it nor what comes after it.
_STATUS_FOR_FORMS = {"proposed": "not_started", "reported": "completed", "closed": "completed"}


def yes(holds: bool) -> str:
    """``1`` or ``0``, as choice filters compare it."""
    return "1" if holds else "0"


def number_text(value: Decimal | None) -> str:
    """A number as a form engine writes it: no zeros after the last digit, no exponent; empty for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _officers(session: Session, workspace_id: int, on: dt.date) -> Iterator[Row]:
    """Those in a group: who reports, reports for a group."""
    for row in sorted(queries.officers(session, workspace_id), key=lambda row: row.code):
        if row.group is not None:
            yield row.code, row.name, row.group.code, row.position, yes(row.active_on(on)), row.username


def _groups(session: Session, workspace_id: int, _on: dt.date) -> Iterator[Row]:
    for row in sorted(queries.groups(session, workspace_id), key=lambda row: row.code):
        yield row.code, row.name_th


def _districts(session: Session, workspace_id: int, _on: dt.date) -> Iterator[Row]:
    for row in sorted(queries.districts(session, workspace_id), key=lambda row: row.code):
        yield row.code, row.name, row.province


def _schools(session: Session, workspace_id: int, on: dt.date) -> Iterator[Row]:
    labels = queries.school_labels(session, workspace_id)
    for row in sorted(queries.schools(session, workspace_id), key=lambda row: row.code):
        yield (
            row.uuid,
            labels[row.uuid],
            row.code,
            row.district_code,
            row.network_code,
            row.size,
            row.students,
            yes(row.active_on(on)),
            row.last_visit_date,
            row.last_visit_level,
        )


def _years(session: Session, workspace_id: int) -> list[FiscalYear]:
    """The years that forms may still speak of: those not closed, and the one closed last."""
    years = queries.fiscal_years(session, workspace_id)
    closed = [year for year in years if year.status == "closed"]
    return [year for year in years if year.status != "closed"] + closed[:1]


def _listed_projects(session: Session, workspace_id: int) -> list[Project]:
    years = _years(session, workspace_id)
    found = [row for year in years for row in queries.projects_of_year(session, workspace_id, year.year_be)]
    return sorted(found, key=lambda row: (row.code, row.year_be))


def _projects(session: Session, workspace_id: int, _on: dt.date) -> Iterator[Row]:
    for row in _listed_projects(session, workspace_id):
        yield (
            row.uuid,
            row.name,
            row.code,
            row.year_be,
            row.group_code,
            row.owner_code,
            yes(row.approved),
            number_text(row.budget_total),
            row.starts_on,
            row.ends_on,
            _STATUS_FOR_FORMS.get(row.current_status, row.current_status),
            number_text(row.progress_percent),
            number_text(row.disbursed_total),
            row.last_report_date,
        )


def _activities(session: Session, workspace_id: int, _on: dt.date) -> Iterator[Row]:
    for project in _listed_projects(session, workspace_id):
        for row in project.activities:
            yield (
                row.uuid,
                row.name,
                project.uuid,
                row.seq,
                number_text(row.weight),
                row.plan_start,
                row.plan_end,
                row.target_count,
            )


def _listed_indicators(session: Session, workspace_id: int) -> list[Indicator]:
    years = _years(session, workspace_id)
    found = [row for year in years for row in queries.indicators(session, workspace_id, year_be=year.year_be)]
    return sorted(found, key=lambda row: (row.code, row.year_be))


def _indicators(session: Session, workspace_id: int, _on: dt.date) -> Iterator[Row]:
    for row in _listed_indicators(session, workspace_id):
        yield (
            row.uuid,
            row.name,
            row.code,
            row.framework,
            row.standard_code,
            row.pmqa_category,
            row.year_be,
            number_text(row.weight),
            row.measure_type,
            row.direction,
            number_text(row.baseline),
            number_text(row.target),
            row.unit,
            *(number_text(value) for value in row.thresholds),
            row.criteria_text or _criteria(row),
            row.min_evidence,
            row.owner_code,
        )


def _criteria(row: Indicator) -> str:
    """The thresholds in words, where the office has written no criteria of its own."""
    if any(value is None for value in row.thresholds):
        return ""
    levels = (f"ระดับ {level} = {number_text(value)}" for level, value in enumerate(row.thresholds, start=1))
    return f"{', '.join(levels)} {row.unit}".strip()


def _standards(session: Session, workspace_id: int, _on: dt.date) -> Iterator[Row]:
    for row in sorted(queries.standards(session, workspace_id), key=lambda row: row.code):
        yield row.code, row.name


def _issues(session: Session, workspace_id: int, _on: dt.date) -> Iterator[Row]:
    for indicator in _listed_indicators(session, workspace_id):
        for row in indicator.issues:
            yield row.code, row.name, indicator.uuid, row.seq


COLUMNS: dict[str, tuple[str, ...]] = {
    "officers.csv": ("name", "label", "group_code", "position", "active", "username"),
    "groups.csv": ("name", "label"),
    "districts.csv": ("name", "label", "province"),
    "schools.csv": (
        "name", "label", "code", "district_code", "network_code", "size", "students", "active",
        "last_visit_date", "last_visit_level",
    ),
    "projects.csv": (
        "name", "label", "code", "fiscal_year", "group_code", "owner", "approved", "budget_total",
        "start_date", "end_date", "status", "progress_percent", "disbursed_total", "last_report_date",
    ),
    "activities.csv": (
        "name", "label", "project", "seq", "weight", "plan_start", "plan_end", "target_count",
    ),
    "indicators.csv": (
        "name", "label", "code", "framework", "standard", "pmqa_category", "fiscal_year", "weight",
        "measure_type", "direction", "baseline", "target", "unit", "t1", "t2", "t3", "t4", "t5",
        "criteria_text", "min_evidence", "owner",
    ),
    "standards.csv": ("name", "label"),
    "std_issues.csv": ("name", "label", "indicator", "seq"),
}  # fmt: skip

ROWS: dict[str, Callable[[Session, int, dt.date], Iterator[Row]]] = {
    "officers.csv": _officers,
    "groups.csv": _groups,
    "districts.csv": _districts,
    "schools.csv": _schools,
    "projects.csv": _projects,
    "activities.csv": _activities,
    "indicators.csv": _indicators,
    "standards.csv": _standards,
    "std_issues.csv": _issues,
}
