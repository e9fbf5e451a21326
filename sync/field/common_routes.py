"""What the routes of the field client share."""

from __future__ import annotations

import re

from flask import Blueprint, g, request

from core.errors import Problem
from core.transaction import reading, unit_of_work
from forms.models import Form
from sync.field import epoch
from sync.field.receipts import Own, find_form, find_own

blueprint = Blueprint("field_api", __name__, url_prefix="/v1")
SHA256 = re.compile(r"[0-9a-f]{64}")
WORKSPACE = "/projects/<int:workspace_id>"
RECORD = f"{WORKSPACE}/field/records/<xml_form_id>/<instance_id>"


def current_epoch() -> str:
    """The server's epoch."""
    return epoch.known_epoch(reading()) or unit_of_work(epoch.make_epoch)


def named_content() -> str:
    """The SHA-256 of the XML of which this request speaks; empty when it names none.

    Raises:
        Problem 400.8: not a SHA-256.

    """
    given = request.args.get("xmlSha256", "")
    if given and not SHA256.fullmatch(given):
        raise Problem("400.8", field="xmlSha256", reason="it is a SHA-256, 64 hexadecimal digits.")
    return given


def own_record(workspace_id: int, xml_form_id: str, instance_id: str, sha256: str = "") -> tuple[Form, Own]:
    """A record of the actor's own, filed or in quarantine, and its form; with `sha256` see `find_own`.

    Raises:
        Problem 404.1: there is none, or it is somebody else's. 403.1: no right to hand in records of the form.

    """
    form = find_form(reading(), workspace_id, xml_form_id)
    if form is None:
        raise Problem("404.1")
    g.actor.require("submission.create", workspace_id, form.id)
    own = find_own(reading(), form.id, instance_id, g.actor.id, sha256=sha256)
    if own is None:
        raise Problem("404.1")
    return form, own
