"""The demo submissions hold the golden numbers, answer every question and carry every trouble on purpose."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest

from plan.demo.generate import generate_office
from plan.demo.model import DemoOffice
from plan.demo.submission_model import CURRENT_VERSIONS, DemoSubmission, Trouble
from plan.demo.submissions import generate_progress_reports, generate_visits

BANGKOK = ZoneInfo("Asia/Bangkok")
DUE = datetime(2027, 1, 15, 23, 59, 59, tzinfo=BANGKOK)
NOW = datetime(2027, 1, 22, 17, 0, tzinfo=BANGKOK)
# Schools, visited, visits, per cent: the golden table of the coverage report.
COVERAGE = {
    "เมืองธารานคร": (60, 45, 58, "75.00"),
    "ทุ่งฟ้าหม่น": (45, 45, 52, "100.00"),
    "ห้วยดาวเรียง": (50, 20, 20, "40.00"),
    "ดอนหมอกจาง": (40, 0, 0, "0.00"),
    "เกาะคลื่นเงิน": (30, 12, 15, "40.00"),
    "หนองแสงเดือน": (25, 25, 31, "100.00"),
}


@pytest.fixture(scope="module", params=[2570, 1, 42])
def office(request: pytest.FixtureRequest) -> DemoOffice:
    return generate_office(request.param)


@pytest.fixture(scope="module")
def visits(office: DemoOffice) -> list[DemoSubmission]:
    return list(generate_visits(office))


@pytest.fixture(scope="module")
def reports(office: DemoOffice) -> list[DemoSubmission]:
    return list(generate_progress_reports(office))


def percent(part: int, whole: int) -> str:
    return str((Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))


def school_of(visit: DemoSubmission) -> str:
    return visit.answers["visit"]["school"]


def spoilt(submissions: list[DemoSubmission], trouble: Trouble) -> list[DemoSubmission]:
    return [item for item in submissions if item.trouble == trouble]


def named_files(answers) -> list[str]:
    """The file names that the answers hold, wherever they stand."""
    names = []
    for name, answer in answers.items():
        if isinstance(answer, str):
            names += [answer] if answer and name.endswith(("photo", "file", "signature")) else []
        for group in [answer] if isinstance(answer, dict) else answer if isinstance(answer, list) else []:
            names += named_files(group)
    return names


def test_a_second_run_gives_the_same_submissions():
    office = generate_office()
    assert list(generate_visits(office)) == list(generate_visits(office))
    assert list(generate_progress_reports(office)) == list(generate_progress_reports(office))


def test_the_coverage_of_every_district_is_the_golden_one(office, visits):
    names = {item.code: item.name_th for item in office.districts}
    home = {str(item.uuid): names[item.district_code] for item in office.schools}
    open_schools = Counter(
        home[str(item.uuid)] for item in office.schools if item.active_to is None or item.active_to >= office.today
    )
    counted = Counter(home[school_of(item)] for item in visits)
    covered = Counter(home[school] for school in {school_of(item) for item in visits})
    for district, (schools, visited, count, share) in COVERAGE.items():
        assert (open_schools[district], covered[district], counted[district]) == (schools, visited, count)
        assert percent(covered[district], open_schools[district]) == share


def test_the_coverage_of_the_office_is_58_80_per_cent(office, visits):
    assert len(visits) == 176
    assert len({school_of(item) for item in visits}) == 147
    assert percent(147, len(office.schools)) == "58.80"
    assert {item.answers["visit"]["visit_round"] for item in visits} == {"1"}


def test_visits_fall_on_school_days_from_october_to_the_demo_date(visits):
    days = sorted(date.fromisoformat(item.answers["report_date"]) for item in visits)
    assert (days[0].month, days[-1]) == (10, date(2027, 1, 22))
    assert all(day.weekday() < 5 for day in days)
    assert {item.answers["fiscal_year"] for item in visits} == {"2570"}


def test_nothing_arrives_before_it_was_sent_or_after_the_demo_moment(visits, reports):
    for submissions in (visits, reports):
        assert all(item.received_at <= NOW for item in submissions)
        assert [item.received_at for item in submissions] == sorted(item.received_at for item in submissions)
        for item in submissions:
            assert item.started_at < item.ended_at
            if item.trouble != Trouble.CLOCK_AHEAD:
                assert item.ended_at <= item.received_at


def test_visits_to_the_islands_arrive_three_to_nine_days_late_and_others_the_same_day(office, visits):
    islands = {item.code for item in office.districts if item.without_signal}
    for item in visits:
        if item.trouble == Trouble.CLOCK_AHEAD:
            continue
        late = item.received_at - item.ended_at
        if item.answers["visit"]["district"] in islands:
            assert timedelta(days=3) <= late <= timedelta(days=9)
        else:
            assert late < timedelta(hours=6)


def test_no_officer_is_in_two_places_at_once(visits):
    halves = Counter((item.officer_code, item.started_at.date(), item.started_at.hour >= 13) for item in visits)
    assert max(halves.values()) == 1


def test_every_visit_follows_up_one_to_three_projects_that_were_not_cancelled(office, visits):
    codes = {str(item.uuid): item for item in office.projects}
    for visit in visits:
        items = visit.answers["project_item"]
        assert 1 <= len(items) <= 3
        assert visit.answers["project_item_count"] == str(len(items))
        assert all(codes[item["project"]].status != "cancelled" for item in items)
        assert len({item["project"] for item in items}) == len(items)


def test_every_visit_has_a_photograph_as_evidence(visits):
    assert all(item.answers["evidence"][0]["evidence_photo"] for item in visits)


def test_nothing_that_shows_people_is_marked_for_publication(visits, reports):
    rows = [row for item in [*visits, *reports] for row in item.answers["evidence"]]
    assert not [row for row in rows if row["shows_people"] == "yes" and row["publishable"] == "yes"]


def test_seventy_four_of_78_reports_are_in_and_each_project_reports_once(office, reports):
    wanted = {str(item.uuid) for item in office.projects if item.q1_reported}
    assert len(reports) == 74
    assert {item.answers["project"] for item in reports} == wanted


def test_reports_come_in_every_class_of_lateness(reports):
    classes = Counter(
        "on time" if item.received_at <= DUE else "synced late" if item.ended_at <= DUE else "late" for item in reports
    )
    assert classes == {"on time": 58, "synced late": 8, "late": 8}
    assert max(item.received_at for item in reports if item.received_at <= DUE) == DUE


def test_reports_state_what_the_project_holds(office, reports):
    projects = {str(item.uuid): item for item in office.projects}
    for report in reports:
        project = projects[report.answers["project"]]
        assert report.answers["progress_percent"] == str(project.progress_percent)
        assert Decimal(report.answers["disbursed_total"]) == project.disbursed_total
        assert report.answers["weighted_sum"] == "100"
        assert (report.answers["disbursed_percent"] == "") == (project.budget_total == 0)
        assert report.officer_code == report.answers["officer"] == project.owner_code


def test_instance_ids_are_unique_and_files_are_those_the_answers_name(visits, reports):
    every = [*visits, *reports]
    assert len({item.instance_id for item in every}) == 250
    for item in every:
        names = [file.name for file in item.files]
        assert len(set(names)) == len(names)
        if item.trouble != Trouble.DECOMPOSED_FILE_NAME:
            assert sorted(names) == sorted(named_files(item.answers))


def test_the_group_is_the_one_the_officer_belonged_to_on_that_day(office, visits):
    officers = {item.code: item for item in office.officers}
    for item in visits:
        day = date.fromisoformat(item.answers["report_date"])
        assert item.answers["group_code"] == officers[item.officer_code].group_on(day)


def test_one_instance_is_sent_three_times(visits, reports):
    assert [item.times_sent for item in spoilt(visits, Trouble.SENT_THREE_TIMES)] == [3]
    assert Counter(item.times_sent for item in [*visits, *reports]) == {1: 249, 3: 1}


def test_two_tablets_record_the_same_school_on_the_same_day(visits):
    one, other = spoilt(visits, Trouble.TWO_TABLETS)
    assert school_of(one) == school_of(other)
    assert one.answers["report_date"] == other.answers["report_date"]
    assert (one.device_id, one.officer_code) != (other.device_id, other.officer_code)
    assert one.entity.base_version == other.entity.base_version == 1


def test_no_other_school_is_visited_twice_on_a_day(visits):
    pairs = Counter((school_of(item), item.answers["report_date"]) for item in visits)
    assert Counter(pairs.values()) == {1: 174, 2: 1}


def test_one_file_never_arrives(visits, reports):
    lost = [item for item in [*visits, *reports] if any(not file.arrives for file in item.files)]
    assert lost == spoilt(reports, Trouble.FILE_NEVER_ARRIVES)


def test_one_tablet_is_two_days_ahead_of_the_server(visits):
    (item,) = spoilt(visits, Trouble.CLOCK_AHEAD)
    assert timedelta(days=1, hours=12) < item.ended_at - item.received_at < timedelta(days=2)
    assert date.fromisoformat(item.answers["report_date"]) == item.received_at.date() + timedelta(days=2)


def test_one_form_is_filled_in_the_old_version_after_the_new_one_was_in_use(visits):
    (old,) = spoilt(visits, Trouble.OLD_FORM_VERSION)
    current = CURRENT_VERSIONS[old.form_id]
    assert (old.form_version, current) == ("2569.1", "2570.2")
    assert any(item.form_version == current and item.ended_at < old.started_at for item in visits)
    assert {item.form_version for item in visits if item is not old} == {current}


def test_one_thai_file_name_arrives_decomposed(reports):
    (item,) = spoilt(reports, Trouble.DECOMPOSED_FILE_NAME)
    sent = {file.name for file in item.files}
    named = set(named_files(item.answers))
    assert sent != named
    assert {normalize("NFKC", name) for name in sent} == {normalize("NFKC", name) for name in named}


def test_thai_digits_stay_in_text_fields(visits):
    (item,) = spoilt(visits, Trouble.THAI_DIGITS)
    assert "๑๒๓" in item.answers["summary"]["help_needed"]
    assert "๑๒" in item.answers["project_item"][0]["suggestion"]


def test_one_rating_is_left_blank(visits):
    blanks = [
        visit
        for visit in visits
        for item in visit.answers["project_item"]
        if item["school_status"] != "not_started" and "" in item["item_ratings"].values()
    ]
    assert blanks == spoilt(visits, Trouble.BLANK_RATING)


def test_one_report_arrives_one_second_after_midnight(reports):
    (item,) = spoilt(reports, Trouble.ONE_SECOND_LATE)
    assert item.received_at == datetime(2027, 1, 16, 0, 0, 1, tzinfo=BANGKOK)
    assert item.ended_at > DUE
