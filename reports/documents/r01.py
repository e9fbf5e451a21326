"""R01: progress and disbursement by group, with the projects behind each group.

Disbursed percent is the sum disbursed out of the sum of budgets, mean progress gives each project the same weight,
weighted progress weighs it by budget. A group's percentage is never the mean of its projects' percentages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from core.i18n import fiscal_year as fiscal_year_of
from forms.queries import form_by_id
from plan import queries as plan
from plan.fiscal_years import year_bounds
from plan.models import Project
from reports.figures import percent, ratio
from reports.filters import Filters
from reports.measures import plain_number
from reports.queries import LatestReport, Selection, latest_reports

FORM = "project_progress"
PROGRESS, DISBURSED = "progress_percent", "disbursed_total"
NOT_FOLLOWED_UP = frozenset({"cancelled", "proposed"})
"""Current states of projects that R01 leaves out: only approved ones are followed up."""


@dataclass(frozen=True, kw_only=True)
class ProjectState:
    """One project at the as-of date. Without a report `progress` and `disbursed` are None."""

    uuid: str
    code: str
    name: str
    group: str
    budget: Decimal
    planned: Decimal
    disbursed: Decimal | None = None
    progress: Decimal | None = None
    reported_on: dt.date | None = None
    status: str = ""

    @property
    def is_behind(self) -> bool:
        """Whether less is done than the plan expects by now; unknown without a report, and then not counted."""
        return self.progress is not None and self.progress < self.planned


@dataclass(frozen=True, kw_only=True)
class Line:
    """A project, a group of projects or all of them. Means rest on the `stated` projects, which report a progress."""

    key: str
    projects: int
    stated: int
    without_budget: int
    budget: Decimal
    disbursed: Decimal
    behind: int
    disbursed_percent: Fraction | None
    progress: Fraction | None
    weighted_progress: Fraction | None
    planned: Fraction | None

    @property
    def remaining(self) -> Decimal:
        """Budget not disbursed; below zero when a project overspends."""
        return self.budget - self.disbursed

    @property
    def unreported(self) -> int:
        """Projects of which no progress is known."""
        return self.projects - self.stated


def line(key: str, projects: Sequence[ProjectState]) -> Line:
    """The figures of some projects together."""
    budget = sum((item.budget for item in projects), Decimal(0))
    disbursed = sum((item.disbursed or Decimal(0) for item in projects), Decimal(0))
    stated = [(item.progress, item.budget) for item in projects if item.progress is not None]
    return Line(
        key=key,
        projects=len(projects),
        stated=len(stated),
        without_budget=sum(not item.budget for item in projects),
        budget=budget,
        disbursed=disbursed,
        behind=sum(item.is_behind for item in projects),
        disbursed_percent=percent(disbursed, budget),
        progress=ratio(sum((progress for progress, _ in stated), Decimal(0)), len(stated)),
        weighted_progress=ratio(
            sum((Fraction(progress) * Fraction(money) for progress, money in stated), Fraction(0)),
            sum((money for _, money in stated), Decimal(0)),
        ),
        planned=ratio(sum((item.planned for item in projects), Decimal(0)), len(projects)),
    )


@dataclass(frozen=True, kw_only=True)
class Report:
    """R01 as it stands at `as_of`. `left_out` projects are cancelled or not yet approved.

    `until` is the last day of the reports that count, where any are cut off.
    """

    fiscal_year: int
    as_of: dt.date
    groups: tuple[Line, ...]
    total: Line
    projects: tuple[ProjectState, ...]
    until: dt.date | None = None
    left_out: int = 0
    left_out_budget: Decimal = Decimal(0)
    used: int = 0
    incomplete: int = 0

    def lines_of_projects(self) -> tuple[tuple[ProjectState, Line], ...]:
        """Each project with its own line, by code."""
        return tuple((item, line(item.uuid, [item])) for item in self.projects)


def compute(fiscal_year: int, as_of: dt.date, projects: Iterable[ProjectState]) -> Report:
    """R01 from the states of its projects."""
    listed = tuple(sorted(projects, key=lambda item: item.code))
    codes = dict.fromkeys(item.group for item in listed)
    groups = tuple(line(code, [item for item in listed if item.group == code]) for code in sorted(codes))
    return Report(fiscal_year=fiscal_year, as_of=as_of, groups=groups, total=line("", listed), projects=listed)


def load(session: Session, workspace_id: int, filters: Filters, *, today: dt.date) -> Report:
    """R01 of a fiscal year (the present one) as it stands at the as-of date, the end of a quarter, or today.

    Which reports count is told by their project and by the as-of date, not by their own fiscal year: the report on the
    last quarter is written in the next year. Nothing is cut off unless a date was asked for, since a tablet's clock may
    be a day ahead of ours.
    """
    fiscal_year = filters.fiscal_year or present_year(session, workspace_id, today)
    until = filters.as_of or _end_of_quarter(fiscal_year, filters.quarter)
    as_of = until or today
    found = plan.projects_of_year(session, workspace_id, fiscal_year)
    wanted = [row for row in found if not filters.group or row.group_code == filters.group]
    followed = [row for row in wanted if row.current_status not in NOT_FOLLOWED_UP]
    reports = _reports(session, workspace_id, filters.review_state, until)
    used = [reports[row.uuid] for row in followed if row.uuid in reports]
    report = compute(fiscal_year, as_of, (_state(row, reports.get(row.uuid), as_of) for row in followed))
    others = [row for row in wanted if row.current_status in NOT_FOLLOWED_UP]
    return replace(
        report,
        until=until,
        left_out=len(others),
        left_out_budget=sum((row.budget_total for row in others), Decimal(0)),
        used=len(used),
        incomplete=sum(item.incomplete for item in used),
    )


def _reports(session: Session, workspace_id: int, review_state: str, until: dt.date | None) -> dict[str, LatestReport]:
    form = form_by_id(session, workspace_id, FORM)
    if form is None:
        return {}
    wanted = Filters(review_state=review_state, as_of=until)
    return latest_reports(session, Selection(form_id=form.id, filters=wanted), "project")


def _state(project: Project, report: LatestReport | None, as_of: dt.date) -> ProjectState:
    return ProjectState(
        uuid=project.uuid,
        code=project.code,
        name=project.name,
        group=project.group_code,
        budget=project.budget_total,
        planned=plan.planned_progress(project, as_of),
        disbursed=_stated(report, DISBURSED),
        progress=_stated(report, PROGRESS),
        reported_on=report.report_date if report else None,
        status=project.current_status,
    )


def _stated(report: LatestReport | None, question: str) -> Decimal | None:
    """A number of a report; what is no number is as if it had not been answered."""
    value = plain_number(report.answers.get(question)) if report else None
    return value if isinstance(value, Decimal) else None


def present_year(session: Session, workspace_id: int, today: dt.date) -> int:
    """The fiscal year people mean when they name none."""
    year = plan.current_year(session, workspace_id)
    return year.year_be if year is not None else fiscal_year_of(today)


def _end_of_quarter(fiscal_year: int, quarter: int | None) -> dt.date | None:
    if quarter is None:
        return None
    first, last = year_bounds(fiscal_year)
    ends = (first.replace(month=12, day=31), last.replace(month=3, day=31), last.replace(month=6), last)
    return ends[quarter - 1]
