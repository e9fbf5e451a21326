"""Services: bringing a form in, working on its draft, publishing it.

A form has at most one draft. Its token lives as long as there is a draft, also when that is replaced, so that a tablet
set up for testing stays set up. Drafts that were replaced are emptied by a job, after their test records are wiped.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from core import jobs
from core.access.actor import Actor
from core.auth.tokens import new_token
from core.database import utc_now
from core.errors import Problem
from core.storage import blob_store
from forms import attachments, comparison, lists, problems, queries
from forms.findings import Finding
from forms.library.catalogue import library_form_of
from forms.models import Form, FormVersion
from forms.trail import note
from forms.uploads import ITEMSETS, Upload, hash_of
from forms.xform import identify, read_xform, require_version_for_links
from forms.xform_version import set_version

AFTER_WIPING = dt.timedelta(minutes=10)

__all__ = ["Upload", "create_form", "delete_draft", "publish_draft", "save_draft"]


def create_form(
    session: Session,
    actor: Actor,
    *,
    workspace_id: int,
    upload: Upload,
    publish: bool = False,
    ignore_warnings: bool = False,
    allow_missing_media: bool = False,
) -> Form:
    """A new form, as a draft or published at once.

    Raises:
        Problem 409.3: the workspace has a form of this id. 400.16: warnings that are not ignored.
        Whatever `publish_draft` raises.

    """
    xml_form_id = upload.form.xml_form_id
    if queries.form_by_id(session, workspace_id, xml_form_id) is not None:
        raise problems.taken(workspace_id, xml_form_id)
    history = []
    if queries.deleted_form_exists(session, workspace_id, xml_form_id):
        history.append(comparison.deleted_form_exists(xml_form_id))
    _require_accepted(upload, history, ignore_warnings=ignore_warnings)
    now = utc_now()
    form = Form(workspace_id=workspace_id, xml_form_id=xml_form_id, state="open", created_by=actor.id, created_at=now)
    session.add(form)
    session.flush()
    _put_draft(session, actor, form, upload, history, now)
    note(session, actor, form, "form.create")
    if publish:
        _publish(session, actor, form, now, allow_missing_media=allow_missing_media)
    return form


def save_draft(
    session: Session, actor: Actor, *, form: Form, upload: Upload | None, ignore_warnings: bool = False
) -> FormVersion:
    """A new draft of a form, in place of the one it may have; a copy of the published version without an upload.

    Raises:
        Problem 400.8: the definition has another form id. 400.17: a question changes its type.
        Problem 400.16: warnings that are not ignored. 400.2: nothing to copy.

    """
    _take_turn(session, form)
    published = queries.published_versions(session, form.id)
    current = next((version for version in published if version.id == form.current_version_id), None)
    if upload is None:
        upload = _copy_of(current)
    if upload.form.xml_form_id != form.xml_form_id:
        reason = "does not match the form you are updating"
        raise problems.Unusable("xmlFormId", upload.form.xml_form_id, reason, problems.OTHER_FORM)
    comparison.require_same_types(upload.form.fields, published)
    history = comparison.history_of(upload.form.fields, current)
    _require_accepted(upload, history, ignore_warnings=ignore_warnings)
    draft = _put_draft(session, actor, form, upload, history, utc_now(), copied_from=current)
    note(session, actor, form, "form.update.draft.set", newDraftDefId=draft.id, oldDefId=form.current_version_id)
    return draft


def publish_draft(
    session: Session,
    actor: Actor,
    *,
    form: Form,
    version: str | None = None,
    allow_missing_media: bool = False,
) -> FormVersion:
    """Publish the draft, under another version when one is given. Devices get it from now on.

    Raises:
        Problem 404.1: there is no draft. 409.6: this version was published before. 400.17: a type changed since.
        Problem 409.131: files are missing, by name. 400.8, 400.13: the version cannot be used.
        Problem 409.16, 409.17, 409.162: it would write to entities what it must not.

    """
    _take_turn(session, form)
    if version is not None:
        _set_version(session, actor, form, version)
    now = utc_now()
    published = _publish(session, actor, form, now, allow_missing_media=allow_missing_media)
    _forget_test_records(session, form)
    form.updated_at = now
    return published


def delete_draft(session: Session, actor: Actor, *, form: Form) -> None:
    """Throw the draft away; its test records go too.

    Raises:
        Problem 409.7: the form was never published. 404.1: there is no draft.

    """
    _take_turn(session, form)
    if form.current_version_id is None:
        raise Problem("409.7")
    draft = queries.draft_version(session, form)
    draft.draft_token = None
    form.draft_version_id = None
    _forget_test_records(session, form)
    note(session, actor, form, "form.update.draft.delete", oldDraftDefId=draft.id)


def _take_turn(session: Session, form: Form) -> None:
    """Two people who change one form do it one after the other."""
    session.refresh(form, with_for_update=True)


def _require_accepted(upload: Upload, history: list[Finding], *, ignore_warnings: bool) -> None:
    """Refuse when there are warnings that ODK Central, too, asks to accept. Our own lint never stands in the way."""
    if ignore_warnings or not (upload.converter_warnings or history):
        return
    found = [comparison.for_wire(finding) for finding in history]
    raise Problem("400.16", warnings={"xlsFormWarnings": list(upload.converter_warnings), "workflowWarnings": found})


def _copy_of(version: FormVersion | None) -> Upload:
    if version is None:
        raise Problem("400.2", field="xml")
    return Upload(xml=version.xml, form=read_xform(version.xml))


def _put_draft(
    session: Session,
    actor: Actor,
    form: Form,
    upload: Upload,
    history: list[Finding],
    now: dt.datetime,
    copied_from: FormVersion | None = None,
) -> FormVersion:
    """Write the draft with the files it refers to, and let go of the one before."""
    blob_store().register(session, upload.blobs())
    before = session.get(FormVersion, form.draft_version_id) if form.draft_version_id else None
    token = before.draft_token if before is not None else None
    if before is not None:
        before.draft_token = None
        session.flush()
    draft = _new_version(actor, form, upload, history, now)
    draft.draft_token = token or new_token()
    draft.library_version, draft.library_sha256 = _made_from(upload, before or copied_from)
    if copied_from is not None and upload.workbook is None and upload.xml == copied_from.xml:
        draft.xlsform_sha256, draft.xlsform_name = copied_from.xlsform_sha256, copied_from.xlsform_name
        draft.warnings = list(copied_from.warnings)
    session.add(draft)
    session.flush()
    earlier = [
        *queries.attachments(session, form.current_version_id),
        *queries.attachments(session, form.draft_version_id),
    ]
    rows = attachments.expect_files(session, form, draft, upload.form.media, earlier)
    _attach_itemsets(upload, rows, now)
    form.draft_version_id = draft.id
    session.flush()
    if before is not None:
        _forget_test_records(session, form)
    return draft


def _made_from(upload: Upload, before: FormVersion | None) -> tuple[str | None, str | None]:
    """Version and workbook of the library's form that a definition was made from.

    They are those of the version before, unless it is a form of the library itself or says otherwise.
    """
    if upload.library is not None:
        return upload.library.version, upload.library.workbook.sha256
    shipped = library_form_of(upload.workbook.sha256) if upload.workbook is not None else None
    if shipped is not None:
        return shipped.version, shipped.sha256
    return (before.library_version, before.library_sha256) if before is not None else (None, None)


def _new_version(actor: Actor, form: Form, upload: Upload, history: list[Finding], now: dt.datetime) -> FormVersion:
    return FormVersion(
        form_id=form.id,
        version=upload.form.version,
        title=upload.form.title,
        xml=upload.xml,
        hash=upload.hash,
        fields=[field.to_json() for field in upload.form.fields],
        languages=list(upload.form.languages),
        warnings=[finding.to_json() for finding in (*history, *upload.findings)],
        xlsform_sha256=upload.workbook.sha256 if upload.workbook else None,
        xlsform_name=upload.workbook_name or None,
        created_by=actor.id,
        created_at=now,
    )


def _attach_itemsets(upload: Upload, rows: list[Any], now: dt.datetime) -> None:
    for row in rows:
        if row.name == ITEMSETS and upload.itemsets is not None:
            row.blob_sha256 = upload.itemsets.sha256
            row.blob_md5 = hash_of(upload.itemsets.read())
            row.media_type = "text/csv"
            row.updated_at = now


def _set_version(session: Session, actor: Actor, form: Form, version: str) -> None:
    """Change the version of the draft, in its XML too."""
    draft = queries.draft_version(session, form)
    _, wanted = identify(form.xml_form_id, version)
    xml = set_version(draft.xml, wanted)
    draft.xml, draft.hash, draft.version = xml, hash_of(xml), read_xform(xml).version
    note(session, actor, form, "form.update.draft.set", newDraftDefId=draft.id, automated=True)


def _publish(session: Session, actor: Actor, form: Form, now: dt.datetime, *, allow_missing_media: bool) -> FormVersion:
    draft = queries.draft_version(session, form)
    require_version_for_links(draft.version)
    if queries.published_before(session, form.workspace_id, form.xml_form_id, draft.version):
        raise Problem("409.6", xmlFormId=form.xml_form_id, version=draft.version)
    missing = attachments.missing_files(session, draft)
    if missing and not allow_missing_media:
        raise Problem("409.131", names=problems.Names(missing))
    before = form.current_version_id
    draft.published_at, draft.published_by, draft.draft_token = now, actor.id, None
    form.current_version_id, form.draft_version_id = draft.id, None
    session.flush()
    lists.declare(session, actor, form.workspace_id, draft)
    jobs.enqueue(session, "sync.file_waiting", {"form_id": form.id}, key=f"sync.file_waiting:{form.id}")
    note(
        session,
        actor,
        form,
        "form.update.publish",
        newDefId=draft.id,
        oldDefId=before,
        version=draft.version,
        missingFiles=missing,
    )
    return draft


def _forget_test_records(session: Session, form: Form) -> None:
    """Have test records wiped, and afterwards the drafts they were made with emptied."""
    payload = {"form_id": form.id}
    jobs.enqueue(session, "sync.wipe_draft", payload, key=f"sync.wipe_draft:{form.id}")
    later = utc_now() + AFTER_WIPING
    jobs.enqueue(session, "forms.empty_drafts", payload, key=f"forms.empty_drafts:{form.id}", run_after=later)
