"""Frameworks with their parts, and what the forms' codes are called."""

from __future__ import annotations

from typing import Any

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from plan import frameworks, indicators, queries
from tests.personas import Office
from tests.support.small_plan import SmallPlan


def root(office: Office) -> str:
    return f"/v1/projects/{office.workspace_id}/plan/frameworks"


def pages(office: Office) -> str:
    return f"/w/{office.workspace_id}/plan"


def test_the_usual_frameworks_are_added_once_with_the_seven_categories_of_pmqa(office: Office) -> None:
    client = office.client("wanna")
    made = client.post(f"{root(office)}/usual")
    assert made.status_code == 201
    assert len(made.json) == 8
    assert client.post(f"{root(office)}/usual").json == []
    pmqa = client.get(f"{root(office)}/pmqa").json
    assert [node["code"] for node in pmqa["nodes"]] == ["1", "2", "3", "4", "5", "6", "7"]
    assert pmqa["nodes"][0] == {"kind": "category", "code": "1", "name": "การนำองค์การ", "parentCode": None}
    assert (pmqa["scoreFloor"], pmqa["roundingDigits"]) == (1, 5)
    assert office.client("pakorn").post(f"{root(office)}/usual").status_code == 403
    assert office.client("stranger").get(root(office)).status_code == 403


def test_a_framework_is_created_and_changed_with_its_parts(office: Office) -> None:
    client = office.client("wanna")
    nodes = [
        {"kind": "strategy", "code": "S1", "name": "กลยุทธ์ที่ 1"},
        {"kind": "policy", "code": "P1", "name": "นโยบายที่ 1", "parentCode": "S1"},
    ]
    made = client.post(root(office), json={"code": "dev_plan", "nameTh": "แผนพัฒนา", "nodes": nodes})
    assert made.status_code == 201, made.text
    assert made.json["nodes"][1]["parentCode"] == "S1"
    path = f"{root(office)}/dev_plan"
    assert client.post(root(office), json={"code": "dev_plan", "nameTh": "x"}).json["code"] == 409.3
    changed = client.patch(path, json={"version": 1, "scoreFloor": 0, "nodes": nodes[:1]})
    assert (changed.json["scoreFloor"], len(changed.json["nodes"])) == (0, 1)
    assert client.patch(path, json={"version": 1, "scoreFloor": 1}).json["code"] == "409.100"
    assert client.patch(path, json={"version": 2, "code": "krs"}).status_code == 400
    assert client.get(f"{root(office)}/nothing").status_code == 404


def test_removing_a_parent_and_its_child_together_leaves_the_rest(office: Office) -> None:
    client = office.client("wanna")
    names = (("A", ""), ("B", "A"), ("C", "B"), ("D", ""))
    nodes = [{"kind": "policy", "code": code, "name": code, "parentCode": above} for code, above in names]
    client.post(root(office), json={"code": "krs", "nameTh": "x", "nodes": nodes})
    changed = client.patch(f"{root(office)}/krs", json={"version": 1, "nodes": nodes[3:]})
    assert [node["code"] for node in changed.json["nodes"]] == ["D"]


def test_parts_of_a_framework_that_do_not_fit_are_told_with_their_field(office: Office) -> None:
    nodes: list[dict[str, Any]] = [
        {"kind": "policy", "code": "A", "name": "A", "parentCode": "B"},
        {"kind": "policy", "code": "B", "name": "B", "parentCode": "B"},
        {"kind": "policy", "code": "A", "name": "A"},
    ]
    answer = office.client("wanna").post(root(office), json={"code": "krs", "nameTh": "x", "nodes": nodes})
    assert answer.status_code == 400
    found = {item["field"]: item["code"] for item in answer.json["details"]["faults"]}
    assert found == {"nodes.0.parentCode": "400.172", "nodes.1.parentCode": "400.172", "nodes.2.code": "400.200"}
    odd = {"code": "mine", "nameTh": "", "scoreFloor": 2, "roundingDigits": "x", "nodes": [{"kind": "king"}]}
    assert office.client("wanna").post(root(office), json=odd).status_code == 400


def test_the_pages_add_frameworks_parts_and_standards(office: Office, plan: SmallPlan) -> None:
    client = office.browser("wanna")
    assert client.post(f"{pages(office)}/usual-frameworks", data={}).status_code == 303
    assert "PMQA 4.0" in client.get(f"{pages(office)}/frameworks").text
    path = f"{pages(office)}/frameworks/pmqa"
    assert "การนำองค์การ" in client.get(path).text
    part = {"kind": "issue", "code": "1", "name": "ประเด็น", "parentCode": "", "version": "1"}
    twice = client.post(f"{path}/new-part", data=part)
    assert twice.status_code == 400
    assert "ซ้ำกัน" in twice.text
    assert client.post(f"{path}/new-part", data={**part, "code": "1.1", "parentCode": "1"}).status_code == 303
    refused = client.post(f"{path}/remove-part", data={"part": "1", "version": "2"})
    assert refused.status_code == 400
    assert client.post(f"{path}/remove-part", data={"part": "1.1", "version": "2"}).status_code == 303
    form = {"nameTh": "ชื่อใหม่", "nameEn": "", "ownerBody": "", "scoreFloor": "0", "roundingDigits": "3", "version": "3"}
    assert client.post(f"{path}/edit", data=form).status_code == 303
    assert "ชื่อใหม่" in client.get(path).text
    assert client.post(f"{pages(office)}/new-standard", data={"code": "STD1", "name": "มาตรฐานที่ 1"}).status_code == 303
    taken = client.post(f"{pages(office)}/new-standard", data={"code": "STD1", "name": "x"})
    assert taken.status_code == 409
    assert "มาตรฐานที่ 1" in client.get(f"{pages(office)}/frameworks").text
    assert "การวางแผนเชิงยุทธศาสตร์" in client.get(f"{pages(office)}/new-indicator").text


def test_codes_in_answers_have_names(office: Office, plan: SmallPlan, planner: Actor) -> None:
    place = {"workspace_id": plan.workspace_id}

    def work(session: Any) -> str:
        frameworks.add_usual_frameworks(session, planner, **place)
        indicators.create_standard(session, planner, **place, code="STD1", name="มาตรฐานที่ 1")
        row = indicators.set_issues(session, planner, **place, uuid=plan.indicator, version=1, names=["ประเด็นที่ 1"])
        return row.issues[0].code

    issue = unit_of_work(work)
    expected = {
        "activity": (plan.activity, "ประชุมคณะทำงาน"),
        "framework": ("action_plan", "แผนปฏิบัติการประจำปี"),
        "standard": ("STD1", "มาตรฐานที่ 1"),
        "issue": (issue, "ประเด็นที่ 1"),
    }
    for dimension, (value, name) in expected.items():
        assert queries.labels(reading(), plan.workspace_id, dimension, [value, "unknown", "\x00"]) == {value: name}
