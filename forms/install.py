"""Service: putting a ready-made form into a workspace, as far as it can go by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.storage import blob_store
from forms import attachments, publish, queries
from forms.models import Form
from forms.uploads import Upload

PUBLISHED, DRAFT, UNCHANGED = "published", "draft", "unchanged"


@dataclass(frozen=True)
class Installed:
    """What became of it.

    `outcome` is ``published``, ``draft`` (then `missing` names the files it waits for) or ``unchanged`` (this version
    was published before).
    """

    form: Form
    outcome: str
    missing: tuple[str, ...] = ()


def install(session: Session, actor: Actor, *, workspace_id: int, upload: Upload) -> Installed:
    """Bring a form in, as a new one or as the next version, and publish it when nothing it needs is missing.

    Raises:
        Problem 400.17: a question of the form there has another type. Problem 409.6: a deleted form had this version.

    """
    form = queries.form_by_id(session, workspace_id, upload.form.xml_form_id)
    if form is None:
        form = publish.create_form(session, actor, workspace_id=workspace_id, upload=upload, ignore_warnings=True)
    elif queries.version_named(session, form.id, upload.form.version) is not None:
        blob_store().register(session, upload.blobs())
        return Installed(form, UNCHANGED)
    else:
        publish.save_draft(session, actor, form=form, upload=upload, ignore_warnings=True)
    missing = attachments.missing_files(session, queries.draft_version(session, form))
    if missing:
        return Installed(form, DRAFT, tuple(missing))
    publish.publish_draft(session, actor, form=form)
    return Installed(form, PUBLISHED)
