"""Pages on the quarantine: what waits, one record of it, and the decision."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template
from flask_babel import gettext

from core.access.guard import allow
from core.auth.queries import actors_by_id
from core.errors import Problem
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from forms.definitions import definition
from forms.models import Form
from forms.queries import form_of_id
from sync import decisions, quarantine_queries, queries
from sync.answers import read_answers
from sync.checks import due
from sync.compression import decompress
from sync.field import tablet_queries
from sync.instance import read_instance
from sync.pages import SEE_OTHER, page_key
from sync.reading_view import Line, mark_differences
from sync.record_pages import lines_of_version, readable_lines

blueprint = Blueprint("quarantine_pages", __name__, template_folder="templates")
PAGE = 50


@blueprint.get("/w/<int:workspace_id>/quarantine")
@allow("quarantine.list")
def waiting(workspace_id: int) -> str:
    """Records that wait for a decision, newest first."""
    return _list(workspace_id, decided=False)


@blueprint.get("/w/<int:workspace_id>/quarantine/decided")
@allow("quarantine.list")
def decided(workspace_id: int) -> str:
    """Records that were decided; they stay here."""
    return _list(workspace_id, decided=True)


@blueprint.get("/w/<int:workspace_id>/quarantine/<int:quarantine_id>")
@allow("quarantine.list")
def one(workspace_id: int, quarantine_id: int) -> str:
    """One record: what it says, why it is here, and beside it the record that it met."""
    session = reading()
    row = quarantine_queries.find_quarantined(session, workspace_id, quarantine_id)
    form = form_of_id(session, row.form_id)
    xml = decompress(row.xml, None)
    lines = _lines_of_xml(form, row.version, xml)
    known = queries.version_by_instance(session, row.form_id, row.is_draft, (row.instance_id, row.deprecated_id))
    # What is decided on is the record as it stands now, whichever of its versions this one met.
    current = queries.current_version(session, known.submission_id) if known else None
    met_lines = lines_of_version(workspace_id, current) if current else []
    if lines and met_lines:
        mark_differences(lines, met_lines)
    return render_template(
        "sync/quarantined.html",
        row=row,
        sender=actors_by_id(session, [row.submitter_id]).get(row.submitter_id or 0),
        device_names=tablet_queries.labels_of(session, workspace_id, [row.device_id]),
        form=form,
        lines=lines,
        xml=xml.decode("utf-8", "replace"),
        files=quarantine_queries.quarantined_files(session, row.id),
        met=queries.submission_by_id(session, current.submission_id) if current else None,
        edited_since=known is not current,
        met_lines=met_lines,
    )


@blueprint.post("/w/<int:workspace_id>/quarantine/<int:quarantine_id>/<any(accept, merge, reject):decision>")
@allow("quarantine.resolve")
def decide(workspace_id: int, quarantine_id: int, decision: str) -> Response:
    """Accept, merge or reject."""
    zone = settings_of(current_app).zone

    def work(session: WorkSession) -> None:
        row = quarantine_queries.find_quarantined(session, workspace_id, quarantine_id)
        if decision == "accept":
            decisions.accept(session, g.actor, row=row, zone=zone)
        elif decision == "merge":
            decisions.merge(session, g.actor, row=row, zone=zone)
        else:
            decisions.reject(session, g.actor, row=row)
        due.ask_form(session, row.form_id, thorough=True)

    unit_of_work(work)
    flash(gettext("Done. The decision is in the history."))
    return redirect(f"/w/{workspace_id}/quarantine", SEE_OTHER)  # type: ignore[return-value]  # werkzeug's response


def _list(workspace_id: int, *, decided: bool) -> str:
    found = quarantine_queries.quarantine_page(
        reading(), workspace_id, before=page_key("before"), limit=PAGE + 1, decided=decided
    )
    rows, more = found[:PAGE], len(found) > PAGE
    next_url = f"?before={rows[-1][0].id}" if more else ""
    names = tablet_queries.labels_of(reading(), workspace_id, [row.device_id for row, _, _ in rows])
    return render_template("sync/quarantine.html", rows=rows, decided=decided, next_url=next_url, device_names=names)


def _lines_of_xml(form: Form, version: str, xml: bytes) -> list[Line]:
    """What a record says, read by the version nearest to its own; nothing when no version can read it."""
    session = reading()
    target = queries.find_target(session.connection(), form.workspace_id, form.xml_form_id, version)
    # A form made anew under the name of a deleted one has versions of its own, which are none of this record's.
    version_id = (target.version_id if target.form_id == form.id else None) or form.current_version_id
    if version_id is None:
        return []
    form_version = definition(session, version_id)
    try:
        answers = read_answers(form_version, read_instance(xml).root)
    except Problem:
        return []
    return readable_lines(form.workspace_id, form_version, answers.values)
