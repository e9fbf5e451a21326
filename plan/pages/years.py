"""Pages on fiscal years."""

from __future__ import annotations

from flask import Response, flash, g, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.http.error_writers import localized
from core.i18n import fiscal_year
from core.transaction import reading, unit_of_work
from plan import fiscal_years, queries, words
from plan.clock import office_today
from plan.fiscal_years import NEXT_STATUSES
from plan.pages.common import blueprint, fault_sentence, go, options, root
from plan.pages.edit import EditPage, Input, sent_version, show, submit
from plan.schema_fields import load
from plan.schemas import FiscalYearSchema
from plan.validation import InvalidPlan


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
    try:
        version = sent_version()
        changes = load(FiscalYearSchema(only=["status", "reason"]), payload, partial=True)
        unit_of_work(
            lambda session: fiscal_years.update_year(
                session,
                g.actor,
                workspace_id=workspace_id,
                year_be=year_be,
                version=version,
                changes=changes,
            )
        )
    except Problem as problem:
        if problem.status not in {400, 409}:
            raise
        return _year_page(workspace_id, year_be, problem)
    flash(gettext("The state of the fiscal year is changed."))
    return go(f"{root(workspace_id)}/years/{year_be}")


@blueprint.get("/new-year")
@allow("plan.update")
def new_year(workspace_id: int) -> Response:
    """Form for a new year."""
    return show(_form(workspace_id))


@blueprint.post("/new-year")
@allow("plan.update")
def create_year(workspace_id: int) -> Response:
    """Add a year."""
    page = _form(workspace_id)
    return submit(
        page,
        FiscalYearSchema(),
        page.given(),
        lambda session, data: fiscal_years.create_year(session, g.actor, workspace_id=workspace_id, data=data),
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
    sentences = []
    if isinstance(problem, InvalidPlan):
        sentences = [fault_sentence(fault) for fault in problem.faults]
    elif problem is not None:
        sentences = [localized(problem)]
    body = render_template(
        "plan/year.html",
        year=year,
        following=NEXT_STATUSES[year.status],
        sentences=sentences,
        reason=request.form.get("reason", ""),
        today=office_today(),
    )
    return Response(body, status=problem.status if problem else 200)
