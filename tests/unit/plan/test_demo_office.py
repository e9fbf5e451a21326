"""The invented office holds every number of the plan of the synthetic data set."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import pytest

from plan.demo.generate import generate_office
from plan.demo.model import DemoOffice

MARKERS = ("สมมติ", "จำลอง", "ตัวอย่าง", "ทดลอง")
DEMO_DATE = date(2027, 1, 22)


@pytest.fixture(scope="module", params=[2570, 1, 42])
def office(request: pytest.FixtureRequest) -> DemoOffice:
    return generate_office(request.param)


def everybody(office: DemoOffice):
    return [*office.officers, office.director, *office.deputies]


def test_a_second_run_gives_the_same_office():
    assert generate_office() == generate_office(2570)


def test_another_seed_gives_other_people_but_the_same_identifiers():
    one, other = generate_office(1), generate_office(2)
    assert [item.full_name for item in one.officers] != [item.full_name for item in other.officers]
    assert [item.uuid for item in one.schools] == [item.uuid for item in other.schools]


def test_no_identifier_is_used_twice(office):
    things = [*everybody(office), *office.schools, *office.projects, *office.activities]
    things += [*office.indicators, *office.orders]
    assert len({item.uuid for item in things}) == len(things)


def test_last_year_is_closed_and_this_year_is_open(office):
    years = {item.year_be: item for item in office.fiscal_years}
    assert {year: item.status for year, item in years.items()} == {2569: "closed", 2570: "open"}
    assert (years[2570].starts_on, years[2570].ends_on) == (date(2026, 10, 1), date(2027, 9, 30))
    assert office.today == DEMO_DATE


def test_every_year_has_six_rounds_and_quarter_one_is_due_on_15_january(office):
    for year in office.fiscal_years:
        assert [item.code for item in year.rounds] == ["q1", "q2", "q3", "q4", "m6", "m12"]
        assert all(item.opens_on <= item.due_on <= item.closes_on for item in year.rounds)
    quarter = office.fiscal_years[1].rounds[0]
    assert (quarter.due_on, quarter.closes_on) == (date(2027, 1, 15), date(2027, 1, 31))


def test_the_last_rounds_of_a_year_are_due_after_its_end(office):
    year = office.fiscal_years[1]
    assert {item.code for item in year.rounds if item.due_on > year.ends_on} == {"q4", "m12"}


def test_there_are_250_schools_in_six_districts_of_two_provinces(office):
    names = {item.code: item.name_th for item in office.districts}
    counts = Counter(names[item.district_code] for item in office.schools)
    assert counts == {
        "เมืองธารานคร": 60,
        "ทุ่งฟ้าหม่น": 45,
        "ห้วยดาวเรียง": 50,
        "ดอนหมอกจาง": 40,
        "เกาะคลื่นเงิน": 30,
        "หนองแสงเดือน": 25,
    }
    assert {item.name_th for item in office.districts if item.province == "แสงเดือน"} == {"หนองแสงเดือน"}
    assert {item.name_th for item in office.districts if item.without_signal} == {"เกาะคลื่นเงิน"}


def test_the_24_networks_lie_in_one_district_each_and_all_have_schools(office):
    homes = {item.code: item.district_code for item in office.networks}
    assert len(homes) == 24
    assert all(homes[item.network_code] == item.district_code for item in office.schools)
    assert {item.network_code for item in office.schools} == set(homes)


def test_school_codes_run_from_99010001(office):
    assert [item.code for item in office.schools] == [f"9901{number:04d}" for number in range(1, 251)]


def test_school_names_follow_the_shares_of_prefixes(office):
    prefixes = ("ชุมชนบ้าน", "นิคมสร้างตนเอง", "ราษฎร์บำรุง", "อนุบาล", "บ้าน", "วัด")
    counts = Counter(next(p for p in prefixes if item.name.startswith(p)) for item in office.schools)
    assert counts == {
        "บ้าน": 150,
        "วัด": 50,
        "ชุมชนบ้าน": 20,
        "อนุบาล": 8,
        "นิคมสร้างตนเอง": 5,
        "ราษฎร์บำรุง": 17,
    }


def test_exactly_two_schools_share_one_name_in_different_districts(office):
    shared = [name for name, count in Counter(item.name for item in office.schools).items() if count > 1]
    twins = [item for item in office.schools if item.name in shared]
    assert len(shared) == 1
    assert len(twins) == 2
    assert twins[0].district_code != twins[1].district_code


def test_school_sizes_follow_the_plan_and_agree_with_the_number_of_pupils(office):
    counts = Counter(item.size for item in office.schools)
    assert counts == {"small": 138, "medium": 80, "large": 27, "extra_large": 5}
    limits = {"small": (1, 120), "medium": (121, 600), "large": (601, 1500), "extra_large": (1501, 5000)}
    assert all(limits[item.size][0] <= item.students <= limits[item.size][1] for item in office.schools)
    assert median(item.students for item in office.schools) == pytest.approx(95, abs=1)


def test_one_school_closes_in_mid_year_but_is_open_on_the_demo_date(office):
    closing = [item for item in office.schools if item.active_to is not None]
    assert len(closing) == 1
    assert DEMO_DATE < closing[0].active_to < date(2027, 9, 30)


def test_schools_lie_near_the_gulf_of_thailand(office):
    assert all(9.5 < item.latitude < 11 and 98.7 < item.longitude < 100.1 for item in office.schools)


def test_ten_groups_have_sixty_officers(office):
    counts = Counter(item.group_code for item in office.officers)
    expected = {"ADM": 6, "PLN": 7, "ICT": 4, "FIN": 6, "HRM": 7}
    expected |= {"HRD": 5, "SUP": 14, "EDU": 7, "AUD": 2, "LAW": 2}
    assert counts == expected
    assert {item.code for item in office.groups} == set(expected)


def test_the_director_and_three_deputies_stand_outside_the_groups(office):
    assert office.director.role == "director"
    assert [item.role for item in office.deputies] == ["deputy"] * 3
    assert all(item.group_code is None for item in (office.director, *office.deputies))
    assigned = [code for item in office.deputies for code in item.assigned_groups]
    assert sorted(assigned) == sorted(item.code for item in office.groups)


def test_every_group_has_one_director(office):
    heads = Counter(item.group_code for item in office.officers if item.role == "group_director")
    assert heads == {item.code: 1 for item in office.groups}


def test_no_surname_could_be_a_real_one(office):
    assert all(any(marker in item.surname for marker in MARKERS) for item in everybody(office))


def test_no_two_people_share_a_name_or_a_user_name(office):
    people = everybody(office)
    assert len({item.full_name for item in people}) == len(people)
    assert len({item.username for item in people}) == len(people)
    assert all(item.username.isascii() for item in people)


def test_two_officers_moved_group_during_the_year_and_one_left(office):
    moved = [item for item in office.officers if item.moves]
    left = [item for item in office.officers if item.active_to is not None]
    assert (len(moved), len(left)) == (2, 1)
    for officer in moved:
        move = officer.moves[0]
        assert officer.group_on(move.moved_on) == move.to_group == officer.group_code
        assert officer.group_on(move.moved_on - timedelta(days=1)) == move.from_group
    assert not left[0].active_on(DEMO_DATE)


def test_forty_indicators_in_five_frameworks(office):
    counts = Counter(item.framework for item in office.indicators)
    assert counts == {"pmqa": 7, "krs": 4, "area_std": 14, "action_plan": 12, "ita": 3}
    assert Counter(item.standard_code for item in office.indicators if item.standard_code) == {
        "STD1": 3,
        "STD2": 5,
        "STD3": 6,
    }
    assert [item.pmqa_category for item in office.indicators[:7]] == list(range(1, 8))


def test_indicator_types_follow_the_plan(office):
    counts = Counter(item.measure_type for item in office.indicators)
    assert counts == {"percent": 18, "number": 6, "level": 16}
    lower = [item for item in office.indicators if item.direction == "lower"]
    assert [item.measure_type for item in lower] == ["number", "number"]


def test_indicator_weights_of_a_framework_sum_to_100(office):
    sums: Counter[str] = Counter()
    for item in office.indicators:
        sums[item.framework] += item.weight
    assert set(sums.values()) == {Decimal(100)}


def test_thresholds_rise_or_fall_strictly_and_hold_the_target(office):
    for item in office.indicators:
        sign = 1 if item.direction == "higher" else -1
        assert all(sign * a < sign * b for a, b in pairwise(item.thresholds)), item.code
        assert sign * item.t1 <= sign * item.target <= sign * item.t5
        assert sign * item.t1 <= sign * item.baseline < sign * item.target
        assert item.min_evidence >= 1


def test_every_indicator_but_one_has_exactly_one_owner_in_force(office):
    owners: dict[str, list[str]] = {item.code: [] for item in office.indicators}
    for order in office.orders:
        if order.state == "in_force":
            assert order.valid_from <= DEMO_DATE <= order.valid_to
            for line in order.lines:
                owners[line.indicator_code] += [line.officer_code] if line.role == "owner" else []
    without = [code for code, codes in owners.items() if not codes]
    assert len(without) == 1
    for item in office.indicators:
        assert owners[item.code] == ([] if item.code in without else [item.owner_code])
        assert (item.owner_code is None) == (item.code in without)


def test_one_order_has_expired_and_nothing_replaced_it(office):
    expired = [item for item in office.orders if item.state == "expired"]
    assert len(expired) == 1
    assert expired[0].valid_to < DEMO_DATE
    assert all(item.supersedes != expired[0].order_no for item in office.orders)


def test_the_order_that_named_the_officer_who_left_was_replaced_on_the_next_day(office):
    left = next(item for item in office.officers if item.active_to is not None)
    former = next(item for item in office.orders if item.state == "superseded")
    present = next(item for item in office.orders if item.supersedes == former.order_no)
    assert left.code in {line.officer_code for line in former.lines}
    assert left.code not in {line.officer_code for line in present.lines}
    assert present.valid_from == former.valid_to + timedelta(days=1)
