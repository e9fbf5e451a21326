"""A form that is left, reloaded or shortened while something is on its way: what was given is on the tablet."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.faults.server import RealServer
from tests.support.field_app import FieldTablet
from tests.support.field_office import FieldOffice

PHOTO, SIGNATURE = "ภาพ", "ลายมือชื่อ"
# A disk that takes its time to say how much room it has, as that of a full tablet does.
_SLOW_DISK = """() => {
  const { estimate } = navigator.storage;
  navigator.storage.estimate = async () => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    return estimate.call(navigator.storage);
  };
}"""

# Something else holds the records until the page is gone: what it asks of its database meanwhile is never done.
_BUSY_DATABASE = """() => new Promise((holds) => {
  indexedDB.open('tidtam').onsuccess = ({ target }) => {
    const rows = target.result.transaction('records', 'readwrite').objectStore('records');
    const again = () => (rows.count().onsuccess = again);
    rows.count().onsuccess = () => (again(), holds());
  };
})"""


def roll_form(xml_form_id: str) -> bytes:
    """Pupils in a repeat, and on the page after it a note, a photo and a signature."""
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>บัญชีนักเรียน</h:title><model><instance>'
        f'<data id="{xml_form_id}" version="1"><pupil jr:template=""><name/></pupil><pupil><name/></pupil>'
        "<seen><note/><photo/><signature/></seen><meta><instanceID/></meta></data></instance>"
        '<bind nodeset="/data/pupil/name" type="string"/><bind nodeset="/data/seen/note" type="string"/>'
        '<bind nodeset="/data/seen/photo" type="binary"/><bind nodeset="/data/seen/signature" type="binary"/>'
        '<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/></model></h:head><h:body>'
        '<group ref="/data/pupil"><label>นักเรียน</label><repeat nodeset="/data/pupil">'
        '<input ref="/data/pupil/name"><label>ชื่อนักเรียน</label></input></repeat></group>'
        '<group ref="/data/seen" appearance="field-list"><label>หลักฐาน</label>'
        '<input ref="/data/seen/note"><label>บันทึก</label></input>'
        f'<upload ref="/data/seen/photo" mediatype="image/*"><label>{PHOTO}</label></upload>'
        '<upload ref="/data/seen/signature" mediatype="image/*" appearance="signature">'
        f"<label>{SIGNATURE}</label></upload></group></h:body></h:html>"
    ).encode()


@pytest.fixture
def field_office(field_server: RealServer) -> FieldOffice:
    """The office, with a roll of pupils."""
    office = FieldOffice(field_server)
    office.form = f"roll-{uuid.uuid4().hex[:8]}"
    path = f"{office.workspace}/forms?publish=true&ignoreWarnings=true"
    office.rest("POST", path, roll_form(office.form), "application/xml")
    return office


@pytest.fixture
def roll(tablet: FieldTablet) -> str:
    """A record that was begun from the home page; its instance ID."""
    tablet.go("/")
    tablet.page.locator(f"a[href='#/new/{tablet.office.form}']").click()
    tablet.page.wait_for_url("**/fill/**")
    return tablet.instance_of_page()


def rows_of(tablet: FieldTablet) -> Locator:
    return tablet.page.get_by_label("ชื่อนักเรียน")


def remove_row(tablet: FieldTablet, number: int) -> None:
    tablet.page.get_by_role("button", name=f"ลบรายการที่ {number}").click()


def xml_holds(tablet: FieldTablet, instance_id: str, part: str) -> None:
    """Wait until the draft on the disk has a part like this."""
    tablet.until(lambda: part in tablet.record(instance_id)["xml"], f"the draft holds {part}")


def holds_file(tablet: FieldTablet, instance_id: str, question: str) -> None:
    """Wait until the draft has one file and names it at the question."""

    def look() -> bool:
        names = list(tablet.files(instance_id))
        row = tablet.record(instance_id)
        return len(names) == 1 and row["fileNames"] == names and f"<{question}>{names[0]}</{question}>" in row["xml"]

    tablet.until(look, f"the draft names the file of {question}")


def test_rows_are_taken_out_and_what_is_typed_afterwards_is_saved(tablet: FieldTablet, roll: str) -> None:
    add = tablet.page.get_by_role("button", name="เพิ่มรายการ")
    remove_row(tablet, 1)
    expect(rows_of(tablet)).to_have_count(0)
    for number, name in enumerate(("มานี", "ปิติ", "ชูใจ")):
        add.click()
        rows_of(tablet).nth(number).fill(name)
    remove_row(tablet, 2)
    dialog = tablet.page.get_by_role("alertdialog")
    dialog.get_by_role("button", name="ลบ", exact=True).click()
    expect(rows_of(tablet)).to_have_count(2)
    rows_of(tablet).nth(1).fill("ชูใจ เลิศล้ำ")
    xml_holds(tablet, roll, "<pupil><name>มานี</name></pupil><pupil><name>ชูใจ เลิศล้ำ</name></pupil><seen>")


def test_a_photo_is_kept_also_when_the_form_is_left_by_the_back_button(
    tablet: FieldTablet, roll: str, photos: list[Path]
) -> None:
    tablet.next()
    tablet.saved()
    tablet.page.evaluate(_SLOW_DISK)
    tablet.question(PHOTO).locator("input[type=file]").first.set_input_files(photos[0])
    expect(tablet.page.get_by_text("กำลังบันทึก…")).to_be_visible()
    tablet.page.go_back()
    tablet.page.wait_for_url("**/app/#/")
    holds_file(tablet, roll, "photo")


def test_a_signature_is_kept_also_when_home_is_tapped_as_soon_as_the_pen_is_up(tablet: FieldTablet, roll: str) -> None:
    tablet.next()
    tablet.saved()
    sheet = tablet.question(SIGNATURE).locator("canvas")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    mouse = tablet.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 90)
    mouse.down()
    mouse.move(box["x"] + 200, box["y"] + 40, steps=8)
    mouse.up()
    tablet.page.get_by_role("button", name="หน้าแรก").click()
    tablet.page.wait_for_url("**/app/#/")
    holds_file(tablet, roll, "signature")


def test_the_last_words_before_a_tab_is_closed_are_on_the_disk(tablet: FieldTablet, roll: str) -> None:
    tablet.next()
    tablet.saved()
    other = tablet.sees(tablet.new_page())
    other.go("/")
    tablet.page.get_by_label("บันทึก").fill("คำสุดท้าย")
    tablet.page.close()
    xml_holds(other, roll, "<note>คำสุดท้าย</note>")


def test_the_last_words_before_a_reload_are_there_after_it_however_busy_the_database_is(
    tablet: FieldTablet, roll: str
) -> None:
    tablet.next()
    tablet.saved()
    tablet.page.evaluate(_BUSY_DATABASE)
    tablet.page.get_by_label("บันทึก").fill("คำสุดท้าย")
    tablet.page.reload()
    expect(tablet.page.get_by_label("บันทึก")).to_have_value("คำสุดท้าย")
    xml_holds(tablet, roll, "<note>คำสุดท้าย</note>")
