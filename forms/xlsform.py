"""From an XLSForm to an XForm. The only module that imports pyxform, and what it brings (openpyxl, xlrd).

A workbook is looked into before the converter sees it (`forms.workbook_limits`), since the converter itself has no
limits. One conversion runs at a time: each may take some hundred megabytes for a few seconds.
"""

from __future__ import annotations

import re
import warnings as python_warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

import structlog

from core.errors import Problem
from core.settings import Settings
from core.xml import without_control_characters
from forms import converter_messages, workbook_limits
from forms.problems import not_convertible
from forms.xform import MOST_FIELDS

if TYPE_CHECKING:
    from pyxform.xls2json_backends import DefinitionData

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
MARKDOWN = "text/markdown"
ENDINGS = {XLSX: ".xlsx", XLS: ".xls", MARKDOWN: ".md"}
LARGEST_XLS = 5 * 1024 * 1024
MOST_XLS_CELLS = 2_000_000
WAIT_SECONDS = 30
_ESCAPED_CONTROL = re.compile(r"_x00[01][0-9A-F]_")
_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")

_turn = Lock()
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Conversion:
    """What came out. `warnings` are the converter's words; `rows` are rows of the sheet ``survey`` by path.

    `itemsets` is the CSV file that goes with a form of external selects.
    """

    xml: bytes
    warnings: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    itemsets: bytes | None = None


def convert(data: bytes, media_type: str, *, fallback_id: str, settings: Settings) -> Conversion:
    """Convert a workbook (`XLSX`, `XLS`) or a table written as text (`MARKDOWN`).

    `fallback_id` is the form's id when the workbook gives none.

    Raises:
        Problem 400.15: not a valid XLSForm, with its places. 413.131-134: too large. 503.131: too busy.

    """
    if not data:
        raise not_convertible("The file is empty.")
    _check(data, media_type, settings)
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Problem("503.131", headers={"Retry-After": "30"})
    try:
        return _convert(data, ENDINGS[media_type], fallback_id)
    finally:
        _turn.release()


def _check(data: bytes, media_type: str, settings: Settings) -> None:
    if len(data) > settings.max_xlsform_bytes:
        raise Problem("413.100", limit=settings.max_xlsform_bytes)
    if media_type == XLSX:
        workbook_limits.check_xlsx(data, max_unzipped=settings.max_unzipped_bytes)
    elif media_type == MARKDOWN:
        workbook_limits.check_text(data)
    elif len(data) > LARGEST_XLS:
        raise Problem("413.100", limit=LARGEST_XLS)


def _convert(data: bytes, ending: str, fallback_id: str) -> Conversion:
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform
    from pyxform.xls2xform import convert as convert_to_xform

    workbook: DefinitionData | None = None
    try:
        with python_warnings.catch_warnings():
            # openpyxl warns of styles and extensions it does not keep; none of them concerns a form.
            python_warnings.simplefilter("ignore")
            if ending == ".xls":
                _check_xls(data)
            workbook = get_xlsform(BytesIO(data), file_type=ending)
            _check_workbook(workbook)
            workbook.fallback_form_name = fallback_id or None
            given = {item.name: getattr(workbook, item.name) for item in fields(workbook)}
            rows = _rows(workbook.survey or ())
            result = convert_to_xform(given, validate=False)
    except PyXFormError as error:
        raise _refusal(str(error), (workbook.survey if workbook else None) or ()) from error
    except Problem:
        raise
    except Exception as error:
        # The readers of old and damaged files raise whatever their parsing trips over; the file is at fault.
        log.info("xlsform.failed", error=f"{type(error).__name__}: {error}"[:300])
        raise not_convertible(f"The file cannot be read as an XLSForm ({type(error).__name__}).") from error
    itemsets = result.itemsets.encode() if result.itemsets else None
    # Text pasted from other programs brings control characters, which XML cannot carry; Excel writes them as _x000D_.
    xform = _ESCAPED_CONTROL.sub("", without_control_characters(result.xform))
    return Conversion(xform.encode(), tuple(result.warnings), rows, itemsets)


def _refusal(message: str, survey: Sequence[Mapping[str, Any]]) -> Problem:
    errors = converter_messages.single_errors(message, survey)
    first = {name: errors[0][name] for name in ("sheet", "row", "column")}
    return not_convertible(converter_messages.readable(message), **first, errors=errors)


def _check_xls(data: bytes) -> None:
    """Refuse an old workbook whose sheets are vast; read with ragged rows, empty cells take no memory."""
    from xlrd import open_workbook  # type: ignore[import-untyped]  # it ships without types

    with open_workbook(file_contents=data, ragged_rows=True, on_demand=False) as book:
        sheets = book.sheets()
        if sum(sheet.nrows for sheet in sheets) > workbook_limits.MOST_ROWS:
            raise Problem("413.132", limit=workbook_limits.MOST_ROWS)
        if sum(sheet.nrows * sheet.ncols for sheet in sheets) > MOST_XLS_CELLS:
            raise Problem("413.133")


def _check_workbook(workbook: DefinitionData) -> None:
    sheets = [getattr(workbook, name) or () for name in _SHEETS]
    if sum(len(sheet) for sheet in sheets) > workbook_limits.MOST_ROWS:
        raise Problem("413.132", limit=workbook_limits.MOST_ROWS)
    if len(sheets[0]) > MOST_FIELDS:
        raise Problem("413.134", limit=MOST_FIELDS)
    characters = sum(len(str(cell)) for sheet in sheets for row in sheet for cell in row.values())
    if characters > workbook_limits.MOST_CHARACTERS:
        raise Problem("413.133")


def _rows(survey: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Row of each question by its path. Row 1 is the header."""
    found: dict[str, int] = {}
    way: list[str] = []
    for number, row in enumerate(survey, start=2):
        kind = str(row.get("type") or row.get("command") or "").strip().lower().replace(" ", "_")
        name = str(row.get("name") or row.get("value") or "").strip()
        if kind.startswith("end_"):
            del way[-1:]
            continue
        if name:
            found.setdefault("".join(f"/{step}" for step in (*way, name)), number)
        if kind.startswith("begin_"):
            way.append(name)
    return found
