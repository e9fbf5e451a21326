"""What people type, in a browser: it outlives the session, and long words do not make pages wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.personas import PASSWORD, Office
from tests.support.credentials import give_password

OpenPage = Callable[..., Page]
TYPED = 'กลุ่มนิเทศ "ชั้น 2" <b>'


@pytest.mark.parametrize("lost", ["the session", "all cookies"])
def test_what_was_typed_is_saved_although_the_session_ended(browser_page: Page, office: Office, lost: str) -> None:
    address, page = give_password(office, "admin"), browser_page
    _sign_in(page, address)
    page.goto("/workspaces")
    page.get_by_label("ชื่อ", exact=True).fill("สำนักงานใหม่")
    page.get_by_label("คำอธิบาย").fill(TYPED)
    page.context.clear_cookies(**({"name": "session"} if lost == "the session" else {}))
    page.get_by_role("button", name="สร้างพื้นที่ทำงาน").click()
    expect(page.get_by_role("status")).to_contain_text("ข้อความที่พิมพ์ไว้ยังอยู่ในหน้านี้")
    page.get_by_label("อีเมล").fill(address)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="เข้าสู่ระบบ").click()
    page.get_by_role("button", name="บันทึก").click()
    expect(page.get_by_role("status")).to_contain_text("สร้างพื้นที่ทำงานแล้ว")
    page.goto("/workspaces")
    expect(page.locator("main")).to_contain_text(TYPED)


def test_long_words_do_not_make_a_page_wider_than_the_screen(signed_in_page: OpenPage, office: Office) -> None:
    page, name = signed_in_page("admin"), "W" * 200
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"/w/{office.workspace_id}/devices")
        page.get_by_label("ชื่ออุปกรณ์").fill(name)
        page.get_by_role("button", name="เพิ่มอุปกรณ์").click()
        assert _overflow(page) <= 0
        page.goto(f"/w/{office.workspace_id}/devices")
        assert _overflow(page) <= 0
        cell = page.get_by_role("cell", name=name).first.bounding_box()
        assert cell is not None
        assert cell["width"] <= 32 * 16 + 1, cell


def _sign_in(page: Page, address: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("อีเมล").fill(address)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page).not_to_have_url("/sign-in")


def _overflow(page: Page) -> int:
    pixels: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return pixels
