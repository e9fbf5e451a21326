"""The sign-in of a tablet ended while it was away."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.support.field_faults import RECORDS, FaultProxy
from tests.support.field_quick import QuickOffice, QuickTablet

PIN, OTHER_PIN = "7294", "5038"


def submitters(office: QuickOffice) -> set[int]:
    """Who handed in the records of the test's form."""
    sql = "SELECT s.submitter_id FROM submission s JOIN form f ON f.id = s.form_id WHERE f.xml_form_id = ?"
    return {row[0] for row in office.query(sql, office.form)}


def test_filling_goes_on_and_everything_goes_by_itself_after_the_same_person_signed_in_again(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, officer: str, photo: Path
) -> None:
    draft = tablet.begin("ร่างก่อนหมดอายุ", photo)
    tablet.context.set_offline(True)
    quick.end_sign_ins(officer)
    first = tablet.record_visit("กรอกตอนไม่มีสัญญาณ", photo)
    tablet.context.set_offline(False)
    tablet.go("/")
    expect(tablet.page.get_by_text("ต้องเข้าสู่ระบบอีกครั้งเพื่อส่งข้อมูล")).to_be_visible()
    second = tablet.record_visit("กรอกระหว่างรอ", photo)
    assert {tablet.states()[one] for one in (first, second)} == {"ready"}
    refused = proxy.count("POST", RECORDS, 401)
    assert refused <= 2
    # The queue waits for the sign-in and does not knock again.
    tablet.page.evaluate("dispatchEvent(new Event('online'))")
    third = tablet.record_visit("กรอกระหว่างรอ 2")
    assert tablet.states()[third] == "ready"
    assert proxy.count("POST", RECORDS, 401) == refused
    tablet.go("/")
    tablet.page.get_by_role("link", name="เข้าสู่ระบบ").click()
    expect(tablet.page.get_by_label("อีเมล", exact=True)).to_have_value(officer)
    tablet.give_account(officer)
    tablet.choose_pin("")
    for one in (first, second, third):
        tablet.becomes(one, "complete")
    tablet.go(f"/fill/{draft}")
    expect(tablet.note()).to_have_value("ร่างก่อนหมดอายุ")
    tablet.finish()
    tablet.all_arrived()
    assert submitters(quick) == {quick.people[officer]}


def test_one_401_in_the_middle_of_a_record_keeps_it_and_it_goes_on_after_the_sign_in(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, officer: str, photo: Path
) -> None:
    gone = proxy.fail("/field/uploads/", 401, body=b'{"code": 401.2, "message": "No."}')
    instance_id = tablet.record_visit("ขาดสิทธิ์กลางทาง", photo)
    tablet.go("/")
    tablet.page.get_by_role("link", name="เข้าสู่ระบบ").click()
    assert tablet.states()[instance_id] in ("ready", "xml_sent")
    gone.end()
    tablet.give_account(officer)
    tablet.choose_pin("")
    tablet.becomes(instance_id, "complete")
    tablet.all_arrived()


def test_the_sign_in_of_another_person_does_not_take_the_records(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, officer: str, photo: Path
) -> None:
    page, other = tablet.page, quick.hire("Somchai")
    tablet.context.set_offline(True)
    quick.end_sign_ins(officer)
    mine = tablet.record_visit("ของมาลี", photo)
    tablet.context.set_offline(False)
    tablet.go("/")
    page.get_by_role("link", name="เข้าสู่ระบบ").click()
    tablet.give_account(other)
    expect(page.get_by_text("เป็นคนละคนกัน")).to_be_visible()
    page.get_by_role("button", name="เพิ่มเป็นอีกโปรไฟล์").click()
    tablet.choose_pin(OTHER_PIN)
    expect(page.get_by_role("heading", name="สวัสดี Somchai")).to_be_visible()
    expect(page.get_by_role("link", name=f"ด่วน {quick.form}")).to_be_visible()
    theirs = tablet.record_visit("ของสมชาย")
    tablet.becomes(theirs, "complete")
    assert tablet.states()[mine] == "ready"
    assert quick.instances() == [theirs]
    assert submitters(quick) == {quick.people[other]}
    tablet.go(f"/record/{mine}")
    expect(page.get_by_text("ไม่มีรายการนี้ในโปรไฟล์นี้")).to_be_visible()
    # Malee comes back to the tablet and signs in as herself.
    tablet.go("/settings")
    page.get_by_role("button", name="ล็อกหน้าจอ").click()
    page.get_by_role("button", name="Malee").click()
    tablet.choose_pin(PIN)
    page.get_by_role("link", name="เข้าสู่ระบบ").click()
    tablet.give_account(officer)
    tablet.becomes(mine, "complete")
    tablet.all_arrived()
    assert submitters(quick) == {quick.people[officer], quick.people[other]}
