"""Districts, networks of schools, and schools."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, jsonify

from core.access.guard import allow
from core.transaction import reading
from plan import queries, schools
from plan.routes.common import blueprint, changed, created, filter_text, listed, one
from plan.schemas import DistrictSchema, NetworkSchema, SchoolSchema

_DISTRICT, _NETWORK, _SCHOOL = DistrictSchema(), NetworkSchema(), SchoolSchema()


@blueprint.get("/districts")
@allow("plan.read")
def list_districts(workspace_id: int) -> Response:
    """Districts."""
    return listed(_DISTRICT, partial(queries.districts, reading(), workspace_id))


@blueprint.get("/districts/<code>")
@allow("plan.read")
def one_district(workspace_id: int, code: str) -> Response:
    """One district."""
    return one(_DISTRICT, queries.find_district(reading(), workspace_id, code))


@blueprint.post("/districts")
@allow("plan.update")
def create_district(workspace_id: int) -> Response:
    """A new district."""
    return created(_DISTRICT, partial(schools.create_district, workspace_id=workspace_id))


@blueprint.patch("/districts/<code>")
@allow("plan.update")
def change_district(workspace_id: int, code: str) -> Response:
    """Change a district; its code stays."""
    return changed(_DISTRICT, partial(schools.update_district, workspace_id=workspace_id, code=code))


@blueprint.get("/school-networks")
@allow("plan.read")
def list_networks(workspace_id: int) -> Response:
    """All networks of schools; there are too few for pages."""
    return jsonify(_NETWORK.dump(queries.networks(reading(), workspace_id), many=True))


@blueprint.post("/school-networks")
@allow("plan.update")
def create_network(workspace_id: int) -> Response:
    """A new network of schools."""
    return created(_NETWORK, partial(schools.create_network, workspace_id=workspace_id))


@blueprint.get("/schools")
@allow("plan.read")
def list_schools(workspace_id: int) -> Response:
    """Schools; filters `districtCode`, `search`."""
    district_code, search = filter_text("districtCode"), filter_text("search")
    return listed(
        _SCHOOL, partial(queries.schools, reading(), workspace_id, district_code=district_code, search=search)
    )


@blueprint.get("/schools/<uuid:uuid>")
@allow("plan.read")
def one_school(workspace_id: int, uuid: UUID) -> Response:
    """One school."""
    return one(_SCHOOL, queries.find_school(reading(), workspace_id, str(uuid)))


@blueprint.post("/schools")
@allow("plan.update")
def create_school(workspace_id: int) -> Response:
    """A new school."""
    return created(_SCHOOL, partial(schools.create_school, workspace_id=workspace_id))


@blueprint.patch("/schools/<uuid:uuid>")
@allow("plan.update")
def change_school(workspace_id: int, uuid: UUID) -> Response:
    """Change a school."""
    return changed(_SCHOOL, partial(schools.update_school, workspace_id=workspace_id, uuid=str(uuid)))
