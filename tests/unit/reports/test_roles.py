"""What a form means to reports."""

from __future__ import annotations

import pytest

from core.errors import Problem
from core.settings import Settings
from forms.definitions import Definition
from forms.xform import read_xform
from forms.xlsform import XLSX, convert
from reports.roles import roles_of
from tests.support.plain_records import plain_definition
from tests.support.records import group, question, repeat

VISIT = plain_definition(
    [
        question("/report_date", "date", dimension="date"),
        question("/fiscal_year", dimension="fiscal_year"),
        group("/visit"),
        question("/visit/school", dimension="school"),
        question("/visit/pupils", "int", measure="latest"),
        repeat("/item"),
        question("/item/project", dimension="project"),
        question("/item/planned", "int", measure="sum"),
        question("/item/actual", "int", measure="percent_of:planned"),
        question("/item/percent", "decimal", measure="latest"),
        question("/item/typo", "int", measure="percent_of:plan"),
        group("/item/ratings"),
        question("/item/ratings/one", choices="12345", measure="rating"),
        question("/item/ratings/two", choices="12345", measure="rating"),
        repeat("/item/room"),
        question("/item/room/kind", dimension="room_kind"),
        question("/item/room/seats", "int", measure="sum"),
    ]
)


def test_questions_are_found_from_the_table_they_stand_in() -> None:
    roles = roles_of(VISIT)
    assert [(table.path, table.parent, table.steps) for table in roles.tables] == [
        ("", "", ()), ("/item", "", ("item",)), ("/item/room", "/item", ("room",)),
    ]  # fmt: skip
    assert roles.lineages["/item/room"] == ("/item", "/item/room")
    assert roles.dimensions["school"].place.steps == ("visit", "school")
    assert roles.dimensions["project"].place.table == "/item"
    places = {measure.name: (measure.place.table, measure.place.steps) for measure in roles.measures}
    assert places["item/ratings/one"] == ("/item", ("ratings", "one"))
    assert places["item/room/seats"] == ("/item/room", ("seats",))


def test_time_is_the_servers_and_groups_follow_from_projects_where_the_form_says_nothing_of_them() -> None:
    roles = roles_of(VISIT)
    assert roles.groupings == ("project", "group", "school", "room_kind", "fiscal_year", "quarter")
    assert roles.grouping("group").via == "project"
    assert roles.grouping("quarter").field is None
    own = plain_definition([question("/g", dimension="group"), question("/p", dimension="project")])
    assert roles_of(own).grouping("group").via == ""
    assert "group" not in roles_of(plain_definition([question("/school", dimension="school")])).dimensions


def test_the_last_report_is_one_on_whatever_each_answer_has_exactly_one_of() -> None:
    subjects = {measure.name: measure.subject for measure in roles_of(VISIT).measures if measure.kind == "latest"}
    assert subjects == {"visit/pupils": "school", "item/percent": "project"}


def test_percentages_are_not_added_up_and_ratings_of_one_group_make_a_side() -> None:
    measures = {measure.name: measure for measure in roles_of(VISIT).measures}
    assert measures["visit/pupils"].adds_up
    assert not measures["item/percent"].adds_up
    assert [item.name for item in measures["item/ratings"].items] == ["item/ratings/one", "item/ratings/two"]


def test_a_measure_that_cannot_be_computed_is_named() -> None:
    assert roles_of(VISIT).unusable == ("/item/typo",)


def test_an_unknown_grouping_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Problem) as refusal:
        roles_of(VISIT).grouping("colour")
    assert refusal.value.code == "400.195"
    assert "room_kind" in refusal.value.message


@pytest.fixture(scope="module")
def library() -> dict[str, Definition]:
    from forms.library.catalogue import library_forms

    found = {}
    for entry in library_forms():
        if entry.form_id in {"project_progress", "school_followup_visit"}:
            conversion = convert(entry.path.read_bytes(), XLSX, fallback_id="", settings=Settings())
            xform = read_xform(conversion.xml)
            found[entry.form_id] = plain_definition(xform.fields)
    return found


def test_the_forms_of_the_library_have_the_figures_reports_need(library: dict[str, Definition]) -> None:
    progress = roles_of(library["project_progress"])
    measures = {measure.name: measure for measure in progress.measures}
    assert measures["progress_percent"].subject == measures["disbursed_total"].subject == "project"
    assert measures["activity_item/activity_percent"].subject == "project"
    assert not progress.unusable
    visit = roles_of(library["school_followup_visit"])
    assert visit.groupings[:4] == ("project", "group", "school", "district")
    assert [measure.name for measure in visit.measures if measure.kind == "side"] == ["project_item/item_ratings"]
