"""A form that no device could open is refused, and everything that is wrong with it is told at once."""

from __future__ import annotations

from typing import Any

import pytest

from core.settings import load_settings
from forms.formulas import MOST_TOLD, NO_QUESTION, formulas_of, require_usable
from forms.library.catalogue import LibraryForm, library_forms
from forms.lint import lint
from forms.problems import Unopenable
from forms.xform import XForm, read_xform
from forms.xlsform import XLSX, convert
from forms.xpath import CURLY_QUOTE, ENDS_EARLY, OPEN_BRACKET, VARIABLE
from forms.xpath_functions import UNKNOWN_FUNCTION, WRONG_COUNT
from tests.support.sample_forms import Sheets, workbook, xform


def read(text: str) -> XForm:
    return read_xform(text.encode())


def refused(form: XForm, rows: Any = None) -> Unopenable:
    with pytest.raises(Unopenable) as caught:
        require_usable(form, rows)
    assert caught.value.code == "400.133"
    assert caught.value.message
    return caught.value


def errors_of(text: str) -> list[tuple[str, str, str]]:
    """Node, attribute and sentence of each fault."""
    found = refused(read(text)).faults
    return [(item.to_json()["nodeset"], item.to_json()["attribute"], item.sentence) for item in found]


def sheet_errors(sheets: Sheets) -> list[tuple[str | None, int | None, str | None]]:
    """Sheet, row and column of each fault of a workbook."""
    conversion = convert(workbook(sheets), XLSX, fallback_id="f", settings=load_settings())
    found = refused(read_xform(conversion.xml), conversion.rows).details["errors"]
    return [(item["sheet"], item["row"], item["column"]) for item in found]


def survey(*rows: dict[str, str], **sheets: Any) -> Sheets:
    """A workbook of questions by column."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return {"survey": [columns, *[[row.get(column, "") for column in columns] for row in rows]], **sheets}


@pytest.mark.parametrize("attribute", ["relevant", "constraint", "calculate", "required", "readonly"])
def test_every_attribute_of_a_bind_is_read(attribute: str) -> None:
    form = xform({"n": "int"}, binds={"n": f'{attribute}="((. &gt; 1"'})
    assert errors_of(form) == [("/data/n", attribute, OPEN_BRACKET)]


def test_a_function_that_nobody_knows_is_refused_and_so_is_a_wrong_number_of_values() -> None:
    assert errors_of(xform({"n": "int"}, binds={"n": 'calculate="foo(/data/n)"'}))[0][2] == UNKNOWN_FUNCTION
    assert errors_of(xform({"n": "int"}, binds={"n": 'calculate="if(., 1)"'}))[0][2] == WRONG_COUNT


def test_everything_is_told_at_once() -> None:
    form = xform(
        {"a": "int", "b": "int"},
        binds={"a": 'relevant="/data/b &gt; " constraint="$b &gt; 1"', "b": 'calculate="foo(bar(1)) + if(1)"'},
    )
    assert errors_of(form) == [
        ("/data/a", "relevant", ENDS_EARLY),
        ("/data/a", "constraint", VARIABLE),
        ("/data/b", "calculate", UNKNOWN_FUNCTION),
        ("/data/b", "calculate", UNKNOWN_FUNCTION),
        ("/data/b", "calculate", WRONG_COUNT),
    ]
    problem = refused(read(form))
    assert all(item["error"] in problem.message for item in problem.details["errors"])
    assert (problem.details["sheet"], problem.details["row"], problem.details["column"]) == (None, None, None)


@pytest.mark.parametrize(
    "body", ["<group><label>x</label></group>", '<input ref="/data/gone"><label>x</label></input>']
)
def test_a_workbook_without_a_question_is_refused_and_an_xform_of_another_system_is_not(body: str) -> None:
    form = read(xform({"n": "int"}, body=body))
    assert [fault.sentence for fault in refused(form, rows={}).faults] == [NO_QUESTION]
    require_usable(form)


def test_a_form_with_thousands_of_faults_gets_an_answer_that_can_be_read() -> None:
    names = [f"q{number}" for number in range(3000)]
    problem = refused(read(xform(dict.fromkeys(names, "int"), binds=dict.fromkeys(names, 'relevant="("'))))
    assert len(problem.details["errors"]) == MOST_TOLD
    assert len(problem.message) < 3000


def test_a_form_with_one_note_is_a_form() -> None:
    require_usable(read(xform({"n": "string"}, binds={"n": 'readonly="true()"'})))


def test_formulas_of_the_body_and_of_actions_are_read_too() -> None:
    body = (
        '<select1 ref="/data/a"><label>A</label><itemset nodeset="instance(\'l\')/root/item[x = ">'
        '<value ref="name"/><label ref="label"/></itemset></select1>'
        '<input ref="/data/b"><label>B <output value="concat(/data/a"/></label>'
        '<setvalue event="xforms-value-changed" ref="/data/a" value="1 +"/></input>'
        '<group ref="/data/r"><repeat nodeset="/data/r" jr:count="/data/a +"><input ref="/data/r/c"/></repeat></group>'
    )
    model = '<setvalue event="odk-instance-first-load" ref="/data/b" value="nosuch()"/>'
    found = {(item.to_json()["nodeset"], item.to_json()["attribute"]) for item in refused(
        read(xform({"a": "string", "b": "string", "r": "string"}, model=model, body=body))
    ).faults}  # fmt: skip
    assert found == {
        ("/data/a", "itemset/@nodeset"),
        ("/data/b", "output/@value"),
        ("/data/a", "setvalue/@value"),
        ("/data/r", "repeat/@count"),
        ("/data/b", "setvalue/@value"),
    }


def test_answers_in_texts_of_a_language_are_read_too() -> None:
    itext = (
        '<itext><translation lang="th"><text id="/data/n:hint"><value>x <output value="today( + 1"/></value></text>'
        "</translation></itext>"
    )
    assert errors_of(xform({"n": "int"}, model=itext))[0][:2] == ("/data/n:hint", "output/@value")


def test_the_place_in_the_workbook_is_told() -> None:
    rows = [
        {"type": "integer", "name": "n", "label": "N", "constraint": "((. > 1"},
        {"type": "begin_group", "name": "g", "label": "G", "relevant": "${n} > "},
        {"type": "text", "name": "t", "label": "T", "required": "today("},
        {"type": "text", "name": "u", "label": "U", "read_only": ". = ", "default": "foo(1)"},
        {"type": "end_group"},
        {"type": "calculate", "name": "c", "calculation": "foo(${n})"},
        {"type": "select_one l", "name": "s", "label": "S", "choice_filter": "x = = 1"},
        {"type": "text", "name": "v", "label": "V", "calculation": "${n} +", "trigger": "${n}"},
        {"type": "begin_repeat", "name": "r", "label": "R", "repeat_count": "${n} +"},
        {"type": "text", "name": "w", "label": "W"},
        {"type": "end_repeat"},
    ]
    lists = [["list_name", "name", "label", "x"], ["l", "a", "A", "1"]]
    assert sorted(sheet_errors(survey(*rows, choices=lists))) == sorted(
        [
            ("survey", 2, "constraint"),
            ("survey", 3, "relevant"),
            ("survey", 4, "required"),
            ("survey", 5, "read_only"),
            ("survey", 5, "default"),
            ("survey", 7, "calculation"),
            ("survey", 8, "choice_filter"),
            ("survey", 9, "calculation"),
            ("survey", 10, "repeat_count"),
        ]
    )


def test_formulas_of_other_sheets_are_placed_there() -> None:
    sheets = survey(
        {"type": "text", "name": "n", "label": "N"},
        settings=[["form_id", "instance_name"], ["f", "concat(${n}"]],
        entities=[["list_name", "label", "create_if"], ["trees", "nosuch(${n})", "1 +"]],
    )
    assert sorted(sheet_errors(sheets), key=str) == [
        ("entities", None, "create_if"), ("entities", None, "label"), ("settings", None, "instance_name"),
    ]  # fmt: skip


def test_a_workbook_that_asks_nothing_says_so_of_the_sheet_survey() -> None:
    assert sheet_errors(survey({"type": "calculate", "name": "c", "calculation": "1"})) == [("survey", None, None)]


def test_quotation_marks_of_word_processors_are_named() -> None:
    assert errors_of(xform({"n": "string"}, binds={"n": 'constraint=". = “a”"'}))[0][2] == CURLY_QUOTE


@pytest.mark.parametrize("item", library_forms(), ids=lambda item: item.form_id)
def test_the_forms_of_the_library_are_read_whole(item: LibraryForm) -> None:
    conversion = convert(item.path.read_bytes(), XLSX, fallback_id="", settings=load_settings())
    form = read_xform(conversion.xml)
    require_usable(form, conversion.rows)
    attributes = {formula.attribute for formula in formulas_of(form)}
    assert {"required", "constraint", "itemset/@nodeset", "setvalue/@value"} <= attributes


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("property('deviceid')", "collect_function"), ("version()", "collect_function"),
        ("org:secret(1)", "foreign_function"), ("1 AND 2", "shouted_operator"), ("concat(1, 2) and 3", None),
    ],
)  # fmt: skip
def test_what_one_client_cannot_work_out_is_a_finding(formula: str, code: str | None) -> None:
    form = read(xform({"n": "string"}, binds={"n": f'calculate="{formula}"'}))
    require_usable(form)
    codes = {item.code for item in lint(form)} & {"collect_function", "foreign_function", "shouted_operator"}
    assert codes == ({code} if code else set())
    for item in lint(form):
        assert item.sentence.format_map(item.details)
