"""The XLSX of a form: what stands in which sheet, how it is written to be edited, how it is read again.

A workbook is a mapping of sheet name to rows of text, the first row being the header.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from forms.library.source_model import Form, Library, Row, Text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Sheets = dict[str, list[list[str]]]

THAI = "ไทย (th)"
ENGLISH = "English (en)"
NAMESPACES = 'tidtam="urn:tidtam:report"'
# A fixed date keeps the file the same, byte for byte, for as long as its source is the same.
CREATED = datetime(2026, 10, 1, tzinfo=UTC)

_WIDTHS = {
    "type": 34,
    "name": 24,
    "label": 44,
    "hint": 36,
    "constraint_message": 36,
    "calculation": 50,
} | dict.fromkeys(("relevant", "constraint", "choice_filter", "form_title", "form_title_en", "instance_name"), 40)
_FONT = {"font_name": "Tahoma", "font_size": 10, "valign": "top", "num_format": "@"}
_FROZEN_COLUMNS = {"survey": 2, "choices": 2}
_UNSEEN = {"start", "end", "today", "deviceid", "username", "audit", "calculate"}


def _languages(column: str) -> tuple[str, str]:
    return f"{column}::{THAI}", f"{column}::{ENGLISH}"


def _in_both(text: Text | None) -> tuple[str, str]:
    return (text.th, text.en) if text else ("", "")


_SURVEY_HEADER = [
    *("type", "name", *_languages("label"), *_languages("hint")),
    *("required", *_languages("required_message"), "relevant"),
    *("constraint", *_languages("constraint_message")),
    *("calculation", "bind::type", "choice_filter", "appearance", "default", "parameters"),
    *("bind::tidtam:dimension", "bind::tidtam:measure", "save_to"),
]


def _survey_row(row: Row) -> list[str]:
    return [
        *(row.type, row.name, *_in_both(row.label), *_in_both(row.hint)),
        *("yes" if row.required else "", *_in_both(row.required_message), row.relevant),
        *(row.constraint, *_in_both(row.constraint_message)),
        *(row.calculation, row.value_type, row.choice_filter, row.appearance, row.default, row.parameters),
        *(row.dimension, row.measure, row.save_to),
    ]


def form_sheets(form: Form, library: Library) -> Sheets:
    """The sheets of one form; `entities` only where the form writes to an entity list."""
    settings = {
        "form_title": form.title.th,
        "form_title_en": form.title.en,
        "form_id": form.form_id,
        "version": form.version,
        "doc_code": form.doc_code,
        "default_language": THAI,
        "instance_name": form.instance_name,
        "namespaces": NAMESPACES,
    }
    sheets = {
        "survey": [_SURVEY_HEADER, *(_survey_row(row) for row in form.rows)],
        "choices": [["list_name", "name", *_languages("label")]],
        "settings": [list(settings), list(settings.values())],
    }
    for name in form.choice_lists():
        sheets["choices"] += [[name, choice.value, *_in_both(choice.label)] for choice in library.choices[name]]
    if form.entity:
        sheets["entities"] = [list(form.entity), list(form.entity.values())]
    return sheets


def write_workbook(target: Path | BinaryIO, sheets: Sheets) -> None:
    """Write an XLSX whose cells are all text, so that `5` and `. >= 0` stay what they are when edited."""
    import xlsxwriter

    with xlsxwriter.Workbook(target) as workbook:
        title = next(iter(sheets.get("settings", [])[1:]), [""])[0]
        workbook.set_properties({"created": CREATED, "title": title})
        formats = _formats(workbook)
        for name, rows in sheets.items():
            _write_sheet(workbook.add_worksheet(name), rows, formats)


def _formats(workbook: "Workbook") -> dict[str, "Format"]:
    """How rows look: groups stand out, what nobody sees on the tablet is grey, the rest wraps."""
    header = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border": 1}
    return {
        "header": workbook.add_format(_FONT | header),
        "place": workbook.add_format(_FONT | {"bold": True, "bg_color": "#DDEBF7"}),
        "unseen": workbook.add_format(_FONT | {"font_color": "#7F7F7F"}),
        "shown": workbook.add_format(_FONT | {"text_wrap": True}),
    }


def _format_of(row: Sequence[str]) -> str:
    first = row[0] if row else ""
    if first.startswith(("begin ", "end ")):
        return "place"
    return "unseen" if first in _UNSEEN else "shown"


def _write_sheet(sheet: "Worksheet", rows: Sequence[Sequence[str]], formats: Mapping[str, "Format"]) -> None:
    for number, row in enumerate(rows):
        look = formats[_format_of(row) if number else "header"]
        for column, value in enumerate(row):
            if value:
                sheet.write_string(number, column, value, look)
            else:
                sheet.write_blank(number, column, None, look)
    for column, title in enumerate(rows[0]):
        sheet.set_column(column, column, _WIDTHS.get(title.partition("::")[0], 22))
    sheet.freeze_panes(1, _FROZEN_COLUMNS.get(sheet.get_name(), 0))


def read_workbook(source: Path | BinaryIO) -> Sheets:
    """The text of every sheet as it stands in the file.

    Raises:
        ValueError: it is no workbook.

    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_object(source)
    except CalamineError as error:
        raise ValueError(str(error)) from error
    return {
        name: [[_as_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def _as_text(cell: object) -> str:
    """An office program may turn `5` into the number 5.0 and `TRUE` into a truth; in a form they mean the same."""
    if isinstance(cell, bool):
        return str(cell).upper()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def records(rows: list[list[str]]) -> list[Mapping[str, str]]:
    """The rows below the header, each by column name."""
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
