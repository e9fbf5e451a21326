"""Districts, networks of schools, and schools."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g, jsonify

from core.access.guard import allow
from core.transaction import reading
from plan import queries, schools
from plan.routes.common import (
    CREATED,
    blueprint,
    filter_text,
    given_changes,
    given_object,
    listed,
    one,
    stored,
)
from plan.schemas import DistrictSchema, NetworkSchema, SchoolSchema

_DISTRICT, _NETWORK, _SCHOOL = DistrictSchema(), NetworkSchema(), SchoolSchema()


@blueprint.get("/districts")
@allow("plan.read")
def list_districts(workspace_id: int) -> Response:
    """Districts."""
    return listed(_DISTRICT, lambda after, limit: queries.districts(reading(), workspace_id, after=after, limit=limit))


@blueprint.get("/districts/<code>")
@allow("plan.read")
def one_district(workspace_id: int, code: str) -> Response:
    """One district."""
    return one(_DISTRICT, queries.find_district(reading(), workspace_id, code))


@blueprint.post("/districts")
@allow("plan.update")
def create_district(workspace_id: int) -> Response:
    """A new district."""
    data = given_object(_DISTRICT)
    return stored(
        _DISTRICT,
        lambda session: schools.create_district(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.patch("/districts/<code>")
@allow("plan.update")
def change_district(workspace_id: int, code: str) -> Response:
    """Change a district; its code stays."""
    changes, version = given_changes(_DISTRICT)
    return stored(
        _DISTRICT,
        lambda session: schools.update_district(
            session, g.actor, workspace_id=workspace_id, code=code, version=version, changes=changes
        ),
    )


@blueprint.get("/school-networks")
@allow("plan.read")
def list_networks(workspace_id: int) -> Response:
    """All networks of schools; there are too few for pages."""
    return jsonify(_NETWORK.dump(queries.networks(reading(), workspace_id), many=True))


@blueprint.post("/school-networks")
@allow("plan.update")
def create_network(workspace_id: int) -> Response:
    """A new network of schools."""
    data = given_object(_NETWORK)
    return stored(
        _NETWORK,
        lambda session: schools.create_network(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.get("/schools")
@allow("plan.read")
def list_schools(workspace_id: int) -> Response:
    """Schools; filters `districtCode`, `search`."""
    district_code, search = filter_text("districtCode"), filter_text("search")
    return listed(
        _SCHOOL,
        lambda after, limit: queries.schools(
            reading(), workspace_id, district_code=district_code, search=search, after=after, limit=limit
        ),
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
    data = given_object(_SCHOOL)
    return stored(
        _SCHOOL,
        lambda session: schools.create_school(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.patch("/schools/<uuid:uuid>")
@allow("plan.update")
def change_school(workspace_id: int, uuid: UUID) -> Response:
    """Change a school."""
    changes, version = given_changes(_SCHOOL)
    return stored(
        _SCHOOL,
        lambda session: schools.update_school(
            session, g.actor, workspace_id=workspace_id, uuid=str(uuid), version=version, changes=changes
        ),
    )
