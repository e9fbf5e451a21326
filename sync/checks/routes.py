"""Findings on the ``/v1`` JSON wire: addresses of our own, so that ODK Central's answers stay as they are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify

from core.access.guard import allow
from core.http.json_body import instant_text
from core.transaction import reading
from forms.queries import find_form
from sync import queries
from sync.checks import listing

blueprint = Blueprint("check_api", __name__, url_prefix="/v1/projects/<int:workspace_id>")


@blueprint.get("/checks")
@allow("submission.list")
def count_checks(workspace_id: int) -> Response:
    """How many records have an open finding, by check; checks without one are left out."""
    return jsonify(listing.counts(reading(), workspace_id))


@blueprint.get("/forms/<xml_form_id>/submissions/<instance_id>/checks")
@allow("submission.read", per_form=True)
def list_checks(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """The findings of one record, open ones first, and whether it waits for evidence."""
    session = reading()
    form = find_form(session, g.actor, workspace_id, xml_form_id, "submission.read")
    record = queries.find_submission(session, form.id, instance_id)
    found = listing.of_record(session, record.id)
    return jsonify(
        waitingEvidence=listing.waits_for_evidence(found),
        checks=[_to_json(item) for item in found],
    )


def _to_json(item: listing.Shown) -> dict[str, Any]:
    check = item.check
    return {
        "id": check.id,
        "code": check.code,
        "subject": check.subject,
        "state": check.state,
        "details": check.details,
        "otherInstanceId": item.other_instance,
        "note": check.note or None,
        "raisedAt": instant_text(check.raised_at),
        "acceptedAt": instant_text(check.accepted_at),
        "acceptedBy": check.accepted_by,
    }
