"""Reading the converter's messages: where in the workbook to look, and what to do about it.

pyxform writes English prose with the row in front (``[row : 5] On the 'survey' sheet, the 'name' value …``). The words
are shown as they are; the place and an advice in the reader's language stand beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.i18n import N_
from forms.findings import CONVERTER, Finding

_ROW = re.compile(r"\[row : (\d+)\]|on row number (\d+)")
_SHEET = re.compile(
    r"[Oo]n the '?(\w+)'? sheet|for sheet: '(\w+)'|sheet named '(\w+)'|should be a (\w+) sheet"
    r"|not in (external choices|choices) sheet"
)
_UNKNOWN_TYPE = re.compile(r"Unknown question type '(?P<type>[^']*)'")
_UNKNOWN_NAME = re.compile(r"no survey element named '(?P<name>[^']*)'")
_COLUMN = re.compile(
    r"the '([^']+)' (?:value|column)|[Cc]olumn header: (.+)$|under the (.+?) column|headers were not found: ([^.]+)",
    re.MULTILINE,
)
_COLUMN_BY_WORDS = (
    ("with no type", "type"),
    ("Unknown question type", "type"),
    ("with no name", "name"),
    ("Missing calculation", "calculation"),
    ("has no label", "label"),
    ("does not have a label", "label"),
    ("does not have an 'entity_id'", "entity_id"),
    ("does not have an 'update_if'", "update_if"),
    ("does not have a 'create_if'", "create_if"),
    ("Unmatched ", "type"),
)
_UNSUPPORTED = re.compile(r"not supported by this version of pyxform: '([^']+)'")
_ROW_DUMP = re.compile(r"\n?\{'.*$", re.DOTALL)

_ADVICE: tuple[tuple[str, str], ...] = (
    (
        r"There is no survey element named|Reference variables must contain a name|Could not find",
        N_("Check the name inside ${…}: it must be written exactly as in the column “name” of the sheet survey."),
    ),
    (
        r"Reference (variables|expressions)|malformed",
        N_("Write a reference as ${name}, without spaces and with both brackets."),
    ),
    (
        r"Unknown question type",
        N_("Check the spelling of the type, for example text, integer, date, select_one LIST, image or calculate."),
    ),
    (
        r"List name not in (external )?choices sheet",
        N_("Add this list to the sheet choices, or correct the list name after select_one or select_multiple."),
    ),
    (r"no type", N_("Fill in the column “type”, or delete the row.")),
    (
        r"no name|must have a name|'name' value is invalid. Choices",
        N_("Fill in the column “name” with a short English name without spaces."),
    ),
    (
        r"Unmatched '(begin|end)_",
        N_("Each begin_group or begin_repeat needs its own end_group or end_repeat. Look for the missing row."),
    ),
    (r"must be unique|duplicate|Duplicate", N_("The same name stands twice. Give one of them another name.")),
    (
        r"Names? must|must begin with a letter|invalid character",
        N_("Use letters, digits, “_” and “-” only, and begin with a letter."),
    ),
    (r"should be a choices sheet", N_("Add a sheet “choices” with the columns list_name, name and label.")),
    (r"sheet named 'survey'", N_("Name the sheet with the questions “survey”.")),
    (
        r"Invalid headers|column header",
        N_("Check the first row of this sheet: the column names must be those of XLSForm, each once."),
    ),
    (r"Missing calculation", N_("Fill in the column “calculation”, or change the type of the row.")),
    (r"'parameters' value|[Pp]arameter", N_("Check the column “parameters”: name=value pairs, separated by spaces.")),
    (
        r"save_to|entit",
        N_("Check the sheet entities and the column “save_to” against the ODK documentation on entities."),
    ),
    (r"machine-readable codes", N_("Add the language code to the column names, for example “label::ไทย (th)”.")),
    (
        r"is missing the (survey|choices)",
        N_("Fill in the missing translations, or remove the column of that language."),
    ),
    (r"Choices should have a label|has no label", N_("Fill in the column “label”.")),
    (r"being skipped", N_("Delete the row, or fill in its type and name.")),
    (r"case-insensitive", N_("Two names differ in capital letters only. Give one of them another name.")),
    (r"or_other", N_("Add a choice “other” and a text question of your own instead of or_other.")),
    (
        r"no longer supported|not part of the current",
        N_("Remove this column or question; newer devices do not know it."),
    ),
    (
        r"not a zip|Error reading|not recognized|BadZipFile|cannot be read as|not in UTF-8",
        N_("Open the file in a spreadsheet program and save it as Excel workbook (.xlsx)."),
    ),
    (r"password|old Excel", N_("Save the file as Excel workbook (.xlsx) without a password.")),
)
ADVICE = tuple((re.compile(pattern), sentence) for pattern, sentence in _ADVICE)
NO_ADVICE = N_("Correct the workbook at this place and bring it in again.")
NO_ADVICE_NOR_PLACE = N_("Correct the workbook and bring it in again.")


@dataclass(frozen=True)
class Place:
    """Where a message points to; rows count from 1, the header included."""

    sheet: str | None = None
    row: int | None = None
    column: str | None = None


def place_of(message: str) -> Place:
    """The place that a message names. A row without a sheet is one of the sheet survey."""
    row = _first(_ROW.search(message))
    sheet = _first(_SHEET.search(message))
    column = _first(_COLUMN.search(message))
    if column is None:
        column = next((name for words, name in _COLUMN_BY_WORDS if words in message), None)
    if sheet == "entities":
        # What the converter calls by an old name, or by the name that nobody knows.
        column = {"dataset": "list_name"}.get(column or "", column) or _first(_UNSUPPORTED.search(message))
    if sheet is None and row is not None:
        sheet = "survey"
    if row is not None and "not in choices sheet" in message:
        # The row is that of the question, not of the list it asks for.
        sheet, column = "survey", "type"
    return Place(sheet, int(row) if row else None, column.replace("'", "").strip() if column else None)


def advice_for(message: str, *, placed: bool = True) -> str:
    """What to do, as English message id. `placed` says that a place in the workbook stands beside it."""
    otherwise = NO_ADVICE if placed else NO_ADVICE_NOR_PLACE
    return next((sentence for pattern, sentence in ADVICE if pattern.search(message)), otherwise)


def readable(message: str) -> str:
    """The message without the dump of a row that some carry."""
    return _ROW_DUMP.sub("", message).strip()


def single_errors(message: str, survey: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The errors of a conversion one by one: the converter joins several of one kind by line breaks.

    `survey` are the rows of that sheet, to find the row that some messages leave out.
    """
    lines = readable(message).split("\n")
    several = lines if len(lines) > 1 and all(line.startswith("[row") for line in lines) else [readable(message)]
    found = []
    for text in several:
        place = place_of(text)
        if place.row is None:
            place = _found_in(survey, text) or place
        found.append({"error": text, "sheet": place.sheet, "row": place.row, "column": place.column})
    return found


def _found_in(survey: Sequence[Mapping[str, Any]], message: str) -> Place | None:
    """Where in the sheet survey the type or name stands that a message complains of."""
    kind, name = _UNKNOWN_TYPE.search(message), _UNKNOWN_NAME.search(message)
    for number, row in enumerate(survey, start=2):
        if kind is not None and str(row.get("type") or "").strip() == kind["type"].strip():
            return Place("survey", number, "type")
        if name is not None:
            column = next((key for key, cell in row.items() if "${" + name["name"] + "}" in str(cell)), None)
            if column:
                return Place("survey", number, column)
    return None


def warning(message: str) -> Finding:
    """A warning of the converter as a finding."""
    place = place_of(message)
    return Finding(CONVERTER, "converter", readable(message), {}, "", place.sheet, place.row, place.column)


def _first(found: re.Match[str] | None) -> str | None:
    """The group that matched."""
    return next((group for group in found.groups() if group), None) if found else None
