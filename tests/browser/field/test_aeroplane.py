"""A school visit without a network from its first question to its last: the library's form on the plan's lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.field.conftest import NewTablet
from tests.support.field_app import FieldTablet
from tests.support.field_link import Link
from tests.support.field_office import VISIT, FieldOffice

NAME = "บ้านห้วยหมอก"
RATED = (
    "ปัจจัยนำเข้า: การจัดหาทรัพยากรเพียงพอ",
    "ปัจจัยนำเข้า: การจัดการทรัพยากรเหมาะสม",
    "กระบวนการ: เป็นไปตามแผนและกำหนดการ",
    "กระบวนการ: การมีส่วนร่วมของผู้เกี่ยวข้อง",
    "ผลผลิต: ปริมาณเป็นไปตามเป้าหมาย",
    "ผลผลิต: คุณภาพเป็นไปตามเป้าหมาย",
)


@pytest.fixture
def visit_office(field_office: FieldOffice, officer: str) -> FieldOffice:
    """The office with the visit form; the officer is ชาตรี of the plan."""
    field_office.publish_visit()
    assert field_office.plan
    field_office.make_officer(officer, field_office.plan.officer)
    return field_office


def arrive(tablet: FieldTablet) -> None:
    """The first pages: who, when and where."""
    date = tablet.question("วันที่รายงาน / วันที่ปฏิบัติงาน")
    date.get_by_label("วัน", exact=True).fill("20")
    date.get_by_label("เดือน").select_option(label="พฤศจิกายน")
    date.get_by_label("ปี พ.ศ.").fill("2569")
    tablet.look_up("ผู้รายงาน", "ชาตรี", "ชาตรี ทดลองศรี")
    tablet.next()
    tablet.tick("ครั้งที่", "ครั้งที่ 1")
    tablet.tick("วิธีติดตาม", "ลงพื้นที่")
    tablet.select("อำเภอ", "เมืองธารานคร")
    tablet.look_up("สถานศึกษา", "ห้วย", NAME)
    tablet.question("พิกัดจุดติดตาม").get_by_role("button", name="จับพิกัดที่นี่").click()
    expect(tablet.question("พิกัดจุดติดตาม").get_by_text("10.4931")).to_be_visible()
    tablet.tick("ผู้ให้ข้อมูล (ตำแหน่ง)", "ครู", "ผู้ปกครอง")
    tablet.next()


def look_at_the_project(tablet: FieldTablet, photo: Path) -> None:
    """The page of a project."""
    tablet.look_up("โครงการ", "ออฟไลน์", "พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์")
    tablet.tick("สถานะการดำเนินงานในสถานศึกษา", "อยู่ระหว่างดำเนินการ")
    tablet.write("กลุ่มเป้าหมายตามแผน (คน)", "40")
    tablet.write("กลุ่มเป้าหมายจริง (คน)", "30")
    for rated in RATED:
        tablet.tick(rated, "มาก")
    tablet.tick("ปัญหา อุปสรรค", "เทคโนโลยี / อินเทอร์เน็ต")
    tablet.write("รายละเอียดปัญหา", "ไม่มีสัญญาณทั้งหมู่บ้าน")
    tablet.tick("ต้องแก้ไขเร่งด่วนหรือไม่", "ไม่ใช่ / ไม่มี")
    tablet.take("ภาพประกอบ", photo)
    tablet.next()


def sum_up(tablet: FieldTablet) -> None:
    """The page that the school signs."""
    tablet.write("จุดเด่น", "ครูและชุมชนร่วมมือกันดี")
    tablet.tick("ผลการติดตามภาพรวม", "ระดับ 4")
    tablet.tick("ต้องติดตามซ้ำหรือไม่", "ไม่ใช่ / ไม่มี")
    tablet.sign("ลายมือชื่อผู้แทนสถานศึกษา")
    tablet.next()


def show_evidence(tablet: FieldTablet, title: str, photo: Path) -> None:
    """One row of the evidence."""
    tablet.tick("ประเภทหลักฐาน", "ภาพกิจกรรม")
    tablet.write("ชื่อหลักฐาน", title)
    tablet.take("ภาพถ่าย", photo)
    tablet.tick("ภาพหรือเอกสารมีข้อมูลที่ระบุตัวบุคคลได้หรือไม่", "ไม่ใช่ / ไม่มี")
    tablet.tick("เผยแพร่ต่อสาธารณะได้หรือไม่", "ใช่ / มี")


def test_a_visit_in_aeroplane_mode_with_three_photos_and_a_signature_arrives_by_itself_and_counts_in_the_report(
    visit_office: FieldOffice, new_tablet: NewTablet, link: Link, officer: str, photos: list[Path], chromium: Browser
) -> None:
    tablet = new_tablet()
    tablet.enrol(officer)
    link.away()
    tablet.offline()

    tablet.go("/")
    tablet.page.get_by_role("link", name="แบบติดตามการดำเนินงานระดับสถานศึกษา").first.click()
    tablet.page.wait_for_url("**/fill/**")
    instance_id = tablet.instance_of_page()
    arrive(tablet)
    tablet.saved()
    tablet.close()

    tablet.open(offline=True)
    tablet.go(f"/fill/{instance_id}")
    look_at_the_project(tablet, photos[0])
    sum_up(tablet)
    tablet.saved()
    tablet.kill()

    tablet.open(offline=True)
    tablet.go(f"/fill/{instance_id}")
    show_evidence(tablet, "ภาพหน้าโรงเรียน", photos[1])
    tablet.page.get_by_role("button", name="เพิ่มรายการ").click()
    show_evidence(tablet, "ภาพห้องเรียน ป.๓", photos[2])
    done = tablet.finish()
    assert done.instance_id == instance_id
    assert len(done.files) == 4
    tablet.close()

    tablet.open(offline=True)
    tablet.go("/")
    expect(tablet.page.get_by_text("รอส่ง 1 รายการ").or_(tablet.page.get_by_text("ไม่มีสัญญาณ")).first).to_be_visible()
    link.back()
    tablet.online()
    tablet.all_arrived()
    counted_by_the_console(visit_office, chromium)


def counted_by_the_console(office: FieldOffice, chromium: Browser) -> None:
    """The planner's report of the form has the visit, at its school."""
    server = f"http://127.0.0.1:{office.server.port}"
    context = chromium.new_context(locale="th-TH", base_url=server)
    context.add_cookies([{"name": "session", "value": office.server.office.tokens["wanna"], "url": server}])
    page = context.new_page()
    page.goto(f"/w/{office.server.office.workspace_id}/forms/{VISIT}/report?by=school")
    row = page.get_by_role("row").filter(has_text=NAME)
    expect(row.get_by_role("cell").first).to_have_text("1")
    context.close()
