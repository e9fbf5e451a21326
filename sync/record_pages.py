"""Pages on one record: what it says, its earlier versions, its XML, and the review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request
from flask_babel import get_locale, gettext

from core.access.guard import allow
from core.errors import Problem
from core.http.downloads import content_disposition
from core.http.error_writers import localized
from core.i18n import readable_date
from core.queries import audit_of_subject
from core.storage import Blob
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from forms.definitions import Definition, definition
from forms.models import Form
from forms.queries import find_form
from plan.queries import labels
from sync import queries, review
from sync.attachments import name_key
from sync.checks import listing as checks
from sync.checks.names import names_in
from sync.compression import decompress
from sync.entities import queries as entity_queries
from sync.entities.effect_pages import reason_of
from sync.field import tablet_queries
from sync.models import Attachment, Submission, SubmissionVersion
from sync.reading_view import Line, lines_of, mark_differences, values_to_label
from sync.review import Seen

blueprint = Blueprint("record_pages", __name__, template_folder="templates")
SEE_OTHER = 303
MOST_COMMENT = 2000
CHANGED_MEANWHILE = "409.152"
RECORD = "/w/<int:workspace_id>/forms/<xml_form_id>/submissions/<path:instance_id>"


@blueprint.get(RECORD)
@allow("submission.read", per_form=True)
def record(workspace_id: int, xml_form_id: str, instance_id: str) -> str:
    """One record: answers in form order, files, odd values, history."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.read")
    return _record_page(form, instance_id)


@blueprint.get(f"{RECORD}/versions/<int:version_id>")
@allow("submission.read", per_form=True)
def version(workspace_id: int, xml_form_id: str, instance_id: str, version_id: int) -> str:
    """A version of a record beside the one that counts, with the answers marked that differ."""
    session = reading()
    form = find_form(session, g.actor, workspace_id, xml_form_id, "submission.read")
    submission = _found(form, instance_id)
    shown = queries.find_version(session, submission.id, version_id)
    current = queries.current_version(session, submission.id)
    lines, current_lines = lines_of_version(workspace_id, shown), lines_of_version(workspace_id, current)
    mark_differences(lines, current_lines)
    return render_template(
        "sync/version.html",
        form=form,
        submission=submission,
        version=shown,
        current=current,
        lines=lines,
        current_lines=current_lines,
        title=definition(session, current.form_version_id).title,
    )


@blueprint.post(f"{RECORD}/review")
@allow("submission.update", per_form=True)
def decide(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Give the record a review state, unless it is not what the reviewer saw any more."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.update")
    given = request.form
    comment = given.get("comment", "").strip()[:MOST_COMMENT]
    seen = Seen(version=given.get("version", ""), reviewed=given.get("reviewed", ""))

    def work(session: WorkSession) -> None:
        review.review_what_was_seen(
            session,
            g.actor,
            submission=queries.find_submission(session, form.id, instance_id),
            seen=seen,
            state=given.get("state", ""),
            comment=comment,
        )

    try:
        unit_of_work(work)
    except Problem as problem:
        if problem.code != CHANGED_MEANWHILE:
            raise
        flash(localized(problem), "warning")
        return Response(_record_page(form, instance_id, comment=comment, seen=seen), problem.status)
    return _back_to(form, instance_id)


@blueprint.post(f"{RECORD}/delete")
@allow("submission.delete", per_form=True)
def delete(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Take the record out of lists and numbers; who may restore it still finds it."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.delete")
    comment = request.form.get("comment", "").strip()[:MOST_COMMENT]

    def work(session: WorkSession) -> None:
        found = queries.find_any_submission(session, form.id, instance_id)
        if found.deleted_at is None:
            review.delete(session, g.actor, submission=found, comment=comment)

    unit_of_work(work)
    flash(gettext("The record is deleted. It can be restored here."))
    return _back_to(form, instance_id)


@blueprint.post(f"{RECORD}/restore")
@allow("submission.restore", per_form=True)
def restore(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Bring a deleted record back into lists and numbers."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.restore")

    def work(session: WorkSession) -> None:
        found = queries.find_any_submission(session, form.id, instance_id)
        if found.deleted_at is not None:
            review.restore(session, g.actor, submission=found)

    unit_of_work(work)
    flash(gettext("The record is back."))
    return _back_to(form, instance_id)


@blueprint.get("/w/<int:workspace_id>/forms/<xml_form_id>/submissions.xml/<path:instance_id>")
@allow("submission.read", per_form=True)
def source(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """The record's XML, byte for byte."""
    session = reading()
    form = find_form(session, g.actor, workspace_id, xml_form_id, "submission.read")
    submission = _found(form, instance_id)
    version = queries.current_version(session, submission.id)
    xml = decompress(version.xml, definition(session, version.form_version_id))
    answer = Response(xml, content_type="application/xml; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"{xml_form_id}-{submission.id}.xml", inline=False)
    return answer


def _found(form: Form, instance_id: str) -> Submission:
    """The record of an address; a deleted one for those who may restore it."""
    found = queries.find_any_submission(reading(), form.id, instance_id, is_draft="draft" in request.args)
    if found.deleted_at is not None and not g.actor.can("submission.restore", form.workspace_id, form.id):
        raise Problem("404.1")
    return found


def _back_to(form: Form, instance_id: str) -> Response:
    address = f"/w/{form.workspace_id}/forms/{quote(form.xml_form_id)}/submissions/{quote(instance_id)}"
    return redirect(address, SEE_OTHER)  # type: ignore[return-value]  # werkzeug's response


def lines_of_version(workspace_id: int, version: SubmissionVersion) -> list[Line]:
    """What a version says, with its files."""
    session = reading()
    files = {name_key(file[0].name): file for file in files_of_version(workspace_id, version)}
    form_version = definition(session, version.form_version_id)
    return readable_lines(workspace_id, form_version, version.answers, files=files, flags=version.flags)


def files_of_version(workspace_id: int, version: SubmissionVersion) -> list[tuple[Attachment, Blob | None, str]]:
    """Its files, each with its address."""
    files = queries.attachments_of(reading(), version.id)
    return [(item, blob, f"/w/{workspace_id}/attachments/{item.id}") for item, blob in files]


def readable_lines(
    workspace_id: int,
    form_version: Definition,
    answers: Mapping[str, Any],
    *,
    files: Mapping[str, Any] | None = None,
    flags: list[dict[str, Any]] | None = None,
) -> list[Line]:
    """Answers in form order, in the reader's language, with the names that the plan has for values."""
    session = reading()
    named = {
        dimension: labels(session, workspace_id, dimension, values)
        for dimension, values in values_to_label(form_version, answers).items()
    }
    return lines_of(
        form_version,
        answers,
        language=str(get_locale()),
        label_of=lambda dimension, value: named.get(dimension, {}).get(value, value),
        date_text=lambda text: readable_date(text, settings_of(current_app).zone),
        files=files or {},
        flags=flags or [],
    )


def _record_page(form: Form, instance_id: str, *, comment: str = "", seen: Seen | None = None) -> str:
    """The page; with what was typed, and what has changed since it was `seen`, when a review was refused."""
    session, workspace_id = reading(), form.workspace_id
    submission = _found(form, instance_id)
    version = queries.current_version(session, submission.id)
    form_version = definition(session, version.form_version_id)
    found = checks.of_record(session, submission.id)
    effects = entity_queries.effects_of(session, submission.id) if form_version.entities else ()
    versions = queries.versions_of(session, submission.id)
    last, reviewer = queries.last_review(session, submission.id) or (None, None)
    reviewed = review.review_key(last)
    return render_template(
        "sync/record.html",
        checks=found,
        effects=[(effect, reason_of(effect)) for effect in effects],
        names=names_in(session, workspace_id, [item.check for item in found]),
        form=form,
        title=form_version.title,
        submission=submission,
        version=version,
        form_version=form_version,
        lines=lines_of_version(workspace_id, version),
        files=files_of_version(workspace_id, version),
        device_names=tablet_queries.labels_of(session, workspace_id, [submission.device_id]),
        versions=versions,
        seen=next((row for row, _ in versions if seen and row.instance_id == seen.version), None),
        reviewed=reviewed,
        reviewed_meanwhile=(last, reviewer) if last and seen and seen.reviewed not in ("", reviewed) else None,
        comment=comment,
        history=audit_of_subject(session, f"submission:{submission.id}"),
    )
