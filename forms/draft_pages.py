"""What a page does with the draft of a form: replace it, give it its files, publish it, throw it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, flash, g, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.http.error_writers import localized
from core.http.uploads import READ
from core.storage.spool import require_free_space
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import attachments, counts, publish, queries
from forms.models import Form
from forms.pages import FORM, go, page_address, upload_page, uploaded_form
from forms.uploads import Upload

blueprint = Blueprint("form_draft_pages", __name__)

Made = TypeVar("Made")


@blueprint.get(f"{FORM}/upload")
@allow("form.update", per_form=True)
def ask_for_file(workspace_id: int, xml_form_id: str) -> Response:
    """Where a new version of a form is brought in."""
    return upload_page(queries.find_form(reading(), g.actor, workspace_id, xml_form_id, "form.update"))


@blueprint.post(f"{FORM}/upload")
@allow("form.update", per_form=True)
def replace(workspace_id: int, xml_form_id: str) -> Response:
    """A new draft from a file."""
    form = queries.find_form(reading(), g.actor, workspace_id, xml_form_id, "form.update")
    try:
        upload = uploaded_form()
        sentence = _on_form(workspace_id, xml_form_id, lambda session, form: _put(session, form, upload))
    except Problem as problem:
        return upload_page(form, problem)
    flash(sentence)
    return go(page_address(workspace_id, xml_form_id))


def _put(session: Any, form: Form, upload: Upload) -> str:
    """Put a file in the draft's place, and tell what that did."""
    before = form.draft_version_id
    tried = counts.records_of_draft(session, form.id) if before else 0
    publish.save_draft(session, g.actor, form=form, upload=upload, ignore_warnings=True)
    if before is None:
        return str(gettext("The new version is here as a draft. Try it on a device, then publish it."))
    if not tried:
        return str(gettext("The draft is replaced."))
    return str(gettext("The draft is replaced. Test records of the draft before are removed."))


@blueprint.post(f"{FORM}/draft/copy")
@allow("form.update", per_form=True)
def copy(workspace_id: int, xml_form_id: str) -> Response:
    """A draft that equals the published version, to give it other files."""
    return _done(
        workspace_id,
        xml_form_id,
        lambda session, form: publish.save_draft(session, g.actor, form=form, upload=None),
        gettext("The published version is the draft now. Change its files, then publish it under a new version."),
    )


@blueprint.post(f"{FORM}/draft/publish")
@allow("form.update", per_form=True)
def publish_draft(workspace_id: int, xml_form_id: str) -> Response:
    """Publish the draft."""
    given = request.form.get("version", "").strip()
    anyway = request.form.get("without_files") == "yes"

    def work(session: Any, form: Form) -> None:
        unchanged = given == queries.draft_version(session, form).version
        version = None if unchanged else given
        publish.publish_draft(session, g.actor, form=form, version=version, allow_missing_media=anyway)

    return _done(
        workspace_id, xml_form_id, work, gettext("The form is published. Devices get it at their next contact.")
    )


@blueprint.post(f"{FORM}/draft/delete")
@allow("form.update", per_form=True)
def delete(workspace_id: int, xml_form_id: str) -> Response:
    """Throw the draft away."""
    return _done(
        workspace_id,
        xml_form_id,
        lambda session, form: publish.delete_draft(session, g.actor, form=form),
        gettext("The draft is deleted."),
    )


@blueprint.post(f"{FORM}/draft/files")
@allow("form.update", per_form=True)
def upload_file(workspace_id: int, xml_form_id: str) -> Response:
    """Put a file into the draft."""
    settings = settings_of(current_app)
    name, sent = request.form.get("name", ""), request.files.get("file")
    if sent is None or not sent.filename:
        flash(gettext("Choose a file first."), "error")
        return go(page_address(workspace_id, xml_form_id))
    form = queries.find_form(reading(), g.actor, workspace_id, xml_form_id, "form.update")
    check = attachments.check_for(reading(), form, name)
    require_free_space(settings.spool_dir, settings.min_free_bytes)
    pieces = iter(lambda: sent.stream.read(READ), b"")
    try:
        file = attachments.take_file(pieces, name=name, media_type=sent.mimetype, settings=settings, check=check)
    except Problem as problem:
        flash(localized(problem), "error")
        return go(page_address(workspace_id, xml_form_id))
    return _done(
        workspace_id,
        xml_form_id,
        lambda session, form: attachments.set_file(session, g.actor, form=form, name=name, file=file),
        gettext("The file %(name)s is in place.", name=name),
    )


@blueprint.post(f"{FORM}/draft/files/remove")
@allow("form.update", per_form=True)
def remove_file(workspace_id: int, xml_form_id: str) -> Response:
    """Take an uploaded file out of the draft; a list of the same name serves again."""
    name = request.form.get("name", "")
    return _done(
        workspace_id,
        xml_form_id,
        lambda session, form: attachments.clear_file(session, g.actor, form=form, name=name),
        gettext("The file %(name)s is removed.", name=name),
    )


def _on_form(workspace_id: int, xml_form_id: str, work: Callable[[Any, Form], Made]) -> Made:
    return unit_of_work(
        lambda session: work(session, queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update"))
    )


def _done(workspace_id: int, xml_form_id: str, work: Callable[[Any, Form], object], sentence: str) -> Response:
    """Do it, say so, and show the form again; a refusal is shown there too."""
    try:
        _on_form(workspace_id, xml_form_id, work)
    except Problem as problem:
        flash(localized(problem), "error")
    else:
        flash(sentence)
    return go(page_address(workspace_id, xml_form_id))
