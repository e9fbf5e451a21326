"""Tables for entity lists are read as they were written, and what is wrong is said with its row and column."""

from __future__ import annotations

import datetime as dt
import io
import uuid as uuids

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.xml import without_control_characters
from sync.entities.table_import import Reason, UnreadableTable, read_table, safe, unsafe, write_csv
from sync.entities.table_preview import Present, compare

ONE, TWO = "12345678-1234-4123-8234-123456789abc", "22345678-1234-4123-8234-123456789abc"
TEXTS = st.text(max_size=30).filter(lambda text: without_control_characters(text) == text and "\0" not in text)


@given(st.one_of(TEXTS, st.from_regex(r"'{0,3}[=+\-@][0-9A-Z.()]{0,5}", fullmatch=True)))
def test_a_text_kept_from_being_a_formula_comes_back(text: str) -> None:
    assert unsafe(safe(text)) == text
    assert not safe(text).startswith(("=", "@", "\t", "\r"))


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXTS.filter(str.strip), TEXTS), max_size=8))
def test_what_was_exported_is_imported_without_a_change(rows: list[tuple[str, str]]) -> None:
    held = [Present(str(uuids.UUID(int=at)), {"label": row[0].strip(), "code": row[1]}) for at, row in enumerate(rows)]
    content = write_csv(
        ["name", "label", "code"], [[row.uuid, row.values["label"], row.values["code"]] for row in held]
    )
    found = compare(read_table(content), held, {"code"})
    assert (found.create, found.update, found.faults, found.unchanged) == ([], [], [], len(rows))


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_file_is_more_than_unreadable(content: bytes) -> None:
    try:
        table = read_table(content)
    except UnreadableTable as unreadable:
        table, refused = None, unreadable.reason
    else:
        refused = None
    assert (table is None) == isinstance(refused, Reason)
    if table is None:
        return
    found = compare(table, [], set())
    faulty = {fault.row for fault in found.faults}
    assert len(found.create) + len(faulty) == len(table.lines)
    assert (found.update, found.unchanged) == ([], 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874"])
def test_thai_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    table = read_table("label,code\r\nโรงเรียน,๑๒\r\n".encode(encoding))
    assert table.lines[0].values == {"label": "โรงเรียน", "code": "๑๒"}


def test_numbers_and_dates_of_workbooks_are_the_texts_that_people_see() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["label", "code", "when"], ["ก", 12.0, dt.date(2026, 1, 2)], ["ข", 0.5, None]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    first, second = read_table(out.getvalue()).lines
    assert first.values == {"label": "ก", "code": "12", "when": "2026-01-02"}
    assert second.values == {"label": "ข", "code": "0.5", "when": ""}


@pytest.mark.parametrize(
    ("content", "row", "column", "reason"),
    [
        ("name,label\nx,ก", 2, "name", Reason.MALFORMED_ID),
        (f"name,label\n{ONE},ก\n\n{ONE},ข", 4, "name", Reason.TWICE),
        ("label,code\n ,1", 2, "label", Reason.NO_LABEL),
        ("label,code\nก,\x01", 2, "code", Reason.CONTROL_CHARACTER),
        (f"label,code\nก,{'x' * 20_001}", 2, "code", Reason.TOO_LONG),
        ("label\nก,1", 2, "", Reason.TOO_MANY_CELLS),
    ],
)
def test_a_faulty_row_is_named(content: str, row: int, column: str, reason: Reason) -> None:
    faults = compare(read_table(content.encode()), [], {"code"}).faults
    assert [(item.row, item.column, item.reason) for item in faults] == [(row, column, reason)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"PK\x03\x04rubbish", Reason.NOT_A_TABLE),
        (b'label\n"x', Reason.NOT_A_TABLE),
        (b"label,a b\nx,y", Reason.BAD_COLUMN),
        (b"label,a,A\nx,y,z", Reason.COLUMN_TWICE),
        (b"label\nx\x00", Reason.ENCODING),
        (b"label\n" + b"x\n" * 100_001, Reason.TOO_MANY_ROWS),
    ],
)
def test_an_unusable_file_says_why(content: bytes, reason: Reason) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_table(content)
    assert caught.value.reason is reason


def test_rows_are_matched_by_a_property_and_keep_what_the_file_does_not_have() -> None:
    held = [Present(ONE, {"label": "ก", "code": "1", "more": "x"}), Present(TWO, {"label": "ข", "code": "2"})]
    found = compare(read_table("code,label,new\n1,กก,\n2,ข,\n3,ค,n".encode()), held, {"code", "more"}, "code")
    assert [(item.uuid, item.values) for item in found.update] == [(ONE, {"label": "กก"})]
    assert [(item.row, item.values["label"]) for item in found.create] == [(4, "ค")]
    assert (found.unchanged, list(found.unknown)) == (1, ["new"])
