"""Exact numbers and how they are shown."""

from __future__ import annotations

import decimal
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import exact_text, half_up, percent, ratio, root_half_up

FRACTIONS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("4.505", "4.51"), ("4.504", "4.50"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("0", "0.00"), ("66.665", "66.67")],
)
def test_a_half_is_rounded_away_from_zero(exact: str, shown: str) -> None:
    assert str(half_up(Fraction(exact))) == shown


@given(FRACTIONS, st.integers(0, 6))
def test_rounding_agrees_with_decimals_of_many_digits(value: Fraction, places: int) -> None:
    with decimal.localcontext(prec=60):
        near = Decimal(value.numerator) / Decimal(value.denominator)
        assert half_up(value, places) == near.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@given(st.fractions(min_value=0, max_value=10**9, max_denominator=10**6))
def test_roots_agree_with_decimals_of_many_digits(value: Fraction) -> None:
    with decimal.localcontext(prec=80):
        near = (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
        assert root_half_up(value) == near.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def test_long_sums_are_shown_to_the_last_digit() -> None:
    assert str(half_up(Fraction(10**40) + Fraction(1, 200))) == f"{10**40}.01"
    assert exact_text(Fraction(10**40) + Fraction(1, 8)) == f"{10**40}.125"


@given(FRACTIONS)
def test_exact_texts_can_be_read_back(value: Fraction) -> None:
    assert Fraction(exact_text(value) or "") == value


def test_decimals_that_never_end_are_given_as_a_division() -> None:
    assert exact_text(Fraction(103, 24)) == "103/24"
    assert exact_text(Fraction(901, 200)) == "4.505"
    assert exact_text(Fraction(7)) == "7"


def test_nothing_divided_by_is_nothing_and_not_zero() -> None:
    assert ratio(5, 0) is None
    assert percent(0, 0) is None
    assert percent(0, 5) == 0
    assert half_up(None) is None
    assert root_half_up(None) is None
    assert exact_text(None) is None
