"""Somebody who fills a form in the field client: finds each question by its words, and answers with the control there.

The typist knows the labels and what to answer, and nothing of the machinery: pages are turned until the question is to
be seen, rows are added as they are needed, dates are typed in the Buddhist era, a place is taken from the satellites.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.filled_forms import File, Point
from tests.support.form_words import FormWords

MOST_PAGES = 60
OPENING_MS = 30_000
_PAGE = re.compile(r"หน้า \d+ จาก \d+")
_KINDS = """question => {
  const has = (selector) => question.querySelector(selector) !== null;
  if (has('canvas')) return 'signature';
  if (has('input[type=file]')) return 'file';
  if (has('select') && has('input[maxlength="4"]')) return 'date';
  if (has('[role=combobox]')) return 'search';
  if (has('select')) return 'list';
  if (has('input[type=radio], input[type=checkbox]')) return 'choices';
  if (has('input, textarea')) return 'text';
  return has('button') ? 'place' : null;
}"""


class Typist:
    """Fills one open form."""

    def __init__(self, page: Page, words: FormWords) -> None:
        self.page = page
        self.words = words

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Give all answers, in the order they come."""
        self.page.get_by_text(_PAGE).first.wait_for(timeout=OPENING_MS)
        self._group(answers, f"/{self.words.root_name}", self.page.get_by_role("main"))

    def finish(self) -> None:
        """Turn the remaining pages, look at the review, and finish."""
        review = self.page.get_by_role("button", name="ตรวจทานก่อนส่ง")
        for _ in range(MOST_PAGES):
            if review.count():
                break
            self._turn()
        review.click()
        expect(self.page.get_by_text("ตอบครบทุกข้อที่ต้องตอบแล้ว")).to_be_visible()
        self.page.get_by_role("button", name="เสร็จสิ้น พร้อมส่ง").click()
        expect(self.page.get_by_text("พร้อมส่งแล้ว")).to_be_visible()

    def _group(self, answers: Mapping[str, Any], path: str, scope: Locator) -> None:
        for name, given in answers.items():
            below = f"{path}/{name}"
            if self.words.is_repeat(given):
                self._rows(given, below)
            elif isinstance(given, dict):
                self._group(given, below, scope)
            else:
                self._answer(given, below, scope)

    def _rows(self, entries: list[dict[str, Any]], path: str) -> None:
        block = self.page.get_by_role("group", name=_exactly(self.words.label(path)))
        self._find(block)
        rows = block.locator("ol > li")
        for number, entry in enumerate(entries):
            if number >= rows.count():
                block.get_by_role("button", name="เพิ่มรายการ").click()
            row = rows.nth(number)
            row.wait_for()
            folded = row.get_by_role("button", expanded=False).and_(row.locator("h3 button, h4 button, h5 button"))
            if folded.count():
                folded.click()
            self._group(entry, path, row)

    def _answer(self, given: Any, path: str, scope: Locator) -> None:
        question = self._question(scope, self.words.label(path))
        self._find(question)
        assert question.count() == 1, f"{path}: {question.count()} questions on the page have its label"
        getattr(self, f"_{self._kind(question)}")(question, given, path)

    def _question(self, scope: Locator, label: str) -> Locator:
        """By its label, to which a mark is added when it must be answered."""
        words = self.page.locator("[id$=-label]", has_text=_exactly(label, r"\s*(\*\s*\(ต้องตอบ\))?"))
        return scope.locator(".question").filter(has=words)

    def _find(self, wanted: Locator) -> None:
        """Turn the pages until it is to be seen."""
        for _ in range(MOST_PAGES):
            if wanted.count():
                return
            if not self.page.get_by_role("button", name="ถัดไป").count():
                # The last page may still be on its way.
                wanted.first.wait_for()
                return
            self._turn()
        raise AssertionError(f"Not on any page: {wanted}")

    def _turn(self) -> None:
        number = self.page.get_by_text(_PAGE).first
        before = number.inner_text()
        self.page.get_by_role("button", name="ถัดไป").click()
        expect(number).not_to_have_text(before)

    def _kind(self, question: Locator) -> str:
        question.locator("input, select, textarea, canvas, button").first.wait_for(state="attached")
        kind: str = question.evaluate(_KINDS)
        assert kind, question.inner_text()
        return kind

    def _text(self, question: Locator, given: Any, _path: str) -> None:
        question.locator("input, textarea").press_sequentially(str(given))

    def _date(self, question: Locator, given: dt.date, _path: str) -> None:
        question.get_by_label("วัน", exact=True).fill(str(given.day))
        question.get_by_label("เดือน", exact=True).select_option(value=str(given.month))
        question.get_by_label("ปี พ.ศ.").fill("")
        question.get_by_label("ปี พ.ศ.").press_sequentially(str(given.year + 543))

    def _list(self, question: Locator, given: str, path: str) -> None:
        question.locator("select").select_option(label=self.words.choice(path, given))

    def _search(self, question: Locator, given: Any, path: str) -> None:
        for value in given if isinstance(given, list) else [given]:
            label = self.words.choice(path, value)
            field = question.get_by_role("combobox")
            field.click()
            field.fill(label[:30])
            option = question.get_by_role("option", name=label, exact=True)
            option.first.click()
        if isinstance(given, list):
            field.press("Escape")

    def _choices(self, question: Locator, given: Any, path: str) -> None:
        many = isinstance(given, list)
        for value in given if many else [given]:
            name = self.words.choice(path, str(value))
            question.get_by_role("checkbox" if many else "radio", name=name, exact=True).check()

    def _place(self, question: Locator, given: Point, _path: str) -> None:
        place = {"latitude": given.lat, "longitude": given.lon, "altitude": given.alt, "accuracy": given.acc}
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Emulation.setGeolocationOverride", place)
        question.get_by_role("button", name="จับพิกัดที่นี่").click()
        expect(question.get_by_role("button", name="จับพิกัดใหม่")).to_be_visible()

    def _file(self, question: Locator, given: File, _path: str) -> None:
        button = question.get_by_role("button", name=re.compile("เลือกจากคลังภาพ|เลือกไฟล์"))
        with self.page.expect_file_chooser() as chooser:
            button.click()
        chooser.value.set_files({"name": given.name, "mimeType": given.media_type, "buffer": given.content})
        expect(question.get_by_role("button", name="ลบออก")).to_be_enabled()

    def _signature(self, question: Locator, _given: File, _path: str) -> None:
        sheet = question.locator("canvas")
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        assert box
        mouse, left, top = self.page.mouse, box["x"] + 40, box["y"] + box["height"] / 2
        mouse.move(left, top)
        mouse.down()
        for step in range(1, 8):
            mouse.move(left + step * 20, top + (-1) ** step * 25)
        mouse.up()
        expect(question.get_by_role("status").filter(has_text=re.compile("."))).to_be_visible()


def _exactly(label: str, after: str = "") -> re.Pattern[str]:
    """The label and nothing else; what the form works out in it may be anything."""
    words = ".*".join(r"\s+".join(re.escape(word) for word in part.split()) for part in label.split("\0"))
    return re.compile(rf"^\s*{words}{after}\s*$")
