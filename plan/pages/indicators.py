"""Pages on indicators."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from uuid import UUID

from flask import Response, g, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.transaction import reading, unit_of_work
from plan import indicators, queries
from plan.checks import indicator_warnings
from plan.models import Indicator
from plan.models.indicators import FRAMEWORKS
from plan.pages.common import blueprint, chosen_year, problem_sentences, root, wanted_text
from plan.pages.edit import attempt, sent_lines, sent_version, show, submit_change, submit_new
from plan.pages.indicator_form import indicator_form
from plan.schema_fields import load
from plan.schemas import IndicatorSchema, IssuesSchema


@blueprint.get("/indicators")
@allow("plan.read")
def list_indicators(workspace_id: int) -> str:
    """Indicators of a year by framework, with search, and what to look at."""
    years, year = chosen_year(workspace_id)
    search, framework = wanted_text("search"), wanted_text("framework")
    framework = framework if framework in FRAMEWORKS else ""
    every = queries.indicators(reading(), workspace_id, year_be=year.year_be) if year else []
    rows = (
        queries.indicators(reading(), workspace_id, year_be=year.year_be, framework=framework, search=search)
        if year and (search or framework)
        else every
    )
    by_framework: dict[str, list[Indicator]] = defaultdict(list)
    for row in rows:
        by_framework[row.framework].append(row)
    return render_template(
        "plan/indicators.html",
        by_framework=[(name, by_framework[name]) for name in FRAMEWORKS if by_framework[name]],
        warnings=indicator_warnings(every),
        years=years,
        year=year,
        frameworks=sorted({row.framework for row in every}, key=FRAMEWORKS.index),
        chosen={"framework": framework, "search": search},
    )


@blueprint.get("/indicators/<uuid:uuid>")
@allow("plan.read")
def one_indicator(workspace_id: int, uuid: UUID) -> Response:
    """An indicator with its thresholds, its issues and the projects that answer it."""
    return _indicator_page(workspace_id, str(uuid))


@blueprint.post("/indicators/<uuid:uuid>/issues")
@allow("plan.update")
def set_issues(workspace_id: int, uuid: UUID) -> Response:
    """Enter the issues considered, one on each line."""
    service = partial(indicators.set_issues, workspace_id=workspace_id, uuid=str(uuid))

    def change() -> Indicator:
        version = sent_version()
        given = load(IssuesSchema(), {"names": sent_lines("names")})
        return unit_of_work(lambda session: service(session, g.actor, version=version, names=given["names"]))

    return attempt(
        change,
        again=partial(_indicator_page, workspace_id, str(uuid)),
        after=lambda _: f"{root(workspace_id)}/indicators/{uuid}",
        said=gettext("The issues are kept. Devices get them with their next update."),
    )


@blueprint.get("/new-indicator")
@allow("plan.update")
def new_indicator(workspace_id: int) -> Response:
    """Form for a new indicator."""
    return show(indicator_form(workspace_id, None))


@blueprint.post("/new-indicator")
@allow("plan.update")
def create_indicator(workspace_id: int) -> Response:
    """Add an indicator."""
    return submit_new(
        indicator_form(workspace_id, None),
        IndicatorSchema(),
        partial(indicators.create_indicator, workspace_id=workspace_id),
        after=lambda row: f"{root(workspace_id)}/indicators/{row.uuid}",
        said=gettext("The indicator is added."),
    )


@blueprint.get("/indicators/<uuid:uuid>/edit")
@allow("plan.update")
def edit_indicator(workspace_id: int, uuid: UUID) -> Response:
    """Form of an indicator."""
    return show(indicator_form(workspace_id, queries.find_indicator(reading(), workspace_id, str(uuid))))


@blueprint.post("/indicators/<uuid:uuid>/edit")
@allow("plan.update")
def change_indicator(workspace_id: int, uuid: UUID) -> Response:
    """Change an indicator."""
    return submit_change(
        indicator_form(workspace_id, queries.find_indicator(reading(), workspace_id, str(uuid))),
        IndicatorSchema(exclude=["year_be"]),
        partial(indicators.update_indicator, workspace_id=workspace_id, uuid=str(uuid)),
        said=gettext("The indicator is changed. Devices get it with their next update."),
    )


def _indicator_page(workspace_id: int, uuid: str, problem: Problem | None = None) -> Response:
    indicator = queries.find_indicator(reading(), workspace_id, uuid)
    names = "\n".join(issue.name for issue in indicator.issues)
    body = render_template(
        "plan/indicator.html",
        indicator=indicator,
        projects=queries.projects_of_indicator(reading(), indicator),
        categories=queries.node_names(reading(), workspace_id, "pmqa", "category"),
        names=request.form.get("names", "") if problem else names,
        sentences=problem_sentences(problem) if problem else [],
    )
    return Response(body, status=problem.status if problem else 200)
