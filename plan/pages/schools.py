"""Pages on schools."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, render_template
from flask_babel import gettext

from core.access.guard import allow
from core.transaction import reading
from plan import queries, schools, words
from plan.clock import office_today
from plan.models import School
from plan.pages.common import blueprint, one_page, options, root, wanted_text
from plan.pages.edit import EditPage, Input, show, submit_change, submit_new
from plan.schemas import SchoolSchema


@blueprint.get("/schools")
@allow("plan.read")
def list_schools(workspace_id: int) -> str:
    """Schools by district, with search."""
    chosen = {"district": wanted_text("district"), "search": wanted_text("search")}
    rows, next_url = one_page(
        partial(queries.schools, reading(), workspace_id, district_code=chosen["district"], search=chosen["search"])
    )
    return render_template(
        "plan/schools.html",
        schools=rows,
        next_url=next_url,
        districts=queries.districts(reading(), workspace_id),
        chosen=chosen,
        today=office_today(),
    )


@blueprint.get("/new-school")
@allow("plan.update")
def new_school(workspace_id: int) -> Response:
    """Form for a new school."""
    return show(_form(workspace_id, None))


@blueprint.post("/new-school")
@allow("plan.update")
def create_school(workspace_id: int) -> Response:
    """Add a school."""
    return submit_new(
        _form(workspace_id, None),
        SchoolSchema(),
        partial(schools.create_school, workspace_id=workspace_id),
        said=gettext("The school is added. Devices get it with their next update."),
    )


@blueprint.get("/schools/<uuid:uuid>/edit")
@allow("plan.update")
def edit_school(workspace_id: int, uuid: UUID) -> Response:
    """Form of a school."""
    return show(_form(workspace_id, queries.find_school(reading(), workspace_id, str(uuid))))


@blueprint.post("/schools/<uuid:uuid>/edit")
@allow("plan.update")
def change_school(workspace_id: int, uuid: UUID) -> Response:
    """Change a school."""
    return submit_change(
        _form(workspace_id, queries.find_school(reading(), workspace_id, str(uuid))),
        SchoolSchema(),
        partial(schools.update_school, workspace_id=workspace_id, uuid=str(uuid)),
        said=gettext("The school is changed. Devices get it with their next update."),
    )


def _form(workspace_id: int, school: School | None) -> EditPage:
    of = school or School()
    return EditPage(
        title=gettext("Change the school") if school else gettext("New school"),
        lead=of.name or "",
        back=f"{root(workspace_id)}/schools",
        version=of.version if school else None,
        inputs=[
            Input(name="name", label=gettext("Name"), value=of.name, required=True),
            Input(name="code", label=gettext("Code"), value=of.code, required=True),
            *_place(workspace_id, school),
            *_size(of),
            Input(name="activeFrom", label=gettext("Open since"), kind="date", value=of.active_from),
            Input(
                name="activeTo",
                label=gettext("Last day"),
                kind="date",
                value=of.active_to,
                hint=gettext("Only when the school closes or is merged."),
            ),
        ],
    )


def _place(workspace_id: int, school: School | None) -> list[Input]:
    session = reading()
    districts = [(row.code, row.name) for row in queries.districts(session, workspace_id)]
    networks = [(row.code, f"{row.name} ({row.district.name})") for row in queries.networks(session, workspace_id)]
    return [
        Input(
            name="districtCode",
            label=gettext("District"),
            kind="select",
            value=school.district_code if school else "",
            options=districts,
            required=True,
        ),
        Input(
            name="networkCode",
            label=gettext("School network"),
            kind="select",
            value=school.network_code if school else "",
            options=[("", gettext("None")), *networks],
        ),
    ]


def _size(of: School) -> list[Input]:
    return [
        Input(
            name="size",
            label=gettext("Size"),
            kind="select",
            value=of.size,
            options=options(words.SCHOOL_SIZE, blank=gettext("Not stated")),
        ),
        Input(name="students", label=gettext("Pupils"), kind="number", value=of.students),
        Input(
            name="latitude",
            label=gettext("Latitude"),
            kind="number",
            value=of.latitude,
            hint=gettext("In degrees, such as 10.417271"),
        ),
        Input(
            name="longitude",
            label=gettext("Longitude"),
            kind="number",
            value=of.longitude,
            hint=gettext("In degrees, such as 99.186293"),
        ),
    ]
