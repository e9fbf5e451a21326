"""Tables of rows for an entity list, read from CSV files and workbooks and written as CSV.

Pure: no request, no database. What is wrong with the whole file is an `UnreadableTable`; what is wrong with single rows
is said by `sync.entities.table_preview`, each with its row as spreadsheets number them (the heading is row 1).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from forms.entities import is_property_name
from sync.entities.rules import LABEL

ID_COLUMNS = ("name", "__id")
MOST_ROWS = 100_000
MOST_COLUMNS = 300
LARGEST_UNPACKED = 400_000_000
"""Bytes that a workbook may unpack to."""
WINDOWS_874 = "cp874"
_ZIP = b"PK\x03\x04"
_WHOLE_BELOW = 1e15
_FORMULA = re.compile(r"'*(?![+-]?[0-9]+(?:\.[0-9]+)?\Z)[=+\-@\t\r]")
"""What a spreadsheet would compute, or what was kept from that by apostrophes. Plain numbers are none."""


class Reason(StrEnum):
    """What can be wrong with a file or a row."""

    ENCODING = "encoding"
    NOT_A_TABLE = "not_a_table"
    EMPTY = "empty"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_LARGE = "too_large"
    COLUMN_TWICE = "column_twice"
    BAD_COLUMN = "bad_column"
    NO_KEY = "no_key"
    MALFORMED_ID = "malformed_id"
    TWICE = "twice"
    AMBIGUOUS = "ambiguous"
    NO_LABEL = "no_label"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    TOO_MANY_CELLS = "too_many_cells"


class UnreadableTable(Exception):  # noqa: N818 - it names what was given
    """A file of which no row can be read; `detail` names the column it is about."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Line:
    """A row of a file: its number, and texts by column. `extra` says that it has more cells than the heading."""

    number: int
    values: Mapping[str, str]
    extra: bool = False


@dataclass(frozen=True)
class Table:
    """A file as read. `encoding` is Python's name of it, empty for workbooks."""

    columns: Sequence[str]
    lines: Sequence[Line]
    encoding: str = ""


def read_table(content: bytes) -> Table:
    """The rows of a file; empty ones are left out.

    Raises:
        UnreadableTable: it is no table, too large, or its heading cannot be used.

    """
    if content.startswith(_ZIP):
        return _table(_workbook_rows(content))
    text, encoding = _decoded(content)
    return _table(_csv_rows(text), encoding)


def safe(text: str) -> str:
    """A text that no spreadsheet computes; `unsafe` gives it back."""
    return f"'{text}" if _FORMULA.match(text) else text


def unsafe(text: str) -> str:
    """A text as it was before `safe`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A file that spreadsheets open as UTF-8 and `read_table` reads as it was."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([safe(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _table(rows: Iterable[Sequence[str]], encoding: str = "") -> Table:
    numbered = enumerate(rows, 1)
    heading = next((row for _, row in numbered if any(row)), None)
    if heading is None:
        raise UnreadableTable(Reason.EMPTY)
    columns = _columns(heading)
    lines: list[Line] = []
    for number, row in numbered:
        if not any(row):
            continue
        if len(lines) == MOST_ROWS:
            raise UnreadableTable(Reason.TOO_MANY_ROWS)
        padded = [*row, *[""] * (len(columns) - len(row))]
        values = {name: unsafe(text) for name, text in zip(columns, padded, strict=False)}
        lines.append(Line(number, values, any(row[len(columns) :])))
    return Table(columns, lines, encoding)


def _columns(heading: Sequence[str]) -> list[str]:
    columns = [name.strip() for name in heading]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise UnreadableTable(Reason.EMPTY)
    if len(columns) > MOST_COLUMNS:
        raise UnreadableTable(Reason.TOO_MANY_COLUMNS)
    seen: set[str] = set()
    for name in columns:
        if not (name in ID_COLUMNS or name == LABEL or name.startswith("__") or is_property_name(name)):
            raise UnreadableTable(Reason.BAD_COLUMN, name[:60])
        if name.lower() in seen:
            raise UnreadableTable(Reason.COLUMN_TWICE, name[:60])
        seen.add(name.lower())
    return columns


def _decoded(content: bytes) -> tuple[str, str]:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", WINDOWS_874):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise UnreadableTable(Reason.ENCODING)


def _csv_rows(text: str) -> Iterable[list[str]]:
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise UnreadableTable(Reason.NOT_A_TABLE) from error


def _workbook_rows(content: bytes) -> Iterable[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_UNPACKED:
                raise UnreadableTable(Reason.TOO_LARGE)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        for row in sheet.to_python(skip_empty_area=False):
            yield [_cell(value) for value in row]
    except (CalamineError, zipfile.BadZipFile, ValueError) as error:
        raise UnreadableTable(Reason.NOT_A_TABLE) from error


def _cell(value: object) -> str:
    """A cell as the text a person sees in it: no ``12.0``, dates as in forms."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _WHOLE_BELOW
        return str(int(value)) if whole else format(Decimal(repr(value)), "f")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
