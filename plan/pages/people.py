"""Pages on groups and officers."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from flask import Response, render_template
from flask_babel import gettext

from core.access.guard import allow
from core.transaction import reading
from plan import people, queries, words
from plan.clock import office_today
from plan.models import Group, Officer
from plan.pages.common import blueprint, one_page, options, root, wanted_text
from plan.pages.edit import EditPage, Input, show, submit_change, submit_new
from plan.schemas import GroupSchema, OfficerSchema


@blueprint.get("/groups")
@allow("plan.read")
def list_groups(workspace_id: int) -> str:
    """Groups and units with their officers and projects."""
    session, today = reading(), office_today()
    officers = queries.officers(session, workspace_id)
    year = queries.current_year(session, workspace_id)
    projects = queries.projects_of_year(session, workspace_id, year.year_be) if year else []
    return render_template(
        "plan/groups.html",
        groups=queries.groups(session, workspace_id),
        officers=Counter(row.group_id for row in officers if row.active_on(today)),
        projects=Counter(row.group_id for row in projects),
        year=year,
    )


@blueprint.get("/new-group")
@allow("plan.update")
def new_group(workspace_id: int) -> Response:
    """Form for a new group."""
    return show(_group_form(workspace_id, None))


@blueprint.post("/new-group")
@allow("plan.update")
def create_group(workspace_id: int) -> Response:
    """Add a group."""
    return submit_new(
        _group_form(workspace_id, None),
        GroupSchema(),
        partial(people.create_group, workspace_id=workspace_id),
        said=gettext("The group is added."),
    )


@blueprint.get("/groups/<code>/edit")
@allow("plan.update")
def edit_group(workspace_id: int, code: str) -> Response:
    """Form of a group."""
    return show(_group_form(workspace_id, queries.find_group(reading(), workspace_id, code)))


@blueprint.post("/groups/<code>/edit")
@allow("plan.update")
def change_group(workspace_id: int, code: str) -> Response:
    """Change a group."""
    return submit_change(
        _group_form(workspace_id, queries.find_group(reading(), workspace_id, code)),
        GroupSchema(exclude=["code"]),
        partial(people.update_group, workspace_id=workspace_id, code=code),
        said=gettext("The group is changed."),
    )


@blueprint.get("/officers")
@allow("plan.read")
def list_officers(workspace_id: int) -> str:
    """Officers by group, with search."""
    chosen = {"group": wanted_text("group"), "search": wanted_text("search")}
    rows, next_url = one_page(
        partial(queries.officers, reading(), workspace_id, group_code=chosen["group"], search=chosen["search"])
    )
    return render_template(
        "plan/officers.html",
        officers=rows,
        next_url=next_url,
        groups=queries.groups(reading(), workspace_id),
        chosen=chosen,
        today=office_today(),
    )


@blueprint.get("/new-officer")
@allow("plan.update")
def new_officer(workspace_id: int) -> Response:
    """Form for a new officer."""
    return show(_officer_form(workspace_id, None))


@blueprint.post("/new-officer")
@allow("plan.update")
def create_officer(workspace_id: int) -> Response:
    """Add an officer."""
    return submit_new(
        _officer_form(workspace_id, None),
        OfficerSchema(exclude=["moved_on"]),
        partial(people.create_officer, workspace_id=workspace_id),
        said=gettext("The officer is added."),
    )


@blueprint.get("/officers/<uuid:uuid>/edit")
@allow("plan.update")
def edit_officer(workspace_id: int, uuid: UUID) -> Response:
    """Form of an officer."""
    return show(_officer_form(workspace_id, queries.find_officer(reading(), workspace_id, str(uuid))))


@blueprint.post("/officers/<uuid:uuid>/edit")
@allow("plan.update")
def change_officer(workspace_id: int, uuid: UUID) -> Response:
    """Change an officer."""
    return submit_change(
        _officer_form(workspace_id, queries.find_officer(reading(), workspace_id, str(uuid))),
        OfficerSchema(exclude=["code"]),
        partial(people.update_officer, workspace_id=workspace_id, uuid=str(uuid), today=office_today()),
        said=gettext("The officer is changed."),
    )


def _group_form(workspace_id: int, group: Group | None) -> EditPage:
    of = group or Group()
    others = [(row.code, row.name_th) for row in queries.groups(reading(), workspace_id) if row.code != of.code]
    code = [] if group else [Input(name="code", label=gettext("Code"), required=True)]
    return EditPage(
        title=gettext("Change the group") if group else gettext("New group or unit"),
        lead=of.name_th or "",
        back=f"{root(workspace_id)}/groups",
        version=of.version if group else None,
        inputs=[
            *code,
            Input(name="nameTh", label=gettext("Name in Thai"), value=of.name_th, required=True, wide=True),
            Input(name="nameEn", label=gettext("Name in English"), value=of.name_en, wide=True),
            Input(
                name="parentCode",
                label=gettext("Belongs to"),
                kind="select",
                value=of.parent_code if group else "",
                options=[("", gettext("No group above it")), *others],
            ),
        ],
    )


def _officer_form(workspace_id: int, officer: Officer | None) -> EditPage:
    of = officer or Officer()
    code = [] if officer else [Input(name="code", label=gettext("Code"), required=True)]
    return EditPage(
        title=gettext("Change the officer") if officer else gettext("New officer"),
        lead=of.name or "",
        back=f"{root(workspace_id)}/officers",
        version=of.version if officer else None,
        inputs=[
            *code,
            Input(name="name", label=gettext("Name"), value=of.name, required=True),
            Input(name="position", label=gettext("Position"), value=of.position),
            Input(
                name="role",
                label=gettext("Duty"),
                kind="select",
                value=of.role or "officer",
                options=options(words.OFFICER_ROLE),
                required=True,
            ),
            *_group(workspace_id, officer),
            _account(workspace_id, of),
            Input(name="username", label=gettext("User name"), value=of.username),
            Input(name="activeFrom", label=gettext("First day at work"), kind="date", value=of.active_from),
            Input(name="activeTo", label=gettext("Last day at work"), kind="date", value=of.active_to),
        ],
    )


def _group(workspace_id: int, officer: Officer | None) -> list[Input]:
    groups = [(row.code, row.name_th) for row in queries.groups(reading(), workspace_id)]
    group = Input(
        name="groupCode",
        label=gettext("Group"),
        kind="select",
        value=officer.group_code if officer else "",
        options=[("", gettext("In no group")), *groups],
    )
    moved = Input(
        name="movedOn",
        label=gettext("In the group since"),
        kind="date",
        hint=gettext("Only when the group changes; otherwise today."),
    )
    return [group, moved] if officer else [group]


def _account(workspace_id: int, of: Officer) -> Input:
    accounts = [(str(key), f"{name} ({email})") for key, name, email in queries.accounts(reading(), workspace_id)]
    return Input(
        name="userActorId",
        label=gettext("Account"),
        kind="select",
        value=of.user_actor_id,
        options=[("", gettext("None yet")), *accounts],
        hint=gettext("Records sent with it count as this officer's."),
    )
