"""The files of forms over REST: listing them, and putting them into a draft. Reading one is in `collect`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request

from core.access.guard import allow
from core.errors import Problem
from core.http.json_body import json_object
from core.http.uploads import multipart_parts, raw_body
from core.storage.spool import require_free_space
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import attachments, lists, queries, schemas
from forms.attachments import MediaFile
from forms.routes import FORM

blueprint = Blueprint("form_attachments_api", __name__)

DRAFT_FILE = f"{FORM}/draft/attachments/<name>"


@blueprint.get(f"{FORM}/attachments")
@blueprint.get(f"{FORM}/versions/<version>/attachments")
@blueprint.get(f"{FORM}/draft/attachments", defaults={"draft": True})
@allow("form.read", "open_form.read", per_form=True)
def list_files(workspace_id: int, xml_form_id: str, version: str | None = None, *, draft: bool = False) -> Response:
    """The files a version refers to, and whether they are there."""
    session = reading()
    _, found = queries.readable_version(session, g.actor, workspace_id, xml_form_id, version=version, draft=draft)
    rows = queries.attachments(session, found.id)
    served = [(row, lists.content_of(session, g.actor, workspace_id, row)) for row in rows]
    return jsonify([schemas.attachment_json(row, content) for row, content in served])


@blueprint.post(DRAFT_FILE)
@allow("form.update", per_form=True)
def upload(workspace_id: int, xml_form_id: str, name: str) -> Response:
    """Put a file into the draft: the body itself, or the first file of a multipart body."""
    session = reading()
    form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
    queries.find_attachment(session, queries.draft_version(session, form).id, name)
    with _received(name) as file:

        def work(session: Any) -> dict[str, Any]:
            form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
            row = attachments.set_file(session, g.actor, form=form, name=name, file=file)
            return schemas.attachment_json(row, lists.content_of(session, g.actor, workspace_id, row))

        return jsonify(unit_of_work(work))


@blueprint.patch(DRAFT_FILE)
@allow("form.update", per_form=True)
def link(workspace_id: int, xml_form_id: str, name: str) -> Response:
    """Serve a file from the list of its name, or no more: ``{"dataset": true}``."""
    body = json_object(schemas.ListLink)

    def work(session: Any) -> dict[str, Any]:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
        row = attachments.link_list(session, g.actor, form=form, name=name, linked=body["dataset"])
        return schemas.attachment_json(row, lists.content_of(session, g.actor, workspace_id, row))

    return jsonify(unit_of_work(work))


@blueprint.delete(DRAFT_FILE)
@allow("form.update", per_form=True)
def clear(workspace_id: int, xml_form_id: str, name: str) -> Response:
    """Take a file out of the draft."""

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
        attachments.clear_file(session, g.actor, form=form, name=name)

    unit_of_work(work)
    return jsonify({"success": True})


@contextmanager
def _received(name: str) -> Iterator[MediaFile]:
    settings = settings_of(current_app)
    require_free_space(settings.spool_dir, settings.min_free_bytes)
    if request.mimetype != "multipart/form-data":
        with raw_body(request, spool=settings.spool_dir, max_bytes=settings.max_body_bytes) as content:
            yield attachments.take_file(
                attachments.pieces_of(content), name=name, media_type=request.mimetype, settings=settings
            )
        return
    with multipart_parts(request, spool=settings.spool_dir, max_bytes=settings.max_body_bytes) as parts:
        part = next((item for item in parts if item.filename), None)
        if part is None:
            raise Problem("400.2", field="file")
        yield attachments.take_file(
            attachments.pieces_of(part.content), name=name, media_type=part.media_type, settings=settings
        )
