"""What the filters of a page offer, from the plan and from the form."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from plan import queries as plan
from reports.filters import APPROVED, COUNTED, Filters
from reports.names import choice_names, group_name
from reports.roles import Roles

Choices = dict[str, list[tuple[str, str]]]
"""By parameter: values and names, in the order they are offered."""


def choices_for(
    session: Session, workspace_id: int, filters: Filters, dimensions: Iterable[str], language: str
) -> Choices:
    """Choices of the parameters named. A value that is filtered by and that nothing offers is offered as it is."""
    found: Choices = {"fiscal_year": _years(session, workspace_id)}
    for name in dimensions:
        if name == "group":
            found[name] = _groups(session, workspace_id, language)
        elif name in _OF_PLAN:
            found[name] = _OF_PLAN[name](session, workspace_id, filters)
    for name, offered in found.items():
        chosen = str(getattr(filters, name) or "")
        if chosen and chosen not in {value for value, _ in offered}:
            offered.append((chosen, chosen))
    return found


def rounds_of(roles: Roles, language: str) -> list[tuple[str, str]]:
    """The rounds a form knows."""
    dimension = roles.dimensions.get("round")
    return list(choice_names(dimension.field, language).items()) if dimension else []


def review_choices() -> tuple[str, ...]:
    """The selections by review that a page offers."""
    return (COUNTED, APPROVED)


def _years(session: Session, workspace_id: int) -> list[tuple[str, str]]:
    return [(str(year.year_be), str(year.year_be)) for year in plan.fiscal_years(session, workspace_id)]


def _groups(session: Session, workspace_id: int, language: str) -> list[tuple[str, str]]:
    return [(row.code, group_name(row, language)) for row in plan.groups(session, workspace_id)]


def _districts(session: Session, workspace_id: int, _filters: Filters) -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in plan.districts(session, workspace_id)]


def _schools(session: Session, workspace_id: int, filters: Filters) -> list[tuple[str, str]]:
    rows = plan.schools(session, workspace_id, district_code=filters.district or None)
    return sorted(((row.uuid, row.name) for row in rows), key=lambda item: item[1])


def _officers(session: Session, workspace_id: int, filters: Filters) -> list[tuple[str, str]]:
    rows = plan.officers(session, workspace_id, group_code=filters.group or None)
    return sorted(((row.code, row.name) for row in rows), key=lambda item: item[1])


def _projects(session: Session, workspace_id: int, filters: Filters) -> list[tuple[str, str]]:
    wanted = plan.ProjectFilter(year_be=filters.fiscal_year, group_code=filters.group)
    return [(row.uuid, f"{row.code} {row.name}") for row in plan.projects(session, workspace_id, wanted)]


def _indicators(session: Session, workspace_id: int, filters: Filters) -> list[tuple[str, str]]:
    rows = plan.indicators(session, workspace_id, year_be=filters.fiscal_year)
    return [(row.uuid, f"{row.code} {row.name}") for row in rows]


_OF_PLAN = {
    "district": _districts,
    "school": _schools,
    "officer": _officers,
    "project": _projects,
    "indicator": _indicators,
}
