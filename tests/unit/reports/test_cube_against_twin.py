"""The cube and its slow twin agree on whatever forms people fill; parts add up to totals where they can."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.cube import Line, aggregate, restrictions
from reports.records import Record
from reports.roles import roles_of
from tests.support.plain_records import plain_definition, plain_record
from tests.support.records import group, question, repeat
from tests.support.slow_twin import keys_of, twin

FORM = plain_definition(
    [
        question("/school", dimension="school"),
        question("/tags", control="select", dimension="tag"),
        group("/top"),
        question("/top/money", "decimal", measure="sum"),
        question("/top/pupils", "int", measure="latest"),
        question("/kinds", control="select", choices="abc", measure="share"),
        repeat("/item"),
        question("/item/project", dimension="project"),
        question("/item/count", "int", measure="mean"),
        question("/item/done", "int", measure="latest"),
        question("/item/score", choices="12345", measure="rating"),
        repeat("/item/room"),
        question("/item/room/kind", dimension="kind"),
        question("/item/room/seats", "int", measure="sum"),
        question("/item/room/cost", "decimal", measure="latest"),
        repeat("/other"),
        question("/other/size", "int", measure="sum"),
    ]
)
ROLES = roles_of(FORM)
WHOLE = st.integers(-5, 20)
MONEY = st.decimals(0, 1000, places=2).map(float)


def answered(**questions: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=questions)


def or_odd(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | st.just("ไม่ใช่ตัวเลข")


ROOM = answered(kind=st.sampled_from(["k1", "k2"]), seats=or_odd(WHOLE), cost=MONEY)
ITEM = answered(
    project=st.sampled_from(["p1", "p2", "p3"]),
    count=or_odd(WHOLE),
    done=or_odd(WHOLE),
    score=st.sampled_from(["1", "2", "3", "4", "5", "9"]),
    room=st.lists(ROOM, max_size=3),
)
ANSWERS = answered(
    school=st.sampled_from(["s1", "s2"]),
    tags=st.lists(st.sampled_from(["t1", "t2"]), unique=True),
    top=answered(money=MONEY, pupils=or_odd(WHOLE)),
    kinds=st.lists(st.sampled_from("abc"), unique=True),
    item=st.lists(ITEM, max_size=4),
    other=st.lists(answered(size=WHOLE), max_size=2),
)
RECORDS = st.lists(st.tuples(ANSWERS, st.integers(0, 200)), max_size=6).map(
    lambda rows: [plain_record(number, answers, day=day) for number, (answers, day) in enumerate(rows, 1)]
)
BY = pytest.mark.parametrize("by", ["project", "school", "kind", "tag", "quarter"])
FULLY = settings(max_examples=60)


def as_told(line: Line, wanted: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {part: getattr(line.figures[name], part) for part in parts} for name, parts in wanted.items()}


@BY
@FULLY
@given(records=RECORDS)
def test_every_cell_and_the_total_agree_with_the_slow_twin(by: str, records: list[Record]) -> None:
    dimension = ROLES.grouping(by)
    table = aggregate(records, ROLES, dimension)
    wanted = twin(records, ROLES, dimension, None, total=True)
    assert as_told(table.total, wanted) == wanted
    for line in table.lines:
        wanted = twin(records, ROLES, dimension, line.key, total=False)
        assert as_told(line, wanted) == wanted
    assert {line.key for line in table.lines if line.records} == keys_of(records, dimension)


@FULLY
@given(records=RECORDS)
def test_parts_add_up_to_the_total_where_a_record_has_one_key(records: list[Record]) -> None:
    table = aggregate(records, ROLES, ROLES.grouping("school"))
    assert sum(line.records for line in table.lines) == table.total.records == len(records)
    for name, total in table.total.figures.items():
        parts = [line.figures[name] for line in table.lines]
        if total.kind == "latest":
            continue
        assert sum(part.n for part in parts) == total.n
        assert sum(part.odd for part in parts) == total.odd
        if total.kind != "side":
            assert sum(part.sum or 0 for part in parts) == (total.sum or 0)
        assert sum(sum(part.shares.values()) for part in parts) == sum(total.shares.values())


@FULLY
@given(records=RECORDS)
def test_a_cell_is_the_total_of_the_records_it_links_to(records: list[Record]) -> None:
    for by in ("project", "school"):
        table = aggregate(records, ROLES, ROLES.grouping(by))
        for line in table.lines:
            if line.key is None:
                continue
            named = [one for one in records if line.key in keys_of([one], ROLES.grouping(by))]
            keep = restrictions(ROLES, {by: frozenset((line.key,))})
            alone = aggregate(named, ROLES, ROLES.grouping(by), keep=keep).total
            assert (alone.records, alone.incomplete, alone.figures) == (line.records, line.incomplete, line.figures)


@FULLY
@given(records=RECORDS, order=st.randoms())
def test_the_order_in_which_records_are_read_changes_nothing(records: list[Record], order: Any) -> None:
    shuffled = list(records)
    order.shuffle(shuffled)
    dimension = ROLES.grouping("project")
    assert aggregate(shuffled, ROLES, dimension) == aggregate(records, ROLES, dimension)
