"""Service: putting a ready-made form into a workspace, as far as it can go by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.storage import blob_store
from forms import attachments, publish, queries
from forms.models import Form, FormVersion
from forms.uploads import Upload

PUBLISHED, DRAFT, UNCHANGED, KEPT = "published", "draft", "unchanged", "kept"


@dataclass(frozen=True)
class Installed:
    """What became of it.

    `outcome` is ``published``; ``draft`` (`missing` names the files it waits for, if any); ``unchanged`` (it is
    published as it is) or ``kept``: the workspace has another version of the form, which only an upgrade may touch.
    """

    form: Form
    outcome: str
    missing: tuple[str, ...] = ()


def install(session: Session, actor: Actor, *, workspace_id: int, upload: Upload) -> Installed:
    """Bring a form in and publish it when nothing it needs is missing.

    One that is there stays as it is. The same one, never published before, is as soon as nothing is missing.

    Raises:
        Problem 409.6: a deleted form had this version.

    """
    form = queries.form_by_id(session, workspace_id, upload.form.xml_form_id)
    if form is None:
        form = publish.create_form(session, actor, workspace_id=workspace_id, upload=upload, ignore_warnings=True)
    else:
        blob_store().register(session, upload.blobs())
        version = session.get(FormVersion, form.draft_version_id or form.current_version_id)
        same = version is not None and upload.workbook is not None and version.xlsform_sha256 == upload.workbook.sha256
        if not same:
            return Installed(form, KEPT)
        if form.draft_version_id is None:
            return Installed(form, UNCHANGED)
        if form.current_version_id is not None:
            return Installed(form, DRAFT)
    missing = attachments.missing_files(session, queries.draft_version(session, form))
    if missing:
        return Installed(form, DRAFT, tuple(missing))
    publish.publish_draft(session, actor, form=form)
    return Installed(form, PUBLISHED)
