"""Files of records, filed or waiting for a decision, for pages: the original and its thumbnail."""

from __future__ import annotations

import time

from flask import Blueprint, Response, g, redirect

from core.access.guard import allow
from core.errors import Problem
from core.http.downloads import send_blob
from core.storage import Blob, blob_store
from core.storage.queries import find_blob
from core.transaction import reading, unit_of_work
from sync import quarantine_queries, queries
from sync.models import Attachment, QuarantineFile

blueprint = Blueprint("attachment_pages", __name__)
PATIENCE = 3.0
PAUSE = 0.05


@blueprint.get("/w/<int:workspace_id>/attachments/<int:attachment_id>")
@allow("submission.read", per_form=True)
def original(workspace_id: int, attachment_id: int) -> Response:
    """The file as it was sent."""
    attachment, blob = _readable(workspace_id, attachment_id)
    return send_blob(blob, name=attachment.name, media_type=attachment.media_type or blob.media_type)


@blueprint.get("/w/<int:workspace_id>/attachments/<int:attachment_id>/thumbnail")
@allow("submission.read", per_form=True)
def thumbnail(workspace_id: int, attachment_id: int) -> Response:
    """A small version of a picture."""
    _, blob = _readable(workspace_id, attachment_id)
    return _small(blob, f"/w/{workspace_id}/attachments/{attachment_id}")


@blueprint.get("/w/<int:workspace_id>/quarantine/<int:quarantine_id>/files/<int:file_id>")
@allow("quarantine.list")
def waiting_original(workspace_id: int, quarantine_id: int, file_id: int) -> Response:
    """A file of a record in quarantine, as it was sent."""
    item, blob = _waiting(workspace_id, quarantine_id, file_id)
    return send_blob(blob, name=item.name, media_type=item.media_type or blob.media_type)


@blueprint.get("/w/<int:workspace_id>/quarantine/<int:quarantine_id>/files/<int:file_id>/thumbnail")
@allow("quarantine.list")
def waiting_thumbnail(workspace_id: int, quarantine_id: int, file_id: int) -> Response:
    """A small version of a picture of a record in quarantine."""
    _, blob = _waiting(workspace_id, quarantine_id, file_id)
    return _small(blob, f"/w/{workspace_id}/quarantine/{quarantine_id}/files/{file_id}")


def _readable(workspace_id: int, attachment_id: int) -> tuple[Attachment, Blob]:
    """The file, if its record may be read; of a deleted one, if it may be restored."""
    attachment, blob, record = queries.attachment_in_workspace(reading(), workspace_id, attachment_id)
    g.actor.require("submission.read", workspace_id, record.form_id)
    if record.deleted_at is not None and not g.actor.can("submission.restore", workspace_id, record.form_id):
        raise Problem("404.1")
    return attachment, blob


def _waiting(workspace_id: int, quarantine_id: int, file_id: int) -> tuple[QuarantineFile, Blob]:
    """The file, if the record came to this workspace and the file came with it."""
    row = quarantine_queries.find_quarantined(reading(), workspace_id, quarantine_id)
    for item, blob in quarantine_queries.quarantined_files(reading(), row.id):
        if item.id == file_id:
            return item, blob
    raise Problem("404.1")


def _small(blob: Blob, original_url: str) -> Response:
    """A thumbnail; made by a job when somebody looks for the first time.

    When it is not there within `PATIENCE` seconds (or cannot be made) the original is shown instead.
    """
    small = _made(blob)
    if small is None:
        return redirect(original_url)  # type: ignore[return-value]  # werkzeug's response
    return send_blob(small, name="thumbnail.jpg", media_type="image/jpeg", thumbnail=True)


def _made(blob: Blob) -> Blob | None:
    if blob.thumbnail == "possible":
        unit_of_work(lambda session: blob_store().want_thumbnail(session, blob.sha256))
    deadline = time.monotonic() + (PATIENCE if blob.thumbnail in {"possible", "wanted"} else 0)
    while True:
        session = reading()
        session.expire_all()
        found = find_blob(session, blob.sha256)
        if found is not None and found.thumbnail_sha256:
            return find_blob(session, found.thumbnail_sha256)
        if time.monotonic() >= deadline or found is None or found.thumbnail == "failed":
            return None
        time.sleep(PAUSE)
