"""Dates in the Buddhist era, times, and positions, as a person types and taps them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.client_widgets.helpers import CHUMPHON, problem, value


def type_date(question: Locator, day: str, month: str, year: str) -> None:
    question.get_by_label("วัน", exact=True).fill(day)
    question.get_by_label("เดือน", exact=True).select_option(label=month)
    question.get_by_label("ปี พ.ศ.").press_sequentially(year)


def test_a_date_typed_in_the_buddhist_era_is_stored_in_the_common_era(widgets: Page) -> None:
    visit = widgets.locator("#visit")
    type_date(visit, "15", "พฤศจิกายน", "2570")
    assert value(widgets, "visit") == "2027-11-15"
    expect(visit).to_contain_text("วันจันทร์ที่ 15 พฤศจิกายน 2570")
    assert problem(widgets, "visit") is None


def test_a_year_of_the_common_era_typed_in_thai_is_turned_and_the_person_is_told(widgets: Page) -> None:
    visit = widgets.locator("#visit")
    type_date(visit, "15", "พฤศจิกายน", "2026")
    assert value(widgets, "visit") == "2026-11-15"
    expect(visit.get_by_label("ปี พ.ศ.")).to_have_value("2569")
    expect(visit).to_contain_text("ปี 2026 เป็น ค.ศ. ระบบเปลี่ยนเป็น พ.ศ. 2569 ให้แล้ว")


def test_29_february_of_a_common_year_is_refused_with_the_number_of_days(widgets: Page) -> None:
    visit = widgets.locator("#visit")
    type_date(visit, "29", "กุมภาพันธ์", "2568")
    widgets.get_by_role("heading", name="Widgets").click()
    assert value(widgets, "visit") == ""
    assert problem(widgets, "visit") == "กุมภาพันธ์ 2568 มี 28 วัน โปรดแก้วันที่"
    visit.get_by_label("ปี พ.ศ.").fill("2567")
    assert value(widgets, "visit") == "2024-02-29"
    assert problem(widgets, "visit") is None


def test_half_a_date_is_told_and_stands_there_again_after_another_page(widgets: Page) -> None:
    visit = widgets.locator("#visit")
    visit.get_by_label("วัน", exact=True).fill("31")
    # Nothing is blamed while the person is still in the fields.
    assert problem(widgets, "visit") is None
    widgets.evaluate("window.widgets.hide('visit')")
    assert problem(widgets, "visit") == "กรอกวันที่ให้ครบ"
    widgets.evaluate("window.widgets.show('visit')")
    expect(visit.get_by_label("วัน", exact=True)).to_have_value("31")


def test_letters_are_not_taken_into_a_date(widgets: Page) -> None:
    day = widgets.locator("#visit").get_by_label("วัน", exact=True)
    day.press_sequentially("1x")
    expect(day).to_have_value("1")


def test_while_a_year_is_retyped_the_stored_date_stays(widgets: Page) -> None:
    visit = widgets.locator("#visit")
    type_date(visit, "15", "พฤศจิกายน", "2569")
    year = visit.get_by_label("ปี พ.ศ.")
    year.press("Backspace")
    assert value(widgets, "visit") == "2026-11-15"
    year.press_sequentially("8")
    assert value(widgets, "visit") == "2025-11-15"


def test_a_day_is_chosen_from_the_calendar_with_taps_and_with_keys(widgets: Page) -> None:
    visit = widgets.locator("#visit")
    type_date(visit, "15", "พฤศจิกายน", "2569")
    visit.get_by_role("button", name="เปิดปฏิทิน").click()
    expect(visit.get_by_text("พฤศจิกายน 2569", exact=True)).to_be_visible()
    visit.get_by_role("button", name="เดือนถัดไป").click()
    visit.get_by_role("button", name=re.compile("ที่ 9 ธันวาคม")).click()
    assert value(widgets, "visit") == "2026-12-09"
    expect(visit.get_by_label("เดือน", exact=True)).to_have_value("12")
    visit.get_by_role("button", name="เปิดปฏิทิน").click()
    visit.get_by_role("button", name=re.compile("ที่ 9 ธันวาคม")).focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        widgets.keyboard.press(key)
    assert value(widgets, "visit") == "2026-12-17"


def test_a_month_or_a_year_alone_is_stored_as_its_first_day(widgets: Page) -> None:
    month = widgets.locator("#month")
    month.get_by_label("เดือน", exact=True).select_option(label="ตุลาคม")
    month.get_by_label("ปี พ.ศ.").fill("2569")
    widgets.locator("#year").get_by_label("ปี พ.ศ.").fill("2569")
    assert value(widgets, "month") == "2026-10-01"
    assert value(widgets, "year") == "2026-01-01"


def test_in_english_the_same_date_stands_in_the_common_era(widgets: Page) -> None:
    visit = widgets.locator("#visit")
    type_date(visit, "15", "พฤศจิกายน", "2569")
    widgets.evaluate("window.widgets.language('en')")
    expect(visit.get_by_label("Year", exact=True)).to_have_value("2026")
    expect(visit).to_contain_text("15 November 2026 (B.E. 2569)")
    assert value(widgets, "visit") == "2026-11-15"
    visit.get_by_label("Year", exact=True).fill("2568")
    assert value(widgets, "visit") == "2025-11-15"
    expect(visit).to_contain_text("2568 is a Buddhist year. It was changed to 2025.")


def test_a_date_that_the_form_sets_itself_appears(widgets: Page) -> None:
    widgets.evaluate("window.widgets.put('visit', '2026-01-02')")
    expect(widgets.locator("#visit").get_by_label("ปี พ.ศ.")).to_have_value("2569")
    widgets.evaluate("window.widgets.put('visit', '')")
    expect(widgets.locator("#visit").get_by_label("ปี พ.ศ.")).to_have_value("")


def test_a_readonly_date_is_said_in_words_without_fields(widgets: Page) -> None:
    fixed = widgets.locator("#fixed")
    expect(fixed).to_contain_text("วันอาทิตย์ที่ 15 พฤศจิกายน 2569")
    assert fixed.locator("input, select, button").count() == 0


@pytest.mark.parametrize(("typed", "stored"), [("9.30", "09:30"), ("0930", "09:30"), ("14:05", "14:05")])
def test_a_time_is_taken_as_people_write_it_and_stored_with_seconds_and_zone(
    widgets: Page, typed: str, stored: str
) -> None:
    field = widgets.locator("#begin").get_by_label("เวลาเริ่ม")
    field.fill(typed)
    field.press("Tab")
    assert value(widgets, "begin") == f"{stored}:00.000+07:00"
    expect(field).to_have_value(stored)


def test_what_is_no_time_is_told_and_not_stored(widgets: Page) -> None:
    field = widgets.locator("#begin").get_by_label("เวลาเริ่ม")
    field.fill("9.75")
    field.press("Tab")
    assert value(widgets, "begin") == ""
    assert problem(widgets, "begin") == "เวลาต้องเป็นชั่วโมงและนาที เช่น 09:30 หรือ 14:05"


def test_date_and_time_are_stored_together_or_not_at_all(widgets: Page) -> None:
    meeting = widgets.locator("#meeting")
    type_date(meeting, "15", "พฤศจิกายน", "2569")
    widgets.get_by_role("heading", name="Widgets").click()
    assert (value(widgets, "meeting"), problem(widgets, "meeting")) == ("", "กรอกเวลาด้วย")
    time = meeting.get_by_label("เวลา", exact=False).last
    time.fill("9.30")
    time.press("Tab")
    assert (value(widgets, "meeting"), problem(widgets, "meeting")) == ("2026-11-15T09:30:00.000+07:00", None)
    meeting.get_by_role("button", name="ล้างเวลา").click()
    widgets.get_by_role("heading", name="Widgets").click()
    assert (value(widgets, "meeting"), problem(widgets, "meeting")) == ("", "กรอกเวลาด้วย")
    # The date was not thrown away with the time.
    expect(meeting.get_by_label("วัน", exact=True)).to_have_value("15")


def test_a_good_position_is_taken_by_itself(widgets: Page) -> None:
    widgets.locator("#place").get_by_role("button", name="จับพิกัดที่นี่").click()
    widgets.wait_for_function("() => window.widgets.value('place') !== ''")
    assert value(widgets, "place") == "10.49312 99.180034 0 8"
    expect(widgets.locator("#place")).to_contain_text("10.493120, 99.180034")


def test_a_position_gets_better_until_the_person_takes_it(open_widgets: Any) -> None:
    page: Page = open_widgets(permissions=["geolocation"], geolocation=CHUMPHON | {"accuracy": 60})
    place = page.locator("#place")
    place.get_by_role("button", name="จับพิกัดที่นี่").click()
    expect(place).to_contain_text("คลาดเคลื่อนไม่เกิน 60 เมตร")
    page.context.set_geolocation(CHUMPHON | {"accuracy": 25})  # type: ignore[arg-type]
    expect(place).to_contain_text("คลาดเคลื่อนไม่เกิน 25 เมตร")
    # A worse one does not push out a better one.
    page.context.set_geolocation(CHUMPHON | {"accuracy": 90})  # type: ignore[arg-type]
    assert value(page, "place") == ""
    place.get_by_role("button", name="ใช้พิกัดนี้เลย").click()
    assert value(page, "place").endswith(" 25")


def test_a_cancelled_search_leaves_the_answer_as_it_was(open_widgets: Any) -> None:
    page: Page = open_widgets(permissions=["geolocation"], geolocation=CHUMPHON | {"accuracy": 60})
    place = page.locator("#place")
    place.get_by_role("button", name="จับพิกัดที่นี่").click()
    place.get_by_role("button", name="ยกเลิก").click()
    assert value(page, "place") == ""
    expect(place.get_by_role("button", name="จับพิกัดที่นี่")).to_be_visible()


def test_a_position_worse_than_the_form_takes_cannot_be_used(open_widgets: Any) -> None:
    page: Page = open_widgets(permissions=["geolocation"], geolocation=CHUMPHON | {"accuracy": 60})
    strict = page.locator("#strict")
    strict.get_by_role("button", name="จับพิกัดที่นี่").click()
    expect(strict).to_contain_text("แบบฟอร์มนี้รับไม่เกิน 20 เมตร")
    expect(strict.get_by_role("button", name="ใช้พิกัดนี้เลย")).to_be_disabled()


def test_without_permission_the_person_is_told_where_to_allow_it_and_may_type(open_widgets: Any) -> None:
    page: Page = open_widgets(permissions=[])
    place = page.locator("#place")
    place.get_by_role("button", name="จับพิกัดที่นี่").click()
    expect(place.get_by_role("alert")).to_contain_text("ไม่ได้รับอนุญาตให้ใช้ตำแหน่ง")
    place.get_by_role("button", name="พิมพ์พิกัดเอง").click()
    place.get_by_label("ละติจูด").fill("10.49312")
    assert problem(page, "place") == 'กด "ใช้พิกัดที่พิมพ์" หรือ "ยกเลิก" ก่อน'
    place.get_by_role("button", name="ใช้พิกัดที่พิมพ์").click()
    expect(place).to_contain_text("กรอกทั้งละติจูดและลองจิจูด")
    place.get_by_label("ลองจิจูด").fill("99.180034")
    place.get_by_role("button", name="ใช้พิกัดที่พิมพ์").click()
    assert (value(page, "place"), problem(page, "place")) == ("10.49312 99.180034 0 0", None)


def test_a_pasted_pair_that_is_exchanged_is_put_right(widgets: Page) -> None:
    strict = widgets.locator("#strict")
    strict.get_by_role("button", name="พิมพ์พิกัดเอง").click()
    strict.get_by_label("ละติจูด").fill("99.1800, 10.4931")
    expect(strict).to_contain_text("ละติจูดกับลองจิจูดน่าจะสลับกัน")
    strict.get_by_role("button", name="สลับให้").click()
    strict.get_by_role("button", name="ใช้พิกัดที่พิมพ์").click()
    assert value(widgets, "strict") == "10.4931 99.18 0 0"


def test_a_line_on_a_map_is_left_to_collect_and_its_value_shown(widgets: Page) -> None:
    expect(widgets.locator("#line")).to_contain_text("ODK Collect")
    expect(widgets.locator("#line")).to_contain_text("10.5 99.1 0 0; 10.6 99.2 0 0")
