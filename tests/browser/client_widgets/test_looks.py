"""Widgets for everybody: nothing that axe finds, nothing too small for a finger, nothing wider than the screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from deploy.build_client import SOURCE
from tests.browser.client_widgets.helpers import CHUMPHON, chooser, photo, wait_for_kept

AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST = 48
SCREENS = {"tablet": (800, 1280), "wide": (1280, 800), "phone": (360, 640)}
# The engine's frame around a question is tested with it; the page of this test is no page of the client.
_RUN = "async () => (await axe.run(document, {rules: {region: {enabled: false}}})).violations.map(v => [v.id, v.nodes.map(n => n.html)])"


def fill(page: Page) -> None:
    """Bring the widgets into the states that show most."""
    visit = page.locator("#visit")
    visit.get_by_label("วัน", exact=True).fill("15")
    visit.get_by_label("เดือน", exact=True).select_option("11")
    visit.get_by_label("ปี พ.ศ.").fill("2026")
    visit.get_by_role("button", name="เปิดปฏิทิน").click()
    page.locator("#year").get_by_label("ปี พ.ศ.").fill("111")
    page.locator("#begin").get_by_label("เวลาเริ่ม").fill("9.75")
    chooser(page.locator("#photo")).set_input_files(photo())
    wait_for_kept(page, "photo")
    page.locator("#photo").get_by_role("button", name="ลบออก").click()
    page.locator("#place").get_by_role("button", name="จับพิกัดที่นี่").click()
    strict = page.locator("#strict")
    strict.get_by_role("button", name="พิมพ์พิกัดเอง").click()
    strict.get_by_label("ละติจูด").fill("99.18, 10.49")
    page.locator("#sound").get_by_role("button", name="บันทึกเสียง").click()
    page.locator("#sound").get_by_role("button", name="พัก").click()


@pytest.fixture(params=SCREENS)
def full_page(request: pytest.FixtureRequest, open_widgets: Any) -> Page:
    """The page with everything open, on each size of screen."""
    width, height = SCREENS[request.param]
    page: Page = open_widgets(
        viewport={"width": width, "height": height},
        permissions=["geolocation", "microphone"],
        geolocation=CHUMPHON | {"accuracy": 38},
        bypass_csp=True,
    )
    fill(page)
    return page


def test_axe_finds_nothing(full_page: Page) -> None:
    full_page.add_script_tag(path=AXE)
    assert full_page.evaluate(_RUN) == []


def test_axe_finds_nothing_before_anything_is_answered(open_widgets: Any) -> None:
    page: Page = open_widgets(bypass_csp=True)
    page.add_script_tag(path=AXE)
    assert page.evaluate(_RUN) == []
    page.evaluate("window.widgets.language('en')")
    assert page.evaluate(_RUN) == []


def test_everything_to_tap_is_large_enough_for_a_finger(full_page: Page) -> None:
    small = full_page.evaluate(
        """smallest => [...document.querySelectorAll('button, select, input, audio, [role=button], canvas')]
          .filter(part => part.offsetParent && !part.closest('label.pen') && part.type !== 'file')
          .map(part => [part.outerHTML.slice(0, 120), part.getBoundingClientRect()])
          .filter(([, box]) => box.height < smallest || box.width < 40)
          .map(([html, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)""",
        SMALLEST,
    )
    assert small == []


def test_nothing_is_wider_than_the_screen(full_page: Page) -> None:
    assert full_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
