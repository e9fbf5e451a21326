"""Forms over REST, as ODK Central has them: ``/v1/projects/{id}/forms…``."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, g, jsonify, request

from core.access.guard import allow
from core.auth.queries import actors_by_id
from core.errors import Problem
from core.http.json_body import json_object, wants_extended
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import counts, lifecycle, publish, queries, schemas
from forms.downloads import send_blob
from forms.models import Form, FormVersion
from forms.uploads import Upload, take_upload

blueprint = Blueprint("forms_api", __name__)

FORMS = "/v1/projects/<int:workspace_id>/forms"
FORM = f"{FORMS}/<xml_form_id>"
REFUSE_MISSING_MEDIA = True
"""Whether publishing over REST is refused while files are missing, unless the caller says otherwise."""


@blueprint.get(FORMS)
@allow("form.list", "open_form.list", per_form=True)
def list_all(workspace_id: int) -> Response:
    """The forms the actor may see; the trash with ``?deleted=true``."""
    session = reading()
    if _flag("deleted"):
        g.actor.require("form.list", workspace_id)
        found = queries.list_forms(session, workspace_id, deleted=True)
    else:
        found = queries.forms_for(session, g.actor, workspace_id)
    return jsonify(_dump_many([(item.form, item.version) for item in found]))


@blueprint.post(FORMS)
@allow("form.create")
def create(workspace_id: int) -> Response:
    """A new form from an XForm or XLSForm; ``?publish=true`` and ``?ignoreWarnings=true`` as in ODK Central."""
    upload = _definition()
    if upload is None:
        raise Problem("400.2", field="xml")
    unit_of_work(
        lambda session: publish.create_form(
            session,
            g.actor,
            workspace_id=workspace_id,
            upload=upload,
            publish=_flag("publish"),
            ignore_warnings=_flag("ignoreWarnings"),
            allow_missing_media=_allows_missing_media(),
        )
    )
    return _one(workspace_id, upload.form.xml_form_id)


@blueprint.get(FORM)
@blueprint.get(f"{FORM}/versions/<version>")
@blueprint.get(f"{FORM}/draft", defaults={"draft": True})
@allow("form.read", "open_form.read", per_form=True)
def show(workspace_id: int, xml_form_id: str, version: str | None = None, *, draft: bool = False) -> Response:
    """A form: as published, as it was in a version, or its draft."""
    return _one(workspace_id, xml_form_id, version=version, draft=draft)


@blueprint.patch(FORM)
@allow("form.update", per_form=True)
def change(workspace_id: int, xml_form_id: str) -> Response:
    """Change the state: open, closing or closed."""
    body = json_object(schemas.FormChange)

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
        if "state" in body:
            lifecycle.set_state(session, g.actor, form=form, state=body["state"])

    unit_of_work(work)
    return _one(workspace_id, xml_form_id)


@blueprint.delete(FORM)
@allow("form.delete", per_form=True)
def delete(workspace_id: int, xml_form_id: str) -> Response:
    """Put a form into the trash."""

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.delete")
        lifecycle.delete_form(session, g.actor, form=form)

    unit_of_work(work)
    return _success()


@blueprint.post(f"{FORMS}/<form_id>/restore")
@allow("form.restore")
def restore(workspace_id: int, form_id: str) -> Response:
    """Take a form out of the trash; `form_id` is its number, since several in the trash may share one form id."""
    if not form_id.isascii() or not form_id.isdigit() or len(form_id) > 18:  # noqa: PLR2004 - what a key holds
        raise Problem("400.11", field="formId", value=form_id, expected="integer")

    def work(session: Any) -> None:
        form = queries.find_deleted_form(session, g.actor, workspace_id, int(form_id))
        lifecycle.restore_form(session, g.actor, form=form)

    unit_of_work(work)
    return _success()


@blueprint.get(f"{FORM}/versions")
@allow("form.read", "open_form.read", per_form=True)
def versions(workspace_id: int, xml_form_id: str) -> Response:
    """The published versions, newest first."""
    session = reading()
    form = queries.readable_form(session, g.actor, workspace_id, xml_form_id)
    return jsonify(_dump_many([(form, version) for version in queries.published_versions(session, form.id)]))


@blueprint.get(f"{FORM}/fields")
@blueprint.get(f"{FORM}/versions/<version>/fields")
@blueprint.get(f"{FORM}/draft/fields", defaults={"draft": True})
@allow("form.read", "open_form.read", per_form=True)
def fields(workspace_id: int, xml_form_id: str, version: str | None = None, *, draft: bool = False) -> Response:
    """The questions; with ``?odata=true`` under their names in OData."""
    _, found = _version(workspace_id, xml_form_id, version, draft=draft)
    return jsonify(schemas.fields_json(found, odata=_flag("odata")))


@blueprint.get(f"{FORM}.<any(xlsx, xls):ending>")
@blueprint.get(f"{FORM}/versions/<version>.<any(xlsx, xls):ending>")
@blueprint.get(f"{FORM}/draft.<any(xlsx, xls):ending>", defaults={"draft": True})
@allow("form.read", "open_form.read", per_form=True)
def workbook(
    workspace_id: int, xml_form_id: str, ending: str, version: str | None = None, *, draft: bool = False
) -> Response:
    """The XLSForm as it was uploaded; a version by path or by ``?version=``, which may hold a slash."""
    if version is None and not draft and "version" in request.args:
        version = request.args["version"] or queries.UNNAMED
    form, found = _version(workspace_id, xml_form_id, version, draft=draft)
    media_type = schemas.excel_type(found)
    if found.xlsform_sha256 is None or media_type != schemas.MEDIA_TYPES[f".{ending}"]:
        raise Problem("404.1")
    return send_blob(found.xlsform_sha256, name=f"{form.xml_form_id}.{ending}", media_type=media_type)


@blueprint.post(f"{FORM}/draft")
@allow("form.update", per_form=True)
def set_draft(workspace_id: int, xml_form_id: str) -> Response:
    """A new draft from the body, or a copy of the published version when there is no body."""
    session = reading()
    queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
    upload = _definition()

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
        publish.save_draft(session, g.actor, form=form, upload=upload, ignore_warnings=_flag("ignoreWarnings"))

    unit_of_work(work)
    return _success()


@blueprint.post(f"{FORM}/draft/publish")
@allow("form.update", per_form=True)
def publish_draft(workspace_id: int, xml_form_id: str) -> Response:
    """Publish the draft; ``?version=`` gives it another version on the way."""

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
        publish.publish_draft(
            session,
            g.actor,
            form=form,
            version=request.args.get("version"),
            allow_missing_media=_allows_missing_media(),
        )

    unit_of_work(work)
    return _success()


@blueprint.delete(f"{FORM}/draft")
@allow("form.update", per_form=True)
def delete_draft(workspace_id: int, xml_form_id: str) -> Response:
    """Throw the draft away."""

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
        publish.delete_draft(session, g.actor, form=form)

    unit_of_work(work)
    return _success()


def _definition() -> Upload | None:
    """The form in the body; None when there is no body."""
    settings = settings_of(current_app)
    limit = max(settings.max_xlsform_bytes, settings.max_xml_bytes)
    if (request.content_length or 0) > limit:
        raise Problem("413.100", limit=limit)
    data = request.stream.read(limit + 1)
    if len(data) > limit:
        raise Problem("413.100", limit=limit)
    if not data:
        return None
    return take_upload(
        data,
        request.mimetype or "application/xml",
        settings=settings,
        fallback_id=unquote(request.headers.get("X-XlsForm-FormId-Fallback", "")),
    )


def _version(workspace_id: int, xml_form_id: str, version: str | None, *, draft: bool) -> tuple[Form, FormVersion]:
    return queries.readable_version(reading(), g.actor, workspace_id, xml_form_id, version=version, draft=draft)


def _one(workspace_id: int, xml_form_id: str, *, version: str | None = None, draft: bool = False) -> Response:
    found = _version(workspace_id, xml_form_id, version, draft=draft)
    return jsonify(_dump_many([found], draft=draft)[0])


def _dump_many(found: list[tuple[Form, FormVersion]], *, draft: bool = False) -> list[dict[str, Any]]:
    if not wants_extended():
        return [schemas.form_json(form, version) for form, version in found]
    session = reading()
    figures = counts.counts(session, sorted({form.id for form, _ in found}), draft=draft)
    people = actors_by_id(
        session, [form.created_by for form, _ in found] + [version.published_by for _, version in found]
    )
    return [
        schemas.extended_form_json(form, version, figures.get(form.id, counts.Counts()), people)
        for form, version in found
    ]


def _flag(name: str) -> bool:
    return request.args.get(name, "").lower() == "true"


def _allows_missing_media() -> bool:
    return not REFUSE_MISSING_MEDIA or _flag("ignoreMissingMedia") or _flag("ignoreWarnings")


def _success() -> Response:
    return jsonify({"success": True})
