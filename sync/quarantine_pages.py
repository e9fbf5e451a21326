"""Pages on the quarantine: what waits, one record of it, and the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template
from flask_babel import gettext

from core.access.guard import allow
from core.auth.queries import actors_by_id
from core.errors import Problem
from core.http.error_writers import localized
from core.storage import Blob
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from forms.definitions import Definition, definition
from forms.models import Form
from forms.queries import form_of_id
from plan.queries import labels
from sync import decisions, quarantine_queries, queries
from sync.answers import Answers, read_answers
from sync.attachments import name_key
from sync.checks import due
from sync.compression import decompress
from sync.field import tablet_queries
from sync.instance import read_instance
from sync.models import Quarantine, QuarantineFile
from sync.pages import SEE_OTHER, page_key
from sync.reading_view import Line, mark_differences
from sync.record_pages import files_of_version, lines_of_version, readable_lines

blueprint = Blueprint("quarantine_pages", __name__, template_folder="templates")
PAGE = 50
REFUSED = (400, 409)
"""Answers to a decision that cannot be taken as things stand; the record is there, and is shown with the reason."""


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
    return _page(workspace_id, quarantine_id)


@blueprint.post("/w/<int:workspace_id>/quarantine/<int:quarantine_id>/<any(accept, merge, reject):decision>")
@allow("quarantine.resolve")
def decide(workspace_id: int, quarantine_id: int, decision: str) -> Response:
    """Accept, merge or reject; what cannot be decided so is shown as it stands, with the reason."""
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

    try:
        unit_of_work(work)
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        flash(localized(problem), "warning")
        return Response(_page(workspace_id, quarantine_id), problem.status)
    flash(gettext("Done. The decision is in the history."))
    return redirect(f"/w/{workspace_id}/quarantine", SEE_OTHER)  # type: ignore[return-value]  # werkzeug's response


def _page(workspace_id: int, quarantine_id: int) -> str:
    session = reading()
    row = quarantine_queries.find_quarantined(session, workspace_id, quarantine_id)
    form = form_of_id(session, row.form_id)
    said = _said(row, _form_version(form, row))
    known = queries.version_by_instance(session, row.form_id, row.is_draft, (row.instance_id, row.deprecated_id))
    # What is decided on is the record as it stands now, whichever of its versions this one met.
    current = queries.current_version(session, known.submission_id) if known else None
    files = _files(row)
    lines = _lines(workspace_id, said, files_of_version(workspace_id, current) if current else [], files)
    met_lines = lines_of_version(workspace_id, current) if current else []
    if lines and met_lines:
        mark_differences(lines, met_lines)
    return render_template(
        "sync/quarantined.html",
        row=row,
        said=said,
        about=_about(workspace_id, [said]),
        people=actors_by_id(session, [row.submitter_id, row.resolved_by]),
        device_names=tablet_queries.labels_of(session, workspace_id, [row.device_id]),
        form=form,
        lines=lines,
        files=files,
        unexpected=_unexpected(said, files),
        met=queries.submission_by_id(session, current.submission_id) if current else None,
        edited_since=known is not current,
        met_lines=met_lines,
    )


def _list(workspace_id: int, *, decided: bool) -> str:
    session = reading()
    found = quarantine_queries.quarantine_page(
        session, workspace_id, before=page_key("before"), limit=PAGE + 1, decided=decided
    )
    rows, more = found[:PAGE], len(found) > PAGE
    kinds = {(row.form_id, row.version, row.is_draft): (form, row) for row, form, _ in rows}
    read_by = {kind: _form_version(form, row) for kind, (form, row) in kinds.items()}
    said = [_said(row, read_by[row.form_id, row.version, row.is_draft]) for row, _, _ in rows]
    return render_template(
        "sync/quarantine.html",
        rows=[(*listed, one_said) for listed, one_said in zip(rows, said, strict=True)],
        about=_about(workspace_id, said),
        decided=decided,
        next_url=f"?before={rows[-1][0].id}" if more else "",
        device_names=tablet_queries.labels_of(session, workspace_id, [row.device_id for row, _, _ in rows]),
    )


@dataclass(frozen=True)
class Said:
    """What a waiting record says, as far as some version of its form can read it; else `form_version` is None."""

    xml: bytes
    name: str
    form_version: Definition | None
    answers: Answers

    @property
    def about(self) -> list[tuple[str, str]]:
        """The schools and projects it speaks of: dimension and value."""
        of = self.answers.dimensions
        return [item for dimension in ("school", "project") for item in sorted(of) if item[0] == dimension]


def _said(row: Quarantine, form_version: Definition | None) -> Said:
    xml = decompress(row.xml, None)
    instance = read_instance(xml)
    answers = Answers()
    if form_version is not None:
        try:
            answers = read_answers(form_version, instance.root)
        except Problem:
            form_version = None
    return Said(xml, instance.instance_name or "", form_version, answers)


def _form_version(form: Form, row: Quarantine) -> Definition | None:
    """The version of a record's form that is nearest to the record's own; None when there is none at all."""
    session = reading()
    if row.is_draft:
        version_id = form.draft_version_id
    else:
        target = queries.find_target(session.connection(), form.workspace_id, form.xml_form_id, row.version)
        # A form made anew under the name of a deleted one has versions of its own, which are none of this record's.
        version_id = target.version_id if target.form_id == form.id else None
    version_id = version_id or form.current_version_id
    return definition(session, version_id) if version_id else None


def _files(row: Quarantine) -> list[tuple[QuarantineFile, Blob, str]]:
    """What came with a record, each with its address."""
    folder = f"/w/{row.workspace_id}/quarantine/{row.id}/files"
    files = quarantine_queries.quarantined_files(reading(), row.id)
    return [(item, blob, f"{folder}/{item.id}") for item, blob in files]


def _unexpected(said: Said, files: Sequence[tuple[QuarantineFile, Blob, str]]) -> list[int]:
    """Keys of the files that a record does not name; of one that cannot be read nobody knows."""
    named = {name_key(name) for name in said.answers.files}
    return [item.id for item, _, _ in files if said.form_version is not None and item.name_key not in named]


def _lines(workspace_id: int, said: Said, *files: Sequence[tuple[Any, Blob | None, str]]) -> list[Line]:
    """What a record says, with files as they would be filed.

    Those of the record it met stand for what it did not bring, and of two under one name the later counts.
    """
    if said.form_version is None:
        return []
    by_name = {file[0].name_key: file for some in files for file in some if file[1] is not None}
    return readable_lines(workspace_id, said.form_version, said.answers.values, files=by_name)


def _about(workspace_id: int, said: Sequence[Said]) -> dict[tuple[str, str], str]:
    """What the plan calls the schools and projects of records."""
    wanted = {pair for one_said in said for pair in one_said.about}
    named = {
        dimension: labels(reading(), workspace_id, dimension, [value for of, value in wanted if of == dimension])
        for dimension in ("school", "project")
    }
    return {(dimension, value): named[dimension].get(value, value) for dimension, value in wanted}
