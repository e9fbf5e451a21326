"""The three-way merge of workbooks: what one side changed is there, and nothing is lost without a word."""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.library.catalogue import library_forms
from forms.library.differences import ADDED, CHANGED, MOVED, REMOVED, differences
from forms.library.merge import ORDER, WHOLE_ROW, merge
from forms.library.tables import name_of, setting, sheets_of, tables_of, with_setting
from forms.library.workbook import Sheets, read_workbook

NAMES = st.sampled_from([f"q{number}" for number in range(8)])
TEXTS = st.sampled_from(["", "ก", "ข", "yes", "${q1} > 5"])
COLUMNS = ["type", "name", "label", "relevant"]


@st.composite
def workbooks(draw: st.DrawFn) -> Sheets:
    """A small workbook; some of its questions stand in a group."""
    names = draw(st.lists(NAMES, unique=True))
    rows = [["text", name, draw(TEXTS), draw(TEXTS)] for name in names]
    if draw(st.booleans()) and rows:
        end = draw(st.integers(1, len(rows)))
        rows = [["begin group", "g", "กลุ่ม", ""], *rows[:end], ["end group", "", "", ""], *rows[end:]]
    choices = [["list", name, draw(TEXTS)] for name in draw(st.lists(NAMES, unique=True))]
    return {
        "survey": [COLUMNS, *rows],
        "choices": [["list_name", "name", "label"], *choices],
        "settings": [["form_id", "version"], ["f", draw(st.sampled_from(["1", "2", "3"]))]],
    }


@given(base=workbooks(), library=workbooks())
def test_without_an_edit_of_the_office_the_merge_is_the_library(base: Sheets, library: Sheets) -> None:
    before, after = tables_of(base), tables_of(library)
    merged = merge(before, before, after)
    assert sheets_of(merged.tables) == sheets_of(after)
    assert not merged.conflicts


@given(base=workbooks(), office=workbooks())
def test_without_a_change_of_the_library_the_merge_is_the_office(base: Sheets, office: Sheets) -> None:
    before, after = tables_of(base), tables_of(office)
    merged = merge(before, after, before)
    assert sheets_of(merged.tables) == sheets_of(after)
    assert not merged.conflicts


@given(same=workbooks(), base=workbooks())
def test_what_both_did_alike_is_no_conflict(base: Sheets, same: Sheets) -> None:
    after = tables_of(same)
    merged = merge(tables_of(base), after, after)
    assert sheets_of(merged.tables) == sheets_of(after)
    assert not merged.conflicts


@given(base=workbooks(), data=st.data())
def test_edits_that_do_not_touch_the_same_cell_are_both_there(base: Sheets, data: st.DataObject) -> None:
    cells = [
        (sheet, row, column)
        for sheet, first in (("survey", 2), ("choices", 2), ("settings", 1))
        for row in range(1, len(base[sheet]))
        if base[sheet][row][1] or sheet == "settings"
        for column in range(first, len(base[sheet][0]))
    ]
    mine = data.draw(st.sets(st.sampled_from(cells)))
    theirs = data.draw(st.sets(st.sampled_from(cells))) - mine
    office, library, both = (deepcopy(base) for _ in range(3))
    for workbook, wanted, text in ((office, mine, "สำนักงาน"), (library, theirs, "คลัง")):
        for sheet, row, column in wanted:
            workbook[sheet][row][column] = both[sheet][row][column] = text
    office["survey"].append(["note", "of_office", "ของสำนักงาน", ""])
    library["choices"].insert(1, ["list", "of_library", "ของคลัง"])
    both["survey"].append(office["survey"][-1])
    both["choices"].insert(1, library["choices"][1])
    merged = merge(tables_of(base), tables_of(office), tables_of(library))
    assert sheets_of(merged.tables) == sheets_of(tables_of(both))
    assert not merged.conflicts


@settings(max_examples=300)
@given(base=workbooks(), office=workbooks(), library=workbooks())
def test_whatever_was_changed_nothing_of_the_office_is_lost_and_groups_stay_whole(
    base: Sheets, office: Sheets, library: Sheets
) -> None:
    was, ours, theirs = (tables_of(workbook) for workbook in (base, office, library))
    merged = merge(was, ours, theirs)
    for sheet, table in ours.items():
        for key, row in table.rows.items():
            before, result = was[sheet].rows.get(key, {}), merged.tables[sheet].rows.get(key)
            for column in {*row, *before} if row != before else ():
                assert result is not None
                assert result.get(column, "") == row.get(column, "") or row.get(column, "") == before.get(column, "")
    kinds = [row.get("type", "") for row in merged.tables["survey"].rows.values()]
    assert kinds.count("begin group") == kinds.count("end group") <= 1
    told = {(item.sheet, item.row, item.column) for item in merged.conflicts}
    for sheet, table in theirs.items():
        for key, row in table.rows.items():
            before, result = was[sheet].rows.get(key, {}), merged.tables[sheet].rows.get(key, {})
            for column in {*row, *before}:
                changed = row.get(column, "") != before.get(column, "")
                taken = result.get(column, "") == row.get(column, "")
                assert (
                    taken or not changed or {(sheet, key, column), (sheet, key, WHOLE_ROW)} & told or key[-1] == "\x03"
                )


def survey(*rows: list[str]) -> Sheets:
    return {"survey": [COLUMNS, *rows]}


def conflicts(base: Sheets, office: Sheets, library: Sheets) -> list[tuple[str, ...]]:
    merged = merge(tables_of(base), tables_of(office), tables_of(library))
    return [(name_of(item.row), item.column, item.base, item.office, item.library) for item in merged.conflicts]


def test_a_cell_that_both_changed_keeps_the_text_of_the_office_and_is_told() -> None:
    base, office, library = (survey(["text", "a", text, ""]) for text in ("เดิม", "ของสำนักงาน", "ของคลัง"))
    merged = merge(tables_of(base), tables_of(office), tables_of(library))
    assert sheets_of(merged.tables)["survey"][1] == ["text", "a", "ของสำนักงาน", ""]
    assert conflicts(base, office, library) == [("a", "label", "เดิม", "ของสำนักงาน", "ของคลัง")]


def test_a_question_that_one_side_took_out_and_the_other_changed_is_told() -> None:
    base, changed, gone = survey(["text", "a", "เดิม", ""]), survey(["text", "a", "ใหม่", ""]), survey()
    assert conflicts(base, changed, gone) == [("a", WHOLE_ROW, "text | a | เดิม", "text | a | ใหม่", "")]
    assert conflicts(base, gone, changed) == [("a", WHOLE_ROW, "text | a | เดิม", "", "text | a | ใหม่")]
    kept = merge(tables_of(base), tables_of(changed), tables_of(gone)).tables
    assert len(kept["survey"].rows) == 1
    assert not merge(tables_of(base), tables_of(gone), tables_of(changed)).tables["survey"].rows


def test_the_order_of_the_office_stays_and_is_told_when_both_moved_rows() -> None:
    a, b, c = (["text", name, "", ""] for name in "abc")
    base, office, library = survey(a, b, c), survey(b, a, c), survey(a, c, b)
    merged = merge(tables_of(base), tables_of(office), tables_of(library))
    assert [row["name"] for row in merged.tables["survey"].rows.values()] == ["b", "a", "c"]
    assert conflicts(base, office, library) == [("", ORDER, "", "", "")]


def test_a_base_that_is_not_known_makes_every_difference_a_conflict() -> None:
    office, library = survey(["text", "a", "ของเรา", ""]), survey(["text", "a", "ของคลัง", ""], ["text", "b", "", ""])
    assert conflicts({}, office, library) == [("a", "label", "", "ของเรา", "ของคลัง")]


def test_a_question_and_a_choice_called_end_are_no_end_of_a_group() -> None:
    workbook = {**survey(["end", "end", "", ""]), "choices": [["list_name", "name"], ["timing", "end"]]}
    tables = tables_of(workbook)
    assert sheets_of(merge(tables, tables, tables).tables) == sheets_of(tables)


def test_questions_of_one_name_and_rows_without_a_name_are_told_apart() -> None:
    rows = [["begin group", "g", "", ""], ["note", "", "หนึ่ง", ""], ["note", "", "สอง", ""], ["text", "g", "", ""]]
    tables = tables_of(survey(*rows, ["end group", "", "", ""], ["end group", "", "เกิน", ""]))
    assert [name_of(key) for key in tables["survey"].rows] == [
        "g",
        "note",
        "note / #2",
        "g / #2",
        "g / (end)",
        " / (end)",
    ]


@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.form_id)
def test_a_form_of_the_library_survives_being_taken_apart(form) -> None:
    workbook = read_workbook(form.path)
    assert sheets_of(tables_of(workbook)) == workbook


def test_a_workbook_saved_again_by_an_office_program_says_the_same(tmp_path: Path) -> None:
    form = next(form for form in library_forms() if form.form_id == "project_progress")
    book = openpyxl.load_workbook(form.path)
    settings_sheet = book["settings"]
    column = next(cell.column for cell in settings_sheet[1] if cell.value == "version")
    settings_sheet.cell(2, column).value = 2570.2  # typed as a number
    book["survey"].insert_rows(4)
    book["survey"].cell(1, 40).value = None
    book.save(tmp_path / "saved.xlsx")
    again = tables_of(read_workbook(tmp_path / "saved.xlsx"))
    assert differences(tables_of(read_workbook(form.path)), again) == ()


def test_what_is_no_workbook_is_told() -> None:
    with pytest.raises(ValueError, match=r"."):
        read_workbook(io.BytesIO(b"| survey |"))


def test_differences_say_what_is_new_gone_and_changed() -> None:
    before = {**survey(["text", "a", "เดิม", ""], ["text", "b", "", ""], ["text", "c", "", ""])}
    after = survey(["text", "c", "", ""], ["text", "a", "ใหม่", "1 = 1"], ["integer", "d", "จำนวน", ""])
    found = differences(tables_of(before), tables_of(after))
    assert [(item.kind, name_of(item.row)) for item in found] == [
        (CHANGED, "a"), (ADDED, "d"), (REMOVED, "b"), (MOVED, ""),
    ]  # fmt: skip
    assert [(cell.column, cell.before, cell.after) for cell in found[0].cells] == [
        ("label", "เดิม", "ใหม่"), ("relevant", "", "1 = 1"),
    ]  # fmt: skip


def test_settings_are_read_and_set() -> None:
    tables = tables_of({"settings": [["form_id", "version"], ["f", "1"]]})
    assert setting(tables, "version") == "1"
    assert setting(with_setting(tables, "version", "2"), "version") == "2"
    assert setting(with_setting(tables, "version", ""), "version") == ""
    assert setting({}, "version") == ""
