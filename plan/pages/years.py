"""Pages on fiscal years."""

from __future__ import annotations

from functools import partial

from flask import Response, g, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.i18n import fiscal_year
from core.transaction import reading, unit_of_work
from plan import fiscal_years, queries, words
from plan.clock import office_today
from plan.fiscal_years import NEXT_STATUSES
from plan.models import FiscalYear
from plan.pages.common import blueprint, options, problem_sentences, root
from plan.pages.edit import EditPage, Input, attempt, sent_version, show, submit_new
from plan.schema_fields import load
from plan.schemas import FiscalYearSchema


@blueprint.get("/years/<int:year_be>")
@allow("plan.read")
def one_year(workspace_id: int, year_be: int) -> Response:
    """A year with its rounds, and what it may become."""
    return _year_page(workspace_id, year_be)


@blueprint.post("/years/<int:year_be>")
@allow("plan.update")
def change_year(workspace_id: int, year_be: int) -> Response:
    """Change the year's status."""
    payload = {"status": request.form.get("status", ""), "reason": request.form.get("reason", "")}
    service = partial(fiscal_years.update_year, workspace_id=workspace_id, year_be=year_be)

    def change() -> FiscalYear:
        version = sent_version()
        changes = load(FiscalYearSchema(only=["status", "reason"]), payload, partial=True)
        return unit_of_work(lambda session: service(session, g.actor, version=version, changes=changes))

    return attempt(
        change,
        again=partial(_year_page, workspace_id, year_be),
        after=lambda _: f"{root(workspace_id)}/years/{year_be}",
        said=gettext("The state of the fiscal year is changed."),
    )


@blueprint.get("/new-year")
@allow("plan.update")
def new_year(workspace_id: int) -> Response:
    """Form for a new year."""
    return show(_form(workspace_id))


@blueprint.post("/new-year")
@allow("plan.update")
def create_year(workspace_id: int) -> Response:
    """Add a year."""
    return submit_new(
        _form(workspace_id),
        FiscalYearSchema(),
        partial(fiscal_years.create_year, workspace_id=workspace_id),
        after=lambda year: f"{root(workspace_id)}/years/{year.year_be}",
        said=gettext("The fiscal year is added, with its reporting rounds."),
    )


def _form(workspace_id: int) -> EditPage:
    years = queries.fiscal_years(reading(), workspace_id)
    following = years[0].year_be + 1 if years else fiscal_year(office_today())
    statuses = {name: words.YEAR_STATUS[name] for name in ("planning", "open")}
    return EditPage(
        title=gettext("New fiscal year"),
        lead=gettext("It lasts from 1 October to 30 September and gets the usual reporting rounds."),
        back=root(workspace_id),
        inputs=[
            Input(name="yearBe", label=gettext("Fiscal year (B.E.)"), kind="number", value=following, required=True),
            Input(
                name="status",
                label=gettext("State"),
                kind="select",
                value="planning",
                options=options(statuses),
                required=True,
            ),
        ],
    )


def _year_page(workspace_id: int, year_be: int, problem: Problem | None = None) -> Response:
    year = queries.find_year(reading(), workspace_id, year_be)
    body = render_template(
        "plan/year.html",
        year=year,
        following=NEXT_STATUSES[year.status],
        sentences=problem_sentences(problem) if problem else [],
        reason=request.form.get("reason", ""),
        today=office_today(),
    )
    return Response(body, status=problem.status if problem else 200)
