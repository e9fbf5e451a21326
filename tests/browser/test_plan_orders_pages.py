"""The pages on orders and frameworks, in a browser, on a laptop and on a tablet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from plan import queries
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from tests.browser.conftest import LAPTOP, TABLET
from tests.personas import Office


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_an_order_is_drafted_and_signed_with_the_keyboard(
    office: Office, planner: Actor, signed_in_page: Callable[..., Page], size: dict[str, Any]
) -> None:
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, generate_office()))
    root = f"/w/{office.workspace_id}/plan"
    page = signed_in_page("wanna")
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{root}/orders")
    page.get_by_role("link", name="เพิ่มคำสั่ง").press("Enter")
    page.get_by_label("เลขที่คำสั่ง").fill("200/2570")
    page.get_by_label("เรื่อง").fill("มอบหมายผู้รับผิดชอบเพิ่มเติม")
    page.get_by_label("มีผลตั้งแต่วันที่").fill("2026-11-01")
    page.get_by_label("วันสุดท้ายที่มีผล").fill("2027-09-30")
    page.get_by_role("button", name="บันทึก").press("Enter")
    page.get_by_role("link", name="เพิ่มผู้รับผิดชอบ").press("Enter")
    page.get_by_role("button", name="บันทึก").press("Enter")
    expect(page.locator(".is-invalid").first).to_be_visible()
    page.locator("#field-officerCode").select_option(index=1)
    page.locator("#field-indicatorUuid").select_option(index=1)
    page.get_by_role("button", name="บันทึก").press("Enter")
    page.get_by_role("button", name="บันทึกการลงนาม").press("Enter")
    expect(page.get_by_role("link", name="เพิ่มผู้รับผิดชอบ")).to_have_count(0)
    assert queries.order_or_none(reading(), office.workspace_id, "200/2570").state == "in_force"  # type: ignore[union-attr]
    for name in ("orders", "frameworks", "frameworks/pmqa", "new-order"):
        page.goto(f"{root}/{name}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name} is wider than the screen"
