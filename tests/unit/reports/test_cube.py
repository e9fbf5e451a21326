"""Summing up by dimensions that stand in the record, in repeats, and beside one another."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from reports.cube import Line, Table, aggregate, restrictions
from reports.records import Record
from reports.roles import roles_of
from tests.support.plain_records import plain_definition, plain_record
from tests.support.records import group, question, repeat

VISIT = roles_of(
    plain_definition(
        [
            question("/school", dimension="school"),
            question("/level", choices="12345", measure="mean"),
            question("/roles", control="select", choices=("director", "teacher"), measure="share"),
            repeat("/item"),
            question("/item/project", dimension="project"),
            question("/item/planned", "int", measure="sum"),
            question("/item/actual", "int", measure="percent_of:planned"),
            repeat("/item/room"),
            question("/item/room/seats", "int", measure="sum"),
            repeat("/evidence"),
            question("/evidence/title", measure="count"),
        ]
    )
)
PROGRESS = roles_of(
    plain_definition(
        [
            question("/project", dimension="project"),
            question("/spent", "decimal", measure="latest"),
            question("/percent", "int", measure="latest"),
            repeat("/money"),
            question("/money/source", dimension="source"),
            question("/money/amount", "decimal", measure="latest"),
        ]
    )
)
GROUP_OF = {"p1": "PLN", "p2": "PLN", "p3": "SUP"}


def summed(records: list[Record], by: str, roles: Any = VISIT, **chosen: str) -> Table:
    keep = restrictions(roles, {name: frozenset((value,)) for name, value in chosen.items()})
    dimension = roles.grouping(by)
    return aggregate(records, roles, dimension, follow=GROUP_OF if dimension.via else None, keep=keep)


def line(table: Table, key: str | None) -> Line:
    return next(found for found in table.lines if found.key == key)


TWO_PROJECTS = plain_record(
    1,
    {
        "school": "s1",
        "level": "4",
        "roles": ["director", "teacher"],
        "item": [
            {"project": "p1", "planned": 10, "actual": 5, "room": [{"seats": 20}, {"seats": 5}]},
            {"project": "p3", "planned": 40, "actual": 40, "room": [{"seats": 7}]},
            {"project": "p1", "planned": 2, "actual": 1},
        ],
        "evidence": [{"title": "ภาพ"}, {"title": "คำสั่ง"}, {}],
    },
    incomplete=True,
)
ONE_PROJECT = plain_record(2, {"school": "s1", "level": "2", "item": [{"project": "p2", "planned": 8}]})
NO_PROJECT = plain_record(3, {"level": "3"})


def test_a_record_counts_once_for_each_of_its_projects_and_once_in_the_total() -> None:
    table = summed([TWO_PROJECTS, ONE_PROJECT, NO_PROJECT], "project")
    assert [(found.key, found.records, found.incomplete) for found in table.lines] == [
        ("p1", 1, 1), ("p2", 1, 0), ("p3", 1, 1), (None, 1, 0),
    ]  # fmt: skip
    assert (table.total.records, table.total.incomplete) == (3, 1)


def test_answers_of_a_project_s_own_turn_belong_to_it_alone() -> None:
    table = summed([TWO_PROJECTS, ONE_PROJECT], "project")
    assert line(table, "p1").figures["item/planned"].sum == 12
    assert line(table, "p1").figures["item/room/seats"].sum == 25
    assert line(table, "p3").figures["item/room/seats"].sum == 7
    assert line(table, "p2").figures["item/room/seats"].sum is None
    assert table.total.figures["item/planned"].sum == 60


def test_answers_of_the_record_belong_to_each_of_its_projects_and_once_to_the_total() -> None:
    table = summed([TWO_PROJECTS, ONE_PROJECT], "project")
    assert line(table, "p1").figures["level"].mean == line(table, "p3").figures["level"].mean == 4
    assert (table.total.figures["level"].n, table.total.figures["level"].mean) == (2, 3)
    assert line(table, "p3").figures["evidence/title"].n == 2
    assert table.total.figures["evidence/title"].n == 2
    assert table.total.figures["roles"].shares == {"director": 1, "teacher": 1}


def test_a_percentage_is_the_sum_of_parts_out_of_the_sum_of_wholes() -> None:
    table = summed([TWO_PROJECTS, ONE_PROJECT], "project")
    assert line(table, "p1").figures["item/actual"].percent == 50
    # A blank part of a stated whole is none of it; the mean of the three percentages would be 50 as well by chance.
    assert line(table, "p2").figures["item/actual"].percent == 0
    assert table.total.figures["item/actual"].percent == Fraction(46, 60) * 100


def test_nothing_to_divide_by_is_nothing_and_is_counted() -> None:
    records = [
        plain_record(1, {"item": [{"project": "p1", "planned": 0, "actual": 3}, {"project": "p1", "actual": 2}]})
    ]
    found = summed(records, "project").total.figures["item/actual"]
    assert (found.percent, found.n, found.left_out) == (None, 0, 2)


def test_groups_follow_from_projects() -> None:
    table = summed([TWO_PROJECTS, ONE_PROJECT, NO_PROJECT], "group")
    assert [(found.key, found.records) for found in table.lines] == [("PLN", 2), ("SUP", 1), (None, 1)]
    assert line(table, "PLN").figures["item/planned"].sum == 20
    unknown = plain_record(9, {"item": [{"project": "gone", "planned": 1}]})
    assert [found.key for found in summed([unknown], "group").lines] == [None]


def test_asked_about_one_project_only_its_own_turns_count() -> None:
    table = summed([TWO_PROJECTS], "school", project="p1")
    assert line(table, "s1").figures["item/planned"].sum == 12
    assert line(table, "s1").figures["item/room/seats"].sum == 25
    assert line(table, "s1").figures["level"].n == 1
    assert [found.key for found in summed([TWO_PROJECTS], "project", project="p1").lines] == ["p1"]


def test_quarters_are_told_apart_by_year() -> None:
    table = summed([plain_record(1, {}, day=0), plain_record(2, {}, day=100), plain_record(3, {}, day=-1)], "quarter")
    assert [found.key for found in table.lines] == ["2569-4", "2570-1", "2570-2"]


def report(number: int, project: str, day: int, spent: Any = None, **answers: Any) -> Record:
    stated = {} if spent is None else {"spent": spent}
    return plain_record(number, {"project": project, **stated, **answers}, day=day)


def test_the_last_report_of_each_project_counts_and_is_summed_over_projects() -> None:
    records = [
        report(1, "p1", 30, 96000.25),
        report(2, "p1", 10, 20000),
        report(3, "p2", 5, 100),
        report(4, "p3", 9, 0.1),
    ]
    table = summed(records, "group", PROGRESS)
    assert line(table, "PLN").figures["spent"].sum == Fraction("96100.25")
    assert table.total.figures["spent"].sum == Fraction("96100.35")
    assert (table.total.figures["spent"].n, table.total.records) == (3, 4)


def test_of_two_reports_of_one_day_the_one_received_later_counts() -> None:
    assert summed([report(2, "p1", 1, 7), report(1, "p1", 1, 5)], "project", PROGRESS).total.figures["spent"].sum == 7


def test_a_last_report_that_states_nothing_or_something_odd_leaves_its_project_out() -> None:
    records = [report(1, "p1", 1, 50), report(2, "p1", 2), report(3, "p2", 1, 60), report(4, "p2", 2, "๗๐")]
    found = summed(records, "group", PROGRESS).total.figures["spent"]
    assert (found.sum, found.n, found.left_out, found.odd) == (None, 0, 2, 1)


def test_each_quarter_has_its_own_last_reports() -> None:
    table = summed([report(1, "p1", 10, 40), report(2, "p1", 100, 90), report(3, "p2", 20, 7)], "quarter", PROGRESS)
    assert line(table, "2570-1").figures["spent"].sum == 47
    assert line(table, "2570-2").figures["spent"].sum == 90
    assert table.total.figures["spent"].sum == 97


def test_a_last_report_without_a_repeat_has_none_of_it() -> None:
    money = [{"source": "obec", "amount": 5}, {"source": "area", "amount": 2.5}]
    records = [report(1, "p1", 1, money=money), report(2, "p2", 1, money=money), report(3, "p2", 2)]
    table = summed(records, "project", PROGRESS)
    assert line(table, "p1").figures["money/amount"].sum == Fraction("7.5")
    assert line(table, "p2").figures["money/amount"].sum is None
    assert table.total.figures["money/amount"].sum == Fraction("7.5")
    by_source = summed(records[:1], "source", PROGRESS)
    assert line(by_source, "obec").figures["money/amount"].sum == 5


def test_the_mean_of_last_reports_is_that_of_their_values() -> None:
    money = [{"source": "obec", "amount": 90}, {"source": "area", "amount": 60}]
    table = summed([report(1, "p1", 1, money=money), report(2, "p2", 1, money=money[:1])], "group", PROGRESS)
    assert line(table, "PLN").figures["money/amount"].mean == 80
    assert summed([report(1, "p1", 1, 40), report(2, "p2", 1, 60)], "group", PROGRESS).total.figures["spent"].mean == 50


def test_decimals_are_added_exactly_however_long_they_are() -> None:
    records = [report(number, f"p{number}", 1, value) for number, value in enumerate([0.1, 0.2, 1e300, 1e-300], 1)]
    found = summed(records, "project", PROGRESS).total.figures["spent"]
    assert found.sum == Fraction("0.3") + Fraction(10) ** 300 + Fraction(1, 10**300)


def test_odd_answers_are_skipped_and_counted() -> None:
    roles = roles_of(
        plain_definition(
            [
                question("/a", "int", measure="sum"),
                question("/b", measure="sum"),
                question("/c", choices=("x", "y"), measure="share"),
                group("/g"),
                question("/g/d", "decimal", measure="mean"),
            ]
        )
    )
    records = [
        plain_record(1, {"a": "สิบ", "b": "12.5", "c": "x", "g": {"d": 1}}),
        plain_record(2, {"a": 3, "b": "NaN", "c": "z", "g": {"d": True}}, odd=[("/c", "z")]),
        plain_record(3, {"b": "1e400", "c": "y", "g": "ไม่ใช่กลุ่ม"}),
    ]
    total = aggregate(records, roles, roles.grouping("quarter")).total.figures
    assert (total["a"].n, total["a"].odd, total["a"].sum) == (1, 1, 3)
    assert (total["b"].n, total["b"].odd, total["b"].sum) == (1, 1, Fraction("12.5"))
    assert (total["c"].n, total["c"].odd, total["c"].shares) == (2, 1, {"x": 1, "y": 1})
    assert (total["g/d"].n, total["g/d"].odd) == (1, 1)
    assert total["c"].share("x") == 50
