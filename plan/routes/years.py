"""Fiscal years and their rounds."""

from __future__ import annotations

from functools import partial

from flask import Response, jsonify

from core.access.guard import allow
from core.transaction import reading
from plan import fiscal_years, queries
from plan.routes.common import blueprint, changed, created, one
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
    return created(_YEAR, partial(fiscal_years.create_year, workspace_id=workspace_id))


@blueprint.patch("/fiscal-years/<int:year_be>")
@allow("plan.update")
def change_year(workspace_id: int, year_be: int) -> Response:
    """Change the status or the rounds."""
    return changed(
        _YEAR,
        partial(fiscal_years.update_year, workspace_id=workspace_id, year_be=year_be),
        body=FiscalYearSchema(exclude=["year_be"]),
    )
