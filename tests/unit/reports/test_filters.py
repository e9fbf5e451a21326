"""Filters from an address and back."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Problem
from reports.filters import Filters, flag

GIVEN = {
    "fiscal_year": "2570", "quarter": "1", "group": "PLN", "district": "D01", "school": "s-1", "officer": "OFF-001",
    "project": "p-1", "review_state": "approved", "as_of": "2027-01-22", "lang": "th",
}  # fmt: skip


def test_every_part_is_read_and_written_again() -> None:
    filters = Filters.parse(GIVEN)
    assert (filters.fiscal_year, filters.quarter, filters.as_of) == (2570, 1, dt.date(2027, 1, 22))
    assert filters.chosen() == {
        "group": "PLN",
        "district": "D01",
        "school": "s-1",
        "officer": "OFF-001",
        "project": "p-1",
    }
    assert Filters.parse(filters.parameters()) == filters
    assert "lang" not in filters.query()


def test_an_empty_address_asks_for_everything_that_was_not_rejected() -> None:
    filters = Filters.parse({"group": "", "quarter": " "})
    assert filters == Filters()
    assert filters.review_state == "counted"
    assert filters.query() == ""


def test_thai_digits_are_digits() -> None:
    assert Filters.parse({"fiscal_year": "๒๕๗๐", "quarter": "๔"}).with_(as_of=None).parameters() == {
        "fiscal_year": "2570",
        "quarter": "4",
    }


def test_other_parameters_stand_beside_the_filters() -> None:
    assert Filters(group="นผ/1", quarter=2).query(by="project", measure=None) == (
        "by=project&quarter=2&group=%E0%B8%99%E0%B8%9C%2F1"
    )


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("fiscal_year", "2027", "400.191"), ("fiscal_year", "25700", "400.191"), ("fiscal_year", "-1", "400.191"),
        ("fiscal_year", "9" * 5000, "400.191"), ("fiscal_year", "²570", "400.191"), ("quarter", "0", "400.192"),
        ("quarter", "q1", "400.192"), ("quarter", "10", "400.192"), ("as_of", "22/01/2570", "400.193"),
        ("as_of", "2027-02-30", "400.193"), ("as_of", "20270122", "400.193"), ("as_of", "2027-W01-1", "400.193"),
        ("as_of", "๒๐๒๗-01-22", "400.193"), ("review_state", "whatever", "400.194"), ("project", "x" * 201, "400.196"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_what_to_write_instead(name: str, value: str, code: str) -> None:
    with pytest.raises(Problem) as refusal:
        Filters.parse({name: value})
    assert refusal.value.code == code
    assert refusal.value.status == 400


def test_a_flag_is_true_or_false() -> None:
    assert flag({}, "bom", usual=True) is True
    assert flag({"bom": "false"}, "bom", usual=True) is False
    assert flag({"bom": "True"}, "bom", usual=False) is True
    with pytest.raises(Problem) as refusal:
        flag({"bom": "perhaps"}, "bom", usual=True)
    assert refusal.value.code == "400.197"


def test_a_page_leaves_out_what_means_nothing_and_says_so() -> None:
    filters, nonsense = Filters.understood(GIVEN | {"fiscal_year": "abc", "quarter": "9", "school": "x" * 300})
    assert filters == Filters.parse(GIVEN).with_(fiscal_year=None, quarter=None, school="")
    assert nonsense == {"fiscal_year": "abc", "quarter": "9", "school": "x" * 200}
    assert Filters.understood(GIVEN) == (Filters.parse(GIVEN), {})
