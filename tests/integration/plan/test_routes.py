"""The plan on /v1."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from tests.personas import Office
from tests.support.small_plan import SmallPlan

SUBJECTS = (
    "fiscal-years", "groups", "officers", "districts", "school-networks", "schools", "projects", "activities",
    "standards", "indicators",
)  # fmt: skip


def root(office: Office) -> str:
    return f"/v1/projects/{office.workspace_id}/plan"


def project_body(**values: Any) -> dict[str, Any]:
    return {
        "code": "PLN-70-09", "name": "จัดทำแผนปฏิบัติการ", "yearBe": 2570, "groupCode": "PLN",
        "startsOn": "2026-11-01", "endsOn": "2027-03-31", **values,
    }  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_list_is_for_readers_of_the_plan_only(office: Office, plan: SmallPlan, subject: str) -> None:
    path = f"{root(office)}/{subject}"
    assert office.client("wanna").get(path).status_code == 200
    assert office.client("pakorn").get(path).status_code == 200
    assert office.client("kwanjai").get(path).status_code == 403
    assert office.client("stranger").get(path).status_code == 403
    assert office.client().get(path).status_code == 401
    assert office.client().get(office.device(f"projects/{office.workspace_id}/plan/{subject}")).status_code == 403


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_reader_of_the_plan_cannot_write_it(office: Office, plan: SmallPlan, subject: str) -> None:
    assert office.client("pakorn").post(f"{root(office)}/{subject}", json={}).status_code == 403
    answer = office.client("wanna").post(f"{root(office)}/{subject}", json={})
    assert answer.status_code == 400
    assert {item["code"] for item in answer.json["details"]["faults"]} == {"400.171"}


def test_a_workspace_that_is_not_there_is_not_found(office: Office) -> None:
    for number in (999, 2**70):
        assert office.client("admin").get(f"/v1/projects/{number}/plan/projects").status_code == 404


def test_a_project_is_created_read_and_changed(office: Office, plan: SmallPlan) -> None:
    client = office.client("wanna")
    body = project_body(
        approved=True,
        status="approved",
        ownerCode="OFF-002",
        budgets=[{"source": "obec", "amount": "1,250.50"}, {"source": "area_office", "amount": 100}],
        objectives=["เพื่อให้มีแผน"],
        targets=[{"kind": "quantity", "text": "ครู", "value": 40, "unit": "คน"}],
        plannedSchedule=[{"on": "2026-12-31", "percent": 50}],
        indicatorUuids=[plan.indicator],
    )
    made = client.post(f"{root(office)}/projects", json=body)
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    assert made.json["budgetTotal"] == "1350.50"
    assert made.json["targets"] == [{"kind": "quantity", "text": "ครู", "value": "40.00", "unit": "คน"}]
    path = f"{root(office)}/projects/{made.json['uuid']}"
    read = client.get(path).json
    assert {**read, **made.json} == read
    assert read["currentStatus"] == "not_started"
    assert read["warnings"] == [
        "There are no activities yet, so the planned progress follows from the project's dates alone."
    ]
    changed = client.patch(path, json={"name": "ชื่อใหม่"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json["name"], changed.json["version"]) == (200, "ชื่อใหม่", 2)
    assert changed.json["budgetTotal"] == "1350.50"
    late = client.patch(path, json={"name": "ช้าไป", "version": 1})
    assert (late.status_code, late.json["code"]) == (409, "409.100")
    assert client.patch(path, json={"name": "ทับ"}, headers={"If-Match": "*"}).json["version"] == 3
    nothing = client.patch(path, json={"name": "ลืม"})
    assert (nothing.status_code, nothing.json["code"]) == (400, 400.2)


def test_a_list_goes_out_page_by_page(office: Office, planner: Actor) -> None:
    made = generate_office()
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, made))
    client, seen, path = office.client("pakorn"), [], f"{root(office)}/schools?limit=100&districtCode="
    while path:
        answer = client.get(path)
        seen += [row["code"] for row in answer.json]
        link = answer.headers.get("Link", "")
        path = link[1:].partition(">")[0]
    assert sorted(seen) == [item.code for item in made.schools]
    assert len(client.get(f"{root(office)}/schools").json) == 100
    narrowed = client.get(f"{root(office)}/schools?districtCode=D06&limit=1000").json
    assert len(narrowed) == 25
    found = client.get(f"{root(office)}/projects?yearBe=2570&groupCode=PLN&status=delayed").json
    assert {row["currentStatus"] for row in found} <= {"delayed"}
    named = client.get(f"{root(office)}/projects", query_string={"search": "ออฟไลน์"}).json
    assert [row["name"] for row in named] == ["พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์"]
    assert client.get(f"{root(office)}/projects", query_string={"search": "100%_"}).json == []
    steps = client.get(f"{root(office)}/activities", query_string={"projectUuid": named[0]["uuid"]}).json
    assert [row["projectUuid"] for row in steps] == [named[0]["uuid"]] * len(steps)
    assert len(client.get(f"{root(office)}/indicators?framework=ita").json) == 3


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        (project_body(code=" "), "code", "400.171"),
        (project_body(name=None), "name", "400.171"),
        (project_body(name=7), "name", "400.182"),
        (project_body(name="ก" * 501), "name", "400.183"),
        (project_body(name="a\x07b"), "name", "400.184"),
        (project_body(yearBe="พ.ศ. 2570"), "yearBe", "400.182"),
        (project_body(yearBe=2570.5), "yearBe", "400.188"),
        (project_body(yearBe=1e300), "yearBe", "400.185"),
        (project_body(yearBe=True), "yearBe", "400.182"),
        (project_body(startsOn="2570-01-01"), "startsOn", "400.182"),
        (project_body(startsOn=20270101), "startsOn", "400.182"),
        (project_body(endsOn="tomorrow"), "endsOn", "400.182"),
        (project_body(status="done"), "status", "400.187"),
        (project_body(approved="yes"), "approved", "400.182"),
        (project_body(budgets="much"), "budgets", "400.182"),
        (project_body(budgets=[{"source": "obec", "amount": "1.005"}]), "budgets.0.amount", "400.188"),
        (project_body(budgets=[{"source": "obec", "amount": -1}]), "budgets.0.amount", "400.185"),
        (project_body(budgets=[{"source": "obec", "amount": "1E+999999"}]), "budgets.0.amount", "400.185"),
        (project_body(budgets=[{"source": "obec", "amount": "NaN"}]), "budgets.0.amount", "400.182"),
        (project_body(budgets=[{"amount": 1}]), "budgets.0.source", "400.171"),
        (project_body(budgets=[7]), "budgets.0", "400.182"),
        (project_body(objectives=[["deep"]]), "objectives.0", "400.182"),
        (project_body(groupCode="XX"), "groupCode", "400.172"),
    ],
)
def test_bad_values_are_refused_with_their_field_and_a_sentence(
    office: Office, plan: SmallPlan, body: dict[str, Any], field: str, code: str
) -> None:
    answer = office.client("wanna").post(f"{root(office)}/projects", json=body)
    assert (answer.status_code, answer.json["code"]) == (400, "400.170")
    told = {item["field"]: item for item in answer.json["details"]["faults"]}
    assert told[field]["code"] == code
    assert told[field]["message"] in answer.json["message"]
    assert "{" not in answer.json["message"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"{", b"\xff", b'{"a": NaN}', b"[" * 200_000, b'{"a":' * 90_000])
def test_a_body_that_is_no_object_is_refused(office: Office, plan: SmallPlan, raw: bytes) -> None:
    answer = office.client("wanna").post(f"{root(office)}/schools", data=raw, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert answer.json["message"]


def test_unknown_fields_and_read_only_ones_are_named(office: Office, plan: SmallPlan) -> None:
    path = f"{root(office)}/projects/{plan.project}"
    answer = office.client("wanna").patch(path, json={"progressPercent": "99", "colour": "red", "version": 1})
    assert (answer.status_code, answer.json["code"]) == (400, 400.3)
    assert "progressPercent" in answer.json["message"]
    assert "colour" in answer.json["message"]


@pytest.mark.parametrize(
    "query",
    ["limit=1001", "limit=many", "after=-1", "after=99999999999999999999", "status=done", "yearBe=x", "search=%01"],
)
def test_bad_filters_are_refused(office: Office, plan: SmallPlan, query: str) -> None:
    assert office.client("wanna").get(f"{root(office)}/projects?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "projects/00000000-0000-0000-0000-000000000000",
        "projects/not-a-uuid",
        "groups/%00",
        "groups/%ED%A0%80",
        "groups/none",
        "districts/none",
        "fiscal-years/99999999",
        "fiscal-years/2499",
    ],
)
def test_what_is_not_there_is_not_found(office: Office, plan: SmallPlan, path: str) -> None:
    assert office.client("wanna").get(f"{root(office)}/{path}").status_code == 404
    assert office.client("wanna").patch(f"{root(office)}/{path}", json={"version": 1}).status_code == 404


def test_rows_of_another_workspace_are_not_found_here(office: Office, plan: SmallPlan, app: Any) -> None:
    from core.access.actor import SYSTEM
    from core.access.workspaces import create_workspace

    other = unit_of_work(lambda session: create_workspace(session, SYSTEM, name="อีกแห่ง").id)
    for path in (f"projects/{plan.project}", f"schools/{plan.school}", "groups/PLN", "fiscal-years/2570"):
        assert office.client("admin").get(f"/v1/projects/{other}/plan/{path}").status_code == 404
    body = project_body()
    answer = office.client("admin").post(f"/v1/projects/{other}/plan/projects", json=body)
    assert {item["field"] for item in answer.json["details"]["faults"]} == {"yearBe", "groupCode"}


def test_a_code_that_is_taken_is_a_conflict(office: Office, plan: SmallPlan) -> None:
    client = office.client("wanna")
    for subject, body in (
        ("groups", {"code": "PLN", "nameTh": "อีกกลุ่ม"}),
        ("officers", {"code": "OFF-001", "name": "อีกคน สมมติ"}),
        ("districts", {"code": "D01", "name": "อีกอำเภอ", "province": "ธารานคร"}),
        ("schools", {"code": "99010001", "name": "อีกโรงเรียน", "districtCode": "D01"}),
        ("school-networks", {"code": "NW01", "name": "อีกกลุ่ม", "districtCode": "D01"}),
        ("projects", project_body(code="PLN-70-01")),
        ("indicators", {"code": "KRS-01", "name": "อีกตัว", "yearBe": 2570, "framework": "krs"}),
        ("fiscal-years", {"yearBe": 2570}),
    ):
        answer = client.post(f"{root(office)}/{subject}", json=body)
        assert (answer.status_code, answer.json["code"]) == (409, 409.3), subject


def test_everything_else_is_created_and_changed(office: Office, plan: SmallPlan) -> None:
    client = office.client("wanna")
    for subject, body, key, changes in (
        ("groups", {"code": "ICT", "nameTh": "กลุ่มส่งเสริม"}, "code", {"nameEn": "ICT", "parentCode": "PLN"}),
        ("officers", {"code": "OFF-009", "name": "ก สมมติ"}, "uuid", {"groupCode": "SUP", "movedOn": "2027-01-04"}),
        ("districts", {"code": "D09", "name": "ดอน", "province": "ธารานคร"}, "code", {"province": "แสงเดือน"}),
        (
            "schools",
            {"code": "9", "name": "บ้านดอน", "districtCode": "D02"},
            "uuid",
            {"size": "small", "students": "๙๕"},
        ),
        (
            "activities",
            {
                "projectUuid": plan.project,
                "name": "สรุปผล",
                "weight": 60,
                "planStart": "2027-01-04",
                "planEnd": "2027-01-29",
            },
            "uuid",
            {"targetCount": 30, "budget": "60,000"},
        ),
        (
            "indicators",
            {"code": "KRS-02", "name": "ก", "yearBe": 2570, "framework": "krs"},
            "uuid",
            {"baseline": "0.00001"},
        ),
        ("fiscal-years", {"yearBe": 2571}, "yearBe", {"status": "closed"}),
    ):
        made = client.post(f"{root(office)}/{subject}", json=body)
        assert made.status_code == 201, made.json
        path = f"{root(office)}/{subject}/{made.json[key]}"
        changed = client.patch(path, json=changes, headers={"If-Match": made.headers["ETag"]})
        assert changed.status_code == 200, changed.json
        assert changed.json["version"] == 2
        read = client.get(path)
        assert {**read.json, **changed.json} == read.json
        assert read.headers["ETag"] == '"2"'


def test_issues_and_standards_are_kept(office: Office, plan: SmallPlan) -> None:
    client = office.client("wanna")
    assert client.post(f"{root(office)}/standards", json={"code": "STD1", "name": "มาตรฐานที่ 1"}).status_code == 201
    path = f"{root(office)}/indicators/{plan.indicator}"
    answer = client.put(f"{path}/issues", json={"names": ["มีแผน", "มีผล"], "version": 1})
    assert [item["name"] for item in answer.json["issues"]] == ["มีแผน", "มีผล"]
    changed = client.patch(path, json={"standardCode": "STD1"}, headers={"If-Match": 'W/"2"'})
    assert changed.json["standardCode"] == "STD1"


def test_of_two_changes_at_the_same_moment_one_is_told_to_look_again(office: Office, plan: SmallPlan) -> None:
    path = f"{root(office)}/schools/{plan.school}"
    together = threading.Barrier(4)

    def rename(number: int) -> int:
        together.wait()
        answer = office.client("wanna").patch(path, json={"name": f"บ้าน {number}", "version": 1})
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(rename, range(4))) == [200, 409, 409, 409]
    assert office.client("wanna").get(path).json["version"] == 2


def test_a_code_that_two_give_at_the_same_moment_is_taken_once(office: Office, plan: SmallPlan) -> None:
    together = threading.Barrier(4)

    def create(_number: int) -> int:
        together.wait()
        return office.client("wanna").post(f"{root(office)}/projects", json=project_body()).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create, range(4))) == [201, 409, 409, 409]
