"""Reading OData's query language and what people search for, without a database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem
from sync.entities import odata
from sync.entities.odata import Both, Compare, Field, Literal, Not, Order, Part, read_filter, read_orders
from sync.entities.search_terms import read_search

NOW = dt.datetime(2026, 11, 21, 6, 30, tzinfo=dt.UTC)
A, B, C = (Compare("eq", Field("__id"), Literal(name)) for name in "abc")


def read(text: str) -> odata.Filter:
    return read_filter(text, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("__id eq 'a'", A),
        ("  __id   eq 'a' ", A),
        ("(__id eq 'a')", A),
        ("not __id eq 'a'", Not(A)),
        ("not not __id eq 'a'", Not(Not(A))),
        ("__id eq 'a' or __id eq 'b' and __id eq 'c'", Both(A, Both(B, C, both=True), both=False)),
        ("(__id eq 'a' or __id eq 'b') and __id eq 'c'", Both(Both(A, B, both=False), C, both=True)),
        ("not __id eq 'a' and __id eq 'b'", Both(Not(A), B, both=True)),
        ("__id neq 'it''s'", Compare("ne", Field("__id"), Literal("it's"))),
        ("year(now()) eq 2026", Compare("eq", Literal(2026), Literal(2026))),
        (
            "month(__system/createdAt) lt 5",
            Compare("lt", Part("month", Field("__system/createdAt")), Literal(5)),
        ),
        (
            "__system/createdAt lt 2026-11-21T07:00:00+07:00",
            Compare("lt", Field("__system/createdAt"), Literal(dt.datetime(2026, 11, 21, tzinfo=dt.UTC))),
        ),
        (
            "__system/createdAt lt 2026-11-21T07:00:00 07:00",
            Compare("lt", Field("__system/createdAt"), Literal(dt.datetime(2026, 11, 21, tzinfo=dt.UTC))),
        ),
    ],
)
def test_filters_are_read_with_their_precedence(text: str, expected: odata.Filter) -> None:
    assert read(text) == expected


@given(
    st.text(max_size=40) | st.lists(st.sampled_from(["not", "(", ")", "__id", "eq", "'a'", "and", "or"])).map(" ".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except Problem as problem:
        assert problem.code in {"400.8", "501.1"}  # noqa: PT017 - most texts are refused, some are read


def test_orders_are_read_whatever_their_case() -> None:
    assert read_orders("__system/creatorId ASC, __system/conflict Desc,__id") == (
        Order("__system/creatorId", descending=False),
        Order("__system/conflict", descending=True),
        Order("__id", descending=False),
    )


def test_a_filter_knows_whether_it_speaks_of_a_field() -> None:
    assert odata.names_field(read("not (__id eq 'a' or year(__system/deletedAt) eq 2026)"), odata.DELETED)
    assert not odata.names_field(read("__id eq 'a' and __id eq 'b'"), odata.DELETED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a b", [["a", "b"]]),
        ("a OR b c", [["a"], ["b", "c"]]),
        ("OR a OR", [["a"]]),
        ("or a", [["or", "a"]]),
        ('"a b" c', [["a b", "c"]]),
        ('-"a b" -c', [["-a b", "-c"]]),
        ('"a b', [["a b"]]),
        ('- -- ""', []),
    ],
)
def test_searches_are_read_as_web_search_engines_do(text: str, expected: list[list[str]]) -> None:
    found = [[f"-{term.text}" if term.excluded else term.text for term in terms] for terms in read_search(text)]
    assert found == expected


@given(st.text(max_size=60))
def test_any_search_is_read(text: str) -> None:
    assert all(term.text for terms in read_search(text) for term in terms)
