"""Pages on districts and networks of schools."""

from __future__ import annotations

from collections import Counter
from functools import partial

from flask import Response, render_template
from flask_babel import gettext

from core.access.guard import allow
from core.transaction import reading
from plan import queries, schools
from plan.clock import office_today
from plan.models import District
from plan.pages.common import blueprint, root
from plan.pages.edit import EditPage, Input, show, submit_change, submit_new
from plan.schemas import DistrictSchema, NetworkSchema


@blueprint.get("/districts")
@allow("plan.read")
def list_districts(workspace_id: int) -> str:
    """Districts with their schools, and the networks."""
    session = reading()
    active = queries.active_schools(session, workspace_id, office_today())
    return render_template(
        "plan/districts.html",
        districts=queries.districts(session, workspace_id),
        networks=queries.networks(session, workspace_id),
        in_district=Counter(school.district_id for school in active),
        in_network=Counter(school.network_id for school in active),
    )


@blueprint.get("/new-district")
@allow("plan.update")
def new_district(workspace_id: int) -> Response:
    """Form for a new district."""
    return show(_district_form(workspace_id, None))


@blueprint.post("/new-district")
@allow("plan.update")
def create_district(workspace_id: int) -> Response:
    """Add a district."""
    return submit_new(
        _district_form(workspace_id, None),
        DistrictSchema(),
        partial(schools.create_district, workspace_id=workspace_id),
        said=gettext("The district is added."),
    )


@blueprint.get("/districts/<code>/edit")
@allow("plan.update")
def edit_district(workspace_id: int, code: str) -> Response:
    """Form of a district."""
    return show(_district_form(workspace_id, queries.find_district(reading(), workspace_id, code)))


@blueprint.post("/districts/<code>/edit")
@allow("plan.update")
def change_district(workspace_id: int, code: str) -> Response:
    """Change a district."""
    return submit_change(
        _district_form(workspace_id, queries.find_district(reading(), workspace_id, code)),
        DistrictSchema(exclude=["code"]),
        partial(schools.update_district, workspace_id=workspace_id, code=code),
        said=gettext("The district is changed."),
    )


@blueprint.get("/new-network")
@allow("plan.update")
def new_network(workspace_id: int) -> Response:
    """Form for a new network of schools."""
    return show(_network_form(workspace_id))


@blueprint.post("/new-network")
@allow("plan.update")
def create_network(workspace_id: int) -> Response:
    """Add a network of schools."""
    return submit_new(
        _network_form(workspace_id),
        NetworkSchema(),
        partial(schools.create_network, workspace_id=workspace_id),
        said=gettext("The school network is added."),
    )


def _district_form(workspace_id: int, district: District | None) -> EditPage:
    of = district or District()
    code = [] if district else [Input(name="code", label=gettext("Code"), required=True)]
    return EditPage(
        title=gettext("Change the district") if district else gettext("New district"),
        lead=of.name or "",
        back=f"{root(workspace_id)}/districts",
        version=of.version if district else None,
        inputs=[
            *code,
            Input(name="name", label=gettext("Name"), value=of.name, required=True),
            Input(name="province", label=gettext("Province"), value=of.province, required=True),
        ],
    )


def _network_form(workspace_id: int) -> EditPage:
    districts = [(row.code, row.name) for row in queries.districts(reading(), workspace_id)]
    return EditPage(
        title=gettext("New school network"),
        back=f"{root(workspace_id)}/districts",
        inputs=[
            Input(name="code", label=gettext("Code"), required=True),
            Input(name="name", label=gettext("Name"), required=True),
            Input(
                name="districtCode",
                label=gettext("District"),
                kind="select",
                options=districts,
                required=True,
            ),
        ],
    )
