"""The pages on forms, as Wanna uses them in her browser."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.forms.conftest import FormDesk
from tests.support.sample_forms import SIMPLE, with_media, xform, xlsform

BOOK = xlsform(["text", "note", "หมายเหตุ"], form_id="visit", version="2570.1")


@pytest.fixture
def browser(desk: FormDesk) -> FlaskClient:
    return desk.office.browser("wanna")


@pytest.fixture
def root(desk: FormDesk) -> str:
    return f"/w/{desk.office.workspace_id}"


def send(
    browser: FlaskClient, path: str, data: bytes = b"", file_name: str = "visit.xlsx", **fields: str
) -> TestResponse:
    form = {**fields, "file": (io.BytesIO(data), file_name)} if data or file_name else fields
    return browser.post(path, data=form, content_type="multipart/form-data")


def text_of(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_an_empty_list_says_what_to_do(browser: FlaskClient, root: str) -> None:
    page = browser.get(f"{root}/forms")
    assert page.status_code == 200
    assert "ยังไม่มีแบบฟอร์ม" in page.text
    assert f'href="{root}/new-form"' in page.text


def test_a_form_goes_from_file_to_draft_to_published(browser: FlaskClient, root: str, desk: FormDesk) -> None:
    sent = send(browser, f"{root}/new-form", BOOK)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{root}/forms/visit")
    page = browser.get(f"{root}/forms/visit")
    assert "แบบในตาราง" in page.text
    assert "ข้อควรทราบก่อนเผยแพร่ 1 " in text_of(page)
    assert 'value="2570.1"' in page.text
    assert f'src="{root}/forms/visit/draft/qr.svg"' in page.text
    published = browser.post(f"{root}/forms/visit/draft/publish", data={"version": "2570.1"})
    assert published.status_code == 303
    page = browser.get(f"{root}/forms/visit")
    assert "เผยแพร่แบบฟอร์มแล้ว" in page.text
    assert f"/v1/projects/{desk.office.workspace_id}/forms/visit.xlsx" in page.text
    assert "Wanna" in page.text
    listed = browser.get(f"{root}/forms").text
    assert f'href="{root}/forms/visit"' in listed
    assert f'href="{root}/forms/visit/submissions"' in listed
    assert f'href="{root}/forms/visit/report"' in listed


def test_errors_are_a_table_with_places_and_advice(browser: FlaskClient, root: str) -> None:
    page = send(browser, f"{root}/new-form", xlsform(["text", "a", "A"], ["txt", "b", "B"]))
    assert page.status_code == 400
    cells = re.findall(r"<td>(.*?)</td>", page.text, re.DOTALL)
    assert [cell.strip() for cell in cells[:3]] == ["survey", "3", "type"]
    assert "ตรวจการสะกดชนิดคำถาม" in cells[3]
    assert "Unknown question type" in cells[3]


def test_english_readers_get_english(browser: FlaskClient, root: str) -> None:
    page = send(browser, f"{root}/new-form?lang=en", xlsform(["txt", "b", "B"]))
    assert "Check the spelling of the type" in page.text


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"", "", "กรุณา|โปรด|ต้อง|ไฟล์"),
        (b"hello", "form.pdf", "415|ไม่รับ|xlsx"),
        (b"not a zip", "form.xlsx", "เปิดไฟล์ในโปรแกรมตารางคำนวณ"),
        (b"<!DOCTYPE x><x/>", "form.xml", "DOCTYPE"),
        (b"<hello", "form.xml", "XML"),
        (b"\x00" * 50, "form.xls", "แปลงไฟล์เป็นแบบฟอร์มไม่ได้"),
    ],
)
def test_a_file_that_is_no_form_is_answered_on_the_page(
    browser: FlaskClient, root: str, data: bytes, name: str, expected: str
) -> None:
    page = send(browser, f"{root}/new-form", data, name)
    assert 400 <= page.status_code < 500
    assert re.search(expected, text_of(page))
    assert 'type="file"' in page.text


def test_a_form_that_is_there_already_leads_to_its_new_version(browser: FlaskClient, root: str) -> None:
    send(browser, f"{root}/new-form", BOOK)
    page = send(browser, f"{root}/new-form", BOOK)
    assert page.status_code == 409
    assert f'href="{root}/forms/visit/upload"' in page.text
    assert send(browser, f"{root}/forms/visit/upload", BOOK).headers["Location"] == f"{root}/forms/visit"


def test_another_form_is_not_taken_as_a_new_version(browser: FlaskClient, root: str) -> None:
    send(browser, f"{root}/new-form", BOOK)
    page = send(browser, f"{root}/forms/visit/upload", xlsform(["text", "a", "A"], form_id="other"))
    assert page.status_code == 400
    assert "“other”" in page.text
    assert "คนละแบบ" in page.text


def test_a_version_published_before_is_counted_up_and_refused_when_insisted_on(
    browser: FlaskClient, root: str, desk: FormDesk
) -> None:
    send(browser, f"{root}/new-form", BOOK)
    browser.post(f"{root}/forms/visit/draft/publish", data={"version": "2570.1"})
    send(browser, f"{root}/forms/visit/upload", BOOK)
    page = browser.get(f"{root}/forms/visit")
    assert 'value="2570.2"' in page.text
    browser.post(f"{root}/forms/visit/draft/publish", data={"version": "2570.1"})
    assert "เผยแพร่ไปแล้ว" in browser.get(f"{root}/forms/visit").text
    browser.post(f"{root}/forms/visit/draft/publish", data={"version": "2570.2"})
    assert desk.get("/visit").json["version"] == "2570.2"


def test_files_are_uploaded_one_by_one_and_missing_ones_hold_publishing_up(
    browser: FlaskClient, root: str, desk: FormDesk
) -> None:
    send(browser, f"{root}/new-form", with_media("groups.csv", "own.csv").encode(), "form.xml")
    page = browser.get(f"{root}/forms/withmedia")
    assert "รายการจากแผน" in page.text
    assert "ยังไม่มีไฟล์" in page.text
    browser.post(f"{root}/forms/withmedia/draft/publish", data={"version": "1"})
    assert "ยังขาดไฟล์ own.csv" in browser.get(f"{root}/forms/withmedia").text
    uploaded = send(browser, f"{root}/forms/withmedia/draft/files", b"name,label\n", "any.csv", name="own.csv")
    assert uploaded.status_code == 303
    assert "แนบไฟล์ own.csv แล้ว" in browser.get(f"{root}/forms/withmedia").text
    assert desk.get("/withmedia/draft/attachments/own.csv").data == b"name,label\n"
    browser.post(f"{root}/forms/withmedia/draft/files/remove", data={"name": "own.csv"})
    assert desk.get("/withmedia/draft/attachments/own.csv").status_code == 404
    browser.post(f"{root}/forms/withmedia/draft/publish", data={"version": "1", "without_files": "yes"})
    assert desk.get("/withmedia").json["publishedAt"]


def test_a_draft_is_copied_and_thrown_away(browser: FlaskClient, root: str, desk: FormDesk) -> None:
    desk.create(SIMPLE)
    browser.post(f"{root}/forms/simple/draft/copy")
    assert desk.get("/simple/draft").status_code == 200
    browser.post(f"{root}/forms/simple/draft/delete")
    assert desk.get("/simple/draft").status_code == 404
    browser.post(f"{root}/forms/simple/draft/delete")
    assert browser.get(f"{root}/forms/simple").status_code == 200


def test_the_state_is_changed_and_the_form_deleted_and_restored(
    browser: FlaskClient, root: str, desk: FormDesk
) -> None:
    desk.create(SIMPLE)
    browser.post(f"{root}/forms/simple/state", data={"state": "closing"})
    assert "กำลังปิด" in browser.get(f"{root}/forms").text
    assert browser.post(f"{root}/forms/simple/state", data={"state": "nonsense"}).status_code == 400
    assert browser.post(f"{root}/forms/simple/delete").headers["Location"] == f"{root}/forms"
    page = browser.get(f"{root}/forms")
    restore = re.search(rf'action="({root}/deleted-forms/\d+/restore)"', page.text)
    assert restore is not None
    assert browser.post(restore[1]).headers["Location"] == f"{root}/forms/simple"
    assert desk.get("/simple").status_code == 200


def test_a_form_with_an_unusual_id_has_working_links(browser: FlaskClient, root: str, desk: FormDesk) -> None:
    desk.create(xform({"q": "string"}, xml_form_id="แบบ ที่+1", title="<b>ตัวหนา</b>".replace("<", "&lt;")))
    page = browser.get(f"{root}/forms")
    assert "<b>ตัวหนา</b>" not in page.text
    address = re.search(rf'href="({root}/forms/[^"/]+)"', page.text)
    assert address is not None
    assert browser.get(address[1]).status_code == 200


def test_viewers_see_forms_and_change_nothing(desk: FormDesk, root: str) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SIMPLE)
    viewer = desk.office.browser("pakorn")
    page = viewer.get(f"{root}/forms/simple")
    assert page.status_code == 200
    assert "draft" not in page.text
    assert '<form method="post" action="' + root not in page.text
    for path in (
        "draft/publish",
        "draft/delete",
        "draft/copy",
        "draft/files",
        "draft/files/remove",
        "state",
        "delete",
        "upload",
    ):
        assert viewer.post(f"{root}/forms/simple/{path}").status_code == 403, path
    assert viewer.get(f"{root}/new-form").status_code == 403


@pytest.mark.parametrize("persona", ["kwanjai", "stranger"])
def test_others_have_no_pages_on_forms(desk: FormDesk, root: str, persona: str) -> None:
    desk.create(SIMPLE)
    other = desk.office.browser(persona)
    assert {
        other.get(root + path).status_code for path in ("/forms", "/forms/simple", "/forms/nothing", "/new-form")
    } == {403}


def test_who_is_not_signed_in_is_asked_to(desk: FormDesk, root: str) -> None:
    answer = desk.office.client().get(f"{root}/forms")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_a_page_is_not_sent_from_elsewhere(desk: FormDesk, root: str) -> None:
    browser = desk.office.browser("wanna")
    del browser.environ_base["HTTP_X_CSRF_TOKEN"]
    assert send(browser, f"{root}/new-form", BOOK).status_code == 403
    assert desk.get("").json == []


def test_the_page_lists_every_formula_that_no_device_could_read(browser: FlaskClient, root: str) -> None:
    book = xlsform(
        ["integer", "n", "N", "((. > 1", ""],
        ["text", "t", "T", "", "<b>(${n})"],
        ["text", "u", "U", "", "foo(${n})"],
        columns=("type", "name", "label", "constraint", "relevant"),
    )
    page = send(browser, f"{root}/new-form", book)
    assert page.status_code == 400
    text = text_of(page)
    assert "ไม่มีอุปกรณ์ใดเปิดแบบฟอร์มนี้ได้" in text
    assert "วงเล็บ “(” ไม่ได้ปิด" in text
    assert "ไม่มีฟังก์ชัน foo()" in text
    assert "<b>(" not in page.text
    assert "survey 2 constraint" in text
    assert "survey 4 relevant" in text
    nothing = xlsform(["calculate", "n", "", "1 + 1"], columns=("type", "name", "label", "calculation"))
    page = send(browser, f"{root}/new-form", nothing)
    assert "แบบฟอร์มไม่มีคำถาม" in text_of(page)
