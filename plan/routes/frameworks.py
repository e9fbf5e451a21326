"""Frameworks and their parts."""

from __future__ import annotations

from functools import partial

from flask import Response, g, jsonify

from core.access.guard import allow
from core.transaction import reading, unit_of_work
from plan import frameworks, queries
from plan.routes.common import CREATED, blueprint, changed, created, one
from plan.schemas import FrameworkSchema

_FRAMEWORK = FrameworkSchema()


@blueprint.get("/frameworks")
@allow("plan.read")
def list_frameworks(workspace_id: int) -> Response:
    """All frameworks with their parts; there are too few for pages."""
    return jsonify(_FRAMEWORK.dump(queries.frameworks(reading(), workspace_id), many=True))


@blueprint.get("/frameworks/<code>")
@allow("plan.read")
def one_framework(workspace_id: int, code: str) -> Response:
    """One framework by its code."""
    return one(_FRAMEWORK, queries.find_framework(reading(), workspace_id, code))


@blueprint.post("/frameworks")
@allow("plan.update")
def create_framework(workspace_id: int) -> Response:
    """A new framework."""
    return created(_FRAMEWORK, partial(frameworks.create_framework, workspace_id=workspace_id))


@blueprint.post("/frameworks/usual")
@allow("plan.update")
def add_usual_frameworks(workspace_id: int) -> Response:
    """Add those of the usual frameworks that are missing, with the seven categories of PMQA; answers with these."""
    rows = unit_of_work(lambda session: frameworks.add_usual_frameworks(session, g.actor, workspace_id=workspace_id))
    answer = jsonify(_FRAMEWORK.dump(rows, many=True))
    answer.status_code = CREATED
    return answer


@blueprint.patch("/frameworks/<code>")
@allow("plan.update")
def change_framework(workspace_id: int, code: str) -> Response:
    """Change a framework; its code stays, and parts that are given replace the former ones."""
    return changed(_FRAMEWORK, partial(frameworks.update_framework, workspace_id=workspace_id, code=code))
