"""Several people work on one tablet, each behind a PIN; who is alone may have none, and is known by the sign-in."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.field.conftest import NewTablet
from tests.support.field_app import FieldTablet
from tests.support.field_link import Link


def lock(tablet: FieldTablet) -> None:
    tablet.go("/settings")
    tablet.page.get_by_role("button", name="ล็อกหน้าจอ").click()


def come_in(tablet: FieldTablet, name: str, pin: str) -> None:
    """Choose the name on the locked screen, and type the PIN."""
    tablet.page.get_by_role("button", name=name).click()
    tablet.enter_pin(pin)
    expect(tablet.page.get_by_role("navigation", name="เมนูหลัก")).to_be_visible()


def test_records_of_several_people_go_out_with_each_ones_own_sign_in(
    new_tablet: NewTablet, link: Link, photos: list[Path]
) -> None:
    tablet = new_tablet()
    office = tablet.office
    malee, somchai = office.hire("Malee"), office.hire("Somchai")
    tablet.enrol(malee, pin="2580")
    tablet.enrol(somchai, pin="1397")
    link.away()
    tablet.offline()
    of_somchai = tablet.whole_record("บ้านทุ่งฟ้า", photos[:1])
    lock(tablet)
    come_in(tablet, "Malee", "2580")
    of_malee = tablet.whole_record("บ้านห้วยหมอก", photos[1:2])
    tablet.go("/records?tab=waiting")
    expect(tablet.page.get_by_role("link", name="บ้านห้วยหมอก")).to_be_visible()
    expect(tablet.page.get_by_text("บ้านทุ่งฟ้า")).to_have_count(0)
    lock(tablet)
    # The queue of both runs while the screen is locked.
    link.back()
    tablet.online()
    tablet.all_arrived()
    assert office.submitters() == {of_malee: office.people[malee], of_somchai: office.people[somchai]}


def test_a_locked_tablet_shows_nothing_and_opens_nothing_without_the_pin(new_tablet: NewTablet) -> None:
    tablet = new_tablet()
    tablet.enrol(tablet.office.hire("Malee"), pin="2580")
    instance_id = tablet.start("บ้านห้วยหมอก")
    tablet.saved()
    tablet.kill()
    tablet.open()
    for place in ("/", "/records", f"/fill/{instance_id}", "/settings"):
        tablet.go(place)
        expect(tablet.page.get_by_label("ใส่ PIN")).to_be_visible()
        expect(tablet.page.get_by_text("บ้านห้วยหมอก")).to_have_count(0)
    tablet.enter_pin("1111")
    expect(tablet.page.get_by_text("PIN ไม่ถูกต้อง")).to_be_visible()
    tablet.enter_pin("2580")
    expect(tablet.page.get_by_role("navigation", name="เมนูหลัก")).to_be_visible()


def test_one_persons_sign_in_that_ended_stops_only_that_persons_records(
    new_tablet: NewTablet, link: Link, photos: list[Path]
) -> None:
    tablet = new_tablet()
    office = tablet.office
    malee, somchai = office.hire("Malee"), office.hire("Somchai")
    tablet.enrol(malee, pin="2580")
    tablet.enrol(somchai, pin="1397")
    link.away()
    tablet.offline()
    of_somchai = tablet.whole_record("บ้านทุ่งฟ้า", photos[:1])
    lock(tablet)
    come_in(tablet, "Malee", "2580")
    of_malee = tablet.whole_record("บ้านห้วยหมอก", photos[1:2])
    office.end_sign_ins(somchai)
    link.back()
    tablet.online()
    tablet.becomes(of_malee, "complete")
    tablet.until(
        lambda: [row["tokenWorks"] for row in tablet.rows("profiles") if row["email"] == somchai] == [False],
        "the ended sign-in is noticed",
    )
    assert tablet.states()[of_somchai] == "ready"
    lock(tablet)
    come_in(tablet, "Somchai", "1397")
    tablet.page.get_by_role("link", name="เข้าสู่ระบบ", exact=True).click()
    tablet.give_account(somchai)
    tablet.all_arrived()
    assert office.submitters() == {of_malee: office.people[malee], of_somchai: office.people[somchai]}


def test_a_tablet_enrolled_by_the_offices_link_sends_as_that_device(new_tablet: NewTablet, photos: list[Path]) -> None:
    tablet = new_tablet()
    tablet.enrol_by_link(tablet.office.enrolment_link(tablet.address))
    assert "k=" not in tablet.page.url
    instance_id = tablet.whole_record("บ้านห้วยหมอก", photos[:1])
    tablet.all_arrived()
    assert tablet.office.submitters() == {instance_id: tablet.office.server.office.device_id}


def test_who_signs_out_without_a_pin_comes_back_by_signing_in_and_the_records_that_waited_go_out(
    tablet: FieldTablet, officer: str, link: Link, photos: list[Path]
) -> None:
    page = tablet.page
    link.away()
    tablet.offline()
    instance_id = tablet.whole_record("บ้านห้วยหมอก", photos[:1])
    tablet.go("/settings")
    page.get_by_role("button", name="ออกจากระบบ").click()
    page.get_by_role("alertdialog").get_by_role("button", name="ออกจากระบบ").click()
    expect(page.get_by_role("link", name="เข้าสู่ระบบอีกครั้ง")).to_be_visible()
    tablet.kill()
    page = tablet.open().page
    again = page.get_by_role("link", name="เข้าสู่ระบบอีกครั้ง")
    for place in ("/", "/records?tab=waiting", f"/record/{instance_id}", "/settings"):
        tablet.go(place)
        expect(again).to_be_visible()
        expect(page.get_by_label("PIN")).to_have_count(0)
        expect(page.get_by_text("บ้านห้วยหมอก")).to_have_count(0)
    link.back()
    again.click()
    tablet.give_account(officer)
    tablet.choose_pin("")
    expect(page.get_by_role("navigation", name="เมนูหลัก")).to_be_visible()
    tablet.all_arrived()
    assert tablet.office.submitters() == {instance_id: tablet.office.people[officer]}
