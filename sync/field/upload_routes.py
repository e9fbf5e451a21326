"""Resumable uploads: tus 1.0.0 (tus.io/protocols/resumable-upload) with creation, expiration and termination."""

from __future__ import annotations

import re
from contextlib import suppress
from email.utils import format_datetime
from typing import Any

from flask import Response, current_app, g, request, url_for
from werkzeug.exceptions import ClientDisconnected

from core.access.guard import allow
from core.errors import Problem
from core.settings import Settings
from core.storage.spool import require_free_space
from core.transaction import reading, unit_of_work
from core.web import settings_of
from sync.field import upload_filing, upload_store, uploads
from sync.field.common_routes import RECORD, WORKSPACE, blueprint, named_content, own_record
from sync.field.models import Upload
from sync.field.receipts import find_own_naming
from sync.field.upload_metadata import read_metadata

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
UPLOAD = f"{WORKSPACE}/field/uploads/<upload_id>"
READ = 64 * 1024
_PIECE = "application/offset+octet-stream"
_NUMBER = re.compile(r"[0-9]{1,15}")


@blueprint.route(f"{RECORD}/files", methods=["OPTIONS"])
@allow("submission.create", per_form=True)
def capabilities(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:  # noqa: ARG001 - the address
    """What this server can do."""
    answer = _answer(204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Max-Size"] = str(settings_of(current_app).max_evidence_bytes)
    return answer


@blueprint.post(f"{RECORD}/files")
@allow("submission.create", per_form=True)
def create(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Begin the upload of a file of a record whose XML is here."""
    settings = _ready()
    length = _number("Upload-Length")
    if length > settings.max_evidence_bytes:
        raise Problem("413.100", limit=settings.max_evidence_bytes)
    about = read_metadata(request.headers.get("Upload-Metadata", ""))
    content = named_content()
    form, own = own_record(workspace_id, xml_form_id, instance_id, content)
    if not content:
        own = find_own_naming(reading(), form.id, instance_id, g.actor.id, about.name) or own
    wanted: dict[str, Any] = {
        "length": length,
        "name": about.name,
        "media_type": about.media_type,
        "sha256": about.sha256,
    }
    row = unit_of_work(lambda session: uploads.new_upload(session, g.actor, form=form, own=own, **wanted))
    if row.finished_at is None:
        upload_store.make_file(upload_store.folder_of(settings), row.id)
        if length == 0:
            upload_filing.file_upload(row, settings)
    answer = _answer(201, row)
    answer.headers["Location"] = url_for("field_api.progress", workspace_id=workspace_id, upload_id=row.id)
    return answer


@blueprint.route(UPLOAD, methods=["HEAD"])
@allow("submission.create", per_form=True)
def progress(workspace_id: int, upload_id: str) -> Response:
    """How far an upload is."""
    settings = _ready(room=False)
    row = uploads.find(reading(), g.actor, workspace_id, upload_id)
    here = _offset(row, settings)
    if here == row.length and row.finished_at is None:
        # The server was killed between the last byte and the filing.
        upload_filing.file_upload(row, settings)
    answer = _answer(200, row)
    answer.headers["Upload-Offset"] = str(here)
    answer.headers["Upload-Length"] = str(row.length)
    return answer


@blueprint.patch(UPLOAD)
@allow("submission.create", per_form=True)
def add(workspace_id: int, upload_id: str) -> Response:
    """Take a piece of a file; with the last one it is filed."""
    settings = _ready()
    if request.mimetype != _PIECE:
        raise Problem("415.100", given=request.mimetype or "-", expected=_PIECE)
    row = uploads.find(reading(), g.actor, workspace_id, upload_id)
    claimed = _number("Upload-Offset")
    if row.finished_at is None:
        # What is gone is finished or given up, which `_offset` knows.
        with suppress(FileNotFoundError), upload_store.held(upload_store.folder_of(settings), upload_id) as descriptor:
            _take(descriptor, claimed, row.length)
    here = _offset(row, settings)
    if here == row.length and row.finished_at is None:
        upload_filing.file_upload(row, settings)
    answer = _answer(204, row)
    answer.headers["Upload-Offset"] = str(here)
    return answer


def _take(descriptor: int, claimed: int, length: int) -> None:
    """Add the body of this request to a file.

    Raises:
        Problem 409.153: it belongs to another place. 413.153: too long. 400.104: cut off; what came is kept.

    """
    here = upload_store.size_of(descriptor)
    if here != claimed:
        raise Problem("409.153", offset=here)
    if not upload_store.append(descriptor, _next_bytes, length - claimed):
        raise Problem("400.104")


@blueprint.delete(UPLOAD)
@allow("submission.create", per_form=True)
def end(workspace_id: int, upload_id: str) -> Response:
    """Give an upload up."""
    settings = _ready(room=False)
    row = uploads.find(reading(), g.actor, workspace_id, upload_id)
    unit_of_work(lambda session: uploads.forget(session, [row.id]))
    upload_store.drop(upload_store.folder_of(settings), row.id)
    return _answer(204)


def _offset(row: Upload, settings: Settings) -> int:
    """Bytes of an upload that are here.

    Raises:
        Problem 404.1: its file is gone and was not filed. 423.153: another request goes on writing.

    """
    if row.finished_at is not None:
        return row.length
    try:
        # Whoever still writes comes to an end before: what is told here is not to be out of date at once.
        with upload_store.held(upload_store.folder_of(settings), row.id) as descriptor:
            return upload_store.size_of(descriptor)
    except FileNotFoundError:
        upload_filing.require_finished(row)
        return row.length


def _next_bytes() -> bytes | None:
    """The next bytes of this request; None when its connection broke."""
    try:
        return request.stream.read(READ)
    except (ClientDisconnected, OSError):
        return None


def _ready(*, room: bool = True) -> Settings:
    """The settings, for a request in the protocol's version.

    Raises:
        Problem 412.153: another version. 507.100: no room.

    """
    settings = settings_of(current_app)
    if request.headers.get("Tus-Resumable", "") != VERSION:
        raise Problem("412.153", headers={"Tus-Version": VERSION})
    if room:
        require_free_space(settings.spool_dir, settings.min_free_bytes)
    return settings


def _number(name: str) -> int:
    given = request.headers.get(name, "")
    if not _NUMBER.fullmatch(given):
        raise Problem("400.8", field=name, reason="it is a whole number, zero or more.")
    return int(given)


def _answer(status: int, row: Upload | None = None) -> Response:
    answer = Response(status=status)
    answer.headers["Tus-Resumable"] = VERSION
    answer.headers["Cache-Control"] = "no-store"
    if row is not None and row.finished_at is None:
        answer.headers["Upload-Expires"] = format_datetime(row.expires_at, usegmt=True)
    return answer
