"""The page that takes a form's file: what it says it will do, what it then says it did, and what was wrong."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.forms.conftest import FormDesk
from tests.integration.forms.test_pages import send, text_of
from tests.support.sample_forms import SIMPLE, workbook, xlsform

TITLE = "แบบในตาราง"
REPLACED = "แทนที่ฉบับร่างแล้ว"
REMOVED = "รายการที่ทดลองกรอกกับฉบับร่างเดิมจะถูกลบ"


def book(version: str = "1", form_id: str = "visit") -> bytes:
    return xlsform(["text", "note", "หมายเหตุ"], form_id=form_id, version=version)


@pytest.fixture
def browser(desk: FormDesk) -> FlaskClient:
    return desk.office.browser("wanna")


@pytest.fixture
def root(desk: FormDesk) -> str:
    return f"/w/{desk.office.workspace_id}"


@pytest.fixture
def published(browser: FlaskClient, root: str) -> str:
    """The page of a form that is published and has no draft."""
    send(browser, f"{root}/new-form", book())
    browser.post(f"{root}/forms/visit/draft/publish", data={"version": "1"})
    browser.get(f"{root}/forms/visit")
    return f"{root}/forms/visit"


def try_the_draft(desk: FormDesk, version: str) -> None:
    record = f'<data id="visit" version="{version}"><meta><instanceID>uuid:1</instanceID></meta><note>x</note></data>'
    address = f"/v1/projects/{desk.office.workspace_id}/forms/visit/draft/submission"
    file = (io.BytesIO(record.encode()), "a.xml", "text/xml")
    assert desk.wanna.post(address, data={"xml_submission_file": file}).status_code == 201


def link_to_upload(browser: FlaskClient, published: str) -> str:
    found = re.search(rf'href="{published}/upload">([^<]*)<', browser.get(published).text)
    assert found is not None
    return found[1]


def said(page: TestResponse) -> str:
    """What the page says apart from its frame."""
    found = re.search(r"(?s)<main.*?</main>", page.text)
    assert found is not None
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])))


def test_a_first_draft_of_a_new_version_replaces_nothing_and_says_so(browser: FlaskClient, published: str) -> None:
    assert link_to_upload(browser, published) == "นำเข้าฉบับใหม่"
    send(browser, f"{published}/upload", book("2"))
    text = browser.get(published).text
    assert "นำเข้าฉบับใหม่เป็นฉบับร่างแล้ว" in text
    assert REPLACED not in text
    assert REMOVED not in text


def test_with_a_draft_there_the_button_and_its_page_say_that_it_is_replaced(
    browser: FlaskClient, published: str
) -> None:
    send(browser, f"{published}/upload", book("2"))
    assert link_to_upload(browser, published) == "แทนที่ฉบับร่าง"
    text = said(browser.get(f"{published}/upload"))
    assert f"แทนที่ฉบับร่างของ {TITLE}" in text
    assert "จะแทนที่ฉบับร่างที่มีอยู่" in text
    assert "ฉบับใหม่ของ" not in text


def test_of_a_replaced_draft_it_is_said_whether_test_records_go_with_it(
    browser: FlaskClient, published: str, desk: FormDesk
) -> None:
    send(browser, f"{published}/upload", book("2"))
    browser.get(published)
    send(browser, f"{published}/upload", book("3"))
    text = browser.get(published).text
    assert REPLACED in text
    assert REMOVED not in text
    try_the_draft(desk, "3")
    send(browser, f"{published}/upload", book("4"))
    text = browser.get(published).text
    assert REPLACED in text
    assert REMOVED in text


def test_the_page_calls_the_form_by_its_title(browser: FlaskClient, published: str) -> None:
    page = browser.get(f"{published}/upload")
    title = re.search(r"(?s)<title>(.*?)</title>", page.text)
    assert title is not None
    assert f"ฉบับใหม่ของ {TITLE}" in title[1]
    assert re.search(rf'<a href="{published}">\s*{TITLE}\s*</a>', page.text)
    assert "visit" not in said(page)


@pytest.mark.parametrize(
    ("data", "name", "expected", "never"),
    [
        (xlsform(["text", "a", "A"], form_id="x" * 65), "a.xlsx", "form_id ยาวเกินไป", "formId"),
        (xlsform(["text", "a", "A"], version="1" * 101), "a.xlsx", "เลขฉบับยาวเกินไป", "version "),
        (SIMPLE.replace(' id="simple"', "").encode(), "a.xml", "แบบฟอร์มไม่มี form_id", "formId"),
        (b"<hello/>", "a.xml", "XML นี้ไม่ใช่แบบฟอร์ม", "formId"),
        (b"%PDF-1.4", "a.pdf", "ไฟล์ Excel (.xlsx หรือ .xls) หรือ XForm (.xml)", ".md"),
        (b"", "a.xlsx", "ไฟล์ a.xlsx ว่างเปล่า", "ตรงตำแหน่งนี้"),
        (b"\x00" * 50, "a.xls", "เปิดไฟล์ในโปรแกรมตารางคำนวณ", "ตรงตำแหน่งนี้"),
    ],
    ids=["long id", "long version", "no id", "other XML", "PDF", "empty", "damaged"],
)
def test_a_refused_file_is_told_in_words_of_the_workbook_and_the_page(
    browser: FlaskClient, root: str, data: bytes, name: str, expected: str, never: str
) -> None:
    page = send(browser, f"{root}/new-form", data, name)
    assert 400 <= page.status_code < 500
    problems = re.search(r'(?s)<div class="problems".*?</div>', page.text)
    assert problems is not None
    assert expected in html.unescape(problems[0])
    assert never not in problems[0]
    assert "<td>–</td>" not in page.text


def test_the_page_offers_only_the_files_it_speaks_of(browser: FlaskClient, root: str) -> None:
    assert 'accept=".xlsx,.xls,.xml"' in browser.get(f"{root}/new-form").text


def test_a_column_that_is_missing_is_named_without_quotation_marks(browser: FlaskClient, root: str) -> None:
    sheets = {"survey": [["name", "label"], ["a", "A"]], "settings": [["form_id"], ["visit"]]}
    page = send(browser, f"{root}/new-form", workbook(sheets))
    cells = [html.unescape(cell).strip() for cell in re.findall(r"(?s)<td>(.*?)</td>", page.text)]
    assert cells[:3] == ["survey", "–", "type"]


def test_a_version_that_is_too_long_is_called_so_where_it_is_published(browser: FlaskClient, published: str) -> None:
    browser.post(f"{published}/draft/copy")
    browser.get(published)
    browser.post(f"{published}/draft/publish", data={"version": "1" * 101})
    text = browser.get(published).text
    assert "เลขฉบับยาวเกินไป ใช้ได้ไม่เกิน 100 ตัวอักษร" in text


def test_a_version_with_a_slash_is_called_by_the_word_of_the_page(browser: FlaskClient, root: str) -> None:
    page = send(browser, f"{root}/new-form", book("2/3"))
    assert "ใช้เลขฉบับ “2/3” ไม่ได้" in text_of(page)
