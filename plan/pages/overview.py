"""The plan at a glance."""

from __future__ import annotations

from flask import render_template

from core.access.guard import allow
from core.transaction import reading
from plan import queries
from plan.clock import office_today
from plan.models.projects import CURRENT_STATUSES
from plan.pages.common import blueprint, chosen_year


@blueprint.get("")
@allow("plan.read")
def overview(workspace_id: int) -> str:
    """The year, its projects by state, its rounds, and how much the plan holds."""
    session = reading()
    years, year = chosen_year(workspace_id)
    states, money = queries.year_totals(session, year.id) if year else ({}, None)
    return render_template(
        "plan/overview.html",
        years=years,
        year=year,
        states=[(status, states[status]) for status in CURRENT_STATUSES if status in states],
        project_count=sum(states.values()),
        money=money,
        counts=queries.plan_counts(session, workspace_id),
        today=office_today(),
    )
