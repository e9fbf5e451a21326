"""The pictures of codes that set up devices. Whoever sees one holds a credential, so only managers may."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g
from flask_babel import gettext

from collect import enrolment
from collect.addresses import form_path, server_address
from core.access.guard import allow
from core.auth.queries import find_app_user
from core.auth.tokens import unseal
from core.errors import Problem
from core.transaction import reading
from core.web import settings_of
from forms import queries

blueprint = Blueprint("collect_pages", __name__)


@blueprint.get("/w/<int:workspace_id>/devices/<int:actor_id>/qr.svg")
@allow("field_key.list")
def device_code(workspace_id: int, actor_id: int) -> Response:
    """The code that sets up ODK Collect on a device with its own key."""
    name, key = _key(workspace_id, actor_id)
    settings = enrolment.settings_json(
        server_url=enrolment.device_url(server_address(), workspace_id, key),
        project_name=g.workspace.name,
        user_name=name,
    )
    return _picture(enrolment.settings_qr_payload(settings))


@blueprint.get("/w/<int:workspace_id>/devices/<int:actor_id>/app-qr.svg")
@allow("field_key.list")
def client_code(workspace_id: int, actor_id: int) -> Response:
    """The code that sets up our own client on a device with its own key."""
    _, key = _key(workspace_id, actor_id)
    return _picture(enrolment.client_link(server_address(), workspace_id, key))


@blueprint.get("/w/<int:workspace_id>/forms/<xml_form_id>/draft/qr.svg")
@allow("form.update", per_form=True)
def draft_code(workspace_id: int, xml_form_id: str) -> Response:
    """The code that sets up a device for testing a draft."""
    form, draft = queries.readable_version(reading(), g.actor, workspace_id, xml_form_id, draft=True)
    path = form_path(form.xml_form_id, "/draft")
    settings = enrolment.settings_json(
        server_url=enrolment.draft_url(server_address(), workspace_id, draft.draft_token or "", path),
        project_name=gettext("Draft: %(title)s", title=draft.title or form.xml_form_id),
        icon=enrolment.DRAFT_ICON,
        colour=enrolment.DRAFT_COLOUR,
    )
    return _picture(enrolment.settings_qr_payload(settings))


def _key(workspace_id: int, actor_id: int) -> tuple[str, str]:
    """Name and key of a device.

    Raises:
        Problem 404.1: there is none, or its key was taken away.

    """
    device, row = find_app_user(reading(), workspace_id, actor_id)
    key = unseal(device.sealed_key, settings_of(current_app).sealing_key()) if device.sealed_key else None
    if key is None:
        raise Problem("404.1")
    return row.display_name, key


def _picture(payload: str) -> Response:
    answer = Response(enrolment.qr_svg(payload), content_type="image/svg+xml")
    # The picture is a credential: no cache may keep it.
    answer.headers["Cache-Control"] = "no-store"
    return answer
