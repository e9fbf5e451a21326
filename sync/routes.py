"""Records on the ``/v1`` JSON wire, as ODK Central's API has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, current_app, g, jsonify, request, stream_with_context

from core.access.guard import allow
from core.errors import Problem
from core.http.downloads import content_disposition, send_blob
from core.http.json_body import json_object
from core.http.uploads import raw_body
from core.settings import Settings
from core.storage import blob_store
from core.storage.spool import require_free_space
from core.transaction import WorkSession, reading, reading_once, unit_of_work
from core.web import settings_of
from forms.definitions import definition
from forms.models import Form
from forms.queries import find_form
from sync import intake, listing, queries, review
from sync.arrival import Arrival
from sync.attachments import ReceivedFile, attach_more, name_key
from sync.checks import due
from sync.compression import decompress
from sync.instance import read_instance
from sync.models import Submission
from sync.openrosa_routes import arrival
from sync.record_filter import RecordFilter, require_check
from sync.schemas import ReviewChange, attachment_to_json, submission_to_json, version_to_json
from sync.statements import find_version

blueprint = Blueprint("submission_api", __name__, url_prefix="/v1/projects/<int:workspace_id>/forms/<xml_form_id>")
MOST = 1000
_WIRE_TO_STATE = {wire: state for state, wire in review.WIRE_STATES.items() if wire}
_REFUSALS = {
    "conflict": "409.1",
    "edit_conflict": "409.9",
    "waiting_for_original": "404.5",
    "form_closed": "409.2",
    "deleted": "409.18",
}
_NUMBER = re.compile(r"[0-9]{1,18}")


@blueprint.get("/submissions")
@allow("submission.list", per_form=True)
def list_submissions(workspace_id: int, xml_form_id: str) -> Response:
    """Records of a form, newest first: all of them, streamed, or one page of at most `MOST`.

    A page is asked for with `limit`; the header ``X-Next-Before`` says where the next one begins (`before`). With
    `check` only those with an open finding of that code come, or of any code (``any``).
    """
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.list")
    before = _number("before", 0) or None
    check = request.args.get("check", "").strip()
    if check:
        require_check(check)
    wanted = RecordFilter(check=check)
    if "limit" not in request.args:
        pieces = _all_records(workspace_id, form.id, before, wanted)
        return Response(stream_with_context(pieces), mimetype="application/json")
    limit = max(1, min(_number("limit", MOST), MOST))
    rows = _page(workspace_id, form.id, before, limit, wanted)
    answer = jsonify([submission_to_json(row.submission) for row in rows])
    if len(rows) == limit:
        answer.headers["X-Next-Before"] = str(rows[-1].submission.id)
    return answer


@blueprint.post("/submissions")
@allow("submission.create", per_form=True)
def create_submission(workspace_id: int, xml_form_id: str) -> Response:
    """Take a record as an XML body; files follow one by one.

    Unlike the OpenRosa wire this one refuses what it cannot file, since a program can act on a refusal.
    """
    receipt = _receive(workspace_id, xml_form_id, deprecated=False)
    return jsonify(submission_to_json(_record(workspace_id, xml_form_id, receipt.instance_id, "submission.create")))


@blueprint.put("/submissions/<path:instance_id>")
@allow("submission.update", per_form=True)
def update_submission(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """A new version of a record: its XML names the version it replaces (deprecatedID)."""
    _receive(workspace_id, xml_form_id, deprecated=True)
    return jsonify(submission_to_json(_record(workspace_id, xml_form_id, instance_id, "submission.update")))


@blueprint.get("/submissions/<instance_id>")
@allow("submission.read", per_form=True)
def get_submission(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """One record with its current version."""
    record = _record(workspace_id, xml_form_id, instance_id, "submission.read")
    return jsonify(submission_to_json(record, queries.current_version(reading(), record.id)))


@blueprint.get("/submissions/<instance_id>.xml")
@allow("submission.read", per_form=True)
def get_xml(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """The record's XML, byte for byte."""
    record = _record(workspace_id, xml_form_id, instance_id, "submission.read")
    version = queries.current_version(reading(), record.id)
    xml = decompress(version.xml, definition(reading(), version.form_version_id))
    answer = Response(xml, content_type="application/xml; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"{record.id}.xml", inline=False)
    return answer


@blueprint.patch("/submissions/<instance_id>")
@allow("submission.update", per_form=True)
def patch_submission(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Give the record a review state (``approved``, ``hasIssues``, ``rejected`` or ``edited``)."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.update")
    wanted = json_object(ReviewChange)["review_state"]
    if wanted not in _WIRE_TO_STATE:
        raise Problem("400.8", field="reviewState", reason=f"it is one of {', '.join(_WIRE_TO_STATE)}.")

    def work(session: WorkSession) -> None:
        record = queries.find_submission(session, form.id, instance_id)
        review.set_review_state(session, g.actor, submission=record, state=_WIRE_TO_STATE[wanted])

    unit_of_work(work)
    return jsonify(submission_to_json(_record(workspace_id, xml_form_id, instance_id, "submission.update")))


@blueprint.delete("/submissions/<instance_id>")
@allow("submission.delete", per_form=True)
def delete_submission(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Take the record out of lists and numbers; it can be restored."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.delete")
    unit_of_work(
        lambda session: review.delete(
            session, g.actor, submission=queries.find_submission(session, form.id, instance_id)
        )
    )
    return jsonify(success=True)


@blueprint.post("/submissions/<instance_id>/restore")
@allow("submission.restore", per_form=True)
def restore_submission(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Bring a deleted record back."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.restore")
    unit_of_work(
        lambda session: review.restore(
            session, g.actor, submission=queries.find_deleted_submission(session, form.id, instance_id)
        )
    )
    return jsonify(success=True)


@blueprint.get("/submissions/<instance_id>/versions")
@allow("submission.read", per_form=True)
def list_versions(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """All versions, newest first."""
    record = _record(workspace_id, xml_form_id, instance_id, "submission.read")
    return jsonify([version_to_json(version) for version, _ in queries.versions_of(reading(), record.id)])


@blueprint.get("/submissions/<instance_id>/attachments")
@allow("submission.read", per_form=True)
def list_attachments(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """The files a record names and those it has, with their SHA-256: so a client can tell whether all is here."""
    record = _record(workspace_id, xml_form_id, instance_id, "submission.read")
    version = queries.current_version(reading(), record.id)
    return jsonify([attachment_to_json(*item) for item in queries.attachments_of(reading(), version.id)])


@blueprint.get("/submissions/<instance_id>/attachments/<path:name>")
@allow("submission.read", per_form=True)
def get_attachment(workspace_id: int, xml_form_id: str, instance_id: str, name: str) -> Response:
    """One file."""
    record = _record(workspace_id, xml_form_id, instance_id, "submission.read")
    version = queries.current_version(reading(), record.id)
    for attachment, blob in queries.attachments_of(reading(), version.id):
        if attachment.name_key == name_key(name) and blob is not None:
            return send_blob(blob, name=attachment.name, media_type=attachment.media_type or blob.media_type)
    raise Problem("404.1")


@blueprint.post("/submissions/<instance_id>/attachments/<path:name>")
@allow("submission.create", per_form=True)
def put_attachment(workspace_id: int, xml_form_id: str, instance_id: str, name: str) -> Response:
    """Add a file to a record; the body is the file. One that the record does not name is kept as unexpected."""
    settings = _ready()
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.create")
    store = blob_store()
    with raw_body(request, spool=settings.spool_dir, max_bytes=settings.max_body_bytes) as content:
        media_type = request.mimetype or "application/octet-stream"
        store.keep([content])

        def work(session: WorkSession) -> None:
            record = queries.find_submission(session, form.id, instance_id)
            version = queries.current_version(session, record.id)
            known = find_version(session.connection(), form.id, False, version.instance_id, lock=True)
            if known is None:
                raise Problem("404.1")
            store.register(session, [(content, media_type)])
            attach_more(session, known, [ReceivedFile(name, content, media_type)], g.actor.id)
            due.ask_form(session, form.id)

        unit_of_work(work)
    return jsonify(success=True, sha256=content.sha256)


def _receive(workspace_id: int, xml_form_id: str, *, deprecated: bool) -> intake.Receipt:
    settings = _ready()
    with raw_body(request, spool=settings.spool_dir, max_bytes=settings.max_xml_bytes) as content:
        xml = content.read()
    instance = read_instance(xml)
    if instance.xml_form_id != xml_form_id:
        raise Problem("400.8", field="id", reason="the XML is of another form.")
    if deprecated and instance.deprecated_id is None:
        raise Problem("400.19", field="deprecatedID")
    with reading_once() as connection:
        target = queries.find_target(connection, workspace_id, xml_form_id, instance.version)
    g.actor.require("submission.update" if deprecated else "submission.create", workspace_id, target.form_id)
    if target.version_id is None:
        raise Problem("404.6", version=instance.version)
    arrived = arrival(workspace_id, target, instance, xml, settings)
    return unit_of_work(lambda session: _filed_or_refused(session, arrived))


def _filed_or_refused(session: WorkSession, arrived: Arrival) -> intake.Receipt:
    receipt = intake.receive(session, blob_store(), arrived)
    if receipt.outcome == intake.QUARANTINED:
        # Raising takes the quarantined row back: on this wire the program that sends it is told instead.
        raise Problem(_REFUSALS[receipt.reason])
    return receipt


def _record(workspace_id: int, xml_form_id: str, instance_id: str, verb: str) -> Submission:
    form: Form = find_form(reading(), g.actor, workspace_id, xml_form_id, verb)
    return queries.find_submission(reading(), form.id, instance_id)


def _page(
    workspace_id: int, form_id: int, before: int | None, limit: int, wanted: RecordFilter
) -> Sequence[listing.Listed]:
    return listing.list_records(reading(), workspace_id, wanted, form_id=form_id, before=before, limit=limit)


def _all_records(workspace_id: int, form_id: int, before: int | None, wanted: RecordFilter) -> Iterator[str]:
    """A JSON list in pieces, so that a form with many records needs no more memory than one with few."""
    separator = "["
    while rows := _page(workspace_id, form_id, before, MOST, wanted):
        for row in rows:
            yield separator + json.dumps(submission_to_json(row.submission), ensure_ascii=False)
            separator = ","
        before = rows[-1].submission.id
        reading().expunge_all()
    yield "[]" if separator == "[" else "]"


def _ready() -> Settings:
    settings = settings_of(current_app)
    require_free_space(settings.spool_dir, settings.min_free_bytes)
    return settings


def _number(name: str, default: int) -> int:
    given = request.args.get(name, "")
    if not given:
        return default
    if not _NUMBER.fullmatch(given):
        raise Problem("400.8", field=name, reason="it is a whole number, zero or more.")
    return int(given)
