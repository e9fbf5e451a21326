"""Orders of responsibility: drafted, signed, replaced, ended by their dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.access.actor import Actor
from core.errors import Problem
from core.transaction import reading, unit_of_work
from plan import orders, queries
from plan.demo.chance import DEMO_TODAY
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from plan.order_checks import order_warnings
from tests.personas import Office
from tests.support.small_plan import SmallPlan

FIRST, LAST = dt.date(2026, 10, 1), dt.date(2027, 9, 30)


def root(office: Office) -> str:
    return f"/v1/projects/{office.workspace_id}/plan/orders"


def pages(office: Office) -> str:
    return f"/w/{office.workspace_id}/plan"


def body(plan: SmallPlan, **values: Any) -> dict[str, Any]:
    return {
        "orderNo": "111/2570", "title": "มอบหมายผู้รับผิดชอบ", "framework": "krs",
        "validFrom": "2026-10-01", "validTo": "2027-09-30",
        "lines": [{"officerCode": "OFF-001", "role": "owner", "indicatorUuid": plan.indicator}], **values,
    }  # fmt: skip


def data(plan: SmallPlan, **values: Any) -> dict[str, Any]:
    line = {"officer_code": "OFF-001", "role": "owner", "indicator_uuid": plan.indicator}
    return {
        "order_no": "111/2570", "title": "มอบหมายผู้รับผิดชอบ", "valid_from": FIRST, "valid_to": LAST,
        "lines": [line], **values,
    }  # fmt: skip


def signed(planner: Actor, plan: SmallPlan, **values: Any) -> str:
    def work(session: Any) -> str:
        place = {"workspace_id": plan.workspace_id}
        made = orders.create_order(session, planner, **place, data=data(plan, **values))
        orders.sign_order(session, planner, **place, uuid=made.uuid, version=1, signed_on=FIRST)
        return made.uuid

    return unit_of_work(work)


def holds(plan: SmallPlan, day: dt.date, officer: int | str = "OFF-001") -> bool:
    return queries.holds_order(reading(), plan.workspace_id, officer, plan.indicator, day)


def faults(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    return {item["field"]: item["code"] for item in answer.json["details"]["faults"]}


def test_an_order_is_drafted_changed_and_signed_and_then_stays(office: Office, plan: SmallPlan) -> None:
    client = office.client("wanna")
    made = client.post(root(office), json=body(plan))
    assert made.status_code == 201, made.text
    assert (made.json["state"], made.json["version"]) == ("draft", 1)
    path = f"{root(office)}/{made.json['uuid']}"
    assert client.patch(path, json={"title": "x"}).status_code == 400
    changed = client.patch(path, json={"title": "เรื่องใหม่", "version": 1})
    assert (changed.json["title"], changed.json["lines"]) == ("เรื่องใหม่", made.json["lines"])
    assert client.patch(path, json={"title": "x", "version": 1}).json["code"] == "409.100"
    done = client.post(f"{path}/sign", json={"version": 2, "signedOn": "2026-09-28"})
    assert done.json["signedOn"] == "2026-09-28"
    assert client.get(path).headers["ETag"] == '"3"'
    assert client.patch(path, json={"title": "x", "version": 3}).json["code"] == 409.175
    assert client.post(f"{path}/sign", json={"version": 3}).json["code"] == 409.175
    assert office.client("pakorn").get(path).status_code == 200
    assert office.client("pakorn").patch(path, json={}).status_code == 403
    assert office.client("stranger").get(root(office)).status_code == 403


def test_an_order_that_names_nobody_cannot_be_signed(office: Office, plan: SmallPlan) -> None:
    client = office.client("wanna")
    made = client.post(root(office), json=body(plan, lines=[]))
    answer = client.post(f"{root(office)}/{made.json['uuid']}/sign", json={"version": 1})
    assert answer.json["code"] == 409.176


def test_every_fault_of_an_order_is_told_with_its_field(office: Office, plan: SmallPlan) -> None:
    lines = [
        {"officerCode": "OFF-001", "role": "owner", "indicatorUuid": plan.indicator},
        {"officerCode": "OFF-001", "role": "owner", "indicatorUuid": plan.indicator},
        {"officerCode": "OFF-002", "role": "owner", "indicatorUuid": plan.indicator},
        {"officerCode": "nobody", "role": "checker", "indicatorUuid": plan.indicator, "projectUuid": plan.project},
        {"officerCode": "OFF-002", "role": "checker", "projectUuid": "nothing"},
        {"officerCode": "OFF-002", "role": "checker"},
    ]
    answer = office.client("wanna").post(
        root(office), json=body(plan, lines=lines, validTo="2026-09-30", supersedesNo="none")
    )
    assert faults(answer) == {
        "validTo": "400.173",
        "supersedesNo": "400.172",
        "lines.1.officerCode": "400.200",
        "lines.2.role": "400.201",
        "lines.3.officerCode": "400.172",
        "lines.3.indicatorUuid": "400.203",
        "lines.4.projectUuid": "400.172",
        "lines.5.indicatorUuid": "400.203",
    }
    bad = office.client("wanna").post(root(office), json=body(plan, lines=[{"officerCode": 1, "role": "king"}]))
    assert faults(bad) == {"lines.0.officerCode": "400.182", "lines.0.role": "400.187"}
    assert queries.orders(reading(), office.workspace_id) == []


def test_a_number_is_given_once(office: Office, plan: SmallPlan) -> None:
    client = office.client("wanna")
    assert client.post(root(office), json=body(plan)).status_code == 201
    assert client.post(root(office), json=body(plan)).json["code"] == 409.3


def test_a_signed_order_holds_on_its_days_and_a_draft_on_none(office: Office, plan: SmallPlan, planner: Actor) -> None:
    unit_of_work(lambda session: orders.create_order(session, planner, workspace_id=plan.workspace_id, data=data(plan)))
    assert not holds(plan, FIRST)
    signed(planner, plan, order_no="112/2570")
    day = dt.timedelta(days=1)
    assert [holds(plan, on) for on in (FIRST - day, FIRST, LAST, LAST + day)] == [False, True, True, False]
    officer = next(row for row in queries.officers(reading(), plan.workspace_id) if row.code == "OFF-001")
    assert holds(plan, FIRST, officer.id)
    assert not holds(plan, FIRST, "OFF-002")
    assert not holds(plan, FIRST, "\x00")
    assert [row.order_no for row in queries.orders_in_force(reading(), plan.workspace_id, FIRST)] == ["112/2570"]
    assert queries.orders_in_force(reading(), plan.workspace_id, FIRST, framework="pmqa") == []


def test_a_replaced_order_holds_until_the_day_before_its_successor(plan: SmallPlan, planner: Actor) -> None:
    signed(planner, plan)
    begins = dt.date(2027, 2, 1)
    other = [{"officer_code": "OFF-002", "role": "owner", "indicator_uuid": plan.indicator}]
    signed(planner, plan, order_no="148/2570", valid_from=begins, supersedes_no="111/2570", lines=other)
    before = begins - dt.timedelta(days=1)
    assert [holds(plan, before), holds(plan, before, "OFF-002")] == [True, False]
    assert [holds(plan, begins), holds(plan, begins, "OFF-002")] == [False, True]
    assert queries.order_or_none(reading(), plan.workspace_id, "111/2570").state == "superseded"  # type: ignore[union-attr]
    with pytest.raises(Problem) as refused:
        signed(planner, plan, order_no="149/2570", supersedes_no="111/2570")
    assert refused.value.code == "400.170"


def test_two_drafts_cannot_both_replace_one_order(plan: SmallPlan, planner: Actor) -> None:
    signed(planner, plan)
    place = {"workspace_id": plan.workspace_id}
    uuids = [
        unit_of_work(
            lambda session, no=number: (
                orders.create_order(
                    session, planner, **place, data=data(plan, order_no=no, supersedes_no="111/2570")
                ).uuid
            )
        )
        for number in ("112/2570", "113/2570")
    ]

    def sign(uuid: str) -> None:
        unit_of_work(
            lambda session: orders.sign_order(session, planner, **place, uuid=uuid, version=1, signed_on=FIRST)
        )

    sign(uuids[0])
    with pytest.raises(Problem) as refused:
        sign(uuids[1])
    assert refused.value.code == "400.170"


def test_every_change_of_an_order_has_lists_renewed_and_stands_in_the_history(office: Office, plan: SmallPlan) -> None:
    before = queries.plan_mark(reading(), office.workspace_id)
    office.client("wanna").post(root(office), json=body(plan))
    assert queries.plan_mark(reading(), office.workspace_id) != before
    page = office.client("admin").get("/v1/audits?action=plan.order.create")
    assert page.status_code == 200
    assert "111/2570" in page.text


def test_the_invented_office_has_one_expired_order_and_one_indicator_without_owner(
    office: Office, planner: Actor
) -> None:
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, generate_office()))
    session = reading()
    every = queries.orders(session, office.workspace_id)
    assert [row.order_no for row in every if row.state_on(DEMO_TODAY) == "expired"] == ["87/2568"]
    warnings = order_warnings(
        every,
        queries.lines_in_force(session, office.workspace_id, DEMO_TODAY),
        queries.indicators(session, office.workspace_id, year_be=2570),
        DEMO_TODAY,
    )
    said = {item.template: item.details for item in warnings}
    assert {"codes": "AP-10"} in said.values()
    assert {"orders": "87/2568"} in said.values()


def test_the_pages_lead_from_a_new_order_to_its_signature(office: Office, plan: SmallPlan) -> None:
    client = office.browser("wanna")
    assert "ยังไม่มีคำสั่ง" in client.get(f"{pages(office)}/orders").text
    form = {"orderNo": "111/2570", "title": "มอบหมาย", "framework": "", "validFrom": "2026-10-01", "supersedesNo": ""}
    bad = client.post(f"{pages(office)}/new-order", data={**form, "validTo": "2026-09-01"})
    assert bad.status_code == 400
    assert "is-invalid" in bad.text
    made = client.post(f"{pages(office)}/new-order", data={**form, "validTo": "2027-09-30"})
    assert made.status_code == 303
    path = made.headers["Location"]
    assert client.get(f"{path}/new-line").status_code == 200
    line = {"officerCode": "OFF-001", "role": "owner", "indicatorUuid": "", "projectUuid": "", "version": "1"}
    bad = client.post(f"{path}/new-line", data=line)
    assert bad.status_code == 400
    assert "โปรดเลือกตัวชี้วัดหรือโครงการอย่างใดอย่างหนึ่ง" in bad.text
    assert client.post(f"{path}/new-line", data={**line, "indicatorUuid": plan.indicator}).status_code == 303
    assert client.post(f"{path}/new-line", data={**line, "projectUuid": plan.project}).status_code == 409
    assert "กานดา" in client.get(path).text
    assert client.post(f"{path}/sign", data={"signedOn": "later", "version": "2"}).status_code == 400
    assert client.post(f"{path}/sign", data={"signedOn": "2026-09-28", "version": "2"}).status_code == 303
    assert "new-line" not in client.get(path).text
    assert "111/2570" in client.get(f"{pages(office)}/orders").text


def test_a_line_is_taken_out_of_a_draft(office: Office, plan: SmallPlan, planner: Actor) -> None:
    made = office.client("wanna").post(root(office), json=body(plan)).json
    order = queries.find_order(reading(), office.workspace_id, made["uuid"])
    line = str(order.lines[0].id)
    client = office.browser("wanna")
    path = f"{pages(office)}/orders/{made['uuid']}/remove-line"
    assert client.post(path, data={"line": line, "version": "1"}).status_code == 303
    assert office.client("wanna").get(f"{root(office)}/{made['uuid']}").json["lines"] == []
