"""Resumable uploads: tus 1.0.0 (tus.io/protocols/resumable-upload) with creation, expiration and termination."""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from flask import Response, current_app, g, request, url_for
from werkzeug.exceptions import ClientDisconnected

from core.access.guard import allow
from core.errors import Problem
from core.settings import Settings
from core.storage import BlobStore, blob_store
from core.storage.spool import Spooled, require_free_space
from core.transaction import WorkSession, reading, reading_once, unit_of_work
from core.web import settings_of
from core.xml import without_control_characters
from forms.queries import form_of_id
from sync import intake, targets
from sync.attachments import ReceivedFile
from sync.field import upload_store, uploads
from sync.field.common_routes import RECORD, SHA256, WORKSPACE, blueprint, named_content, own_record
from sync.field.models import Upload
from sync.field.receipts import find_own, find_own_naming, xml_of
from sync.instance import read_instance
from sync.openrosa_routes import arrival

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
UPLOAD = f"{WORKSPACE}/field/uploads/<upload_id>"
READ = 64 * 1024
_PIECE = "application/offset+octet-stream"
_NUMBER = re.compile(r"[0-9]{1,15}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+_-]{1,60}/[a-z0-9.+_-]{1,100}")


@dataclass(frozen=True)
class About:
    """What a client says of a file."""

    name: str
    media_type: str
    sha256: str


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
    about = _about(request.headers.get("Upload-Metadata", ""))
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
            _finish(row, settings)
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
        _finish(row, settings)
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
        _finish(row, settings)
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
        _require_finished(row)
        return row.length


def _require_finished(row: Upload) -> None:
    """That the server has such bytes from somewhere says nothing: only a finished upload needs no file of its own.

    Raises:
        Problem 404.1: it was given up.

    """
    with reading_once() as connection:
        if not uploads.is_finished(connection, row.id):
            raise Problem("404.1")


def _finish(row: Upload, settings: Settings) -> None:
    """File a whole upload with its record, as a record that is sent once more brings the files it lacked.

    Raises:
        Problem 460.153: these are not the bytes that were announced; they are given up.

    """
    store, folder = blob_store(), upload_store.folder_of(settings)
    content = _kept(row, folder)
    if content is None:
        return
    form = form_of_id(reading(), row.form_id)
    own = find_own(reading(), row.form_id, row.instance_id, row.actor_id, sha256=uploads.content_of(row.id))
    if own is None:
        raise Problem("404.1")
    xml = xml_of(reading(), own)
    instance = read_instance(xml)
    target = targets.find_now(row.workspace_id, form.xml_form_id, instance.version)
    arrived = arrival(row.workspace_id, target, instance, xml, settings)
    arrived.device_id = own.device_id
    arrived.files = [ReceivedFile(row.name, content, row.media_type)]

    def work(session: WorkSession) -> None:
        intake.receive(session, store, arrived)
        uploads.finish(session, row.id)

    unit_of_work(work)
    upload_store.drop(folder, row.id)


def _kept(row: Upload, folder: Path) -> Spooled | None:
    """The bytes of a whole upload, in the store; None when another request has filed them.

    Raises:
        Problem 460.153: they are not those that were announced. 423.153: another request is about it.
        404.1: the upload was given up.

    """
    store = blob_store()
    try:
        with upload_store.held(folder, row.id):
            return _verified(row, folder, store)
    except FileNotFoundError:
        _require_finished(row)
        return None


def _verified(row: Upload, folder: Path, store: BlobStore) -> Spooled:
    content = upload_store.spooled(folder, row.id)
    if content.sha256 != row.sha256:
        content.discard()
        unit_of_work(lambda session: uploads.forget(session, [row.id]))
        upload_store.drop(folder, row.id)
        raise Problem("460.153")
    store.keep([content])
    return content


def _about(given: str) -> About:
    """The metadata of an upload: pairs of a name and a text in base64.

    Raises:
        Problem 400.8: not such pairs, or without the name or the hash of the file.

    """
    pairs: dict[str, str] = {}
    for part in given.split(","):
        name, _, encoded = part.strip().partition(" ")
        try:
            pairs[name] = base64.b64decode(encoded, validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise Problem("400.8", field="Upload-Metadata", reason="its values are texts in base64.") from error
    name = without_control_characters(pairs.get("filename", ""))
    sha256 = pairs.get("sha256", "").lower()
    media_type = pairs.get("filetype", "").partition(";")[0].strip().lower()
    if not name.strip() or len(name) > uploads.LONGEST_NAME:
        raise Problem("400.8", field="filename", reason="the file needs a name, and not too long a one.")
    if not SHA256.fullmatch(sha256):
        raise Problem("400.8", field="sha256", reason="it is the SHA-256 of the file, 64 hexadecimal digits.")
    return About(name, media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream", sha256)


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
