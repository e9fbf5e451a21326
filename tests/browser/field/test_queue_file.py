"""The queue goes to the office as a file, when the tablet reaches no network."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.field.conftest import NewTablet
from tests.support.field_app import FieldTablet
from tests.support.field_link import Link


def export_queue(tablet: FieldTablet, folder: Path) -> Path:
    """Everything that is unsent, as the file that a person takes along."""
    tablet.go("/settings")
    with tablet.page.expect_download() as download:
        tablet.page.get_by_role("button", name="ส่งออกเป็นไฟล์").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def import_queue(tablet: FieldTablet, path: Path, says: str) -> None:
    tablet.go("/settings")
    tablet.page.get_by_label("นำเข้าจากไฟล์").set_input_files(path)
    expect(tablet.page.get_by_text(says)).to_be_visible()


def test_a_queue_brought_to_the_office_as_a_file_arrives_once_though_the_tablet_sends_it_too(
    tablet: FieldTablet, new_tablet: NewTablet, link: Link, photos: list[Path], tmp_path: Path
) -> None:
    link.away()
    tablet.offline()
    for number, photo in enumerate(photos[:2]):
        tablet.whole_record(f"โรงเรียนที่ {number}", [photo])
    path = export_queue(tablet, tmp_path)

    server = f"http://127.0.0.1:{link.port}"
    desk = new_tablet(server)
    desk.enrol(tablet.office.hire("Wanna"))
    import_queue(desk, path, "นำเข้าแล้ว 2 รายการ")
    for instance_id in tablet.finished:
        desk.becomes(instance_id, "complete")
    desk.finished |= tablet.finished
    desk.all_arrived()
    import_queue(desk, path, "นำเข้าแล้ว 0 รายการ มีอยู่ก่อนและคงไว้ตามเดิม 2 รายการ")

    link.back()
    tablet.online()
    tablet.all_arrived()
    assert tablet.office.quarantined() == []


def test_a_draft_brought_over_as_a_file_is_finished_on_the_other_tablet_with_its_photos(
    tablet: FieldTablet, new_tablet: NewTablet, link: Link, officer: str, photos: list[Path], tmp_path: Path
) -> None:
    instance_id = tablet.start("บ้านห้วยหมอก")
    tablet.next()
    tablet.take("ป้ายโรงเรียน", photos[0])
    tablet.saved()
    path = export_queue(tablet, tmp_path)
    tablet.close()
    other = new_tablet()
    other.enrol(officer)
    import_queue(other, path, "นำเข้าแล้ว 1 รายการ")
    other.go_on_with("บ้านห้วยหมอก")
    other.next()
    expect(other.question("ป้ายโรงเรียน").locator("img")).to_be_visible()
    done = other.finish()
    assert done.instance_id == instance_id
    assert len(done.files) == 1
    other.all_arrived()


def test_a_damaged_file_changes_nothing(
    tablet: FieldTablet, new_tablet: NewTablet, photos: list[Path], tmp_path: Path
) -> None:
    tablet.offline()
    tablet.whole_record("บ้านห้วยหมอก", photos[:1])
    path = export_queue(tablet, tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    desk = new_tablet()
    desk.enrol(tablet.office.hire("Wanna"))
    import_queue(desk, path, "ไม่มีข้อมูลใดเปลี่ยนแปลง")
    assert desk.rows("records") == []
    tablet.online()
    tablet.all_arrived()
