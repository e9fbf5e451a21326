"""Means, standard deviations and levels: the golden figures of ratings."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from reports.cube import aggregate
from reports.figures import half_up, root_half_up
from reports.roles import Roles, roles_of
from reports.tallies import Figures, level_of
from tests.support.plain_records import plain_definition, plain_record
from tests.support.records import group, question

SCALE = ("5", "4", "3", "2", "1", "na")


def side_of(*items: str) -> Roles:
    fields = [question(f"/side/{item}", choices=SCALE, measure="rating") for item in items]
    return roles_of(plain_definition([group("/side"), *fields]))


def figures(answers: dict[str, str]) -> dict[str, Figures]:
    roles = side_of(*answers)
    rows = zip(*(row.split(",") for row in answers.values()), strict=True)
    records = [
        plain_record(number, {"side": {name: value for name, value in zip(answers, row, strict=True) if value}})
        for number, row in enumerate(rows)
    ]
    return aggregate(records, roles, roles.grouping("quarter")).total.figures


def shown(found: Figures) -> tuple[int, Decimal | None, Decimal | None, str | None]:
    return found.n, half_up(found.mean), root_half_up(found.variance), found.level


@pytest.mark.parametrize(
    ("mean", "level"),
    [
        ("4.504", "high"), ("4.505", "highest"), ("3.506", "high"), ("1.505", "low"), ("1.504", "lowest"), ("1", "lowest"),
        ("5", "highest"), ("2.50", "low"), ("2.51", "medium"), ("0.99", None), ("5.01", None),
    ],
)  # fmt: skip
def test_a_mean_is_rounded_to_two_places_and_then_looked_up(mean: str, level: str | None) -> None:
    assert level_of(Fraction(mean)) == level


def test_ten_answers() -> None:
    found = figures({"q": "5,4,4,3,5,4,5,4,4,5"})["side/q"]
    assert shown(found) == (10, Decimal("4.30"), Decimal("0.67"), "high")
    assert found.sum == 43


def test_two_hundred_answers_whose_mean_is_a_half_exactly() -> None:
    found = figures({"q": ",".join(["5"] * 101 + ["4"] * 99)})["side/q"]
    assert found.mean == Fraction(4505, 1000)
    assert shown(found) == (200, Decimal("4.51"), Decimal("0.50"), "highest")


def test_one_side_of_three_items_and_eight_persons() -> None:
    found = figures({"one": "5,4,4,3,5,4,5,4", "two": "4,4,3,3,5,4,4,4", "three": "5,5,5,4,5,5,4,5"})
    assert shown(found["side/one"]) == (8, Decimal("4.25"), Decimal("0.71"), "high")
    assert shown(found["side/two"]) == (8, Decimal("3.88"), Decimal("0.64"), "high")
    assert shown(found["side/three"]) == (8, Decimal("4.75"), Decimal("0.46"), "highest")
    # The side is the mean of each person's mean; pooled answers would give the same mean and an S.D. of 0.69.
    assert shown(found["side"]) == (8, Decimal("4.29"), Decimal("0.49"), "high")
    assert found["side"].mean == Fraction(103, 24)


def test_one_answer_has_no_deviation_and_none_has_nothing() -> None:
    assert shown(figures({"q": "4"})["side/q"]) == (1, Decimal("4.00"), None, "high")
    assert shown(figures({"q": ""})["side/q"]) == (0, None, None, None)


def test_blanks_and_choices_that_are_no_rating_leave_n_and_odd_answers_are_counted() -> None:
    found = figures({"one": "5,,na,9,ดี,3", "two": "1,,,,,"})
    assert (found["side/one"].n, found["side/one"].odd, found["side/one"].sum) == (2, 2, 8)
    assert (found["side"].n, found["side"].mean) == (2, 3)
