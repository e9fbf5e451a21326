"""What the validators of the plan let pass, for any input."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem
from plan.checks import FRAMEWORK_WEIGHTS, NO_BASELINE, TARGET_OUTSIDE, indicator_warnings
from plan.frameworks import _check_nodes
from plan.indicators import THRESHOLDS, _check_thresholds
from plan.models import Indicator, ResponsibilityOrder
from plan.order_checks import shown_state
from plan.schema_fields import load
from plan.schemas import FrameworkSchema, OrderSchema
from plan.validation import Checker, InvalidPlan

VALUES = st.one_of(st.none(), st.integers(-5, 5).map(Decimal))
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
CODES = st.sampled_from("ABCD")
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, min_size=5, max_size=5), st.sampled_from(["higher", "lower"]))
def test_thresholds_pass_when_there_are_none_or_five_strictly_in_the_direction(
    values: list[Decimal | None], direction: str
) -> None:
    checker = Checker()
    _check_thresholds(checker, {**dict(zip(THRESHOLDS, values, strict=True)), "direction": direction})
    given_values = [value for value in values if value is not None]
    steps = [(second - first) * (1 if direction == "higher" else -1) for first, second in pairwise(given_values)]
    fits = not given_values or (len(given_values) == 5 and all(step > 0 for step in steps))
    assert (not checker.faults) == fits


@given(st.lists(st.tuples(CODES, st.one_of(st.just(""), CODES)), max_size=6))
def test_parts_that_pass_make_a_tree(parts: list[tuple[str, str]]) -> None:
    nodes: list[dict[str, Any]] = [{"code": code, "parent_code": above} for code, above in parts]
    fits = all(
        code not in [other for other, _ in parts[:place]]
        and (not above or above in [other for other, _ in parts[:place]])
        for place, (code, above) in enumerate(parts)
    )
    if fits:
        _check_nodes(nodes)
    else:
        with pytest.raises(InvalidPlan):
            _check_nodes(nodes)


@given(st.sampled_from(["draft", "in_force", "superseded"]), DAYS, DAYS, DAYS)
def test_an_order_is_in_force_between_its_dates_only_once_signed(
    state: str, one: dt.date, two: dt.date, day: dt.date
) -> None:
    order = ResponsibilityOrder(state=state, valid_from=min(one, two), valid_to=max(one, two))
    shown = order.state_on(day)
    if state == "in_force":
        inside = order.valid_from <= day <= order.valid_to
        assert (shown == "in_force") == inside
        assert (shown == "expired") == (day > order.valid_to)
    else:
        assert shown == state
    assert shown_state(order, day) in {shown, "expiring"}


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_weights_that_do_not_sum_to_100_are_pointed_out(weights: list[int]) -> None:
    rows = [
        Indicator(code=str(place), framework="krs", weight=Decimal(weight), baseline=Decimal(1))
        for place, weight in enumerate(weights)
    ]
    said = {item.template for item in indicator_warnings(rows)}
    assert (FRAMEWORK_WEIGHTS in said) == (sum(weights) != 100)


@given(VALUES, st.integers(-5, 5), st.integers(-5, 5), st.sampled_from(["", "ยังไม่เคยเก็บ"]))
def test_a_target_outside_the_thresholds_and_a_missing_baseline_are_pointed_out(
    target: Decimal | None, t1: int, t5: int, note: str
) -> None:
    row = Indicator(
        code="A", framework="krs", weight=Decimal(100), target=target, t1=Decimal(t1), t5=Decimal(t5),
        baseline=None, baseline_note=note,
    )  # fmt: skip
    said = {item.template for item in indicator_warnings([row])}
    assert (TARGET_OUTSIDE in said) == (target is not None and not min(t1, t5) <= target <= max(t1, t5))
    assert (NO_BASELINE in said) == (not note)


ORDER = ("orderNo", "title", "framework", "validFrom", "validTo", "supersedesNo", "lines")
FRAMEWORK = ("code", "nameTh", "nameEn", "ownerBody", "scoreFloor", "roundingDigits", "nodes")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(ORDER, JSON)))
def test_no_order_of_any_shape_is_more_than_a_refusal(payload: dict[str, Any]) -> None:
    _read(OrderSchema(), payload)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FRAMEWORK, JSON)))
def test_no_framework_of_any_shape_is_more_than_a_refusal(payload: dict[str, Any]) -> None:
    _read(FrameworkSchema(), payload)


def _read(schema: Any, payload: dict[str, Any]) -> None:
    try:
        load(schema, payload)
    except Problem as refusal:
        refused = refusal.status
    else:
        refused = None
    assert refused in {None, 400}
