"""Pages on workspaces: the list of them, their people, their devices."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext

from core.access import people, queries, workspaces
from core.access.device_parts import device_parts
from core.access.guard import allow, signed_in
from core.access.roles import APP_USER, WORKSPACE_ROLES
from core.auth import accounts, devices
from core.auth.queries import actors_by_id, find_app_user, list_app_users
from core.errors import Problem
from core.http.error_writers import localized
from core.navigation import navigation
from core.settings import Settings
from core.transaction import reading, unit_of_work

blueprint = Blueprint("access_pages", __name__)
SEE_OTHER = 303


@blueprint.get("/")
@signed_in
def first_page() -> Response:
    """Straight into the only workspace, or to the list of them, which leads who only fills forms to the app."""
    found = workspaces.list_workspaces(reading(), g.actor)
    pages = navigation(found[0].id) if len(found) == 1 else []
    return _go(pages[0].url if pages else "/workspaces")


@blueprint.get("/workspaces")
@signed_in
def list_workspaces() -> Response:
    """The workspaces of the reader."""
    return _workspaces_page()


@blueprint.post("/workspaces")
@allow("project.create")
def create_workspace() -> Response:
    """Create a workspace."""
    form = request.form
    try:
        row = unit_of_work(
            lambda session: workspaces.create_workspace(
                session, g.actor, name=form.get("name", ""), description=form.get("description") or None
            )
        )
    except Problem as problem:
        return _workspaces_page(problem)
    flash(gettext("The workspace is created. Add its people next."))
    return _go(f"/w/{row.id}/people")


@blueprint.get("/w/<int:workspace_id>/people")
@allow("assignment.list")
def list_people(workspace_id: int) -> Response:
    """People and their roles."""
    return _people_page(workspace_id)


@blueprint.post("/w/<int:workspace_id>/people")
@allow("assignment.create")
def add_person(workspace_id: int) -> Response:
    """Add a person; a new account's password is shown this once."""
    form = request.form
    try:
        added = unit_of_work(
            lambda session: people.add_person(
                session,
                g.actor,
                workspace_id=workspace_id,
                email=form.get("email", ""),
                display_name=form.get("display_name", ""),
                role_id=_role_id(),
            )
        )
    except Problem as problem:
        return _people_page(workspace_id, problem=problem)
    if added.password:
        return _people_page(workspace_id, added=added)
    flash(gettext("%(name)s is in the workspace now.", name=added.display_name))
    return _go(f"/w/{workspace_id}/people")


@blueprint.post("/w/<int:workspace_id>/people/<int:actor_id>/role")
@allow("assignment.create")
def change_role(workspace_id: int, actor_id: int) -> Response:
    """Give a person another role."""
    unit_of_work(
        lambda session: people.change_role(
            session, g.actor, workspace_id=workspace_id, actor_id=actor_id, role_id=_role_id()
        )
    )
    flash(gettext("The role is changed."))
    return _go(f"/w/{workspace_id}/people")


@blueprint.post("/w/<int:workspace_id>/people/<int:actor_id>/remove")
@allow("assignment.delete")
def remove_person(workspace_id: int, actor_id: int) -> Response:
    """Take a person out of the workspace."""
    unit_of_work(lambda session: people.remove_person(session, g.actor, workspace_id=workspace_id, actor_id=actor_id))
    flash(gettext("The person is no longer in the workspace."))
    return _go("/" if actor_id == g.actor.id else f"/w/{workspace_id}/people")


@blueprint.get("/w/<int:workspace_id>/devices")
@allow("field_key.list")
def list_devices(workspace_id: int) -> Response:
    """Device credentials, with who made them and when they were last used."""
    return _devices_page(workspace_id)


@blueprint.post("/w/<int:workspace_id>/devices")
@allow("field_key.create")
def create_device(workspace_id: int) -> Response:
    """Create a device credential and show how to set the device up."""
    form = request.form
    role_id = APP_USER.id if form.get("all_forms") else None
    try:
        created = unit_of_work(
            lambda session: devices.create_device(
                session,
                g.actor,
                workspace_id=workspace_id,
                display_name=form.get("display_name", ""),
                sealing_key=_sealing_key(),
                role_id=role_id,
            )
        )
    except Problem as problem:
        return _devices_page(workspace_id, problem)
    return _go(f"/w/{workspace_id}/devices/{created.row.id}")


@blueprint.get("/w/<int:workspace_id>/devices/<int:actor_id>")
@allow("field_key.list")
def one_device(workspace_id: int, actor_id: int) -> Response:
    """How to set a device up: the QR code, and the server address with the key for other OpenRosa clients."""
    device, row = find_app_user(reading(), workspace_id, actor_id)
    key = devices.device_key(device, _sealing_key())
    server = _server_address()
    response = make_response(
        render_template(
            "core/device.html",
            device=device,
            row=row,
            address=f"{server}/v1/key/{key}/projects/{workspace_id}" if key else "",
            # The key is in the fragment, which browsers send to no server and which no log keeps.
            link=f"{server}/app/#/enrol?w={workspace_id}&k={quote(key, safe='')}" if key else "",
            only_online=_works_only_online(server),
            parts=device_parts(workspace_id, actor_id) if key else [],
        )
    )
    # The page holds a key: no cache may keep it.
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/w/<int:workspace_id>/devices/<int:actor_id>/revoke")
@allow("field_key.delete")
def revoke_device(workspace_id: int, actor_id: int) -> Response:
    """Take a device's key away."""
    unit_of_work(
        lambda session: accounts.revoke_app_user(session, g.actor, workspace_id=workspace_id, actor_id=actor_id)
    )
    flash(gettext("The key no longer works. What the device has sent stays."))
    return _go(f"/w/{workspace_id}/devices")


def _go(path: str) -> Response:
    return make_response(redirect(path, SEE_OTHER))


def _role_id() -> int:
    given = request.form.get("role", "")
    if not (given.isascii() and given.isdigit()):
        raise Problem("400.2", field="role")
    return int(given)


def _server_address() -> str:
    """Scheme and host that people and devices use, without a slash at the end."""
    settings: Settings = current_app.config["TIDTAM_SETTINGS"]
    return (settings.public_url or request.host_url).rstrip("/")


def _works_only_online(server: str) -> bool:
    """Whether browsers refuse to keep the field client of this address for use without a network."""
    parts = urlsplit(server)
    return parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}


def _sealing_key() -> str:
    key: str = current_app.config["TIDTAM_SETTINGS"].sealing_key()
    return key


def _workspaces_page(problem: Problem | None = None) -> Response:
    page = render_template(
        "core/workspaces.html",
        given=request.form,
        workspaces=workspaces.list_workspaces(reading(), g.actor),
        sentence=localized(problem) if problem else "",
    )
    return make_response(page, problem.status if problem else 200)


def _people_page(workspace_id: int, *, problem: Problem | None = None, added: people.Added | None = None) -> Response:
    page = render_template(
        "core/people.html",
        people=queries.people_of(reading(), workspace_id),
        roles=WORKSPACE_ROLES,
        given=request.form,
        added=added,
        client=f"{_server_address()}/app/",
        only_online=_works_only_online(_server_address()),
        sentence=localized(problem) if problem else "",
    )
    response = make_response(page, problem.status if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _devices_page(workspace_id: int, problem: Problem | None = None) -> Response:
    found = list_app_users(reading(), workspace_id)
    page = render_template(
        "core/devices.html",
        given=request.form,
        devices=found,
        makers=actors_by_id(reading(), (device.created_by for device, _ in found)),
        sentence=localized(problem) if problem else "",
    )
    return make_response(page, problem.status if problem else 200)
