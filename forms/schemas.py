"""What programs read about forms, in ODK Central's words."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

from core.auth.models import ActorRow
from core.auth.schemas import actor_object
from core.http.json_body import Flag, Text, WireSchema, instant_text
from forms.counts import Counts
from forms.fields import fields_from_json
from forms.lists import Content
from forms.models import Form, FormAttachment, FormVersion
from forms.xlsform import ENDINGS

MEDIA_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}


class FormChange(WireSchema):
    """What may change of a form. That its records can be filled in a browser is always so."""

    state = Text()
    webforms_enabled = Flag(data_key="webformsEnabled")


class ListLink(WireSchema):
    """Whether a file of a draft comes from the list of its name."""

    dataset = Flag(required=True)


def form_json(form: Form, version: FormVersion) -> dict[str, Any]:
    """A form with one of its versions."""
    body: dict[str, Any] = {
        "projectId": form.workspace_id,
        "xmlFormId": form.xml_form_id,
        "state": form.state,
        "createdAt": instant_text(form.created_at),
        "updatedAt": instant_text(form.updated_at),
        "name": version.title or None,
        "version": version.version,
        "hash": version.hash,
        "sha": hashlib.sha1(version.xml, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(version.xml).hexdigest(),
        "draftToken": version.draft_token,
        "publishedAt": instant_text(version.published_at),
        "keyId": None,
        "enketoId": None,
        "enketoOnceId": None,
        "webformsEnabled": True,
    }
    if form.deleted_at is not None:
        body |= {"deletedAt": instant_text(form.deleted_at), "id": form.id}
    return body


def extended_form_json(form: Form, version: FormVersion, counts: Counts, actors: dict[int, ActorRow]) -> dict[str, Any]:
    """With ``X-Extended-Metadata: true``: figures, and who made it. `warnings` are ours."""
    return form_json(form, version) | {
        "submissions": counts.submissions,
        "lastSubmission": instant_text(counts.last_submission),
        "reviewStates": {
            "received": counts.received, "hasIssues": counts.has_issues, "edited": counts.edited,
        },
        "createdBy": _actor(actors.get(form.created_by or 0)),
        "publishedBy": _actor(actors.get(version.published_by or 0)),
        "excelContentType": excel_type(version),
        "entityRelated": any(field.get("save_to") or field["path"] == "/meta/entity" for field in version.fields),
        "publicLinks": 0,
        "warnings": version.warnings,
    }  # fmt: skip


def excel_type(version: FormVersion) -> str | None:
    """Media type of the uploaded workbook, if there was one."""
    if version.xlsform_sha256 is None:
        return None
    ending = "." + (version.xlsform_name or "").rpartition(".")[2].lower()
    return MEDIA_TYPES.get(ending, MEDIA_TYPES[".xlsx"])


def fields_json(version: FormVersion, *, odata: bool) -> list[dict[str, Any]]:
    """The fields of a version; with `odata`, under the names they have in OData tables."""
    named = odata_name if odata else str
    return [
        {
            "name": named(field.name),
            "path": "/".join(named(step) if step else step for step in field.path.split("/")),
            "type": field.type,
            "binary": True if field.is_file else None,
            "selectMultiple": True if field.is_multiple else None,
        }
        for field in fields_from_json(version.fields)
    ]


def attachment_json(attachment: FormAttachment, content: Content | None) -> dict[str, Any]:
    """A file that a version refers to."""
    body: dict[str, Any] = {
        "name": attachment.name,
        "type": attachment.kind,
        "hash": content.md5 if content else None,
        "exists": content is not None,
        "blobExists": attachment.blob_sha256 is not None,
        "datasetExists": attachment.list_name is not None,
    }
    if attachment.updated_at is not None:
        body["updatedAt"] = instant_text(attachment.updated_at)
    return body


def odata_name(name: str) -> str:
    """A name as OData allows it: letters of any script, marks, digits and ``_``, not beginning with a digit."""
    allowed = "".join(item if item == "_" or unicodedata.category(item)[0] in "LMN" else "_" for item in name)
    return allowed if allowed[:1] == "_" or allowed[:1].isalpha() else f"_{allowed}"


def _actor(row: ActorRow | None) -> dict[str, Any] | None:
    return actor_object(row) if row is not None else None
