"""Records of the field client: handing in, receipts, and getting one's own back."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, jsonify, request

from core.access.guard import allow
from core.errors import Problem
from core.http.downloads import content_disposition, send_blob
from core.http.json_body import json_value
from core.http.uploads import raw_body
from core.storage.queries import find_blob
from core.storage.spool import require_free_space
from core.transaction import reading
from core.web import settings_of
from sync import targets
from sync.attachments import name_key
from sync.field.common_routes import RECORD, WORKSPACE, blueprint, current_epoch, named_content, own_record
from sync.field.receipts import Own, files_of, find_form, find_own, find_own_naming, missing_ids, receipt_json, xml_of
from sync.instance import read_instance
from sync.openrosa_routes import arrival, file_parts

MOST_HELD = 500


@blueprint.post(f"{WORKSPACE}/field/records")
@allow("submission.create", per_form=True)
def hand_in(workspace_id: int) -> Response:
    """Take the XML of a record, as a tablet's OpenRosa POST is taken, and answer with a receipt; its files follow."""
    settings = settings_of(current_app)
    require_free_space(settings.spool_dir, settings.min_free_bytes)
    with raw_body(request, spool=settings.spool_dir, max_bytes=settings.max_xml_bytes) as content:
        xml = content.read()
    instance = read_instance(xml)
    target = targets.find(workspace_id, instance.xml_form_id, instance.version)
    g.actor.require("submission.create", workspace_id, target.form_id)
    arrived = arrival(workspace_id, target, instance, xml, settings)
    done = file_parts([], arrived)
    own = find_own(reading(), arrived.target.form_id, done.instance_id, g.actor.id, sha256=instance.sha256)
    assert own is not None, "What was just taken is here"
    answer = receipt_json(
        reading(), own, instance.xml_form_id, current_epoch(), outcome=done.outcome, reason=done.reason
    )
    return jsonify(answer)


@blueprint.get(RECORD)
@allow("submission.create", per_form=True)
def receipt(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """What the server holds of a record of the actor's own, or of the one whose very bytes the request names."""
    form, own = own_record(workspace_id, xml_form_id, instance_id, named_content())
    return jsonify(receipt_json(reading(), own, form.xml_form_id, current_epoch()))


@blueprint.get(f"{RECORD}/xml")
@allow("submission.create", per_form=True)
def own_xml(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """The XML of a record of the actor's own, to be corrected."""
    own = _readable(workspace_id, xml_form_id, instance_id)
    answer = Response(xml_of(reading(), own), content_type="application/xml; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition("record.xml", inline=False)
    return answer


@blueprint.get(f"{RECORD}/files/<path:name>")
@allow("submission.create", per_form=True)
def own_file(workspace_id: int, xml_form_id: str, instance_id: str, name: str) -> Response:
    """A file of a record of the actor's own."""
    form, _ = own_record(workspace_id, xml_form_id, instance_id)
    own = find_own_naming(reading(), form.id, instance_id, g.actor.id, name)
    if own is None or own.deleted:
        raise Problem("404.1")
    wanted = name_key(name)
    for item in files_of(reading(), own):
        if name_key(item.name) == wanted and item.sha256 is not None:
            blob = find_blob(reading(), item.sha256)
            if blob is not None:
                return send_blob(blob, name=item.name, media_type=item.media_type or blob.media_type)
    raise Problem("404.1")


def _readable(workspace_id: int, xml_form_id: str, instance_id: str) -> Own:
    """As `own_record`, and what the office deleted is not given out again."""
    _, own = own_record(workspace_id, xml_form_id, instance_id)
    if own.deleted:
        raise Problem("404.1")
    return own


@blueprint.post(f"{WORKSPACE}/field/held")
@allow("submission.create", per_form=True)
def held(workspace_id: int) -> Response:
    """Which of at most `MOST_HELD` records of the actor's own are not wholly here."""
    asked = _asked(json_value())
    forms = {form_id: find_form(reading(), workspace_id, form_id) for form_id in {item[0] for item in asked}}
    known = [
        (form.id if (form := forms[xml_form_id]) else None, instance_id, sha256)
        for xml_form_id, instance_id, sha256 in asked
    ]
    return jsonify(epoch=current_epoch(), missing=missing_ids(reading(), known, g.actor.id))


def _asked(body: Any) -> list[tuple[str, str, str]]:
    rows = body.get("records") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise Problem("400.11", field="records", expected="list")
    if len(rows) > MOST_HELD:
        raise Problem("400.8", field="records", reason=f"at most {MOST_HELD} can be asked for at once.")
    names = ("xmlFormId", "instanceId", "xmlSha256")
    found = []
    for row in rows:
        values = [row.get(name) if isinstance(row, dict) else None for name in names]
        if not all(isinstance(value, str) for value in values):
            raise Problem("400.11", field="records", expected="list")
        found.append((str(values[0]), str(values[1]), str(values[2])))
    return found
