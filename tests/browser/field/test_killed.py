"""The browser is killed, as by an empty battery or a tablet that wants its memory back."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.support.field_app import FieldTablet
from tests.support.field_link import Link
from tests.support.field_office import PHOTOS


def test_a_browser_killed_in_the_middle_of_filling_opens_the_same_record_on_the_same_page_with_its_photos(
    tablet: FieldTablet, link: Link, photos: list[Path]
) -> None:
    link.away()
    tablet.offline()
    instance_id = tablet.start("บ้านห้วยหมอก", "หลังคาห้อง ป.๓ รั่ว")
    tablet.next()
    tablet.take(PHOTOS[0], photos[0])
    tablet.take(PHOTOS[1], photos[1])
    tablet.saved()
    before = tablet.files(instance_id)
    tablet.kill()

    tablet.open(offline=True)
    tablet.go_on_with("บ้านห้วยหมอก")
    expect(tablet.page.locator("#page-title")).to_have_text("หลักฐาน")
    assert tablet.instance_of_page() == instance_id
    for label in PHOTOS[:2]:
        expect(tablet.question(label).locator("img")).to_be_visible()
    tablet.page.get_by_role("button", name="ย้อนกลับ", exact=True).click()
    expect(tablet.page.get_by_label("โรงเรียน")).to_have_value("บ้านห้วยหมอก")
    expect(tablet.page.get_by_label("บันทึก", exact=True)).to_have_value("หลังคาห้อง ป.๓ รั่ว")
    tablet.next()
    tablet.take(PHOTOS[2], photos[2])
    done = tablet.finish()
    assert done.instance_id == instance_id
    assert {name: row["sha256"] for name, row in before.items()}.items() <= done.files.items()
    link.back()
    tablet.online()
    tablet.all_arrived()


def test_what_was_typed_in_the_last_second_before_the_kill_is_all_that_may_be_missing(tablet: FieldTablet) -> None:
    tablet.start("บ้านห้วยหมอก", "เขียนไว้แล้ว")
    tablet.saved()
    tablet.page.get_by_label("บันทึก", exact=True).press_sequentially(" และเพิ่มอีก")
    tablet.kill()
    tablet.open()
    tablet.go_on_with("บ้านห้วยหมอก")
    expect(tablet.page.get_by_label("โรงเรียน")).to_have_value("บ้านห้วยหมอก")
    written = tablet.page.get_by_label("บันทึก", exact=True).input_value()
    assert written.startswith("เขียนไว้แล้ว")
    assert "เขียนไว้แล้ว และเพิ่มอีก".startswith(written)


def test_a_browser_killed_in_the_middle_of_a_photo_upload_goes_on_where_it_was(
    tablet: FieldTablet, link: Link, photos: list[Path]
) -> None:
    link.away()
    instance_id = tablet.whole_record("บ้านห้วยหมอก", photos)
    size = photos[0].stat().st_size
    link.back()
    link.stand_still_after(size + size // 2)
    tablet.go("/")
    tablet.until(link.stands_still, "a photo is on its way")
    tablet.kill()
    link.back()
    tablet.open()
    tablet.go("/")
    tablet.becomes(instance_id, "complete")
    tablet.all_arrived()
    assert sorted(tablet.office.uploads()) == sorted((name, True) for name in tablet.finished[instance_id].files)
