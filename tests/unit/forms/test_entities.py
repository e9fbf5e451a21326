"""What a form says about entities: read, refused with the cell that is wrong, and warned of."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem
from core.settings import load_settings
from forms.entities import EntityDeclaration, is_list_name, is_property_name, is_true
from forms.lint import lint
from forms.xform import read_xform
from forms.xlsform import MARKDOWN, convert
from tests.support.entities import tree_form

SETTINGS = load_settings({})
A = ("text", "a", "A", "")
LABELLED = [("list_name", "label"), ("trees", "${a}")]


def markdown(survey: list[tuple[str, ...]], entities: list[tuple[str, ...]]) -> bytes:
    """A workbook as text; `entities` begins with its header."""
    lines = ["| survey |", "| | type | name | label | save_to |", *(f"| | {' | '.join(row)} |" for row in survey)]
    lines += ["| entities |", *(f"| | {' | '.join(row)} |" for row in entities)]
    return "\n".join([*lines, "| settings |", "| | form_id | version |", "| | x | 1 |\n"]).encode()


def declared(survey: list[tuple[str, ...]], entities: list[tuple[str, ...]]) -> tuple[EntityDeclaration, ...]:
    """What the form declares."""
    xml = convert(markdown(survey, entities), MARKDOWN, fallback_id="x", settings=SETTINGS).xml
    return read_xform(xml).entities


def test_a_form_that_declares_nothing_has_no_entities() -> None:
    assert declared([A], [("list_name", "label")]) == ()


def test_a_sheet_entities_declares_what_is_created_and_from_which_questions() -> None:
    assert declared([("text", "a", "A", "species")], LABELLED) == (
        EntityDeclaration("", "trees", creates=True, updates=False, properties={"species": "/a"}),
    )


def test_an_entity_in_a_repeat_takes_the_questions_of_its_rows() -> None:
    survey = [
        ("text", "farm", "Farm", "farms#owner"),
        ("begin_repeat", "tree", "Trees", ""),
        ("text", "species", "Species", "trees#species"),
        ("end_repeat", "", "", ""),
    ]
    found = declared(survey, [("list_name", "label"), ("trees", "${species}"), ("farms", "${farm}")])
    assert {(item.list_name, item.path, tuple(item.properties.items())) for item in found} == {
        ("trees", "/tree", (("species", "/tree/species"),)),
        ("farms", "", (("owner", "/farm"),)),
    }


@pytest.mark.parametrize(
    ("survey", "entities", "place"),
    [
        ([A], [("list_name", "label"), ("", "${a}")], ("entities", 2, "list_name")),
        ([A], [("list_name", "label"), ("a.b", "${a}")], ("entities", 2, "list_name")),
        ([A], [("list_name", "label"), ("__b", "${a}")], ("entities", 2, "list_name")),
        ([A], [("list_name", "label"), ("trees", "")], ("entities", 2, "label")),
        ([A], [("list_name", "label"), ("trees", "${zzz}")], ("entities", 2, "label")),
        ([A], [("list_name", "label", "update_if"), ("trees", "${a}", "true()")], ("entities", 2, "entity_id")),
        ([A], [("list_name", "label", "colour"), ("trees", "${a}", "red")], ("entities", 1, "colour")),
        ([A], [*LABELLED, ("trees", "${a}")], ("entities", 3, "list_name")),
        ([("text", "a", "A", "name")], LABELLED, ("survey", 2, "save_to")),
        ([("text", "a", "A", "b c")], LABELLED, ("survey", 2, "save_to")),
        ([("text", "a", "A", "__x")], LABELLED, ("survey", 2, "save_to")),
        ([("text", "a", "A", "b")], [("list_name", "label")], ("survey", 2, "save_to")),
        ([("text", "a", "A", "bees#b")], LABELLED, ("survey", 2, "save_to")),
        ([("text", "a", "A", "b"), ("text", "c", "C", "b")], LABELLED, ("survey", 3, "save_to")),
    ],
)
def test_a_wrong_sheet_is_refused_with_the_cell(
    survey: list[tuple[str, ...]], entities: list[tuple[str, ...]], place: tuple[str, int, str]
) -> None:
    with pytest.raises(Problem) as caught:
        declared(survey, entities)
    details = caught.value.details
    assert (caught.value.code, details["sheet"], details["row"], details["column"]) == ("400.15", *place)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b'dataset="trees"', b'dataset=""', "names no list"),
        (b'dataset="trees"', b'dataset="a.b"', "cannot be the name of an entity list"),
        (b"<label/></entity>", b"</entity>", "has no label"),
        (b"2024.1.0", b"2031.1.0", "2031.1.0 of the entities specification is not known"),
        (b' entities:entities-version="2024.1.0"', b"", "entities-version"),
        (b'saveto="species"', b'saveto="label"', "cannot be the name of a property"),
        (b'saveto="species"', b'saveto="height"', "Two questions"),
        (b'/@create" calculate="1"', b'/@other" calculate="1"', None),
    ],
)
def test_an_xform_that_declares_wrongly_is_refused_with_the_reason(
    before: bytes, after: bytes, said: str | None
) -> None:
    form = tree_form()
    assert before in form
    if said is None:
        assert [(item.creates, item.updates) for item in read_xform(form.replace(before, after)).entities] == [
            (False, True)
        ]
        return
    with pytest.raises(Problem) as caught:
        read_xform(form.replace(before, after))
    assert caught.value.code == "400.25"
    assert said in caught.value.message
    assert said in caught.value.details["reason"]


def test_an_entity_that_is_neither_created_nor_updated_is_refused() -> None:
    form = tree_form().replace(b"/@create", b"/@x").replace(b"/@update", b"/@y")
    with pytest.raises(Problem, match="neither create nor update"):
        read_xform(form)


@pytest.mark.parametrize(("entity_id", "warned"), [("coalesce(${t}, uuid())", True), ("coalesce(${t}, ${n})", False)])
def test_an_id_that_changes_when_a_record_is_opened_again_is_warned_of(entity_id: str, *, warned: bool) -> None:
    survey = [A, ("text", "t", "T", ""), ("text", "n", "N", "")]
    entities = [
        ("list_name", "label", "entity_id", "create_if", "update_if"),
        ("trees", "${a}", entity_id, "${t} = ''", "${t} != ''"),
    ]
    xml = convert(markdown(survey, entities), MARKDOWN, fallback_id="x", settings=SETTINGS).xml
    assert ("changing_entity" in {finding.code for finding in lint(read_xform(xml))}) == warned


@given(st.text(max_size=70))
def test_a_name_that_is_taken_is_an_xml_name_without_a_dot(name: str) -> None:
    if is_list_name(name):
        assert all(unicodedata.category(letter)[0] in "LMN" or letter in "_-" for letter in name)
        assert unicodedata.category(name[0])[0] == "L" or name[0] == "_"
        assert "." not in name
        assert not name.startswith("__")
    assert not is_property_name(name) or (is_list_name(name) and name.lower() not in {"name", "label"})


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("trees", True),
        ("_x-1", True),
        ("สี", True),
        ("โรงเรียน", True),
        ("", False),
        ("²", False),
        ("a²", False),
        ("1a", False),
        ("-a", False),
        ("a.b", False),
        ("__a", False),
        ("a b", False),
        ("x" * 65, False),
    ],
)
def test_names_of_lists(name: str, *, holds: bool) -> None:
    assert is_list_name(name) == holds


@pytest.mark.parametrize(("text", "holds"), [("1", True), ("true", True), (" 1 ", True), ("", False), ("yes", False)])
def test_only_1_and_true_ask_for_an_action(text: str, *, holds: bool) -> None:
    assert is_true(text) == holds
