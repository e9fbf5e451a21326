"""Bringing rows into an entity list from a file, after a preview; and taking them out as CSV or workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, current_app, flash, g, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.http.downloads import content_disposition
from core.i18n import N_
from core.storage import blob_store
from core.storage.store import CHUNK
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from forms.attachments import MediaFile, take_file
from sync.entities import queries, store, table_apply, table_import, table_preview
from sync.entities.common_pages import LIST, address, author, blueprint, find_list, go, sentence
from sync.entities.models import EntityList
from sync.entities.page_view import plain
from sync.entities.service import longest
from sync.entities.table_import import Reason, UnreadableTable
from sync.entities.table_preview import Preview

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 20
MOST_WORKBOOK_ROWS = 1_048_575
"""What a sheet of a workbook holds below its heading; more would be left out without a word."""
COLUMNS = ("name", "label")


@dataclass(frozen=True)
class Given:
    """A file that was uploaded, by its hash; how its rows are matched, and what the list was when it was looked at."""

    sha256: str
    name: str
    key: str
    revision: int
    add_columns: bool


@blueprint.get(f"{LIST}.csv")
@allow("entity.list")
def download_csv(workspace_id: int, name: str) -> Response:
    """The rows as a file that a spreadsheet opens and that can be brought in again."""
    columns, rows = _table(workspace_id, name)
    return _file(table_import.write_csv(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")


@blueprint.get(f"{LIST}.xlsx")
@allow("entity.list")
def download_workbook(workspace_id: int, name: str) -> Response:
    """The rows as a workbook, all cells as text."""
    columns, rows = _table(workspace_id, name)
    if len(rows) > MOST_WORKBOOK_ROWS:
        raise Problem("413.162", limit=MOST_WORKBOOK_ROWS)
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(name[:31])
    for number, row in enumerate([columns, *rows]):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    book.close()
    return _file(out.getvalue(), f"{name}.xlsx", XLSX)


@blueprint.get(f"{LIST}/import")
@allow("entity.create")
def choose_file(workspace_id: int, name: str) -> str:
    """Which file to bring in."""
    found = find_list(workspace_id, name)
    _require_own(found)
    return _page(found, None)


@blueprint.post(f"{LIST}/import")
@allow("entity.create")
def preview_file(workspace_id: int, name: str) -> Response | str:
    """What bringing the file in would do; nothing is written to the list."""
    found = find_list(workspace_id, name)
    _require_own(found)
    file, key = _received()
    if file is None:
        return _page(found, None, [gettext("Choose a file first.")])
    unit_of_work(lambda session: blob_store().register(session, [(file[1].content, file[1].media_type)]))
    given = Given(file[1].content.sha256, file[0], key, found.revision, add_columns=False)
    with blob_store().open(given.sha256) as source:
        content = source.read()
    return _preview(found, given, content)


@blueprint.post(f"{LIST}/import/apply")
@allow("entity.create")
def apply_file(workspace_id: int, name: str) -> Response | str:
    """Bring the file in, if the list is still as it was when the preview was made."""
    g.actor.require("entity.update", workspace_id)
    found = find_list(workspace_id, name)
    _require_own(found)
    given = _given()
    if given.add_columns:
        g.actor.require("dataset.update", workspace_id)
    try:
        with blob_store().open(given.sha256) as source:
            content = source.read()
    except FileNotFoundError:
        return _page(found, None, [gettext("The file is no longer here. Choose it again.")])
    if found.revision != given.revision:
        notice = gettext("The list was changed meanwhile. This is what the file would do now.")
        return _preview(found, replace(given, revision=found.revision), content, [notice])

    def work(session: WorkSession) -> Preview | None:
        held = store.hold(session, found.id)
        if held.revision != given.revision:
            return None
        preview = _compare(session, held, given, table_import.read_table(content))
        if preview.faults or (preview.unknown and not given.add_columns):
            return None
        writer = replace(author(), source=store.UPLOAD)
        table_apply.apply_table(session, writer, entity_list=held, preview=preview, file_name=given.name)
        return preview

    try:
        done = unit_of_work(work)
    except (Problem, UnreadableTable) as problem:
        return _preview(found, given, content, [_words(problem)])
    if done is None:
        return _preview(find_list(workspace_id, name), replace(given, revision=found.revision), content)
    counts = {"created": len(done.create), "changed": len(done.update)}
    flash(gettext("%(created)s rows were added and %(changed)s changed.", **counts), "success")
    return go(address(workspace_id, name))


def _table(workspace_id: int, name: str) -> tuple[list[str], list[list[str]]]:
    session = reading()
    found = find_list(workspace_id, name)
    names = [row.name for row in queries.properties(session, found.id)]
    rows = [
        [row.uuid, row.label, *(str(row.data.get(one, "")) for one in names)] for row in queries.rows_of(session, found)
    ]
    return [*COLUMNS, *names], rows


def _file(content: bytes, name: str, media_type: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition(name, inline=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _require_own(entity_list: EntityList) -> None:
    if entity_list.plan_list is not None:
        raise Problem("409.161")


def _received() -> tuple[tuple[str, MediaFile] | None, str]:
    """The file of the form, durable, and the property that rows are matched by."""
    sent, key = request.files.get("file"), request.form.get("key", "")[:64]
    if sent is None or not sent.filename:
        return None, key
    name = plain(sent.filename)[:200]
    pieces = iter(lambda: sent.stream.read(CHUNK), b"")
    return (name, take_file(pieces, name=name, media_type="", settings=settings_of(current_app))), key


def _given() -> Given:
    form = request.form
    revision = form.get("revision", "")
    sha256 = form.get("file", "")
    if not (revision.isascii() and revision.isdigit() and len(revision) < 19):  # noqa: PLR2004 - digits of a 64-bit number
        raise Problem("409.100")
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):  # noqa: PLR2004 - a SHA-256 in hexadecimal
        raise Problem("409.100")
    return Given(sha256, form.get("name", "")[:200], form.get("key", "")[:64], int(revision), "add_columns" in form)


def _compare(session: Any, entity_list: EntityList, given: Given, table: table_import.Table) -> Preview:
    names = [row.name for row in queries.properties(session, entity_list.id)]
    return table_preview.compare(table, table_apply.present_rows(session, entity_list), names, given.key)


def _preview(found: EntityList, given: Given, content: bytes, notices: list[str] | None = None) -> str:
    try:
        table = table_import.read_table(content)
        preview = _compare(reading(), found, given, table)
    except UnreadableTable as unreadable:
        return _page(found, None, [_words(unreadable)])
    return _page(found, preview, notices or [], given=given, sample=table)


def _page(found: EntityList, preview: Preview | None, notices: list[str] | None = None, **more: Any) -> str:
    return render_template(
        "sync/entities/import.html",
        entity_list=found,
        url=address(found.workspace_id, found.name),
        properties=queries.properties(reading(), found.id),
        preview=preview,
        notices=notices or [],
        faults=[(fault, _reason(fault.reason, fault.column)) for fault in preview.faults[:SHOWN]] if preview else [],
        shown=SHOWN,
        limit=table_import.MOST_ROWS,
        **more,
    )


def _words(problem: Problem | UnreadableTable) -> str:
    if isinstance(problem, UnreadableTable):
        return _reason(problem.reason, problem.detail)
    return sentence(problem, typed=False)


def _reason(reason: Reason, name: str) -> str:
    """What is wrong with a file or a cell, and what to do."""
    limits = {"rows": table_import.MOST_ROWS, "columns": table_import.MOST_COLUMNS}
    return str(gettext(_REASONS[reason], **limits, name=name, limit=longest(name)))


_REASONS = {
    Reason.ENCODING: N_(
        "The file is no text in UTF-8, UTF-16 or Windows-874. Save it as CSV UTF-8 or as a workbook (.xlsx)."
    ),
    Reason.NOT_A_TABLE: N_("The file cannot be read as a table. Save it as CSV UTF-8 or as a workbook (.xlsx)."),
    Reason.EMPTY: N_("The file is empty. The first row names the columns."),
    Reason.TOO_MANY_ROWS: N_("The file has more than %(rows)s rows. Bring it in in several parts."),
    Reason.TOO_MANY_COLUMNS: N_("The file has more than %(columns)s columns."),
    Reason.TOO_LARGE: N_("The workbook is too large when unpacked. Save it as CSV."),
    Reason.COLUMN_TWICE: N_("The column “%(name)s” is there twice. Rename or delete one."),
    Reason.BAD_COLUMN: N_(
        "“%(name)s” cannot be the name of a column: begin with a letter, use letters, digits, “_” and “-” only."
    ),
    Reason.NO_KEY: N_("The file has no column “%(name)s” to find the rows by."),
    Reason.MALFORMED_ID: N_("This is not a UUID. Leave the cell empty for a new row."),
    Reason.TWICE: N_("Another row of the file has the same value."),
    Reason.AMBIGUOUS: N_("Several rows of the list have this value."),
    Reason.NO_LABEL: N_("A row needs a label."),
    Reason.TOO_LONG: N_("This is longer than %(limit)s characters."),
    Reason.CONTROL_CHARACTER: N_("The text holds a character that cannot be shown. Type it again."),
    Reason.TOO_MANY_CELLS: N_("The row has more cells than the first row has names."),
}
