"""Files that a form refers to: putting them into the draft, carrying them over, and handing them out."""

from __future__ import annotations

import hashlib
import html
import io
import unicodedata

import pytest

from core.i18n import COOKIE
from core.web import settings_of
from tests.integration.forms.conftest import XLSX, FormDesk
from tests.support.sample_files import small_picture
from tests.support.sample_forms import with_media, workbook, xform

PNG = b"\x89PNG\r\n\x1a\n"
NEWER = b"name,label\n2,newer\n"
CSV = "name,label\n1,หนึ่ง\n".encode()
NAME = "ภาพ é 1.png"


@pytest.fixture
def draft(desk: FormDesk) -> FormDesk:
    desk.create(with_media("one.csv", "two.png"), query="")
    return desk


def listed(desk: FormDesk, place: str = "/draft") -> dict[str, dict]:
    return {item["name"]: item for item in desk.get(f"/withmedia{place}/attachments").json}


def by_page(desk: FormDesk, name: str, data: bytes) -> str:
    """Choose a file on the draft's page; what the page then says, in English."""
    browser = desk.office.browser("wanna")
    browser.set_cookie(COOKIE, "en")
    page = f"/w/{desk.office.workspace_id}/forms/withmedia"
    sent = browser.post(f"{page}/draft/files", data={"name": name, "file": (io.BytesIO(data), name)})
    assert sent.status_code == 303
    return html.unescape(browser.get(page).text)


def test_a_draft_lists_the_files_it_wants(draft: FormDesk) -> None:
    nothing = {"exists": False, "blobExists": False, "datasetExists": False, "hash": None}
    assert draft.get("/withmedia/draft/attachments").json == [
        {"name": "one.csv", "type": "file"} | nothing,
        {"name": "two.png", "type": "image"} | nothing,
    ]


def test_a_file_is_given_back_byte_for_byte_with_its_hash(draft: FormDesk) -> None:
    answer = draft.upload("withmedia", "one.csv", CSV)
    assert answer.status_code == 200
    assert (answer.json["exists"], answer.json["hash"]) == (True, hashlib.md5(CSV).hexdigest())
    got = draft.get("/withmedia/draft/attachments/one.csv")
    assert got.data == CSV
    assert got.headers["ETag"] == f'"{hashlib.md5(CSV).hexdigest()}"'
    assert got.content_type.startswith("text/csv")
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        draft.get("/withmedia/draft/attachments/one.csv", **{"If-None-Match": got.headers["ETag"]}).status_code == 304
    )
    assert listed(draft)["one.csv"]["updatedAt"]


def test_a_file_that_would_run_in_a_browser_cannot(draft: FormDesk) -> None:
    draft.upload("withmedia", "two.png", PNG + b"<script>alert(1)</script>", "text/html")
    got = draft.get("/withmedia/draft/attachments/two.png")
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("given", ["", "nonsense", "text/html\tx", "a" * 300 + "/b"])
def test_an_odd_content_type_is_replaced_by_that_of_the_name(draft: FormDesk, given: str) -> None:
    assert draft.upload("withmedia", "two.png", PNG, given).status_code == 200
    assert draft.get("/withmedia/draft/attachments/two.png").content_type == "image/png"


def test_a_large_file_goes_through_the_disk(draft: FormDesk) -> None:
    large = PNG + bytes(range(256)) * 8000
    assert draft.upload("withmedia", "two.png", large, "image/png").json["hash"] == hashlib.md5(large).hexdigest()
    assert draft.get("/withmedia/draft/attachments/two.png").data == large


def test_a_multipart_body_is_taken_too(draft: FormDesk) -> None:
    answer = draft.wanna.post(
        f"{draft.root}/withmedia/draft/attachments/one.csv",
        data={"file": (io.BytesIO(CSV), "any name.csv", "text/csv")},
    )
    assert answer.json["hash"] == hashlib.md5(CSV).hexdigest()
    empty = draft.wanna.post(
        f"{draft.root}/withmedia/draft/attachments/one.csv", data={"x": "y"}, content_type="multipart/form-data"
    )
    assert empty.status_code == 400


def test_only_files_the_form_refers_to_are_taken(draft: FormDesk) -> None:
    assert draft.upload("withmedia", "three.csv", CSV).status_code == 404
    assert draft.upload("nothing", "one.csv", CSV).status_code == 404


@pytest.mark.parametrize("persona", ["pakorn", "kwanjai", "stranger"])
def test_only_managers_put_files_in(draft: FormDesk, persona: str) -> None:
    address = f"{draft.root}/withmedia/draft/attachments/one.csv"
    client = draft.office.client(persona)
    assert client.post(address, data=CSV, content_type="text/csv").status_code == 403
    assert client.delete(address).status_code == 403
    assert listed(draft)["one.csv"]["exists"] is False


def test_a_file_is_replaced_and_taken_away(draft: FormDesk) -> None:
    draft.upload("withmedia", "one.csv", CSV)
    draft.upload("withmedia", "one.csv", NEWER)
    assert draft.get("/withmedia/draft/attachments/one.csv").data == NEWER
    address = f"{draft.root}/withmedia/draft/attachments/one.csv"
    assert draft.wanna.delete(address).json == {"success": True}
    assert draft.get("/withmedia/draft/attachments/one.csv").status_code == 404
    assert draft.wanna.delete(address).status_code == 404


def test_names_are_equal_whatever_their_unicode_form(desk: FormDesk) -> None:
    desk.create(with_media(unicodedata.normalize("NFD", NAME)), query="")
    from urllib.parse import quote

    composed = quote(unicodedata.normalize("NFC", NAME))
    assert desk.upload("withmedia", composed, PNG, "image/png").status_code == 200
    got = desk.get(f"/withmedia/draft/attachments/{composed}")
    assert got.data == PNG
    assert "filename*=UTF-8''" in got.headers["Content-Disposition"]


def test_files_are_carried_over_to_the_next_draft_by_name(draft: FormDesk) -> None:
    draft.upload("withmedia", "one.csv", CSV)
    draft.upload("withmedia", "two.png", PNG, "image/png")
    draft.publish("withmedia")
    draft.draft("withmedia", with_media("one.csv", "three.png", version="2"))
    assert {name: item["exists"] for name, item in listed(draft).items()} == {"one.csv": True, "three.png": False}
    draft.upload("withmedia", "one.csv", NEWER)
    draft.draft("withmedia", with_media("one.csv", "two.png", version="2"))
    assert draft.get("/withmedia/draft/attachments/one.csv").data == NEWER
    assert draft.get("/withmedia/draft/attachments/two.png").data == PNG
    assert draft.get("/withmedia/attachments/one.csv").data == CSV


def test_older_versions_keep_their_files(draft: FormDesk) -> None:
    draft.upload("withmedia", "one.csv", CSV)
    draft.upload("withmedia", "two.png", PNG, "image/png")
    draft.publish("withmedia")
    draft.draft("withmedia", with_media("one.csv", version="2"))
    draft.upload("withmedia", "one.csv", NEWER)
    draft.publish("withmedia")
    assert draft.get("/withmedia/versions/1/attachments/one.csv").data == CSV
    assert draft.get("/withmedia/attachments/one.csv").data == NEWER
    assert set(listed(draft, "/versions/1")) == {"one.csv", "two.png"}


def test_item_sets_of_a_workbook_are_attached_by_themselves(desk: FormDesk) -> None:
    book = workbook(
        {
            "survey": [
                ["type", "name", "label", "choice_filter"],
                ["text", "p", "P", ""],
                ["select_one_external t", "q", "Q", "p=${p}"],
            ],
            "external_choices": [["list_name", "name", "label", "p"], ["t", "a", "A", "1"]],
            "settings": [["form_id", "version"], ["ext", "1"]],
        }
    )
    assert desk.create(book, media_type=XLSX).status_code == 200
    assert b'"a"' in desk.get("/ext/attachments/itemsets.csv").data


# Files that cannot be what the form asks for


def choosing(*, value: str = "name", label: str = "label", file: str = "mine.csv") -> str:
    """A form that chooses from a file, and shows pictures."""
    pictures = "".join(
        f'<text id="{name}"><value>x</value><value form="image">jr://images/{name}</value></text>'
        for name in ("pic.png", "pic.jpg", "pic.JPEG", "pic.gif", "pic.webp", "pic.svg", "pic.bmp", "pic.tiff")
    )
    return xform(
        {"q": "string"},
        xml_form_id="withmedia",
        model=f'<itext><translation lang="en">{pictures}</translation></itext>'
        f'<instance id="mine" src="jr://file-csv/{file}"/><instance id="other" src="jr://file-csv/other.csv"/>'
        '<instance id="tree" src="jr://file/tree.xml"/>',
        body='<select1 ref="/data/q"><label>Q</label><itemset nodeset="instance(\'mine\')/root/item[x = 1]">'
        f'<value ref="{value}"/><label ref="{label}"/></itemset></select1>',
    )


@pytest.fixture
def choices(desk: FormDesk) -> FormDesk:
    assert desk.create(choosing(), query="").status_code == 200
    return desk


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (PNG + bytes(range(256)), "must be a table"),
        ("name,label\n1,ก\n".encode("cp874"), "must be a table"),
        ("name,label\n1,ก\n".encode("utf-16"), "must be a table"),
        (b"name,label\n" + b"1,x\n" * 40_000 + b"\xff", "must be a table"),
        (b"\n\nname,label\n", "has no header"),
        (b" , ,\n", "has no header"),
        (b"id,title\n1,x\n", "lacks columns that the form chooses from: name, label."),
        (b"name,title\n1,x\n", "chooses from: label."),
        (b"Name,label\n1,x\n", "chooses from: name."),
        (b"name;title\n1;x\n", "chooses from: label."),
    ],
)
def test_a_table_without_what_the_form_chooses_from_is_refused(choices: FormDesk, data: bytes, said: str) -> None:
    assert said in by_page(choices, "mine.csv", data)
    assert listed(choices)["mine.csv"]["exists"] is False
    spool = settings_of(choices.office.app).spool_dir
    assert not spool.exists() or list(spool.iterdir()) == []


@pytest.mark.parametrize(
    "data",
    [
        b"name,label,x\n",
        "\ufeffname,label\n1,ก\n".encode(),
        b'"name" , "label"\n',
        b"name;label\n1;x\n",
        b"x\tlabel\tname\r\n1\t2\t3",
        b"label,name\r\n" + b"1,x\r\n" * 40_000,
    ],
)
def test_a_table_with_the_columns_is_taken_however_it_is_written(choices: FormDesk, data: bytes) -> None:
    by_page(choices, "mine.csv", data)
    assert listed(choices)["mine.csv"]["exists"] is True


def test_columns_are_asked_for_as_far_as_the_form_says_which(desk: FormDesk) -> None:
    desk.create(choosing(label="jr:itext(itextId)", value="../code"), query="")
    for name in ("mine.csv", "other.csv"):
        by_page(desk, name, b"anything\n")
        assert listed(desk)[name]["exists"] is True
    assert "is empty" in by_page(desk, "tree.xml", b"")
    assert listed(desk)["tree.xml"]["exists"] is False
    by_page(desk, "tree.xml", b"<root/>")
    assert listed(desk)["tree.xml"]["exists"] is True


def test_programs_may_hand_in_any_file_as_they_may_to_odk_central(choices: FormDesk) -> None:
    for name, data in {"mine.csv": b"a,b\n", "pic.png": b"only text", "pic.jpg": b""}.items():
        assert choices.upload("withmedia", name, data).status_code == 200


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pic.png", PNG), ("pic.jpg", small_picture("x")), ("pic.JPEG", small_picture("x")), ("pic.gif", b"GIF89a.."),
        ("pic.webp", b"RIFF\n\0\0\0WEBPVP8 "), ("pic.svg", b"<?xml version='1.0'?><svg/>"),
        ("pic.svg", "\ufeff<svg xmlns='x'>".encode()), ("pic.bmp", b"BM1234"), ("pic.tiff", b"whatever it is"),
    ],
)  # fmt: skip
def test_a_picture_is_taken(choices: FormDesk, name: str, data: bytes) -> None:
    by_page(choices, name, data)
    assert listed(choices)[name]["exists"] is True


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pic.png", b"only text"), ("pic.png", small_picture("x")), ("pic.png", b""), ("pic.jpg", PNG),
        ("pic.JPEG", b"GIF89a"), ("pic.gif", b"GIF"), ("pic.webp", b"RIFF1234WAVE"), ("pic.svg", b"<html>"),
        ("pic.bmp", b"name,label"), ("pic.tiff", b""),
    ],
)  # fmt: skip
def test_what_is_no_picture_of_its_kind_is_refused(choices: FormDesk, name: str, data: bytes) -> None:
    said = by_page(choices, name, data)
    assert (f"{name} must be a picture of the kind" if data else f"{name} is empty") in said
    assert listed(choices)[name]["exists"] is False


def test_the_page_says_what_is_wrong_with_a_file(choices: FormDesk) -> None:
    browser = choices.office.browser("wanna")
    page = f"/w/{choices.office.workspace_id}/forms/withmedia"
    sent = browser.post(f"{page}/draft/files", data={"name": "mine.csv", "file": (io.BytesIO(b"a,b\n"), "mine.csv")})
    assert sent.status_code == 303
    assert "mine.csv ไม่มีคอลัมน์ที่แบบฟอร์มใช้เป็นตัวเลือก: name, label" in browser.get(page).text
    assert listed(choices)["mine.csv"]["exists"] is False


def test_changes_of_files_are_in_the_audit_trail(draft: FormDesk) -> None:
    draft.upload("withmedia", "one.csv", CSV)
    action, details = draft.audit()[-1]
    assert action == "form.attachment.update"
    assert (details["name"], details["oldBlob"], details["newBlob"]) == (
        "one.csv",
        None,
        hashlib.sha256(CSV).hexdigest(),
    )


def test_a_broken_off_upload_leaves_nothing(draft: FormDesk) -> None:
    answer = draft.wanna.post(
        f"{draft.root}/withmedia/draft/attachments/one.csv",
        input_stream=io.BytesIO(b"x" * 100_000),
        content_type="text/csv",
        environ_overrides={"CONTENT_LENGTH": "200000"},
    )
    assert 400 <= answer.status_code < 500
    assert listed(draft)["one.csv"]["exists"] is False
    spool = settings_of(draft.office.app).spool_dir
    assert not spool.exists() or list(spool.iterdir()) == []
