"""Lists of records: their filters, their search, the numbers that lead to them, and forms that are deleted."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import utc_now
from core.transaction import reading, unit_of_work
from sync.models import Quarantine, Submission
from tests.integration.sync.test_intake import ID, count, only, set_state
from tests.integration.sync.test_record_pages import page
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send
from tests.support.small_plan import found_small_plan

LIST = "/forms/visit/submissions"


def shown(text: str) -> set[str]:
    """The ids of the records in a list."""
    return set(re.findall(r"/submissions/uuid%3A([a-z]+)\"", text))


def received(instance_id: str, at: dt.datetime) -> None:
    def work(session: Session) -> None:
        session.execute(update(Submission).where(Submission.instance_id == instance_id).values(received_at=at))

    unit_of_work(work)


def three_arrivals(office: Office) -> None:
    """One record of now, one of three days ago, one of three weeks ago."""
    publish(office)
    for name, days in (("uuid:now", 0), ("uuid:days", 3), ("uuid:weeks", 21)):
        send(office, visit_instance(name))
        received(name, utc_now() - dt.timedelta(days=days))


def tiles(text: str) -> list[tuple[str, int]]:
    found = re.findall(r'<a class="tile[^"]*" href="([^"]*)"><strong>([0-9,]+)</strong>', text)
    return [(html.unescape(address), int(number.replace(",", ""))) for address, number in found]


def test_each_number_of_the_home_page_is_that_of_the_list_behind_it(office: Office) -> None:
    three_arrivals(office)
    send(office, visit_instance("uuid:files", photo="a.jpg"))
    found = tiles(page(office)[1])
    assert [number for _, number in found] == [2, 3, 1, 0]
    for address, number in found[:3]:
        _, text = page(office, address.removeprefix(f"/w/{office.workspace_id}"))
        assert f"{number} รายการ" in text, address
        assert len(shown(text)) == number


def test_the_bar_of_a_form_leads_to_its_records_of_the_week(office: Office) -> None:
    three_arrivals(office)
    address = re.findall(rf'href="/w/{office.workspace_id}({LIST}\?received_from=[0-9-]+)"', page(office)[1])[0]
    assert shown(page(office, address)[1]) == {"now", "days"}


def test_the_day_of_receipt_is_a_filter_that_can_be_taken_off(office: Office) -> None:
    three_arrivals(office)
    day = (utc_now() - dt.timedelta(days=5)).date().isoformat()
    _, text = page(office, f"{LIST}?received_from={day}&review_state=received")
    assert shown(text) == {"now", "days"}
    assert f'name="received_from" value="{day}"' in text
    off = html.unescape(re.findall(r'<a href="([^"]*)">แสดงทุกวัน', text)[0])
    assert "review_state=received" in off
    assert shown(page(office, off.removeprefix(f"/w/{office.workspace_id}"))[1]) == {"now", "days", "weeks"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("fiscal_year=x", "ปีงบประมาณ “x”"), ("quarter=-1", "ไตรมาส “-1”"), ("review_state=great", "“great”"),
        ("check=great", "“great”"), ("as_of=2027-13-01", "“2027-13-01”"), ("received_from=0001-01-01", "“0001-01-01”"),
    ],
)  # fmt: skip
def test_what_means_nothing_in_a_filter_is_left_out_and_named_and_the_rest_kept(
    office: Office, query: str, said: str
) -> None:
    publish(office)
    send(office, visit_instance("uuid:a", group_code="PLN"))
    send(office, visit_instance("uuid:b", group_code="SUP"))
    status, text = page(office, f"{LIST}?group=PLN&{query}")
    assert status == 200
    assert shown(text) == {"a"}
    assert said in html.unescape(text)


def test_the_fiscal_year_is_chosen_from_a_list_and_may_be_in_thai_digits(office: Office, planner: Actor) -> None:
    publish(office)
    unit_of_work(lambda session: found_small_plan(session, planner, office.workspace_id))
    send(office, visit_instance("uuid:a", report_date="2026-10-05"))
    send(office, visit_instance("uuid:b", report_date="2026-09-05"))
    _, text = page(office, f"{LIST}?fiscal_year=๒๕๖๙")
    assert shown(text) == {"b"}
    assert re.search(r'<option value="2569" selected>', text)
    assert re.search(r'<option value="2570">', text)


@pytest.mark.parametrize("text", ["ห้วยหมอก", "แท็บเล็ต 1", "พัฒนาระบบ", "uuid:wanted"])
def test_a_search_finds_what_the_rows_show(office: Office, planner: Actor, text: str) -> None:
    publish(office)
    plan = unit_of_work(lambda session: found_small_plan(session, planner, office.workspace_id))
    send(office, visit_instance("uuid:wanted", school=plan.school, project=plan.project))
    send(office, visit_instance("uuid:other"))

    def by_nobody(session: Session) -> None:
        session.execute(update(Submission).where(Submission.instance_id == "uuid:other").values(submitter_id=None))

    unit_of_work(by_nobody)
    assert shown(page(office, f"/submissions?search={text}")[1]) == {"wanted"}
    assert shown(page(office, f"/submissions?search={text}%25_")[1]) == set()


def delete(office: Office) -> None:
    assert office.client("wanna").delete(f"/v1/projects/{office.workspace_id}/forms/visit").status_code == 200
    reading().expire_all()


def test_records_of_a_deleted_form_are_in_no_list_and_no_count(office: Office) -> None:
    publish(office)
    publish(office, xml_form_id="other")
    send(office, visit_instance("uuid:gone", photo="a.jpg"))
    send(office, visit_instance("uuid:here", xml_form_id="other"))
    delete(office)
    _, home = page(office)
    assert [number for _, number in tiles(home)] == [1, 1, 0, 0]
    assert shown(home) == {"here"}
    _, text = page(office, "/submissions")
    assert shown(text) == {"here"}
    assert "1 รายการ" in text


def waiting_of_a_deleted_form(office: Office) -> tuple[int, int]:
    form = publish(office)
    send(office, visit_instance(ID, note="first"))
    send(office, visit_instance(ID, note="second"))
    delete(office)
    return only(Quarantine).id, form.id


@pytest.mark.parametrize("decision", ["accept", "merge"])
def test_nothing_is_filed_under_a_deleted_form_until_that_is_restored(office: Office, decision: str) -> None:
    waiting, form_id = waiting_of_a_deleted_form(office)
    address = f"/w/{office.workspace_id}/quarantine/{waiting}/{decision}"
    refused = office.browser("wanna").post(address)
    assert refused.status_code == 409
    assert "โปรดกู้คืนแบบฟอร์มก่อน" in refused.get_data(as_text=True)
    set_state(form_id, deleted_at=None)
    assert office.browser("wanna").post(address).status_code == 303
    reading().expire_all()
    assert count(Quarantine, Quarantine.outcome.is_not(None)) == 1


def test_the_page_of_a_record_of_a_deleted_form_offers_only_to_leave_it_out(office: Office) -> None:
    waiting, _ = waiting_of_a_deleted_form(office)
    _, text = page(office, f"/quarantine/{waiting}")
    assert re.findall(rf"/quarantine/{waiting}/([a-z]+)\"", text) == ["reject"]
    assert "โปรดกู้คืนแบบฟอร์มก่อน" in text
    assert "/forms/visit/submissions/" not in text
    assert office.browser("wanna").post(f"/w/{office.workspace_id}/quarantine/{waiting}/reject").status_code == 303


@pytest.mark.parametrize("reason", ["unknown version", "met nothing"])
def test_why_a_record_cannot_be_filed_is_said_in_thai(office: Office, reason: str) -> None:
    form = publish(office)
    decision = "accept"
    if reason == "unknown version":
        send(office, visit_instance(ID, version="99"))
        set_state(form.id, current_version_id=None)
    else:
        decision = "merge"
        send(office, visit_instance("uuid:one", deprecated=ID))
    answer: Any = office.browser("wanna").post(f"/w/{office.workspace_id}/quarantine/{only(Quarantine).id}/{decision}")
    said = re.findall(r"(?s)<main.*?</main>", answer.get_data(as_text=True))[0]
    assert answer.status_code in {400, 409}
    assert not re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+", re.sub(r"<[^>]*>", "", said))
