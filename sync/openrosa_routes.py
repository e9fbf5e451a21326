"""The OpenRosa submission wire (docs.getodk.org/openrosa-form-submission): HEAD and POST ``…/submission``."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, g, request

from core.access.guard import allow, public
from core.auth.live import remember
from core.auth.resolve import confirm_actor
from core.database import utc_now
from core.errors import Problem
from core.http.key_in_path import DRAFT_TOKEN, PREFIX
from core.http.openrosa import openrosa_response
from core.http.uploads import Part, multipart_parts
from core.i18n import N_, sentence_for_device
from core.settings import Settings
from core.storage import blob_store
from core.storage.spool import require_free_space
from core.transaction import at_once, reading, unit_of_work
from core.web import settings_of
from sync import intake, queries, targets
from sync.arrival import Arrival
from sync.attachments import ReceivedFile
from sync.instance import Instance, read_instance
from sync.intake import Receipt
from sync.record_insert import insert_plain

blueprint = Blueprint("openrosa_submissions", __name__)
XML_PART = "xml_submission_file"
INCOMPLETE_MARK = "*isIncomplete*"
"""A field by which ODK Collect says that more POSTs of this record follow."""
LONGEST_AGENT = 200
COMPLETE = N_("Received in full. Thank you.")
FILES_TO_COME = N_("Received. {count} files are still to come.")
KEPT_ASIDE = N_("Received and kept. The office will look at it: there is nothing more to do on this device.")


@blueprint.route("/v1/projects/<int:workspace_id>/submission", methods=["GET", "HEAD"])
@allow("submission.create", per_form=True)
def announce(workspace_id: int) -> Response:  # noqa: ARG001 - the guard reads it
    """What Collect asks before it sends: the answer carries the size to which it cuts its POSTs."""
    return _head()


@blueprint.post("/v1/projects/<int:workspace_id>/submission")
@allow("submission.create", per_form=True, looks_again=True)
def submit(workspace_id: int) -> Response:
    """Take a record with files; each POST of a record repeats its XML."""
    try:
        return _answer(_taken(workspace_id))
    except Problem:
        # Whose credentials hold no longer is told that and nothing else.
        confirm_actor()
        raise


def _taken(workspace_id: int) -> Receipt:
    settings = settings_of(current_app)
    require_free_space(settings.spool_dir, settings.min_free_bytes)
    with multipart_parts(request, spool=settings.spool_dir, max_bytes=settings.max_body_bytes) as parts:
        xml, instance = read_record(parts, settings)
        target = targets.find(workspace_id, instance.xml_form_id, instance.version)
        if not g.actor.can("submission.create", workspace_id, target.form_id):
            confirm_actor()
        g.actor.require("submission.create", workspace_id, target.form_id)
        return file_parts(parts, arrival(workspace_id, target, instance, xml, settings))


@blueprint.route("/v1/projects/<int:workspace_id>/forms/<xml_form_id>/draft/submission", methods=["GET", "HEAD"])
@public
def announce_draft(workspace_id: int, xml_form_id: str) -> Response:
    """As `announce`, for the test submissions of a draft."""
    _draft_or_refuse(workspace_id, xml_form_id)
    return _head()


@blueprint.post("/v1/projects/<int:workspace_id>/forms/<xml_form_id>/draft/submission")
@public
def submit_draft(workspace_id: int, xml_form_id: str) -> Response:
    """Take a test submission; it is kept apart from real ones and goes when the draft does."""
    settings = settings_of(current_app)
    target = _draft_or_refuse(workspace_id, xml_form_id)
    require_free_space(settings.spool_dir, settings.min_free_bytes)
    with multipart_parts(request, spool=settings.spool_dir, max_bytes=settings.max_body_bytes) as parts:
        xml, instance = read_record(parts, settings)
        if instance.xml_form_id != xml_form_id:
            raise Problem("404.1")
        arrived = arrival(workspace_id, target, instance, xml, settings)
        arrived.is_draft = True
        receipt = file_parts(parts, arrived)
    return _answer(receipt)


def read_record(parts: list[Part], settings: Settings) -> tuple[bytes, Instance]:
    """The XML of a record among the parts of its POST.

    Raises:
        Problem 400.7: no such part. 413.100: larger than `max_xml_bytes`. 400.151, 400.101-103: not a record.

    """
    found = next((part for part in parts if part.name == XML_PART), None)
    if found is None:
        raise Problem("400.7", field=XML_PART)
    if found.content.size > settings.max_xml_bytes:
        raise Problem("413.100", limit=settings.max_xml_bytes)
    xml = found.content.read()
    return xml, read_instance(xml)


def arrival(workspace_id: int, target: queries.Target, instance: Instance, xml: bytes, settings: Settings) -> Arrival:
    """A record of this request, without its files yet."""
    return Arrival(
        actor=g.actor,
        workspace_id=workspace_id,
        target=target,
        instance=instance,
        xml=xml,
        received_at=utc_now(),
        zone=settings.zone,
        device_id=(request.args.get("deviceID") or "")[:LONGEST_AGENT] or None,
        user_agent=(request.headers.get("User-Agent") or "")[:LONGEST_AGENT] or None,
    )


def file_parts(parts: list[Part], arrived: Arrival) -> Receipt:
    """Make the files durable, then file the record in one transaction: a small one if it is plain and new."""
    arrived.files = [
        ReceivedFile(_name_of(part), part.content, part.media_type)
        for part in parts
        if part.name not in {XML_PART, INCOMPLETE_MARK} and (part.filename or part.content.size)
    ]
    store = blob_store()
    store.keep(item.content for item in arrived.files)
    record = intake.plain_record(store, arrived)
    if record is not None and at_once(lambda connection: insert_plain(connection, record)) is not None:
        remember(arrived.actor)
        return Receipt(intake.STORED, arrived.instance.instance_id, missing=record.submission["missing_files"])
    if arrived.actor.remembered or arrived.target.remembered:
        confirm_actor()
        arrived.actor, instance = g.actor, arrived.instance
        arrived.target = targets.find_now(arrived.workspace_id, instance.xml_form_id, instance.version)
        arrived.actor.require("submission.create", arrived.workspace_id, arrived.target.form_id)
    return unit_of_work(lambda session: intake.receive(session, store, arrived))


def _name_of(part: Part) -> str:
    """A file without a name is not thrown away either: it gets one from its field or its content."""
    given = (name for name in (part.filename, part.name) if name.strip())
    return next(given, f"file-{part.content.sha256[:12]}")


def _head() -> Response:
    response = Response(status=204)
    settings = settings_of(current_app)
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(settings.openrosa_accept_bytes)
    response.headers["Date"] = utc_now().strftime("%a, %d %b %Y %H:%M:%S GMT")
    response.headers["Location"] = _address()
    return response


def _answer(receipt: Receipt) -> Response:
    headers = {"Location": _address()}
    if receipt.outcome == intake.QUARANTINED:
        return openrosa_response(sentence_for_device(KEPT_ASIDE), 202, nature="submit_success", headers=headers)
    sentence = sentence_for_device(FILES_TO_COME if receipt.missing else COMPLETE)
    message = sentence.format(count=receipt.missing)
    return openrosa_response(message, 201, nature="submit_success", headers=headers)


def _address() -> str:
    base = settings_of(current_app).public_url or f"{request.scheme}://{request.host}"
    prefix = request.environ.get(PREFIX, "/v1").rstrip("/")
    return f"{base.rstrip('/')}{prefix}{request.path.removeprefix('/v1')}"


def _draft_or_refuse(workspace_id: int, xml_form_id: str) -> queries.Target:
    """The draft, for its own token or for someone who may change the form.

    Raises:
        Problem 401.2, 401.100, 403.1: neither of these.

    """
    session = reading()
    draft = queries.find_draft(session, workspace_id, xml_form_id)
    token = request.environ.get(DRAFT_TOKEN)
    if token is not None:
        if draft is None or not hmac.compare_digest(token.encode(), draft.token.encode()):
            raise Problem("401.2")
    else:
        g.actor.require("form.update", workspace_id, draft.form_id if draft else None)
    if draft is None:
        raise Problem("404.1")
    return queries.Target(draft.form_id, "open", deleted=False, version_id=draft.version_id)
