"""What the routes of the field client share."""

from __future__ import annotations

from flask import Blueprint, g

from core.errors import Problem
from core.transaction import reading, unit_of_work
from forms.models import Form
from sync.field import epoch
from sync.field.receipts import Own, find_form, find_own

blueprint = Blueprint("field_api", __name__, url_prefix="/v1")
WORKSPACE = "/projects/<int:workspace_id>"
RECORD = f"{WORKSPACE}/field/records/<xml_form_id>/<instance_id>"


def current_epoch() -> str:
    """The server's epoch."""
    return epoch.known_epoch(reading()) or unit_of_work(epoch.make_epoch)


def own_record(workspace_id: int, xml_form_id: str, instance_id: str) -> tuple[Form, Own]:
    """A record of the actor's own, filed or in quarantine, and its form.

    Raises:
        Problem 404.1: there is none, or it is somebody else's. 403.1: no right to hand in records of the form.

    """
    form = find_form(reading(), workspace_id, xml_form_id)
    if form is None:
        raise Problem("404.1")
    g.actor.require("submission.create", workspace_id, form.id)
    own = find_own(reading(), form.id, instance_id, g.actor.id)
    if own is None:
        raise Problem("404.1")
    return form, own
