"""Reports as JSON. A figure is a number rounded half up to stated places, with the exact value beside it as text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from core.database import utc_now
from core.http.json_body import instant_text
from reports import words
from reports.cube import Line
from reports.documents import r01, r05
from reports.figures import MONEY_PLACES, PERCENT_PLACES, exact_text, half_up, places_of, root_half_up
from reports.filters import Filters
from reports.form_report import FormReport
from reports.links import RecordLinks, progress_records, project_page, with_query
from reports.names import choice_names
from reports.roles import Measure
from reports.tallies import Figures

Json = dict[str, Any]


def figure(value: Fraction | None, places: int) -> Json | None:
    """One number; None where there is nothing to divide by."""
    shown = half_up(value, places)
    return None if shown is None else {"value": _number(shown), "places": places, "exact": exact_text(value)}


def form_report(report: FormReport, language: str) -> Json:
    """A form summed up by a dimension."""
    links = RecordLinks(report.form.workspace_id, report.form.xml_form_id, report.by, report.filters)
    return {
        "xmlFormId": report.form.xml_form_id,
        "name": report.title,
        "version": report.definition.version,
        "by": report.by.name,
        "groupings": list(report.roles.groupings),
        "filters": report.filters.parameters(),
        "asOf": report.filters.as_of.isoformat() if report.filters.as_of else None,
        "computedAt": instant_text(utc_now()),
        "odd": report.table.odd,
        "measures": [_measure(measure, language) for measure in report.roles.measures],
        "unusableMeasures": list(report.roles.unusable),
        "rows": [
            _line(report, line, report.names.get(line.key or ""), links.line(line.key)) for line in report.table.lines
        ],
        "total": _line(report, report.table.total, gettext("Total"), links.total()),
    }


def _measure(measure: Measure, language: str) -> Json:
    return {
        "id": measure.name,
        "kind": measure.kind,
        "label": words.title(measure, language),
        "table": measure.place.table.strip("/") or None,
        "of": measure.whole.name if measure.whole else None,
        "subject": measure.subject or None,
        "items": [item.name for item in measure.items],
        "choices": choice_names(measure.field, language) if measure.kind == "share" else None,
    }


def _line(report: FormReport, line: Line, label: str | None, link: str | None) -> Json:
    return {
        "key": line.key,
        "label": label or line.key,
        "records": line.records,
        "incomplete": line.incomplete,
        "submissions": link,
        "figures": {
            measure.name: _figures(line.figures[measure.name]) | {"submissions": link}
            for measure in report.roles.measures
        },
    }


def _figures(found: Figures) -> Json:
    body: Json = {"n": found.n, "odd": found.odd, "leftOut": found.left_out}
    if found.kind == "share":
        shares = sorted(found.shares.items())
        body["shares"] = {name: {"n": n, "percent": figure(found.share(name), PERCENT_PLACES)} for name, n in shares}
        return body
    if found.kind != "side":
        body["sum"] = figure(found.sum, places_of(found.sum))
    if found.kind == "percent_of":
        body["of"] = figure(found.whole, places_of(found.whole))
        body["percent"] = figure(found.percent, PERCENT_PLACES)
    if found.kind in {"mean", "rating", "side", "latest"}:
        body["mean"] = figure(found.mean, 2)
    if found.kind in {"mean", "rating", "side"}:
        deviation = root_half_up(found.variance)
        body["sd"] = None if deviation is None else {"value": _number(deviation), "places": 2}
        body["variance"] = figure(found.variance, 4)
    if found.kind in {"rating", "side"}:
        body["level"] = found.level
        body["levelLabel"] = words.level(found.level)
    return body


def progress_report(report: r01.Report, workspace_id: int, names: dict[str, str], filters: Filters) -> Json:
    """R01."""
    page = f"/w/{workspace_id}/reports/R01"
    drilled = filters.with_(fiscal_year=report.fiscal_year)
    return _head("R01", report.fiscal_year, report.as_of, report.used, report.incomplete) | {
        "leftOut": {"projects": report.left_out, "budget": figure(Fraction(report.left_out_budget), MONEY_PLACES)},
        "rows": [
            _progress(line)
            | {
                "key": line.key,
                "label": names.get(line.key, line.key),
                "page": with_query(page, drilled.with_(group=line.key).query()),
            }
            for line in report.groups
        ],
        "projects": [
            _progress(line)
            | {
                "key": item.uuid,
                "code": item.code,
                "label": item.name,
                "group": item.group,
                "status": item.status,
                "reportedOn": _iso(item.reported_on),
                "page": project_page(workspace_id, item.uuid),
                "submissions": progress_records(workspace_id, report, item.uuid, filters),
            }
            for item, line in report.lines_of_projects()
        ],
        "total": _progress(report.total) | {"label": gettext("Total")},
    }


def _progress(line: r01.Line) -> Json:
    return {
        "projects": line.projects,
        "unreported": line.unreported,
        "withoutBudget": line.without_budget,
        "behind": line.behind,
        "budget": figure(Fraction(line.budget), MONEY_PLACES),
        "disbursed": figure(Fraction(line.disbursed), MONEY_PLACES),
        "remaining": figure(Fraction(line.remaining), MONEY_PLACES),
        "disbursedPercent": figure(line.disbursed_percent, PERCENT_PLACES),
        "progress": figure(line.progress, PERCENT_PLACES),
        "weightedProgress": figure(line.weighted_progress, PERCENT_PLACES),
        "planned": figure(line.planned, PERCENT_PLACES),
    }


def coverage_report(report: r05.Report, names: dict[str, str]) -> Json:
    """R05."""
    return _head("R05", report.fiscal_year, report.as_of, report.used, report.incomplete) | {
        "round": report.round or None,
        "visitsElsewhere": report.elsewhere,
        "rows": [
            _coverage(line) | {"key": line.key, "label": names.get(line.key, line.key)} for line in report.districts
        ],
        "total": _coverage(report.total) | {"label": gettext("Total")},
        "unvisited": [
            {
                "key": school.uuid,
                "code": school.code,
                "label": school.name,
                "district": school.district,
                "network": school.network,
            }
            for school in report.unvisited
        ],
    }


def _coverage(line: r05.Line) -> Json:
    return {
        "schools": line.schools,
        "visited": line.visited,
        "visits": line.visits,
        "coverage": figure(line.coverage, PERCENT_PLACES),
    }


def _head(number: str, fiscal_year: int, as_of: dt.date, used: int, incomplete: int) -> Json:
    return {
        "report": number,
        "fiscalYear": fiscal_year,
        "asOf": as_of.isoformat(),
        "computedAt": instant_text(utc_now()),
        "records": used,
        "incomplete": incomplete,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
