"""Files of records, for pages: the original and its thumbnail."""

from __future__ import annotations

import time

from flask import Blueprint, Response, g, redirect

from core.access.guard import allow
from core.errors import Problem
from core.http.downloads import send_blob
from core.storage import Blob, blob_store
from core.storage.queries import find_blob
from core.transaction import reading, unit_of_work
from sync import queries
from sync.models import Attachment

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
    """A small version of a picture; made by a job when somebody looks for the first time.

    When it is not there within `PATIENCE` seconds (or cannot be made) the original is shown instead.
    """
    _, blob = _readable(workspace_id, attachment_id)
    small = _made(blob)
    if small is None:
        return redirect(f"/w/{workspace_id}/attachments/{attachment_id}")  # type: ignore[return-value]  # werkzeug's
    return send_blob(small, name="thumbnail.jpg", media_type="image/jpeg", thumbnail=True)


def _readable(workspace_id: int, attachment_id: int) -> tuple[Attachment, Blob]:
    """The file, if its record may be read; of a deleted one, if it may be restored."""
    attachment, blob, record = queries.attachment_in_workspace(reading(), workspace_id, attachment_id)
    g.actor.require("submission.read", workspace_id, record.form_id)
    if record.deleted_at is not None and not g.actor.can("submission.restore", workspace_id, record.form_id):
        raise Problem("404.1")
    return attachment, blob


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
