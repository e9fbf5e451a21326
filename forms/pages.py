"""Pages on forms: the list, bringing a form in, and one form with its versions, state and draft."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.auth.queries import actors_by_id
from core.errors import Problem
from core.http.error_writers import localized
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import counts, lifecycle, lists, publish, queries
from forms.converter_messages import advice_for
from forms.definitions import definition, definition_of
from forms.findings import CONVERTER, HISTORY
from forms.models import Form, FormVersion
from forms.problems import EMPTY_FILE, NO_FORM_FILE, Faulty, InOurWords, Unopenable
from forms.uploads import Upload, fallback_id_of, is_form, take_upload, type_of_file
from forms.version_names import unused
from plan.lists import LIST_NAMES

blueprint = Blueprint("forms_pages", __name__, template_folder="templates")

FORMS = "/w/<int:workspace_id>/forms"
FORM = f"{FORMS}/<xml_form_id>"
SEE_OTHER = 303


@blueprint.get(FORMS)
@allow("form.list")
def list_all(workspace_id: int) -> str:
    """The forms of the workspace, and for managers its trash."""
    session = reading()
    can_restore = g.actor.can("form.restore", workspace_id)
    return render_template(
        "forms/list.html",
        forms=queries.list_forms(session, workspace_id),
        deleted=queries.list_forms(session, workspace_id, deleted=True) if can_restore else [],
        page_of=lambda xml_form_id: page_address(workspace_id, xml_form_id),
    )


@blueprint.get("/w/<int:workspace_id>/new-form")
@allow("form.create")
def ask_for_file(workspace_id: int) -> Response:  # noqa: ARG001 - the guard and the template read it
    """Where a new form is brought in."""
    return upload_page(None)


@blueprint.post("/w/<int:workspace_id>/new-form")
@allow("form.create")
def add(workspace_id: int) -> Response:
    """Bring a new form in. It becomes a draft with its warnings listed, and is published from there."""
    try:
        upload = uploaded_form()
        form = unit_of_work(
            lambda session: publish.create_form(
                session, g.actor, workspace_id=workspace_id, upload=upload, ignore_warnings=True
            )
        )
    except Problem as problem:
        return upload_page(None, problem)
    flash(gettext("The form is here as a draft. Try it on a device, then publish it."))
    return go(page_address(workspace_id, form.xml_form_id))


@blueprint.get(FORM)
@allow("form.read", per_form=True)
def show(workspace_id: int, xml_form_id: str) -> str:
    """One form: what devices get now, the draft, the versions, the state."""
    session = reading()
    form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.read")
    versions = queries.published_versions(session, form.id)
    current = next((version for version in versions if version.id == form.current_version_id), None)
    may_change = g.actor.can("form.update", workspace_id, form.id)
    draft = queries.draft_version(session, form) if may_change and form.draft_version_id else None
    shown = current or draft
    return render_template(
        "forms/form.html",
        form=form,
        title=title_of(form, shown),
        current=current,
        draft=draft,
        warnings=[finding_row(row) for row in in_order(draft.warnings if draft else [])],
        draft_files=_files(draft),
        test_records=counts.records_of_draft(session, form.id) if draft else 0,
        current_files=_files(current),
        draft_writes=definition_of(draft).entities if draft else (),
        current_writes=definition(session, current.id).entities if current else (),
        versions=versions,
        people=actors_by_id(session, [version.published_by for version in versions]),
        suggested=suggested_version(draft, [version.version for version in versions]),
        page=page_address(workspace_id, form.xml_form_id),
        wire=f"/v1/projects/{workspace_id}/forms/{quote(form.xml_form_id, safe='')}",
        states=lifecycle.STATES,
        may_change=may_change,
        may_delete=g.actor.can("form.delete", workspace_id, form.id),
    )


@blueprint.post(f"{FORM}/state")
@allow("form.update", per_form=True)
def change_state(workspace_id: int, xml_form_id: str) -> Response:
    """Open, close gently or close."""
    state = request.form.get("state", "")

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.update")
        lifecycle.set_state(session, g.actor, form=form, state=state)

    unit_of_work(work)
    flash(gettext("The state of the form is changed."))
    return go(page_address(workspace_id, xml_form_id))


@blueprint.post(f"{FORM}/delete")
@allow("form.delete", per_form=True)
def delete(workspace_id: int, xml_form_id: str) -> Response:
    """Put the form into the trash."""

    def work(session: Any) -> None:
        form = queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.delete")
        lifecycle.delete_form(session, g.actor, form=form)

    unit_of_work(work)
    flash(gettext("The form is deleted. It can be restored at the end of the list of forms."))
    return go(f"/w/{workspace_id}/forms")


@blueprint.post("/w/<int:workspace_id>/deleted-forms/<int:form_id>/restore")
@allow("form.restore")
def restore(workspace_id: int, form_id: int) -> Response:
    """Take a form out of the trash."""

    def work(session: Any) -> Form:
        form = queries.find_deleted_form(session, g.actor, workspace_id, form_id)
        lifecycle.restore_form(session, g.actor, form=form)
        return form

    try:
        form = unit_of_work(work)
    except Problem as problem:
        flash(localized(problem), "error")
        return go(f"/w/{workspace_id}/forms")
    flash(gettext("The form is restored."))
    return go(page_address(workspace_id, form.xml_form_id))


def uploaded_form() -> Upload:
    """The form in the file that a page sends.

    Raises:
        Problem 400.2: no file was chosen. 415.100: it is no form. 400.134: it is empty.
        Whatever `take_upload` raises.

    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Problem("400.2", field=gettext("File"))
    settings = settings_of(current_app)
    data = sent.stream.read(max(settings.max_xlsform_bytes, settings.max_xml_bytes) + 1)
    media_type = type_of_file(sent.filename) or sent.mimetype
    if not is_form(media_type):
        raise InOurWords("415.100", NO_FORM_FILE, given=sent.filename, expected=".xlsx, .xls, .xml")
    if not data:
        raise InOurWords("400.134", EMPTY_FILE, name=sent.filename, reason="it is empty")
    return take_upload(
        data,
        media_type,
        settings=settings,
        name=sent.filename,
        fallback_id=fallback_id_of(sent.filename),
    )


def upload_page(form: Form | None, problem: Problem | None = None) -> Response:
    """The page that takes a file, with what was wrong with the one before. `form` is the one to renew, if any."""
    taken = problem.details["values"][1] if problem is not None and problem.code == "409.3" else None
    errors = _errors(problem) if problem is not None else []
    body = render_template(
        "forms/upload.html",
        form=form,
        title=title_of(form, queries.current_or_draft(reading(), form)) if form else "",
        page=page_address(g.workspace.id, form.xml_form_id) if form else "",
        sentence=localized(problem) if problem is not None and not errors else "",
        errors=errors,
        placed=any(map(_placed, errors)),
        unopenable=isinstance(problem, Unopenable),
        taken=page_address(g.workspace.id, taken) if taken else "",
    )
    return make_response(body, problem.status if problem is not None else 200)


def in_order(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is lost of the published version first, then findings as they come in the workbook, then the whole form."""
    return sorted(findings, key=lambda row: (row["source"] != HISTORY, row["row"] is None, row["row"] or 0))


def finding_row(row: dict[str, Any]) -> dict[str, Any]:
    """A finding for a table: its words in the reader's language, its place, and what to do."""
    words = row["sentence"]
    if row["source"] == CONVERTER:
        advice = advice_for(words, placed=_placed(row))
        return row | {"text": words, "foreign": True, "advice": gettext(advice)}
    details = {name: str(value) for name, value in row["details"].items()}
    text = gettext(words).format_map(details)
    return row | {"text": text, "foreign": False, "advice": "", "weighty": row["source"] == HISTORY}


def suggested_version(draft: FormVersion | None, published: list[str]) -> str:
    """The draft's version; counted up when it was published before."""
    return unused(draft.version if draft is not None else "", published)


def title_of(form: Form, version: FormVersion | None) -> str:
    """What pages call a form: the title of the version that stands for it, or its id when that has none."""
    return (version.title if version is not None else "") or form.xml_form_id


def page_address(workspace_id: int, xml_form_id: str) -> str:
    """Address of a form's page."""
    return f"/w/{workspace_id}/forms/{quote(xml_form_id, safe='')}"


def go(address: str) -> Response:
    """To another page, after a change."""
    return redirect(address, code=SEE_OTHER)  # type: ignore[return-value]  # werkzeug's response


def _errors(problem: Problem) -> list[dict[str, Any]]:
    """What is wrong with a file, place by place; nothing when the problem has no places."""
    if isinstance(problem, Unopenable):
        return [_fault_row(fault) for fault in problem.faults]
    if problem.code != "400.15":
        return []
    whole = {"error": problem.details["error"], "sheet": None, "row": None, "column": None}
    rows = []
    for item in problem.details["errors"] or [whole]:
        advice = advice_for(item["error"], placed=_placed(item))
        rows.append(item | {"advice": gettext(advice)})
    return rows


def _placed(item: dict[str, Any]) -> bool:
    """Whether it names a place in the workbook."""
    return any(item[part] for part in ("sheet", "row", "column"))


def _fault_row(fault: Faulty) -> dict[str, Any]:
    details = {name: str(value) for name, value in fault.details.items()}
    return fault.to_json() | {"error": fault.shown, "advice": gettext(fault.sentence).format_map(details)}


def _files(version: FormVersion | None) -> list[dict[str, Any]]:
    rows = queries.attachments(reading(), version.id) if version is not None else ()
    return [{"row": row, "exists": lists.exists(row), "from_plan": (row.list_name or "") in LIST_NAMES} for row in rows]
