"""The plan as CSV lists for forms."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io

import pytest
import yaml

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from plan import indicators, models, queries, reported, schools
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from plan.editing import bump
from plan.lists import LIST_NAMES, list_content
from tests.personas import Office

OFFICE = generate_office()
COLUMNS = {
    "officers.csv": "name,label,group_code,position,active,username",
    "groups.csv": "name,label",
    "districts.csv": "name,label,province",
    "schools.csv": "name,label,code,district_code,network_code,size,students,active,last_visit_date,last_visit_level",
    "projects.csv": "name,label,code,fiscal_year,group_code,owner,approved,budget_total,start_date,end_date,status,"
    "progress_percent,disbursed_total,last_report_date",
    "activities.csv": "name,label,project,seq,weight,plan_start,plan_end,target_count",
    "indicators.csv": "name,label,code,framework,standard,pmqa_category,fiscal_year,weight,measure_type,direction,"
    "baseline,target,unit,t1,t2,t3,t4,t5,criteria_text,min_evidence,owner",
    "standards.csv": "name,label",
    "std_issues.csv": "name,label,indicator,seq",
}
ROWS = {
    "officers.csv": 60, "groups.csv": 10, "districts.csv": 6, "schools.csv": 250, "projects.csv": 80,
    "activities.csv": 280, "indicators.csv": 40, "standards.csv": 3, "std_issues.csv": 0,
}  # fmt: skip


@pytest.fixture
def loaded(office: Office, planner: Actor) -> Office:
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, OFFICE))
    return office


def rows(office: Office, name: str, on: dt.date = OFFICE.today) -> list[dict[str, str]]:
    content = list_content(reading(), office.workspace_id, name, on=on)
    reading().rollback()
    return list(csv.DictReader(io.StringIO(content.csv.decode(), newline="")))


def test_every_list_has_exactly_the_columns_the_forms_rely_on(loaded: Office) -> None:
    assert set(COLUMNS) == LIST_NAMES
    for name in sorted(LIST_NAMES):
        content = list_content(reading(), loaded.workspace_id, name)
        assert content.csv.decode().split("\n")[0] == COLUMNS[name]
        assert content.md5 == hashlib.md5(content.csv).hexdigest()
        assert b"\r" not in content.csv
        assert len(rows(loaded, name)) == ROWS[name]


def test_the_columns_are_those_of_the_form_library() -> None:
    from pathlib import Path

    source = Path(__file__).parents[3] / "forms" / "library" / "source" / "lists.yaml"
    for name, told in yaml.safe_load(source.read_text(encoding="utf-8")).items():
        if f"{name}.csv" in LIST_NAMES:
            assert told["columns"] == COLUMNS[f"{name}.csv"].split(",")


def test_rows_are_in_order_of_code_and_equal_plans_give_equal_bytes(loaded: Office) -> None:
    codes = [row["code"] for row in rows(loaded, "schools.csv")]
    assert codes == sorted(codes)
    first = list_content(reading(), loaded.workspace_id, "projects.csv")
    unit_of_work(lambda session: bump(session, loaded.workspace_id))
    reading().rollback()
    assert list_content(reading(), loaded.workspace_id, "projects.csv") == first


def test_values_are_as_filters_and_calculations_of_forms_compare_them(loaded: Office) -> None:
    made = OFFICE.projects[0]
    row = next(row for row in rows(loaded, "projects.csv") if row["code"] == made.code)
    assert row == {
        "name": str(made.uuid), "label": made.title, "code": made.code, "fiscal_year": "2570",
        "group_code": made.group_code, "owner": made.owner_code, "approved": "1", "budget_total": "43000",
        "start_date": made.start_date.isoformat(), "end_date": made.end_date.isoformat(), "status": made.status,
        "progress_percent": "", "disbursed_total": "", "last_report_date": "",
    }  # fmt: skip
    indicator = rows(loaded, "indicators.csv")[0]
    assert indicator["t1"] == "60"
    assert indicator["criteria_text"].startswith("ระดับ 1 = 60, ระดับ 2 = 65")
    step = next(row for row in rows(loaded, "activities.csv") if row["project"] == str(made.uuid))
    assert step["weight"] == "20"


def test_who_has_left_or_is_closed_is_active_no_more_from_the_next_day(loaded: Office) -> None:
    leaver = next(item for item in OFFICE.officers if item.active_to)
    assert leaver.active_to is not None

    def active(day: dt.date) -> str:
        return next(row["active"] for row in rows(loaded, "officers.csv", day) if row["name"] == leaver.code)

    assert active(leaver.active_to) == "1"
    assert active(leaver.active_to + dt.timedelta(days=1)) == "0"


def test_schools_of_one_name_say_their_district(loaded: Office) -> None:
    labels = [row["label"] for row in rows(loaded, "schools.csv")]
    assert len(set(labels)) == 250
    assert len([label for label in labels if "(อ." in label]) == 2


def test_a_change_of_a_school_changes_the_hash_of_its_list(loaded: Office, planner: Actor) -> None:
    uuid = str(OFFICE.schools[0].uuid)
    before = list_content(reading(), loaded.workspace_id, "schools.csv").md5
    reading().rollback()
    unit_of_work(
        lambda session: schools.update_school(
            session,
            planner,
            workspace_id=loaded.workspace_id,
            uuid=uuid,
            version=1,
            changes={"name": "บ้านใหม่"},
        )
    )
    assert list_content(reading(), loaded.workspace_id, "schools.csv").md5 != before
    assert rows(loaded, "schools.csv")[0]["label"] == "บ้านใหม่"


def test_quotes_commas_line_breaks_and_odd_characters_survive(loaded: Office) -> None:
    odd = 'บ้าน "ทุ่ง, ดาว"\nชั้น 2\tก\x07ข 🏫 =1+1'

    def rename(session: object) -> None:
        school = queries.find_school(session, loaded.workspace_id, str(OFFICE.schools[0].uuid))  # type: ignore[arg-type]
        school.name = odd
        school.code = '0,"1"'
        bump(session, loaded.workspace_id)  # type: ignore[arg-type]

    unit_of_work(rename)
    found = next(row for row in rows(loaded, "schools.csv") if row["name"] == str(OFFICE.schools[0].uuid))
    assert (found["label"], found["code"]) == (odd, '0,"1"')
    assert len(rows(loaded, "schools.csv")) == 250


def test_a_carriage_return_becomes_a_line_break_and_breaks_no_row(loaded: Office) -> None:
    def rename(session: object) -> None:
        queries.find_district(session, loaded.workspace_id, "D01").name = "เมือง\r\nธารา\rนคร"  # type: ignore[arg-type]
        bump(session, loaded.workspace_id)  # type: ignore[arg-type]

    unit_of_work(rename)
    assert rows(loaded, "districts.csv")[0]["label"] == "เมือง\nธารา\nนคร"
    assert len(rows(loaded, "districts.csv")) == 6


def note(office: Office, list_name: str, uuid: str, /, **values: str) -> dict[str, str]:
    unit_of_work(
        lambda session: reported.note(
            session, workspace_id=office.workspace_id, list_name=list_name, uuid=uuid, values=values
        )
    )
    return next(row for row in rows(office, list_name) if row["name"] == uuid)


def test_what_records_report_of_a_project_is_in_the_next_list(loaded: Office) -> None:
    uuid = str(OFFICE.projects[0].uuid)
    row = note(
        loaded, "projects.csv", uuid,
        progress_percent="45.675", disbursed_total="1234.50", status="delayed", last_report_date="2027-01-10",
    )  # fmt: skip
    assert (row["progress_percent"], row["disbursed_total"]) == ("45.68", "1234.5")
    assert (row["last_report_date"], row["status"]) == ("2027-01-10", "delayed")


@pytest.mark.parametrize(
    "values",
    [
        {"progress_percent": "1E+400"},
        {"progress_percent": "NaN"},
        {"progress_percent": "๔๕"},
        {"progress_percent": "101"},
        {"progress_percent": "9" * 100},
        {"disbursed_total": "-1"},
        {"disbursed_total": "1E+13"},
        {"status": "excellent"},
        {"status": ""},
        {"last_report_date": "เมื่อวาน"},
        {"name": "ชื่ออื่น", "budget_total": "1"},
    ],
)
def test_what_no_form_of_the_library_can_state_or_the_plan_owns_is_left_out(
    loaded: Office, values: dict[str, str]
) -> None:
    uuid = str(OFFICE.projects[0].uuid)
    before = next(row for row in rows(loaded, "projects.csv") if row["name"] == uuid)
    assert note(loaded, "projects.csv", uuid, **values) == before


def test_a_visit_is_in_the_next_list_of_schools(loaded: Office) -> None:
    uuid = str(OFFICE.schools[0].uuid)
    row = note(loaded, "schools.csv", uuid, last_visit_date="2027-01-05", last_visit_level="4")
    assert (row["last_visit_date"], row["last_visit_level"]) == ("2027-01-05", "4")
    assert note(loaded, "schools.csv", uuid, last_visit_level="9") == row


def test_projects_that_are_over_or_not_approved_speak_the_words_of_the_forms(loaded: Office) -> None:
    def state(session: object) -> None:
        first, second = queries.projects_of_year(session, loaded.workspace_id, 2570)[:2]  # type: ignore[arg-type]
        first.status, first.approved = "proposed", False
        second.status = "closed"
        bump(session, loaded.workspace_id)  # type: ignore[arg-type]

    unit_of_work(state)
    first, second = rows(loaded, "projects.csv")[:2]
    assert (first["status"], first["approved"]) == ("not_started", "0")
    assert (second["status"], second["approved"]) == ("completed", "1")


def test_issues_entered_for_an_indicator_are_listed_and_keep_their_codes(loaded: Office, planner: Actor) -> None:
    indicator = next(item for item in OFFICE.indicators if item.framework == "area_std")

    def enter(version: int, names: list[str]) -> list[dict[str, str]]:
        unit_of_work(
            lambda session: indicators.set_issues(
                session,
                planner,
                workspace_id=loaded.workspace_id,
                uuid=str(indicator.uuid),
                version=version,
                names=names,
            )
        )
        return rows(loaded, "std_issues.csv")

    first = enter(1, ["มีแผน", "มีการติดตาม"])
    assert [row["label"] for row in first] == ["มีแผน", "มีการติดตาม"]
    assert {row["indicator"] for row in first} == {str(indicator.uuid)}
    second = enter(2, ["มีการติดตาม", "มีการรายงาน"])
    assert second[0]["name"] == first[1]["name"]
    third = enter(3, ["มีแผน", "มีการติดตาม"])
    assert third[0]["name"] != first[0]["name"]


def test_an_empty_workspace_gives_lists_of_headings(office: Office) -> None:
    for name in sorted(LIST_NAMES):
        assert rows(office, name) == []


def test_what_values_are_called(loaded: Office) -> None:
    session, workspace_id = reading(), loaded.workspace_id
    project, school, officer = OFFICE.projects[0], OFFICE.schools[5], OFFICE.officers[0]
    indicator = OFFICE.indicators[0]
    assert queries.labels(session, workspace_id, "project", [str(project.uuid), "gone"]) == {
        str(project.uuid): project.title
    }
    assert queries.labels(session, workspace_id, "school", [str(school.uuid)]) == {str(school.uuid): school.name}
    assert queries.labels(session, workspace_id, "group", ["PLN"]) == {"PLN": "กลุ่มนโยบายและแผน"}
    assert queries.labels(session, workspace_id, "district", ["D01"]) == {"D01": "เมืองธารานคร"}
    assert queries.labels(session, workspace_id, "officer", [officer.code]) == {officer.code: officer.full_name}
    assert queries.labels(session, workspace_id, "indicator", [str(indicator.uuid)]) == {
        str(indicator.uuid): indicator.name_th
    }
    assert queries.labels(session, workspace_id, "round", ["q1"]) == {}
    assert queries.labels(session, workspace_id, "project", ["bad\x00value"]) == {}
    many = [str(item.uuid) for item in OFFICE.schools] + [f"gone-{number}" for number in range(40_000)]
    assert len(queries.labels(session, workspace_id, "school", many)) == 250
    groups = queries.group_of_project(session, workspace_id)
    assert groups == {str(item.uuid): item.group_code for item in OFFICE.projects}
    assert isinstance(queries.active_schools(session, workspace_id, OFFICE.today)[0], models.School)
