"""What ODK Collect fetches (docs.getodk.org/openrosa-form-list): the form list, manifests, forms and media.

Drafts are offered the same way under ``…/draft/…`` to whoever holds the draft's token, and to those who may change
the form.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, g, request

from collect.addresses import form_path, wire_address
from core.access.guard import allow, public
from core.errors import Problem
from core.http.key_in_path import DRAFT_TOKEN
from core.http.openrosa import xml_response
from core.transaction import reading
from core.web import settings_of
from forms import lists, queries
from forms.downloads import send_content, send_xml
from forms.models import Form, FormVersion

blueprint = Blueprint("openrosa_forms", __name__)

PROJECT = "/v1/projects/<int:workspace_id>"
FORM = f"{PROJECT}/forms/<xml_form_id>"


@blueprint.get(f"{PROJECT}/formList")
@allow(*queries.LIST_OPEN, per_form=True)
def form_list(workspace_id: int) -> Response:
    """The open forms of this actor; ``?formID=`` asks for one."""
    session = reading()
    wanted = request.args.get("formID")
    found = [
        item
        for item in queries.form_list_for(session, g.actor, workspace_id)
        if wanted is None or item.xml_form_id == wanted
    ]
    files = queries.attachments_of(session, [item.version.id for item in found])
    return _form_list(
        workspace_id,
        ((item.form, item.version, any(map(lists.exists, files.get(item.version.id, [])))) for item in found),
    )


@blueprint.get(f"{FORM}/draft/formList")
@public
def draft_form_list(workspace_id: int, xml_form_id: str) -> Response:
    """A list of one: the draft."""
    form, draft = _draft(workspace_id, xml_form_id)
    has_files = any(map(lists.exists, queries.attachments(reading(), draft.id)))
    return _form_list(workspace_id, [(form, draft, has_files)], draft=True)


@blueprint.get(f"{FORM}/manifest")
@blueprint.get(f"{FORM}/versions/<version>/manifest")
@allow(*queries.READ_OPEN, per_form=True)
def manifest(workspace_id: int, xml_form_id: str, version: str | None = None) -> Response:
    """The media and lists of a form that are there."""
    form, found = queries.readable_version(reading(), g.actor, workspace_id, xml_form_id, version=version)
    return _manifest(form, found, f"/versions/{quote(version, safe='')}" if version is not None else "")


@blueprint.get(f"{FORM}/draft/manifest")
@public
def draft_manifest(workspace_id: int, xml_form_id: str) -> Response:
    """The media and lists of the draft that are there."""
    form, draft = _draft(workspace_id, xml_form_id)
    return _manifest(form, draft, "/draft")


@blueprint.get(f"{FORM}.xml")
@blueprint.get(f"{FORM}/versions/<version>.xml")
@allow(*queries.READ_OPEN, per_form=True)
def form_xml(workspace_id: int, xml_form_id: str, version: str | None = None) -> Response:
    """The XForm, byte for byte; a version by path or by ``?version=``."""
    asked = version if version is not None else request.args.get("version")
    if asked == "":
        asked = queries.UNNAMED
    _, found = queries.readable_version(reading(), g.actor, workspace_id, xml_form_id, version=asked)
    return send_xml(found.xml, found.hash)


@blueprint.get(f"{FORM}/draft.xml")
@public
def draft_xml(workspace_id: int, xml_form_id: str) -> Response:
    """The XForm of the draft."""
    _, draft = _draft(workspace_id, xml_form_id)
    return send_xml(draft.xml, draft.hash)


@blueprint.get(f"{FORM}/attachments/<name>")
@blueprint.get(f"{FORM}/versions/<version>/attachments/<name>")
@allow(*queries.READ_OPEN, per_form=True)
def media(workspace_id: int, xml_form_id: str, name: str, version: str | None = None) -> Response:
    """A file of the form: uploaded, or a list as it stands now."""
    form, found = queries.readable_version(reading(), g.actor, workspace_id, xml_form_id, version=version)
    return _media(form, found, name)


@blueprint.get(f"{FORM}/draft/attachments/<name>")
@public
def draft_media(workspace_id: int, xml_form_id: str, name: str) -> Response:
    """A file of the draft."""
    form, draft = _draft(workspace_id, xml_form_id)
    return _media(form, draft, name)


def _draft(workspace_id: int, xml_form_id: str) -> tuple[Form, FormVersion]:
    """The draft, for its own token or for someone who may change the form.

    Raises:
        Problem 404.4: the token is not this draft's. 401.100, 403.1, 404.1: no token, and no right or no draft.

    """
    token = request.environ.get(DRAFT_TOKEN)
    if token is not None:
        return queries.draft_by_token(reading(), workspace_id, xml_form_id, token)
    return queries.readable_version(reading(), g.actor, workspace_id, xml_form_id, draft=True)


def _form_list(workspace_id: int, found: Iterable[tuple[Form, FormVersion, bool]], *, draft: bool = False) -> Response:
    place = "/draft" if draft else ""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '  <xforms xmlns="http://openrosa.org/xforms/xformsList">']
    for form, version, has_files in found:
        lines += [
            "    <xform>",
            f"      <formID>{escape(form.xml_form_id)}</formID>",
            f"      <name>{escape(version.title or form.xml_form_id)}</name>",
            f"      <version>{escape(version.version)}</version>",
            f"      <hash>md5:{version.hash}</hash>",
            f"      <downloadUrl>{_address(workspace_id, form, f'{place}.xml')}</downloadUrl>",
        ]
        if has_files:
            lines.append(f"      <manifestUrl>{_address(workspace_id, form, f'{place}/manifest')}</manifestUrl>")
        lines.append("    </xform>")
    return _openrosa([*lines, "  </xforms>"])


def _manifest(form: Form, version: FormVersion, place: str) -> Response:
    session = reading()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '  <manifest xmlns="http://openrosa.org/xforms/xformsManifest">',
    ]
    for row in queries.attachments(session, version.id):
        content = lists.content_of(session, g.actor, form.workspace_id, row)
        if content is None:
            continue
        rest = f"{place}/attachments/{quote(row.name, safe='')}"
        lines += [
            f"    <mediaFile{_kind(content)}>",
            f"      <filename>{escape(row.name)}</filename>",
            f"      <hash>md5:{content.md5}</hash>",
            f"      <downloadUrl>{_address(form.workspace_id, form, rest)}</downloadUrl>",
        ]
        if content.entity_list is not None:
            integrity = wire_address(form.workspace_id, f"datasets/{quote(content.entity_list, safe='')}/integrity")
            lines.append(f"      <integrityUrl>{escape(integrity)}</integrityUrl>")
        lines.append("    </mediaFile>")
    return _openrosa([*lines, "  </manifest>"])


def _kind(content: lists.Content) -> str:
    """What a device is to know of a list (docs.getodk.org/openrosa-form-list): that it may change it while away."""
    if content.entity_list is None:
        return ""
    return f' type="{"approvalEntityList" if content.needs_approval else "entityList"}"'


def _media(form: Form, version: FormVersion, name: str) -> Response:
    session = reading()
    row = queries.find_attachment(session, version.id, name)
    content = lists.content_of(session, g.actor, form.workspace_id, row)
    if content is None:
        raise Problem("404.1")
    return send_content(content)


def _address(workspace_id: int, form: Form, rest: str) -> str:
    return escape(wire_address(workspace_id, form_path(form.xml_form_id, rest)))


def _openrosa(lines: list[str]) -> Response:
    limit = str(settings_of(current_app).openrosa_accept_bytes)
    return xml_response("\n".join(lines), headers={"X-OpenRosa-Accept-Content-Length": limit})
