"""The pages of core in a browser: signing in, the language, the keyboard, small screens, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.personas import PASSWORD, Office
from tests.support.credentials import give_password
from tests.support.forms import publish

TABLET = {"width": 800, "height": 1280}
PHONE = {"width": 390, "height": 800}
OpenPage = Callable[..., Page]
RING_AND_GROUND = """control => {
    const style = getComputedStyle(control)
    const numbers = text => (text.match(/[\\d.]+/g) ?? []).map(Number)
    const seen = colour => numbers(colour).length === 3 || numbers(colour)[3] > 0.99
    let around = control.parentElement
    while (!seen(getComputedStyle(around).backgroundColor)) around = around.parentElement
    return [style.outlineStyle === 'solid' ? parseFloat(style.outlineWidth) : 0, numbers(style.outlineColor),
        numbers(getComputedStyle(around).backgroundColor)]
}"""
"""How wide and of what colour the ring around a control is, and the ground on which it is drawn."""


def test_a_planner_signs_in_and_out(browser_page: Page, office: Office) -> None:
    address = give_password(office, "wanna")
    people = f"/w/{office.workspace_id}/people"
    browser_page.goto(people)
    browser_page.get_by_label("อีเมล").fill(address)
    browser_page.get_by_label("รหัสผ่าน").fill("ผิดแน่นอน")
    browser_page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(browser_page.get_by_role("alert")).to_contain_text("อีเมลหรือรหัสผ่านไม่ถูกต้อง")
    browser_page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    browser_page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(browser_page).to_have_url(f"{_root(browser_page)}{people}")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("บุคคล")
    browser_page.get_by_text("Wanna", exact=True).first.click()
    browser_page.get_by_role("button", name="ออกจากระบบ").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("เข้าสู่ระบบ")
    browser_page.goto(people)
    expect(browser_page).to_have_url(f"{_root(browser_page)}/sign-in?next={people}")


def test_the_language_switch_turns_the_page_and_stays(signed_in_page: OpenPage, office: Office) -> None:
    page = signed_in_page("wanna")
    page.goto(f"/w/{office.workspace_id}/devices")
    assert page.locator("html").get_attribute("lang") == "th"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Devices")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="People").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    page.get_by_role("link", name="ไทย").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("บุคคล")


def test_everything_in_the_head_of_a_page_is_reached_with_the_keyboard(
    signed_in_page: OpenPage, office: Office
) -> None:
    page = signed_in_page("wanna")
    page.goto(f"/w/{office.workspace_id}/audit")
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText.trim()"))
    assert reached[0] == "ข้ามไปยังเนื้อหา"
    for name in ("ติดตาม", "สพป.ธารานคร เขต 1", "English", "Wanna", "บุคคล", "อุปกรณ์", "ประวัติ"):
        assert name in reached, (name, reached)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("people", ".btn-primary"),
        ("audit", ".btn-outline-primary"),
        ("devices/{device}", ".btn-outline-danger"),
        ("devices", ".form-control"),
        ("people", ".form-select"),
        ("devices", ".form-check-input"),
        ("people", ".brand"),
        ("people", "summary.tool"),
    ],
)
def test_what_has_the_focus_of_the_keyboard_wears_a_ring_that_is_seen(
    signed_in_page: OpenPage, office: Office, path: str, wanted: str
) -> None:
    page = signed_in_page("wanna")
    page.goto(f"/w/{office.workspace_id}/{path.format(device=office.device_id)}")
    page.keyboard.press("Tab")
    control = page.locator(wanted).first
    control.focus()
    width, ring, ground = control.evaluate(RING_AND_GROUND)
    assert width >= 3
    assert contrast(ring, ground) >= 3, (ring, ground)


def test_the_skip_link_leads_to_the_content(signed_in_page: OpenPage) -> None:
    page = signed_in_page("wanna")
    page.goto("/account")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="ข้ามไปยังเนื้อหา")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "old"


@pytest.mark.parametrize("viewport", [TABLET, PHONE])
def test_on_tablets_and_phones_the_menu_opens_from_a_button(
    signed_in_page: OpenPage, office: Office, viewport: dict[str, int]
) -> None:
    page = signed_in_page("wanna", viewport=viewport)
    page.goto(f"/w/{office.workspace_id}/people")
    button = page.get_by_role("button", name="เมนู")
    entry = page.get_by_role("navigation", name="พื้นที่ทำงาน").get_by_role("link", name="อุปกรณ์")
    expect(entry).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    expect(entry).to_be_visible()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    button.click()
    entry.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("อุปกรณ์")


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, TABLET, PHONE])
def test_no_page_is_wider_than_its_screen_and_nothing_is_too_small_to_touch(
    signed_in_page: OpenPage, office: Office, viewport: dict[str, int]
) -> None:
    root = f"/w/{office.workspace_id}"
    page = signed_in_page("admin", viewport=viewport, has_touch=True)
    for path in ("/workspaces", "/users", "/audit", "/account", f"{root}/people", f"{root}/devices", f"{root}/audit"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, .btn, select, .form-control')]
            .filter(item => item.offsetParent && item.getBoundingClientRect().height < 43.5)
            .map(item => item.outerHTML.slice(0, 80))"""
        )
        assert not small, (path, small)


def test_a_device_is_added_its_address_copied_and_its_key_taken_away(signed_in_page: OpenPage, office: Office) -> None:
    page = signed_in_page("wanna", permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/w/{office.workspace_id}/devices")
    page.get_by_label("ชื่ออุปกรณ์").fill("แท็บเล็ต ๙")
    page.get_by_role("button", name="เพิ่มอุปกรณ์").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("แท็บเล็ต ๙")
    expect(page.get_by_role("img", name="รหัส QR สำหรับตั้งค่า แท็บเล็ต ๙")).to_be_visible()
    by_hand = page.get_by_role("region", name="สำหรับแอปอื่น ตั้งค่าเอง")
    by_hand.get_by_role("button", name="คัดลอก").click()
    expect(by_hand.get_by_role("button", name="คัดลอกแล้ว")).to_be_visible()
    assert f"/projects/{office.workspace_id}" in page.evaluate("navigator.clipboard.readText()")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="ยกเลิกกุญแจ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("แท็บเล็ต ๙")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="ยกเลิกกุญแจ").click()
    expect(page.get_by_role("status")).to_contain_text("ยกเลิกกุญแจแล้ว")


def test_the_forms_of_a_device_are_ticked_on_its_page(signed_in_page: OpenPage, office: Office) -> None:
    publish(office)
    page = signed_in_page("wanna", viewport=TABLET)
    page.goto(f"/w/{office.workspace_id}/devices")
    page.get_by_label("ชื่ออุปกรณ์").fill("แท็บเล็ต ๙")
    page.get_by_label("กรอกได้ทุกแบบฟอร์มในพื้นที่ทำงานนี้").uncheck()
    page.get_by_role("button", name="เพิ่มอุปกรณ์").click()
    part = page.get_by_role("region", name="แบบฟอร์มของอุปกรณ์นี้")
    expect(part).to_contain_text("อุปกรณ์นี้ยังกรอกแบบฟอร์มใดไม่ได้")
    part.get_by_label("visit").check()
    part.get_by_role("button", name="บันทึก").click()
    expect(page.get_by_role("status")).to_contain_text("บันทึกแล้ว")
    expect(part.get_by_label("visit")).to_be_checked()
    expect(part).not_to_contain_text("อุปกรณ์นี้ยังกรอกแบบฟอร์มใดไม่ได้")
    part.get_by_label("ทุกแบบฟอร์มในพื้นที่ทำงานนี้").check()
    expect(part.get_by_label("visit")).to_be_hidden()
    part.get_by_role("button", name="บันทึก").click()
    expect(part.get_by_label("ทุกแบบฟอร์มในพื้นที่ทำงานนี้")).to_be_checked()


def test_a_role_is_changed_by_choosing_another(signed_in_page: OpenPage, office: Office) -> None:
    page = signed_in_page("wanna")
    page.goto(f"/w/{office.workspace_id}/people")
    page.get_by_label("บทบาทของ Kwanjai").select_option(label="ผู้ดูข้อมูล")
    expect(page.get_by_role("status")).to_contain_text("เปลี่ยนบทบาทแล้ว")
    expect(page.get_by_label("บทบาทของ Kwanjai")).to_have_value("6")


def test_pages_work_without_scripts(
    new_context: Callable[..., BrowserContext], office: Office, server_url: str
) -> None:
    context = new_context(java_script_enabled=False, viewport=TABLET)
    context.add_cookies([{"name": "session", "value": office.tokens["wanna"], "url": server_url}])
    page = context.new_page()
    page.goto(f"/w/{office.workspace_id}/people")
    page.get_by_role("navigation", name="พื้นที่ทำงาน").get_by_role("link", name="อุปกรณ์").click()
    page.get_by_label("ชื่ออุปกรณ์").fill("แท็บเล็ต 5")
    page.get_by_role("button", name="เพิ่มอุปกรณ์").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("แท็บเล็ต 5")


def contrast(first: list[float], second: list[float]) -> float:
    """The contrast ratio of two colours, as WCAG 2.2 defines it; a colour that lets through has none."""

    def luminance(colour: list[float]) -> float:
        parts = [part / 255 for part in colour[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    if any(len(colour) > 3 and colour[3] < 1 for colour in (first, second)):
        return 1.0
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _root(page: Page) -> str:
    scheme, _, rest = page.url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
