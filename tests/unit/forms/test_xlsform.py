"""Converting workbooks: what comes out, what is said about errors, and what hostile files meet."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest

from core.errors import Problem
from core.settings import Settings, load_settings
from forms import xlsform as converter
from forms.converter_messages import NO_ADVICE, advice_for, place_of, readable, single_errors
from forms.xform import read_xform
from forms.xlsform import MARKDOWN, XLS, XLSX, Conversion
from tests.support.sample_forms import workbook, xlsform

SETTINGS = load_settings({})


def convert(data: bytes, media_type: str = XLSX, settings: Settings = SETTINGS) -> Conversion:
    return converter.convert(data, media_type, fallback_id="fallback", settings=settings)


def refused(data: bytes, media_type: str = XLSX, settings: Settings = SETTINGS) -> Problem:
    started = time.monotonic()
    with pytest.raises(Problem) as caught:
        convert(data, media_type, settings)
    assert time.monotonic() - started < 20
    assert 400 <= caught.value.status < 500
    assert "{" not in caught.value.message
    return caught.value


def rezipped(data: bytes, **changed: bytes) -> bytes:
    """A workbook with parts replaced or added; ``sheet1`` stands for the first sheet."""
    names = {"sheet1": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        replaced = {names.get(key, key): value for key, value in changed.items()}
        for item in old.namelist():
            new.writestr(item, replaced.pop(item, None) or old.read(item))
        for name, value in replaced.items():
            new.writestr(name, value)
    return out.getvalue()


GOOD = xlsform(
    ["text", "name", "Name"],
    ["begin_group", "visit", "Visit"],
    ["select_one yes_no", "done", "Done?"],
    ["end_group", "", ""],
    choices=[["yes_no", "yes", "Yes"], ["yes_no", "no", "No"]],
)


def test_a_workbook_becomes_a_form_and_rows_are_known_by_path() -> None:
    conversion = convert(GOOD)
    form = read_xform(conversion.xml)
    assert (form.xml_form_id, form.version, form.title) == ("sheet", "1", "แบบในตาราง")
    assert dict(conversion.rows) == {"/name": 2, "/visit": 3, "/visit/done": 4}
    assert conversion.itemsets is None


def test_markdown_is_converted_too_and_takes_the_fallback_id() -> None:
    conversion = convert(b"| survey |\n| | type | name | label |\n| | integer | a | A |\n", MARKDOWN)
    assert read_xform(conversion.xml).xml_form_id == "fallback"


def test_warnings_come_out_and_do_not_prevent_anything() -> None:
    conversion = convert(xlsform(["image", "photo", "Photo"]))
    assert any("max-pixels" in text for text in conversion.warnings)


def test_control_characters_pasted_from_elsewhere_are_dropped() -> None:
    for data, media_type in (
        (xlsform(["text", "a", "one\x0btwo\x02"]), XLSX),
        (b"| survey |\n| | type | name | label |\n| | text | a | one\x0btwo\x02 |\n", MARKDOWN),
    ):
        form = read_xform(convert(data, media_type).xml)
        assert next(field for field in form.fields if field.name == "a").labels == {"": "onetwo"}


def test_external_choices_give_item_sets() -> None:
    data = workbook(
        {
            "survey": [
                ["type", "name", "label", "choice_filter"],
                ["text", "p", "P", ""],
                ["select_one_external t", "q", "Q", "p=${p}"],
            ],
            "choices": [["list_name", "name", "label"], ["x", "1", "1"]],
            "external_choices": [["list_name", "name", "label", "p"], ["t", "a", "A", "1"]],
            "settings": [["form_id"], ["ext"]],
        }
    )
    itemsets = convert(data).itemsets
    assert itemsets is not None
    assert b'"a"' in itemsets


class TestErrorsOfTheAuthor:
    @pytest.mark.parametrize(
        ("rows", "place", "advice"),
        [
            ([["text", "a", "Hello ${nobody}"]], ("survey", 2, "label"), "Check the name inside"),
            ([["text", "a", "A"], ["txt", "b", "B"]], ("survey", 3, "type"), "Check the spelling of the type"),
            ([["text", "", "A"]], ("survey", 2, "name"), "Fill in the column “name”"),
            ([["", "a", "A"]], ("survey", 2, "type"), "Fill in the column “type”"),
            ([["text", "a", "A"], ["text", "a", "B"]], ("survey", 3, "name"), "stands twice"),
            ([["begin_group", "g", "G"], ["text", "a", "A"]], ("survey", 2, "type"), "end_group"),
            ([["text", "1a", "A"]], ("survey", 2, "name"), "begin with a letter"),
            ([["select_one nothing", "a", "A"]], ("choices", None, None), "Add a sheet “choices”"),
        ],
    )  # fmt: skip
    def test_each_is_shown_with_its_place_and_what_to_do(
        self, rows: list[list[str]], place: tuple[str, int, str], advice: str
    ) -> None:
        problem = refused(xlsform(*rows))
        assert problem.code == "400.15"
        assert problem.details["error"]
        assert (problem.details["sheet"], problem.details["row"], problem.details["column"]) == place
        assert advice in advice_for(problem.details["error"])

    def test_several_of_one_kind_are_listed_one_by_one(self) -> None:
        twice = [["l", "a", "A"], ["l", "a", "A"], ["l", "b", "B"], ["l", "b", "B"]]
        errors = refused(xlsform(["select_one l", "q", "Q"], choices=twice)).details["errors"]
        assert [(error["sheet"], error["row"]) for error in errors] == [("choices", 3), ("choices", 5)]

    def test_a_misspelt_sheet_is_named(self) -> None:
        problem = refused(workbook({"survy": [["type", "name"], ["text", "a"]], "settings": [["form_id"], ["x"]]}))
        assert "survy" in problem.details["error"]
        assert "Name the sheet" in advice_for(problem.details["error"])

    def test_a_dump_of_the_row_is_not_shown(self) -> None:
        assert (
            readable("[row : 2] Question with no type.\n{'name': 'a', 'label': 'A'}")
            == "[row : 2] Question with no type."
        )

    def test_a_message_nobody_foresaw_still_gets_a_row_in_the_table(self) -> None:
        assert single_errors("Something odd") == [
            {"error": "Something odd", "sheet": None, "row": None, "column": None}
        ]
        assert advice_for("Something odd") == NO_ADVICE
        assert place_of("[row : 7] x").sheet == "survey"


class TestHostileFiles:
    @pytest.mark.parametrize("media_type", [XLSX, XLS, MARKDOWN])
    @pytest.mark.parametrize(
        "data", [b"", b"\x00" * 1000, b"PK\x03\x04" + b"\xff" * 500, b"hello", b"<html></html>", GOOD[:700]]
    )
    def test_what_is_no_workbook(self, data: bytes, media_type: str) -> None:
        assert refused(data, media_type).code == "400.15"

    def test_an_old_or_protected_file_under_the_new_name_is_told_so(self) -> None:
        problem = refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 5000)
        assert "password" in problem.details["error"]

    def test_an_honest_bomb_is_known_by_its_directory(self) -> None:
        bomb = rezipped(GOOD, **{"xl/media/zeros.bin": b"\0" * (120 * 1024 * 1024)})
        assert len(bomb) < 500_000
        assert refused(bomb).code == "413.131"

    def test_a_bomb_that_lies_in_its_directory_does_not_get_through(self) -> None:
        plain = b"<worksheet>" + b"<row/>" * 20_000_000
        bomb = rezipped(GOOD, sheet1=plain)
        lying = with_stated_size(bomb, "xl/worksheets/sheet1.xml", len(plain), 1000)
        assert refused(lying).code == "400.15"

    def test_many_parts_and_parts_that_overlap(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for number in range(3000):
                archive.writestr(f"x{number}.xml", b"<a/>")
        assert refused(out.getvalue()).code == "413.131"

    def test_two_hundred_thousand_rows(self) -> None:
        rows = b"".join(b'<row r="%d"><c r="A%d" t="n"><v>1</v></c></row>' % (n, n) for n in range(1, 200_001))
        assert refused(rezipped(GOOD, sheet1=sheet(rows))).code == "413.132"

    def test_rows_under_a_prefix_are_counted_too(self) -> None:
        assert refused(rezipped(GOOD, sheet1=b"<x:sheetData>" + b"<x:row/>" * 30_000)).code == "413.132"

    def test_half_a_million_cells_in_one_row(self) -> None:
        assert (
            refused(rezipped(GOOD, sheet1=sheet(b"<row>" + b'<c t="n"><v>1</v></c>' * 500_000 + b"</row>"))).code
            == "413.133"
        )

    def test_one_endless_text(self) -> None:
        endless = b"<sst><si><t>" + b"a" * 50_000_000 + b"</t></si></sst>"
        assert refused(rezipped(GOOD, strings=endless)).code == "413.133"

    def test_a_long_text_used_by_every_cell(self) -> None:
        rows = [["text", f"q{n}", "x" * 30_000] for n in range(300)]
        assert refused(xlsform(*rows)).code == "413.133"

    def test_entities_in_a_part(self) -> None:
        laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
        assert refused(rezipped(GOOD, strings=laughs)).code == "400.102"

    @pytest.mark.parametrize("encoding", ["utf-16", "cp037"])
    def test_a_part_in_an_encoding_that_would_hide_its_rows(self, encoding: str) -> None:
        text = f'<?xml version="1.0" encoding="{encoding}"?>'
        hidden = (
            text.encode() + ("<row/>" * 30_000).encode(encoding)
            if encoding == "cp037"
            else (text + "<row/>").encode(encoding)
        )
        assert refused(rezipped(GOOD, sheet1=hidden)).code == "400.15"

    def test_more_questions_than_a_form_can_have(self) -> None:
        rows = b"".join(
            b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>text</t></is></c>'
            b'<c r="B%d" t="inlineStr"><is><t>q%d</t></is></c></row>' % (n, n, n, n)
            for n in range(2, 11_000)
        )
        header = (
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>type</t></is></c>'
            b'<c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
        )
        assert refused(rezipped(GOOD, sheet1=sheet(header + rows))).code == "413.134"

    def test_groups_nested_without_end(self) -> None:
        rows = (
            [["begin_group", f"g{n}", "G"] for n in range(1500)] + [["text", "q", "Q"]] + [["end_group", "", ""]] * 1500
        )
        with pytest.raises(Problem) as caught:
            read_xform(convert(xlsform(*rows)).xml)
        assert caught.value.code in {"400.15", "400.103"}

    def test_markdown_made_to_be_slow(self) -> None:
        line = "| " + "#" * 4900 + "|"
        assert refused(("| survey |\n" + (line + "\n") * 50).encode(), MARKDOWN).code == "400.15"
        assert refused(b"| survey |\n|" + b"#" * 6000, MARKDOWN).code == "413.133"
        assert refused(b"|a|\n" * 100_000, MARKDOWN).code == "413.131"
        assert refused("| survey | แบบ |".encode("cp874"), MARKDOWN).code == "400.15"

    def test_a_file_over_the_limit(self) -> None:
        small = load_settings({"TIDTAM_MAX_XLSFORM_BYTES": "1000"})
        assert refused(GOOD, settings=small).code == "413.100"
        assert refused(b"\xd0\xcf\x11\xe0" + b"0" * 6_000_000, XLS).code == "413.100"

    def test_a_compression_nobody_uses_and_an_encrypted_part(self) -> None:
        assert refused(GOOD.replace(b"\x08\x00", b"\x63\x00", 40)).code == "400.15"
        encrypted = bytearray(GOOD)
        for start in (b"PK\x01\x02", b"PK\x03\x04"):
            flags = encrypted.find(start) + (8 if start == b"PK\x01\x02" else 6)
            encrypted[flags] |= 1
        assert refused(bytes(encrypted)).code == "400.15"

    def test_formulas_and_markup_are_only_text(self) -> None:
        form = read_xform(convert(xlsform(["text", "a", "=1+1 <script>alert(1)</script> & more"])).xml)
        label = next(field for field in form.fields if field.name == "a").labels[""]
        assert label == "=1+1 <script>alert(1)</script> & more"


def sheet(rows: bytes) -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def with_stated_size(archive: bytes, name: str, true_size: int, stated: int) -> bytes:
    """An archive whose directory and local header give another unpacked size than a part has."""
    changed = bytearray(archive)
    wanted, instead = struct.pack("<I", true_size), struct.pack("<I", stated)
    position = 0
    while (position := changed.find(wanted, position)) >= 0:
        changed[position : position + 4] = instead
    with zipfile.ZipFile(io.BytesIO(bytes(changed))) as lying:
        assert lying.getinfo(name).file_size == stated
    return bytes(changed)
