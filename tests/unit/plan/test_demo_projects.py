"""The action plan of the invented office: 80 projects, their activities and their money."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from plan.demo.generate import generate_office
from plan.demo.model import DemoOffice

DEMO_DATE = date(2027, 1, 22)
TITLES_OF_THE_PLAN = (
    "พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์",
    "จัดทำแผนปฏิบัติการประจำปีงบประมาณ 2570",
    "ประชุมเชิงปฏิบัติการรายงานผลตัวชี้วัด",
    "พัฒนาห้องเรียนทางไกลโรงเรียนเกาะ",
    "ยกระดับทักษะดิจิทัลครูใหม่",
    "เพิ่มประสิทธิภาพการเบิกจ่ายของสถานศึกษา",
    "คัดเลือกครูและบุคลากรดีเด่น",
    "พัฒนาครูผู้ช่วยอย่างเข้ม",
    "พัฒนาผู้บริหารสถานศึกษายุคดิจิทัล",
    "นิเทศบูรณาการโดยใช้โรงเรียนเป็นฐาน",
    "ส่งเสริมการอ่านออกเขียนได้ ป.1",
    "ประกันคุณภาพภายในสถานศึกษา",
    "ระบบดูแลช่วยเหลือนักเรียน",
    "ลดเด็กตกหล่นและออกกลางคัน",
    "โรงเรียนปลอดภัย",
    "ตรวจสอบภายในสถานศึกษาขนาดเล็ก",
    "ให้ความรู้กฎหมายแก่ผู้บริหาร",
    "งานธรรมาภิบาลและ ITA",
)


@pytest.fixture(scope="module", params=[2570, 1, 42])
def office(request: pytest.FixtureRequest) -> DemoOffice:
    return generate_office(request.param)


def test_eighty_projects_belong_to_the_ten_groups(office):
    counts = Counter(item.group_code for item in office.projects)
    expected = {"ADM": 6, "PLN": 9, "ICT": 8, "FIN": 5, "HRM": 6}
    expected |= {"HRD": 10, "SUP": 16, "EDU": 14, "AUD": 3, "LAW": 3}
    assert counts == expected
    assert "PLN-70-01" in {item.code for item in office.projects}
    assert {item.fiscal_year for item in office.projects} == {2570}


def test_every_project_has_a_title_of_its_own_and_the_named_ones_are_there(office):
    titles = {item.title for item in office.projects}
    assert len(titles) == 80
    for wanted in TITLES_OF_THE_PLAN:
        assert any(title.startswith(wanted) for title in titles), wanted


def test_the_states_of_the_projects_sum_to_eighty(office):
    assert Counter(item.status for item in office.projects) == {
        "not_started": 6,
        "in_progress": 52,
        "delayed": 9,
        "postponed": 3,
        "completed": 8,
        "cancelled": 2,
    }


def test_projects_are_owned_by_officers_of_their_group_who_have_not_left(office):
    officers = {item.code: item for item in office.officers}
    for project in office.projects:
        owner = officers[project.owner_code]
        assert owner.group_code == project.group_code
        assert owner.active_to is None


def test_the_budget_is_exactly_nine_and_a_half_million_baht(office):
    assert sum(item.budget_total for item in office.projects) == Decimal("9500000.00")


def test_twelve_projects_use_no_money_and_the_others_between_20_000_and_450_000(office):
    without = [item for item in office.projects if not item.budget_total]
    assert len(without) == 12
    assert all([line.source for line in item.budget_lines] == ["none"] for item in without)
    others = [item.budget_total for item in office.projects if item.budget_total]
    assert all(Decimal(20_000) <= amount <= Decimal(450_000) for amount in others)


def test_the_money_comes_from_three_sources_in_the_planned_shares(office):
    sums: Counter[str] = Counter()
    for project in office.projects:
        for line in project.budget_lines:
            sums[line.source] += line.allocated
            assert bool(line.source_other) == (line.source == "other")
    assert sums == {
        "area_office": Decimal("6650000.00"),
        "obec": Decimal("2375000.00"),
        "other": Decimal("475000.00"),
        "none": Decimal("0.00"),
    }


def test_some_projects_are_paid_from_two_sources(office):
    assert any(len(item.budget_lines) > 1 for item in office.projects)


def test_no_source_pays_more_than_it_gave(office):
    for project in office.projects:
        for line in project.budget_lines:
            assert 0 <= line.disbursed + line.committed <= line.allocated, project.code
            assert line.disbursed.as_tuple().exponent == -2


def test_activities_number_280_with_two_to_six_in_each_project(office):
    counts = Counter(item.project_code for item in office.activities)
    assert len(office.activities) == 280
    assert len(counts) == 80
    assert set(counts.values()) <= set(range(2, 7))


def test_weights_of_100_budgets_and_dates_of_activities_fit_the_project(office):
    for project in office.projects:
        activities = office.activities_of(project.code)
        assert sum(item.weight for item in activities) == 100
        assert all(item.weight > 0 for item in activities)
        assert sum(item.budget for item in activities) == project.budget_total
        assert [item.seq for item in activities] == list(range(1, len(activities) + 1))
        for item in activities:
            assert project.start_date <= item.plan_start <= item.plan_end <= project.end_date
        assert date(2026, 10, 1) <= project.start_date < project.end_date <= date(2027, 9, 30)


def test_each_project_has_one_activity_that_reaches_its_target_group(office):
    for project in office.projects:
        main = [item for item in office.activities_of(project.code) if item.is_main]
        assert [item.target_count for item in main] == [project.quantity_target]
        assert [item.participants for item in main] == [project.quantity_actual]


def test_progress_is_the_weighted_sum_of_the_activities(office):
    for project in office.projects:
        exact = sum(Decimal(item.weight * item.percent) for item in office.activities_of(project.code)) / 100
        assert abs(exact - project.progress_percent) <= Decimal("0.5"), project.code


def test_progress_agrees_with_the_state_of_the_project(office):
    for project in office.projects:
        if project.status == "completed":
            assert project.progress_percent == 100
            assert project.end_date <= DEMO_DATE
        elif project.status in ("not_started", "cancelled"):
            assert (project.progress_percent, project.disbursed_total) == (0, 0)
            assert project.planned_progress == 0
        else:
            assert 0 <= project.progress_percent < 100, project.code
        if project.status == "delayed":
            assert project.progress_percent <= project.planned_progress - 10
            assert project.status_reason


def test_finished_activities_are_complete_and_others_are_not(office):
    for item in office.activities:
        assert (item.status == "completed") == (item.percent == 100)
        assert (item.status == "not_started") == (item.percent == 0)
        assert (item.actual_start is None) == (item.percent == 0)
        assert (item.actual_end is None) == (item.percent < 100)
        assert bool(item.participants) == (item.percent > 0)
        if item.actual_end:
            assert item.actual_start <= item.actual_end < DEMO_DATE


def test_four_projects_reach_more_people_than_planned(office):
    over = [item for item in office.projects if item.quantity_actual > item.quantity_target]
    assert len(over) == 4


def test_one_completion_report_states_more_money_than_was_received(office):
    completed = [item for item in office.projects if item.completion_spent is not None]
    assert {item.status for item in completed} == {"completed"}
    assert len(completed) == 8
    over = [item for item in completed if item.completion_spent > item.budget_total]
    assert len(over) == 1


def test_four_of_78_reports_are_missing_and_nothing_is_known_of_these_projects(office):
    due = [item for item in office.projects if item.status != "cancelled"]
    missing = [item for item in due if not item.q1_reported]
    assert (len(due), len(missing)) == (78, 4)
    assert all((item.progress_percent, item.disbursed_total) == (0, 0) for item in missing)
    assert all(item.approved for item in due)


def test_every_project_answers_an_indicator(office):
    codes = {item.code for item in office.indicators}
    assert all(item.indicator_codes and set(item.indicator_codes) <= codes for item in office.projects)
