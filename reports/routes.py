"""Reports and exports on ``/v1``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request

from core.access.guard import allow
from core.database import db, utc_now
from core.http.downloads import content_disposition
from core.i18n import LANGUAGES
from core.storage import blob_store
from core.transaction import reading
from core.web import settings_of
from forms.queries import find_form
from plan.clock import office_today
from plan.queries import labels
from reports import form_report, wire
from reports.documents import r01, r05
from reports.exports.csv import Export, stream_root, stream_zip
from reports.exports.prepare import prepare
from reports.exports.tables import Style
from reports.filters import ALL, Filters, flag
from reports.names import plan_names
from reports.problems import Problem
from reports.reader import reader_language

blueprint = Blueprint("reports", __name__)
V1 = "/v1/projects/<int:workspace_id>"
FORM = f"{V1}/forms/<xml_form_id>"


@blueprint.get(f"{FORM}/submissions.csv.zip")
@allow("submission.read", per_form=True)
def export_zip(workspace_id: int, xml_form_id: str) -> Response:
    """All tables of a form and the files people sent."""
    export = _export(workspace_id, xml_form_id)
    spool = settings_of(current_app).spool_dir
    body = stream_zip(db.engine, blob_store(), spool, export, now=utc_now().astimezone(settings_of(current_app).zone))
    return _download(body, f"{xml_form_id}.zip", "application/zip")


@blueprint.get(f"{FORM}/submissions.csv")
@allow("submission.read", per_form=True)
def export_csv(workspace_id: int, xml_form_id: str) -> Response:
    """The table of a form's records, without its repeats."""
    body = stream_root(db.engine, _export(workspace_id, xml_form_id))
    return _download(body, f"{xml_form_id}.csv", "text/csv; charset=utf-8")


@blueprint.get(f"{V1}/reports/forms/<xml_form_id>")
@allow("report.read", per_form=True)
def form_figures(workspace_id: int, xml_form_id: str) -> Response:
    """A form summed up by one of its dimensions."""
    session = reading()
    form = find_form(session, g.actor, workspace_id, xml_form_id, "report.read")
    language = reader_language()
    filters = Filters.parse(request.args)
    report = form_report.load(session, form, filters, by=request.args.get("by", ""), language=language)
    return jsonify(wire.form_report(report, language))


@blueprint.get(f"{V1}/reports/R01")
@allow("report.read")
def progress(workspace_id: int) -> Response:
    """Progress and disbursement by group, with the projects."""
    session = reading()
    filters = Filters.parse(request.args)
    report = r01.load(session, workspace_id, filters, today=office_today())
    names = plan_names(session, workspace_id, "group", [line.key for line in report.groups], reader_language())
    return jsonify(wire.progress_report(report, workspace_id, names, filters))


@blueprint.get(f"{V1}/reports/R05")
@allow("report.read")
def coverage(workspace_id: int) -> Response:
    """Visit coverage by district, with the schools that wait."""
    session = reading()
    report = r05.load(session, workspace_id, Filters.parse(request.args), today=office_today())
    names = labels(session, workspace_id, "district", [line.key for line in report.districts])
    return jsonify(wire.coverage_report(report, names))


def _export(workspace_id: int, xml_form_id: str) -> Export:
    """What the parameters ask for.

    Without ``review_state`` rejected records are there too, with their state, as in ODK Central: this is the data
    itself. Without ``bom`` a person in a browser gets the mark that makes a spreadsheet read Thai, a program does not.
    """
    session = reading()
    form = find_form(session, g.actor, workspace_id, xml_form_id, "submission.read")
    given = {"review_state": ALL} | request.args.to_dict()
    style = Style(
        bom=flag(given, "bom", usual="Authorization" not in request.headers),
        raw=flag(given, "raw", usual=False),
        group_paths=flag(given, "groupPaths", usual=True),
        split_select_multiples=flag(given, "splitSelectMultiples", usual=False),
        language=_language_of_labels(given),
    )
    return prepare(
        session,
        form,
        Filters.parse(given),
        style,
        attachments=flag(given, "attachments", usual=True),
        deleted_fields=flag(given, "deletedFields", usual=False),
    )


def _language_of_labels(given: dict[str, Any]) -> str:
    wanted: str = given.get("labels", "")
    if wanted and wanted not in LANGUAGES:
        raise Problem("400.199", value=wanted[:200], allowed=", ".join(LANGUAGES))
    return wanted


def _download(body: Iterator[bytes], name: str, media_type: str) -> Response:
    answer = Response(body, content_type=media_type, direct_passthrough=True)
    answer.headers["Content-Disposition"] = content_disposition(name, inline=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
