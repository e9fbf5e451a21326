"""Bringing a new form in, and what is said about one that cannot be taken."""

from __future__ import annotations

import hashlib

import pytest

from tests.integration.forms.conftest import XLSX, FormDesk
from tests.support.sample_forms import SIMPLE, WITH_REPEAT, xform, xlsform

BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


def test_a_published_form_is_answered_with_central_s_fields(desk: FormDesk) -> None:
    answer = desk.create(SIMPLE)
    assert answer.status_code == 200
    form = answer.json
    data = SIMPLE.encode()
    assert form["hash"] == hashlib.md5(data).hexdigest()
    assert form["sha"] == hashlib.sha1(data).hexdigest()
    assert form["sha256"] == hashlib.sha256(data).hexdigest()
    assert (form["projectId"], form["xmlFormId"], form["name"], form["version"]) == (
        desk.office.workspace_id,
        "simple",
        "Simple",
        "",
    )
    assert (form["state"], form["draftToken"], form["updatedAt"], form["keyId"]) == ("open", None, None, None)
    assert form["publishedAt"] == form["createdAt"]
    assert desk.get("/simple").json == form
    assert desk.get("/simple/draft").status_code == 404


def test_without_publishing_it_is_a_draft_with_a_token(desk: FormDesk) -> None:
    form = desk.create(SIMPLE, query="").json
    assert form["publishedAt"] is None
    assert len(form["draftToken"]) == 64
    assert desk.get("/simple/draft").json["draftToken"] == form["draftToken"]


def test_a_title_that_is_left_out_is_no_name(desk: FormDesk) -> None:
    assert desk.create(WITH_REPEAT).json["name"] is None


def test_the_fields_are_those_of_the_instance_in_order(desk: FormDesk) -> None:
    desk.create(WITH_REPEAT)
    assert [(field["path"], field["type"]) for field in desk.get("/withrepeat/fields").json] == [
        ("/meta", "structure"),
        ("/meta/instanceID", "string"),
        ("/name", "string"),
        ("/children", "structure"),
        ("/children/child", "repeat"),
        ("/children/child/name", "string"),
        ("/children/child/age", "int"),
    ]
    desk.create(xform({"q1.8": "binary", "ครั้งที่": "string"}, xml_form_id="odd"))
    names = {field["name"]: field["binary"] for field in desk.get("/odd/fields?odata=true").json}
    assert names["q1_8"] is True
    assert names["ครั้งที่"] is None


def test_a_workbook_is_converted_kept_and_given_back(desk: FormDesk) -> None:
    book = xlsform(["text", "note", "หมายเหตุ"], form_id="sheet")
    answer = desk.create(book, media_type=XLSX)
    assert answer.status_code == 200, answer.text
    assert answer.json["name"] == "แบบในตาราง"
    given_back = desk.get("/sheet.xlsx")
    assert given_back.data == book
    assert given_back.content_type == XLSX
    assert "sheet.xlsx" in given_back.headers["Content-Disposition"]
    assert given_back.headers["X-Content-Type-Options"] == "nosniff"
    assert desk.get("/sheet.xlsx", **{"If-None-Match": given_back.headers["ETag"]}).status_code == 304
    assert desk.get("/sheet.xls").status_code == 404
    assert desk.get("/sheet", **{"X-Extended-Metadata": "true"}).json["excelContentType"] == XLSX


def test_the_form_id_may_come_from_the_header(desk: FormDesk) -> None:
    table = "| survey |\n| | type | name | label |\n| | integer | a | A |\n"
    answer = desk.create(
        table.encode(), media_type="text/markdown", **{"X-XlsForm-FormId-Fallback": "%E0%B9%81%E0%B8%9A%E0%B8%9A1"}
    )
    assert answer.json["xmlFormId"] == "แบบ1"


def test_warnings_are_asked_about_as_in_central(desk: FormDesk) -> None:
    book = xlsform(["image", "photo", "Photo"])
    refused = desk.create(book, media_type=XLSX)
    assert (refused.status_code, refused.json["code"]) == (400, 400.16)
    assert "max-pixels" in refused.json["details"]["warnings"]["xlsFormWarnings"][0]
    assert desk.create(book, query="?ignoreWarnings=True", media_type=XLSX).status_code == 200


def test_our_own_lint_is_kept_with_the_version_and_refuses_nothing(desk: FormDesk) -> None:
    assert desk.create(SIMPLE).status_code == 200
    warnings = desk.get("/simple", **{"X-Extended-Metadata": "true"}).json["warnings"]
    assert [item["code"] for item in warnings] == ["no_subject"]


def test_an_error_in_a_workbook_names_its_place(desk: FormDesk) -> None:
    answer = desk.create(xlsform(["text", "a", "A"], ["txt", "b", "B"]), media_type=XLSX)
    assert (answer.status_code, answer.json["code"]) == (400, 400.15)
    details = answer.json["details"]
    assert (details["sheet"], details["row"], details["column"]) == ("survey", 3, "type")
    assert "txt" in details["error"]


def test_a_form_that_no_device_could_open_is_refused_with_everything_that_is_wrong(desk: FormDesk) -> None:
    broken = xform({"n": "int"}, binds={"n": 'constraint="((. &gt; 1" calculate="foo(/data/n)"'})
    answer = desk.create(broken)
    assert (answer.status_code, answer.json["code"]) == (400, 400.133)
    details = answer.json["details"]
    assert [(item["nodeset"], item["attribute"]) for item in details["errors"]] == [
        ("/data/n", "constraint"),
        ("/data/n", "calculate"),
    ]
    assert (details["sheet"], details["row"], details["column"]) == (None, None, None)
    assert desk.get("/sample").status_code == 404
    desk.create(xform({"n": "int"}))
    assert desk.draft("sample", broken.replace('version="1"', 'version="2"')).json["code"] == 400.133


def test_a_workbook_that_no_device_could_open_names_its_places(desk: FormDesk) -> None:
    book = xlsform(
        ["integer", "n", "N", "((. > 1", ""],
        ["text", "t", "T", "", "${n} > "],
        columns=("type", "name", "label", "constraint", "relevant"),
    )
    answer = desk.create(book, query="?ignoreWarnings=true", media_type=XLSX)
    assert (answer.status_code, answer.json["code"]) == (400, 400.133)
    details = answer.json["details"]
    assert (details["sheet"], details["row"], details["column"]) == ("survey", 2, "constraint")
    assert [(item["row"], item["column"]) for item in details["errors"]] == [(2, "constraint"), (3, "relevant")]


def test_a_workbook_that_asks_nothing_is_refused(desk: FormDesk) -> None:
    book = xlsform(["calculate", "n", "", "1 + 1"], columns=("type", "name", "label", "calculation"))
    answer = desk.create(book, query="?ignoreWarnings=true", media_type=XLSX)
    assert (answer.status_code, answer.json["code"]) == (400, 400.133)
    assert "asks nothing" in answer.json["message"]


def test_a_form_that_is_there_already(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    answer = desk.create(SIMPLE)
    assert (answer.status_code, answer.json["code"]) == (409, 409.3)
    details = answer.json["details"]
    assert details["fields"] == ["projectId", "xmlFormId"]
    assert details["values"] == [str(desk.office.workspace_id), "simple"]
    assert answer.json["message"] == "The form simple is in this workspace already."


def test_the_same_id_in_two_workspaces_is_two_forms(desk: FormDesk) -> None:
    from tests.personas import found_office

    other = FormDesk(found_office(desk.office.app, "สพป.อื่น เขต 1"))
    assert desk.create(SIMPLE).status_code == other.create(SIMPLE.replace("Simple", "Other")).status_code == 200
    assert (desk.get("/simple").json["name"], other.get("/simple").json["name"]) == ("Simple", "Other")
    assert desk.get("/simple.xml").data == SIMPLE.encode()


@pytest.mark.parametrize("persona", ["pakorn", "kwanjai", "stranger"])
def test_only_managers_bring_forms_in(desk: FormDesk, persona: str) -> None:
    answer = desk.office.client(persona).post(desk.root, data=SIMPLE, content_type="application/xml")
    assert answer.status_code == 403


def test_nobody_else_s_workspace(desk: FormDesk) -> None:
    from tests.personas import found_office

    other = found_office(desk.office.app, "สพป.อื่น เขต 1")
    answer = other.client("wanna").post(desk.root, data=SIMPLE, content_type="application/xml")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        (b"", "application/xml", "400.2"),
        (b"<hello", "application/xml", "400.101"),
        (b"\x00\x01\x02", "application/xml", "400.101"),
        (BOMB, "application/xml", "400.102"),
        (b"<test/>", "application/xml", "400.2"),
        (b"<a>" * 90 + b"</a>" * 90, "text/xml", "400.103"),
        (SIMPLE.replace('id="simple"', 'id="&lt;script>"').encode(), "application/xml", "400.8"),
        (SIMPLE.encode("utf-16"), "application/xml", "400.131"),
        (b"not a zip", XLSX, "400.15"),
        (b"PK\x03\x04" + b"\xff" * 100, XLSX, "400.15"),
        (SIMPLE.encode(), XLSX, "400.15"),
        (b"\xff\xfe", "text/markdown", "400.15"),
        (b"x", "application/vnd.ms-excel", "400.15"),
        (SIMPLE.encode(), "text/html", "415.100"),
        (b"a=b", "application/x-www-form-urlencoded", "415.100"),
        (b"{}", "application/json", "415.100"),
    ],
)
def test_whatever_else_comes_meets_a_clear_refusal(desk: FormDesk, body: bytes, media_type: str, code: str) -> None:
    answer = desk.wanna.post(desk.root, data=body, content_type=media_type)
    assert 400 <= answer.status_code < 500, answer.text
    given = answer.json["code"]
    assert given in (code, float(code))
    assert answer.json["message"]
    assert desk.get("").json == []


def test_a_body_over_the_limit_is_refused_before_it_is_read(desk: FormDesk) -> None:
    answer = desk.wanna.post(desk.root, data=b"x" * 21 * 1024 * 1024, content_type=XLSX)
    assert answer.status_code == 413


def test_two_who_create_the_same_form_at_once_get_one(desk: FormDesk) -> None:
    assert [desk.create(SIMPLE).status_code for _ in range(2)] == [200, 409]
    assert len(desk.get("").json) == 1
