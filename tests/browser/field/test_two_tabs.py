"""The application is open in two tabs of one tablet."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.support.field_app import FieldTablet
from tests.support.field_link import Link


def test_two_tabs_that_both_want_to_send_send_everything_once(
    tablet: FieldTablet, link: Link, photos: list[Path]
) -> None:
    link.away()
    tablet.offline()
    for number, photo in enumerate(photos):
        tablet.whole_record(f"โรงเรียนที่ {number}", [photo])
    other = tablet.sees(tablet.new_page())
    other.go("/")
    tablet.go("/")
    asked: list[str] = []
    tablet.context.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    expect(other.send_button()).to_be_visible()
    link.back()
    tablet.online()
    for tab in (tablet, other):
        tab.page.evaluate("dispatchEvent(new Event('online'))")
    tablet.all_arrived()
    records = [url for url in asked if "/field/records?" in url]
    files = [url for url in asked if "/files?" in url]
    assert (len(records), len(files)) == (3, 3), asked
    expect(other.page.get_by_text("ส่งครบแล้ว").first).to_be_visible()


def test_a_draft_is_open_for_writing_in_one_tab_only(tablet: FieldTablet) -> None:
    instance_id = tablet.start("บ้านห้วยหมอก")
    tablet.saved()
    other = tablet.sees(tablet.new_page())
    other.go(f"/fill/{instance_id}")
    expect(other.page.get_by_text("บันทึกนี้เปิดอยู่ในแท็บอื่น")).to_be_visible()
    expect(other.page.get_by_label("โรงเรียน")).to_have_count(0)
    tablet.page.get_by_label("โรงเรียน").fill("บ้านห้วยหมอกวิทยา")
    tablet.page.close()
    other.page.get_by_role("button", name="ลองอีกครั้ง").click()
    expect(other.page.get_by_label("โรงเรียน")).to_have_value("บ้านห้วยหมอกวิทยา")
    other.next()
    other.finish()
    other.all_arrived()
