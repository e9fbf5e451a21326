"""The pictures of the field client in the documents, taken of the running demo.

    python -m tests.support.screenshots [folder of a demo that is there]

Builds the client, loads a demo into a folder of its own, serves it, works with it as an officer and a planner do, and
writes what they see to `docs/img/`. Look at every picture before you keep it.
"""

from __future__ import annotations

import contextlib
import io
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.support.browser import find_chromium
from tests.support.served_demo import Demo, served_demo
from tests.support.sources import ROOT
from tests.support.typist import Typist
from tests.support.visits import LAST, REPORTER, RETURNED, SENT, a_search, last_visit, short_visit

PICTURES = ROOT / "docs" / "img"
VISIT = "school_followup_visit"
TABLET, PHONE = {"width": 800, "height": 1280}, {"width": 360, "height": 640}
MOST_BYTES = 150_000


def main() -> None:
    """Take all pictures."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    PICTURES.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        folder = given or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tidtam-pictures-")))
        demo = stack.enter_context(served_demo(folder))
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(contextlib.closing(_chromium(playwright)))
        Tour(browser, demo).take_all()


class Tour:
    """An officer's days with the client, with a picture of whatever the documents show."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.browser = browser
        self.demo = demo
        self.context = self._context(TABLET)
        self.page = self.context.new_page()
        self.words, self.lists = demo.words(VISIT)

    def take_all(self) -> None:
        """Enrol, visit, send; have one record returned; go on without a network."""
        self._enrol()
        # The newest stands first in the list; the planner returns the record of the second.
        for visit in (SENT, RETURNED):
            self._begin()
            self._typist().fill(short_visit(visit, self.lists))
            self._typist().finish()
            self.page.get_by_text("พร้อมส่งแล้ว").wait_for()
        self._all_sent()
        self._return_to_officer()
        self._settle_news()
        self._after_contact()
        self.context.set_offline(True)
        self._fill_last_visit()
        self._draft()
        self._lists_and_records()
        self._phone()

    def shot(self, name: str, page: Page | None = None) -> None:
        """Keep what is to be seen, as a small picture."""
        page = page or self.page
        page.evaluate("document.activeElement?.blur()")
        # Messages that go away by themselves would cover what the picture is about.
        for _ in range(page.locator(".toast").count()):
            page.locator(".toast button").first.click()
        page.mouse.move(1, 1)
        expect(page.get_by_text("กำลังบันทึก…")).to_have_count(0)
        page.wait_for_timeout(800)
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        path = PICTURES / f"{name}.png"
        picture.quantize(colors=256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
        if size > MOST_BYTES:
            sys.exit(f"{path} is too large for a document")

    def _context(self, size: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport=size, locale="th-TH", timezone_id="Asia/Bangkok", permissions=["geolocation"],
            geolocation={"latitude": 10.49312, "longitude": 99.180034, "accuracy": 5},
        )  # fmt: skip
        context.set_default_timeout(30_000)
        return context

    def _enrol(self) -> None:
        page = self.page
        page.goto(f"{self.demo.url}/app/")
        page.get_by_label("อีเมล").fill("officer@demo.example")
        page.get_by_label("รหัสผ่าน", exact=True).fill(self.demo.passwords["officer"])
        self.shot("app-enrol")
        page.get_by_role("button", name="เข้าสู่ระบบ").click()
        page.get_by_role("button", name="ไม่ใช้ PIN").wait_for()
        self.shot("app-pin")
        page.get_by_role("button", name="ไม่ใช้ PIN").click()
        page.get_by_text("ส่งครบแล้ว").first.wait_for()
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        self.shot("app-home")

    def _go(self, route: str) -> None:
        self.page.goto(f"{self.demo.url}/app/#{route}")

    def _begin(self) -> None:
        self._go(f"/new/{VISIT}")
        self.page.wait_for_url("**/fill/**")

    def _typist(self) -> Typist:
        return Typist(self.page, self.words)

    def _all_sent(self) -> None:
        self._go("/")
        self.page.get_by_text("ส่งครบแล้ว").first.wait_for(timeout=60_000)

    def _return_to_officer(self) -> None:
        """The planner looks at the record and finds something missing."""
        context = self._context({"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(f"{self.demo.url}/sign-in")
        page.get_by_label("อีเมล").fill("planner@demo.example")
        page.get_by_label("รหัสผ่าน").fill(self.demo.passwords["planner"])
        page.get_by_role("button", name="เข้าสู่ระบบ").click()
        page.goto(f"{self.demo.url}/w/1/forms/{VISIT}/submissions")
        page.get_by_role("row").filter(has_text=RETURNED.school).first.get_by_role("link").first.click()
        page.get_by_label("ความเห็น").fill("ขอภาพป้ายนิเทศหน้าห้องเรียนเพิ่ม และตรวจจำนวนกลุ่มเป้าหมายจริงอีกครั้ง")
        page.get_by_role("button", name="มีข้อสังเกต").click()
        expect(page.get_by_text("มีข้อสังเกต").first).to_be_visible()
        context.close()

    def _settle_news(self) -> None:
        self._go("/")
        self.page.get_by_role("button", name="ตรวจหาข้อมูลใหม่").click()
        expect(self.page.get_by_text("ส่งกลับแก้ไข").first).to_be_visible()
        self.page.wait_for_timeout(2_000)

    def _after_contact(self) -> None:
        page = self.page
        self._go("/records?tab=returned")
        page.get_by_role("link", name=RETURNED.code).click()
        page.get_by_role("button", name="แก้ไขและส่งใหม่").wait_for()
        self.shot("app-returned")
        self._go("/records?tab=sent")
        page.get_by_role("link", name=SENT.code).click()
        page.get_by_text("รหัสใบรับ").wait_for()
        self.shot("app-receipt")

    def _fill_last_visit(self) -> None:
        """A visit page by page, without a network."""
        parts = last_visit(self.lists)
        self._begin()
        for name, answers in parts:
            self._typist().fill(answers)
            if name:
                self._show(name)
                self.shot(f"app-{name}")
        self.page.get_by_role("button", name="ตรวจทานก่อนส่ง").click()
        expect(self.page.get_by_text("ตอบครบทุกข้อที่ต้องตอบแล้ว")).to_be_visible()
        self.shot("app-review")
        self.page.get_by_role("button", name="เสร็จสิ้น พร้อมส่ง").click()
        self.page.get_by_text("พร้อมส่งแล้ว").wait_for()
        self.shot("app-finished")

    def _show(self, name: str) -> None:
        """Bring what the picture is about into view."""
        if name == "signature":
            self._sign()
        wanted = {
            "ratings": self.page.get_by_role("heading", name="ระดับความเหมาะสม"),
            "photo": self.page.locator(".question img").last,
            "signature": self.page.locator("canvas"),
        }
        if name in wanted:
            where = "start" if name == "ratings" else "center"
            wanted[name].evaluate("(item, where) => item.scrollIntoView({block: where})", where)
            if name == "ratings":
                self.page.evaluate("scrollBy(0, -130)")
        else:
            self.page.evaluate("scrollTo(0, 0)")

    def _sign(self) -> None:
        """Instead of the typist's scrawl, something that looks like a name."""
        page = self.page
        page.get_by_role("button", name="ย้อนกลับหนึ่งเส้น").click()
        sheet = page.locator("canvas")
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        assert box
        for number, (left, width, turns) in enumerate(((0.2, 0.36, 4), (0.6, 0.2, 2), (0.22, 0.6, 0))):
            for step in range(61):
                part = step / 60
                x = left + width * part + 0.03 * math.sin(2 * math.pi * turns * part)
                y = (0.5 if turns else 0.8) - (
                    0.22 * (1 - part / 2) * math.cos(2 * math.pi * turns * part) if turns else 0
                )
                page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * (y - number * 0.02))
                if step == 0:
                    page.mouse.down()
            page.mouse.up()
        expect(page.get_by_text("เก็บแล้ว")).to_be_visible()

    def _draft(self) -> None:
        self._begin()
        self._typist().fill(self._reporter())
        self.page.wait_for_timeout(2_000)

    def _reporter(self) -> dict[str, Any]:
        """The first answer of a form that somebody began."""
        return {"officer": next(row["name"] for row in self.lists["officers"] if row["label"] == REPORTER)}

    def _lists_and_records(self) -> None:
        page = self.page
        self._go("/records?tab=waiting")
        page.get_by_role("link", name=LAST.code).wait_for()
        self.shot("app-records")
        self._go("/places")
        search = page.get_by_label("ค้นหาชื่อ รหัส หรืออำเภอ")
        search.fill(a_search(self.lists))
        page.wait_for_timeout(1_000)
        self.shot("app-schools")
        search.fill(LAST.school)
        page.get_by_role("link", name=LAST.school).first.click()
        page.get_by_text("บันทึกในเครื่องนี้").wait_for()
        self.shot("app-school")
        self._go("/settings")
        page.get_by_label("ชื่อเครื่อง").fill("แท็บเล็ตกลุ่มนิเทศ 3")
        page.get_by_role("button", name="บันทึก", exact=True).click()
        page.get_by_text("บันทึกชื่อเครื่องแล้ว").wait_for()
        self.shot("app-settings")

    def _phone(self) -> None:
        page = self.page
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self._go("/")
        page.wait_for_timeout(1_500)
        self.shot("phone-home")
        self._begin()
        self._typist().fill(self._reporter() | {"visit": {"visit_round": "1", "visit_mode": "onsite"}})
        page.evaluate("scrollTo(0, 0)")
        self.shot("phone-form")


def _chromium(playwright: Playwright) -> Browser:
    path = find_chromium() or sys.exit("There is no Chromium: python -m tests.support.browser")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


if __name__ == "__main__":
    main()
