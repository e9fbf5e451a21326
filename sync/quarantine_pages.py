"""Pages on the quarantine: what waits, one record of it, and the decision."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template
from flask_babel import get_locale, gettext

from core.access.guard import allow
from core.auth.queries import actors_by_id
from core.errors import Problem
from core.i18n import readable_date
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from forms.definitions import Definition, definition
from forms.queries import form_of_id
from plan.queries import labels
from sync import decisions, quarantine_queries, queries
from sync.answers import read_answers
from sync.checks import due
from sync.compression import decompress
from sync.field import tablet_queries
from sync.instance import read_instance
from sync.pages import SEE_OTHER, page_key
from sync.reading_view import Line, lines_of, values_to_label

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
    target = queries.find_target(session.connection(), workspace_id, form.xml_form_id, row.version)
    version_id = target.version_id or form.current_version_id
    xml = decompress(row.xml, None)
    met = queries.version_by_instance(session, row.form_id, row.is_draft, (row.instance_id, row.deprecated_id))
    return render_template(
        "sync/quarantined.html",
        row=row,
        sender=actors_by_id(session, [row.submitter_id]).get(row.submitter_id or 0),
        device_names=tablet_queries.labels_of(session, workspace_id, [row.device_id]),
        form=form,
        lines=_lines_of_xml(workspace_id, version_id, xml),
        xml=xml.decode("utf-8", "replace"),
        files=quarantine_queries.quarantined_files(session, row.id),
        met=met,
        met_lines=_lines(workspace_id, definition(session, met.form_version_id), met.answers) if met else [],
        met_submission=queries.submission_by_id(session, met.submission_id) if met else None,
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


def _lines_of_xml(workspace_id: int, version_id: int | None, xml: bytes) -> list[Line]:
    """What a record says, read by the version nearest to its own; nothing when no version can read it."""
    if version_id is None:
        return []
    form_version = definition(reading(), version_id)
    try:
        answers = read_answers(form_version, read_instance(xml).root)
    except Problem:
        return []
    return _lines(workspace_id, form_version, answers.values)


def _lines(workspace_id: int, form_version: Definition, answers: dict[str, object]) -> list[Line]:
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
        files={},
        flags=[],
    )
