"""Indicators and their issues."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, g, jsonify

from core.access.guard import allow
from core.http.json_body import whole_number
from core.transaction import reading
from plan import indicators, queries
from plan.models.indicators import FRAMEWORKS
from plan.routes.common import (
    CREATED,
    blueprint,
    changed,
    created,
    filter_choice,
    filter_text,
    given_changes,
    given_object,
    listed,
    one,
    stored,
)
from plan.schemas import IndicatorSchema, IssuesSchema, StandardSchema

_INDICATOR, _STANDARD = IndicatorSchema(), StandardSchema()


@blueprint.get("/standards")
@allow("plan.read")
def list_standards(workspace_id: int) -> Response:
    """All standards; there are too few for pages."""
    return jsonify(_STANDARD.dump(queries.standards(reading(), workspace_id), many=True))


@blueprint.post("/standards")
@allow("plan.update")
def create_standard(workspace_id: int) -> Response:
    """A new standard."""
    data = given_object(_STANDARD)
    return stored(
        _STANDARD,
        lambda session: indicators.create_standard(session, g.actor, workspace_id=workspace_id, **data),
        status=CREATED,
    )


@blueprint.get("/indicators")
@allow("plan.read")
def list_indicators(workspace_id: int) -> Response:
    """Indicators; filters `yearBe`, `framework`, `search`."""
    wanted: dict[str, Any] = {
        "year_be": whole_number("yearBe", most=9999),
        "framework": filter_choice("framework", FRAMEWORKS),
        "search": filter_text("search"),
    }
    return listed(_INDICATOR, partial(queries.indicators, reading(), workspace_id, **wanted))


@blueprint.get("/indicators/<uuid:uuid>")
@allow("plan.read")
def one_indicator(workspace_id: int, uuid: UUID) -> Response:
    """One indicator."""
    return one(_INDICATOR, queries.find_indicator(reading(), workspace_id, str(uuid)))


@blueprint.post("/indicators")
@allow("plan.update")
def create_indicator(workspace_id: int) -> Response:
    """A new indicator."""
    return created(_INDICATOR, partial(indicators.create_indicator, workspace_id=workspace_id))


@blueprint.patch("/indicators/<uuid:uuid>")
@allow("plan.update")
def change_indicator(workspace_id: int, uuid: UUID) -> Response:
    """Change an indicator; it stays in its year."""
    return changed(
        _INDICATOR,
        partial(indicators.update_indicator, workspace_id=workspace_id, uuid=str(uuid)),
        body=IndicatorSchema(exclude=["year_be"]),
    )


@blueprint.put("/indicators/<uuid:uuid>/issues")
@allow("plan.update")
def set_issues(workspace_id: int, uuid: UUID) -> Response:
    """The issues considered under an indicator, by name and in order; a name that stays keeps its code."""
    given, version = given_changes(IssuesSchema())
    return stored(
        _INDICATOR,
        lambda session: indicators.set_issues(
            session,
            g.actor,
            workspace_id=workspace_id,
            uuid=str(uuid),
            version=version,
            names=given.get("names", []),
        ),
    )
