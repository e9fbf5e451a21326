"""R05: which schools were visited, by district, and which were not.

Coverage is distinct schools with at least one counted visit out of the schools that are active; a second visit to a
school in the same round is a visit, not another school. The total is computed from schools, not from percentages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy.orm import Session

from forms.queries import form_by_id
from plan import queries as plan
from plan.fiscal_years import year_bounds
from reports.documents.r01 import present_year
from reports.figures import percent
from reports.filters import Filters
from reports.form_report import selection_of, version_of
from reports.queries import Counts, Selection, count, counts_by
from reports.roles import roles_of

FORM = "school_followup_visit"


@dataclass(frozen=True, kw_only=True)
class SchoolState:
    """An active school with the number of its counted visits."""

    uuid: str
    code: str
    name: str
    district: str
    network: str = ""
    visits: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A district, or all of them."""

    key: str
    schools: int
    visited: int
    visits: int

    @property
    def unvisited(self) -> int:
        """Schools without a visit."""
        return self.schools - self.visited

    @property
    def coverage(self) -> Fraction | None:
        """Percent of the schools that were visited."""
        return percent(self.visited, self.schools)


@dataclass(frozen=True, kw_only=True)
class Report:
    """R05. `elsewhere` counts visits to schools that are not active or not in the plan; no line holds them.

    `exact` names the lines (the total is ``""``) whose visits are exactly the records that name the district, so that
    a list of these can stand behind them.
    """

    fiscal_year: int
    as_of: dt.date
    round: str
    districts: tuple[Line, ...]
    total: Line
    unvisited: tuple[SchoolState, ...]
    elsewhere: int = 0
    used: int = 0
    incomplete: int = 0
    exact: frozenset[str] = frozenset()

    def unvisited_in(self, district: str) -> list[SchoolState]:
        """The schools of a district that wait for a visit, by code."""
        return [school for school in self.unvisited if school.district == district]


def line(key: str, schools: Sequence[SchoolState]) -> Line:
    """The coverage of some schools together."""
    return Line(
        key=key,
        schools=len(schools),
        visited=sum(school.visits > 0 for school in schools),
        visits=sum(school.visits for school in schools),
    )


def compute(fiscal_year: int, as_of: dt.date, schools: Iterable[SchoolState], *, round_: str = "") -> Report:
    """R05 from the states of the schools."""
    listed = sorted(schools, key=lambda school: school.code)
    codes = sorted({school.district for school in listed})
    return Report(
        fiscal_year=fiscal_year,
        as_of=as_of,
        round=round_,
        districts=tuple(line(code, [school for school in listed if school.district == code]) for code in codes),
        total=line("", listed),
        unvisited=tuple(school for school in listed if not school.visits),
    )


def load(session: Session, workspace_id: int, filters: Filters, *, today: dt.date) -> Report:
    """R05 of a fiscal year (the present one), of all its rounds or of one."""
    fiscal_year = filters.fiscal_year or present_year(session, workspace_id, today)
    as_of = filters.as_of or _within(fiscal_year, today)
    visits = _visits(session, workspace_id, filters.with_(fiscal_year=fiscal_year, district=""))
    active = [
        SchoolState(
            uuid=row.uuid,
            code=row.code,
            name=row.name,
            district=row.district_code,
            network=row.network.name if row.network else "",
            visits=visits.get(row.uuid, Counts()).records,
        )
        for row in plan.active_schools(session, workspace_id, as_of)
        if not filters.district or row.district_code == filters.district
    ]
    here = {school.uuid for school in active}
    report = compute(fiscal_year, as_of, active, round_=filters.round)
    return replace(
        report,
        exact=_exact(session, workspace_id, filters.with_(fiscal_year=fiscal_year), report),
        elsewhere=0 if filters.district else sum(item.records for key, item in visits.items() if key not in here),
        used=sum(item.records for key, item in visits.items() if key in here),
        incomplete=sum(item.incomplete for key, item in visits.items() if key in here),
    )


def _visits(session: Session, workspace_id: int, filters: Filters) -> Mapping[str, Counts]:
    selection = _selection(session, workspace_id, filters)
    return counts_by(session, selection, "school") if selection else {}


def _exact(session: Session, workspace_id: int, filters: Filters, report: Report) -> frozenset[str]:
    """The lines whose visits are as many as the records that a list shows; a visit names one school."""
    selection = _selection(session, workspace_id, filters)
    if selection is None:
        return frozenset()
    listed = {key: found.records for key, found in counts_by(session, selection, "district").items()}
    listed[""] = count(session, selection).records
    return frozenset(one.key for one in (*report.districts, report.total) if one.visits == listed.get(one.key, 0))


def _selection(session: Session, workspace_id: int, filters: Filters) -> Selection | None:
    form = form_by_id(session, workspace_id, FORM)
    return selection_of(session, form, roles_of(version_of(session, form)), filters) if form else None


def _within(fiscal_year: int, today: dt.date) -> dt.date:
    """Today, or the nearest day of the year."""
    first, last = year_bounds(fiscal_year)
    return min(max(today, first), last)
