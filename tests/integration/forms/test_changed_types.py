"""A question that changes its type in a new version: what is said of it, in the words of a workbook's author."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.integration.forms.conftest import XLSX, FormDesk
from tests.integration.forms.test_pages import send
from tests.support.sample_forms import workbook

Rows = list[list[str]]
PEOPLE: Rows = [["integer", "people", "จำนวนคน", ""]]
LOST = "ตัวเลขของข้อนี้จะหายไปจากรายงาน"


def book(rows: Rows, version: str = "1") -> bytes:
    return workbook(
        {
            "survey": [["type", "name", "label", "bind::tidtam:measure"], *rows],
            "choices": [["list_name", "name", "label"], ["level", "a", "ก"], ["level", "b", "ข"]],
            "settings": [
                ["form_id", "form_title", "version", "namespaces"],
                ["count", "แบบนับคน", version, 'tidtam="urn:tidtam:report"'],
            ],
        }
    )


def in_group(*rows: list[str]) -> Rows:
    return [["begin_group", "visit", "การติดตาม", ""], *rows, ["end_group", "", "", ""]]


@pytest.fixture
def browser(desk: FormDesk) -> FlaskClient:
    return desk.office.browser("wanna")


def published(desk: FormDesk, rows: Rows, version: str = "1") -> None:
    if version == "1":
        answer = desk.create(book(rows), query="?publish=true&ignoreWarnings=true", media_type=XLSX)
    else:
        desk.draft("count", book(rows, version), query="?ignoreWarnings=true", media_type=XLSX)
        answer = desk.publish("count")
    assert answer.status_code == 200, answer.json


def page_of_draft(desk: FormDesk, browser: FlaskClient, rows: Rows) -> str:
    address = f"/w/{desk.office.workspace_id}/forms/count"
    assert send(browser, f"{address}/upload", book(rows, "2")).status_code == 303
    return html.unescape(browser.get(address).text)


def warned(text: str) -> list[str]:
    """The texts of the table of what is to be known before publishing, as they follow each other."""
    table = re.search(r'(?s)aria-labelledby="warnings-heading".*?</table>', text)
    return re.findall(r"(?s)<tr>\s*<td>.*?</td>\s*<td>(.*?)</td>", table[0]) if table else []


def test_a_number_that_becomes_text_is_said_to_leave_the_reports_for_good(desk: FormDesk, browser: FlaskClient) -> None:
    published(desk, PEOPLE)
    said = warned(page_of_draft(desk, browser, [["text", "people", "จำนวนคน", ""]]))[0]
    assert "ข้อ “people” เปลี่ยนชนิดจาก integer เป็น text" in said
    assert LOST in said
    assert "เปลี่ยนชนิดกลับไม่ได้" in said
    assert "/people" not in said
    assert "<strong>" in said


def test_it_stands_before_what_concerns_single_rows(desk: FormDesk, browser: FlaskClient) -> None:
    published(desk, PEOPLE)
    found = warned(page_of_draft(desk, browser, [["image", "photo", "ภาพ", ""], ["text", "people", "จำนวนคน", ""]]))
    assert [LOST in text for text in found] == [True, *[False] * (len(found) - 1)]
    assert len(found) > 1


def test_a_question_in_a_group_is_named_with_its_group(desk: FormDesk, browser: FlaskClient) -> None:
    published(desk, in_group(["decimal", "share", "สัดส่วน", ""]))
    text = page_of_draft(desk, browser, in_group(["text", "share", "สัดส่วน", ""]))
    assert "ข้อ “visit/share” เปลี่ยนชนิดจาก decimal เป็น text" in text


def test_a_figure_that_stays_in_the_reports_is_not_said_to_leave_them(desk: FormDesk, browser: FlaskClient) -> None:
    published(desk, [["integer", "people", "จำนวนคน", "sum"]])
    said = warned(page_of_draft(desk, browser, [["text", "people", "จำนวนคน", "sum"]]))[0]
    assert LOST not in said
    assert "เปลี่ยนชนิดกลับไม่ได้" in said


def test_a_date_that_becomes_text_is_said_to_place_records_in_time_no_more(
    desk: FormDesk, browser: FlaskClient
) -> None:
    published(desk, [["date", "report_date", "วันที่", ""]])
    said = warned(page_of_draft(desk, browser, [["text", "report_date", "วันที่", ""]]))[0]
    assert "รายงานจะจัดข้อมูลตามข้อนี้ไม่ได้อีก" in said
    assert LOST not in said


def test_it_is_said_once_and_not_again_when_text_was_published(desk: FormDesk, browser: FlaskClient) -> None:
    published(desk, PEOPLE)
    published(desk, [["text", "people", "จำนวนคน", ""]], "2")
    assert "เปลี่ยนชนิดจาก" not in page_of_draft(desk, browser, [["text", "people", "คน", ""]])


def test_choices_that_become_text_leave_the_reports_but_may_come_back(desk: FormDesk, browser: FlaskClient) -> None:
    chosen, typed = [["select_one level", "grade", "ระดับ", ""]], [["text", "grade", "ระดับ", ""]]
    published(desk, chosen)
    said = warned(page_of_draft(desk, browser, typed))[0]
    assert "ข้อ “grade” เปลี่ยนชนิดจาก select_one เป็น text" in said
    assert LOST in said
    assert "เปลี่ยนชนิดกลับไม่ได้" not in said
    published(desk, typed, "2")
    published(desk, chosen, "3")
    assert "เปลี่ยนชนิดจาก" not in page_of_draft(desk, browser, chosen)


def test_a_list_of_the_plan_that_becomes_text_is_said_to_arrange_nothing_any_more(
    desk: FormDesk, browser: FlaskClient
) -> None:
    published(desk, [["select_one_from_file projects.csv", "project", "โครงการ", ""]])
    said = warned(page_of_draft(desk, browser, [["text", "project", "โครงการ", ""]]))[0]
    assert "รายงานจะจัดข้อมูลตามข้อนี้ไม่ได้อีก" in said
    assert "เปลี่ยนชนิดกลับไม่ได้" not in said


def test_programs_are_asked_about_it_as_about_a_question_that_vanished(desk: FormDesk) -> None:
    published(desk, PEOPLE)
    answer = desk.draft("count", book([["text", "people", "จำนวนคน", ""]], "2"), media_type=XLSX)
    assert answer.json["code"] == 400.16
    assert answer.json["details"]["warnings"]["workflowWarnings"] == [
        {"type": "becameText", "details": {"question": "people", "was": "integer", "becomes": "text"}}
    ]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (PEOPLE, [["date", "people", "คน", ""]], ("people", "integer", "date")),
        ([["text", "people", "คน", ""]], PEOPLE, ("people", "text", "integer")),
        ([["select_one level", "people", "คน", ""]], PEOPLE, ("people", "select_one", "integer")),
        ([["image", "people", "คน", ""]], [["geopoint", "people", "คน", ""]], ("people", "image", "geopoint")),
        (in_group(PEOPLE[0]), in_group(["date", "people", "คน", ""]), ("visit/people", "integer", "date")),
    ],
)
def test_a_refused_change_is_told_in_the_words_of_a_workbook(
    desk: FormDesk, browser: FlaskClient, before: Rows, after: Rows, named: tuple[str, str, str]
) -> None:
    question, was, becomes = named
    published(desk, before)
    answer = desk.draft("count", book(after, "2"), query="?ignoreWarnings=true", media_type=XLSX)
    assert answer.json["code"] == 400.17
    assert (
        f"The question “{question}” was of type {was} in version “1” and would become {becomes}."
        in (answer.json["message"])
    )
    page = send(browser, f"/w/{desk.office.workspace_id}/forms/count/upload", book(after, "2"))
    assert page.status_code == 400
    assert f"ข้อ “{question}” เป็นชนิด {was} ในฉบับ “1” แต่กำลังจะกลายเป็น {becomes}" in html.unescape(page.text)
