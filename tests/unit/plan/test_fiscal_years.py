"""The days of fiscal years and their rounds, and decimals that stay exact."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from core.i18n import fiscal_year
from plan.demo.generate import generate_office
from plan.fiscal_years import standard_rounds, year_bounds
from plan.models.columns import ExactDecimal


@pytest.mark.parametrize("year_be", [2568, 2569, 2570, 2571])
def test_a_year_lasts_from_october_to_september(year_be: int) -> None:
    first, last = year_bounds(year_be)
    assert (first.month, first.day, last.month, last.day) == (10, 1, 9, 30)
    assert fiscal_year(first) == fiscal_year(last) == year_be
    assert fiscal_year(first - dt.timedelta(days=1)) == year_be - 1
    assert fiscal_year(last + dt.timedelta(days=1)) == year_be + 1


def test_the_standard_rounds_are_those_of_the_invented_office() -> None:
    for year in generate_office().fiscal_years:
        made = [(item.code, item.opens_on, item.due_on, item.closes_on) for item in year.rounds]
        assert [tuple(item.values()) for item in standard_rounds(year.year_be)] == made
        assert (year.starts_on, year.ends_on) == year_bounds(year.year_be)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
@pytest.mark.parametrize("text", ["0", "0.01", "120000.25", "-7.10", "999999999999.99"])
def test_money_comes_back_as_it_was_put_in(dialect: object, text: str) -> None:
    money = ExactDecimal(2)
    stored = money.process_bind_param(Decimal(text), dialect)  # type: ignore[arg-type]
    assert isinstance(stored, int)
    assert money.process_result_value(stored, dialect) == Decimal(text)  # type: ignore[arg-type]


def test_a_value_that_would_be_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 2 decimal places"):
        ExactDecimal(2).process_bind_param(Decimal("0.001"), sqlite.dialect())
