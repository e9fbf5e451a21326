"""Each check by itself: facts in, findings out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.checks.rules.activities import Activities, activity_missing, activity_twice, activity_weights
from sync.checks.rules.clock import FARTHEST, OLDEST, TOLERANCE, Clock, Dated, device_clock, report_date
from sync.checks.rules.completion import Signatures, approvals_missing
from sync.checks.rules.evidence import Evidence, waiting_evidence
from sync.checks.rules.indicators import Punctuality, Responsibility, Tenure, Window, no_order, round_closed
from sync.checks.rules.money import Balance, Budget, budget_differs, remaining_differs
from sync.checks.rules.projects import Approval, Place, project_not_approved, superseded
from sync.checks.rules.reporter import Reporter, reporter_differs
from sync.checks.rules.visits import MOST_PAIRS, Visit, same_day_visit

DAY = dt.date(2026, 12, 15)
NOW = dt.datetime(2026, 12, 15, 9, tzinfo=dt.UTC)
DAYS = st.dates(dt.date(2026, 10, 1), dt.date(2027, 9, 30))
BAHT = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (Approval("p", DAY, approved=True), ""),
        (Approval("p", DAY, approved=True, approved_on=DAY), ""),
        (Approval("p", DAY, approved=True, approved_on=DAY + dt.timedelta(days=1)), "approved_later"),
        (Approval("p", DAY), "not_approved"),
        (Approval("p", DAY, known=False), "not_in_plan"),
        (Approval("p", DAY, known=False, plan_in_use=False), ""),
        (Approval("", DAY, known=False), ""),
    ],
)
def test_only_approved_projects_take_reports(facts: Approval, reason: str) -> None:
    found = project_not_approved(facts)
    assert [item.details["reason"] for item in found] == ([reason] if reason else [])


def test_a_report_with_a_later_one_is_superseded_by_it() -> None:
    assert superseded(Place("p", "q1")) == []
    (found,) = superseded(Place("p", "q1", next_id=7))
    assert found.other_id == 7
    assert found.details == {"project": "p", "period": "q1"}


WEIGHTS = {"a": Decimal(60), "b": Decimal(40)}


def test_a_report_on_every_activity_of_a_whole_plan_is_fine() -> None:
    assert activity_weights(Activities("p", ("b", "a"), WEIGHTS)) == []
    assert activity_missing(Activities("p", ("b", "a"), WEIGHTS)) == []


def test_what_is_left_out_and_what_does_not_belong_are_named() -> None:
    (found,) = activity_weights(Activities("p", ("a", "x"), WEIGHTS))
    assert found.details == {
        "project": "p", "planned": "100", "reported": "60", "missing": ["b"], "foreign": ["x"],
    }  # fmt: skip
    (left_out,) = activity_missing(Activities("p", ("a", "x"), WEIGHTS))
    assert left_out.details["activities"] == ["b"]


def test_a_plan_whose_weights_do_not_sum_to_100_is_named_even_when_all_is_reported() -> None:
    (found,) = activity_weights(Activities("p", ("a",), {"a": Decimal(95)}))
    assert (found.details["planned"], found.details["reported"]) == ("95", "95")


def test_a_project_without_activities_says_nothing() -> None:
    assert activity_weights(Activities("p", ("x",), {})) == []
    assert activity_missing(Activities("p", (), {})) == []


@given(st.lists(st.sampled_from("abcde"), max_size=12))
def test_an_activity_is_found_twice_exactly_when_it_is_there_twice(reported: list[str]) -> None:
    found = {item.subject: item.details["times"] for item in activity_twice(Activities("p", tuple(reported)))}
    assert found == {name: reported.count(name) for name in reported if reported.count(name) > 1}


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=12), st.data())
def test_the_weights_that_are_said_are_the_exact_sums(cents: list[int], data: st.DataObject) -> None:
    weights = {str(place): Decimal(cent) / 100 for place, cent in enumerate(cents)}
    reported = data.draw(st.lists(st.sampled_from(sorted(weights)), max_size=20))
    found = activity_weights(Activities("p", tuple(reported), weights))
    sums = (sum(weights.values()), sum((weights[name] for name in set(reported)), Decimal(0)))
    assert bool(found) == (sums != (100, 100))
    for item in found:
        assert (Decimal(item.details["planned"]), Decimal(item.details["reported"])) == sums


def test_money_is_compared_source_by_source() -> None:
    facts = Budget(
        {"area_office": Decimal("100.00"), "other": Decimal(5), "none": Decimal(9)},
        {"area_office": Decimal(100), "obec": Decimal("0.5")},
    )
    assert [(item.subject, item.details["reported"], item.details["planned"]) for item in budget_differs(facts)] == [
        ("obec", "0.00", "0.50"),
        ("other", "5.00", "0.00"),
    ]


def test_an_amount_that_cannot_be_read_is_compared_with_nothing() -> None:
    assert budget_differs(Budget({"obec": None}, {"obec": Decimal(5)})) == []


@given(st.dictionaries(st.sampled_from(["area_office", "obec", "other"]), BAHT))
def test_the_plans_own_amounts_never_differ(amounts: dict[str, Decimal]) -> None:
    assert budget_differs(Budget(amounts, amounts)) == []


@given(BAHT, BAHT, st.integers(-5, 5))
def test_what_remains_is_received_less_spent_to_the_satang(received: Decimal, spent: Decimal, off: int) -> None:
    remaining = received - spent + Decimal(off) / 100
    assert bool(remaining_differs(Balance(received, spent, remaining))) == (off != 0)


def test_a_trace_of_binary_fractions_is_no_difference() -> None:
    sent = Decimal(repr(0.1 + 0.2))
    assert remaining_differs(Balance(sent, Decimal("0.1"), Decimal("0.2"))) == []
    assert remaining_differs(Balance(None, Decimal(1), Decimal(1))) == []


@pytest.mark.parametrize(
    ("signed", "roles", "missing"),
    [
        (False, set(), ["reporter", "group_director", "deputy"]),
        (True, {"group_director"}, ["deputy"]),
        (True, {"group_director", "deputy"}, []),
        (True, {"group_director", "director", "officer"}, []),
        (True, {"officer", "me_head"}, ["group_director", "deputy"]),
    ],
)
def test_a_completion_report_wants_three_signatures(signed: bool, roles: set[str], missing: list[str]) -> None:
    found = approvals_missing(Signatures(signed, frozenset(roles)))
    assert [item.details["missing"] for item in found] == ([missing] if missing else [])


@given(DAYS, st.lists(st.tuples(DAYS, DAYS), max_size=4))
def test_an_order_holds_from_its_first_to_its_last_day(day: dt.date, spans: list[tuple[dt.date, dt.date]]) -> None:
    tenures = [Tenure("OFF-001", first, last) for first, last in spans] + [Tenure("OFF-002", dt.date.min, dt.date.max)]
    found = no_order(Responsibility("i", "OFF-001", day, tenures))
    assert bool(found) == (not any(first <= day <= last for first, last in spans))


def test_an_order_that_ended_is_named_by_its_last_day() -> None:
    before = Tenure("OFF-001", dt.date(2025, 10, 1), dt.date(2026, 9, 30))
    (found,) = no_order(Responsibility("i", "OFF-001", DAY, [before]))
    assert found.details["ended_on"] == "2026-09-30"


def test_an_office_without_orders_is_asked_for_none() -> None:
    assert no_order(Responsibility("i", "OFF-001", DAY, orders_in_use=False)) == []
    assert no_order(Responsibility("i", "", DAY)) == []
    assert no_order(Responsibility("i", "OFF-001", DAY, known=False))[0].details["known"] is False


JANUARY, FEBRUARY = Window(dt.date(2027, 1, 1), dt.date(2027, 1, 10)), Window(dt.date(2027, 2, 1), dt.date(2027, 2, 10))


@pytest.mark.parametrize(
    ("day", "closed_on"),
    [
        (dt.date(2026, 12, 31), None), (dt.date(2027, 1, 10), None), (dt.date(2027, 1, 11), "2027-01-10"),
        (dt.date(2027, 2, 5), None), (dt.date(2027, 3, 1), "2027-02-10"),
    ],
)  # fmt: skip
def test_a_round_is_closed_when_no_window_of_it_is_open(day: dt.date, closed_on: str | None) -> None:
    found = round_closed(Punctuality("monthly", 2570, day, [FEBRUARY, JANUARY]))
    assert [item.details["closed_on"] for item in found] == ([closed_on] if closed_on else [])
    assert round_closed(Punctuality("1", 2570, day)) == []


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_evidence_is_waited_for_while_there_is_less_than_asked_for(
    pieces: int, least: int, photos: int, least_photos: int
) -> None:
    found = waiting_evidence(Evidence(pieces, 0, least, photos, least_photos))
    assert {item.subject for item in found} == {
        name for name, short in (("pieces", pieces < least), ("photos", photos < least_photos)) if short
    }


@given(st.timedeltas(-dt.timedelta(days=400), dt.timedelta(days=400)))
def test_a_clock_is_believed_within_30_days_and_some_minutes(early: dt.timedelta) -> None:
    found = device_clock(Clock(NOW - early, NOW))
    expected = "ahead" if early < -TOLERANCE else "old" if early > OLDEST else ""
    assert [item.details["reason"] for item in found] == ([expected] if expected else [])


def test_a_record_without_an_end_has_no_clock() -> None:
    assert device_clock(Clock(None, NOW)) == []


@given(st.timedeltas(-dt.timedelta(days=400), dt.timedelta(days=400)))
def test_a_report_is_of_about_the_year_in_which_it_came(away: dt.timedelta) -> None:
    found = report_date(Dated(DAY + away, DAY))
    assert bool(found) == (abs(dt.timedelta(days=away.days)) > FARTHEST)


def test_a_report_of_any_date_that_there_is_can_be_judged() -> None:
    assert len(report_date(Dated(dt.date.max, DAY)) + report_date(Dated(dt.date.min, DAY))) == 2


@given(st.lists(st.integers(1, 1000), unique=True, max_size=30))
def test_each_other_visit_makes_a_pair_up_to_a_limit(others: list[int]) -> None:
    found = same_day_visit(Visit("s", others))
    assert [item.other_id for item in found] == sorted(others)[:MOST_PAIRS]
    assert len({item.key for item in found}) == len(found)


def test_the_account_is_the_authority_on_who_reports() -> None:
    assert reporter_differs(Reporter("OFF-001", frozenset({"OFF-001", "OFF-009"}))) == []
    assert reporter_differs(Reporter("OFF-001")) == []
    assert reporter_differs(Reporter("", frozenset({"OFF-002"}))) == []
    (found,) = reporter_differs(Reporter("OFF-001", frozenset({"OFF-002"})))
    assert found.details == {"named": "OFF-001", "account_of": ["OFF-002"]}
