"""What a planner decides about a finding on a record's page."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, g, redirect, request
from flask_babel import gettext

from core.access.guard import allow
from core.transaction import WorkSession, reading, unit_of_work
from forms.queries import find_form
from sync import queries
from sync.checks import decide
from sync.checks.codes import NAMES

blueprint = Blueprint("check_pages", __name__)
SEE_OTHER = 303


@blueprint.app_template_filter("check_name")
def check_name(code: str) -> str:
    """What people call a check."""
    return str(gettext(NAMES[code])) if code in NAMES else code


@blueprint.post(
    "/w/<int:workspace_id>/forms/<xml_form_id>/submissions/<path:instance_id>"
    "/checks/<int:check_id>/<any(accept, reopen):decision>"
)
@allow("submission.update", per_form=True)
def decide_on_check(workspace_id: int, xml_form_id: str, instance_id: str, check_id: int, decision: str) -> Response:
    """Accept a finding with a note, or open it again."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.update")
    note = request.form.get("note", "").strip()

    def work(session: WorkSession) -> None:
        record = queries.find_submission(session, form.id, instance_id)
        if decision == "accept":
            decide.accept(session, g.actor, submission=record, check_id=check_id, note=note)
        else:
            decide.reopen(session, g.actor, submission=record, check_id=check_id)

    unit_of_work(work)
    address = f"/w/{workspace_id}/forms/{quote(xml_form_id)}/submissions/{quote(instance_id)}#checks"
    return redirect(address, SEE_OTHER)  # type: ignore[return-value]  # werkzeug's response
