"""Fiscal years and their rounds."""

from __future__ import annotations

from flask import Response, g, jsonify

from core.access.guard import allow
from core.transaction import reading
from plan import fiscal_years, queries
from plan.routes.common import CREATED, blueprint, given_changes, given_object, one, stored
from plan.schemas import FiscalYearSchema

_YEAR = FiscalYearSchema()


@blueprint.get("/fiscal-years")
@allow("plan.read")
def list_years(workspace_id: int) -> Response:
    """All years, newest first; there are too few for pages."""
    return jsonify(_YEAR.dump(queries.fiscal_years(reading(), workspace_id), many=True))


@blueprint.get("/fiscal-years/<int:year_be>")
@allow("plan.read")
def one_year(workspace_id: int, year_be: int) -> Response:
    """One year by its Buddhist-era number."""
    return one(_YEAR, queries.find_year(reading(), workspace_id, year_be))


@blueprint.post("/fiscal-years")
@allow("plan.update")
def create_year(workspace_id: int) -> Response:
    """A new year, with the standard rounds unless others are given."""
    data = given_object(_YEAR)
    return stored(
        _YEAR,
        lambda session: fiscal_years.create_year(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.patch("/fiscal-years/<int:year_be>")
@allow("plan.update")
def change_year(workspace_id: int, year_be: int) -> Response:
    """Change the status or the rounds."""
    changes, version = given_changes(FiscalYearSchema(exclude=["year_be"]))
    return stored(
        _YEAR,
        lambda session: fiscal_years.update_year(
            session, g.actor, workspace_id=workspace_id, year_be=year_be, version=version, changes=changes
        ),
    )
