"""Files that a form refers to: putting them into the draft, carrying them over, and handing them out."""

from __future__ import annotations

import hashlib
import io
import unicodedata

import pytest

from tests.integration.forms.conftest import XLSX, FormDesk
from tests.support.sample_forms import with_media, workbook

CSV = "name,label\n1,หนึ่ง\n".encode()
NAME = "ภาพ é 1.png"


@pytest.fixture
def draft(desk: FormDesk) -> FormDesk:
    desk.create(with_media("one.csv", "two.png"), query="")
    return desk


def listed(desk: FormDesk, place: str = "/draft") -> dict[str, dict]:
    return {item["name"]: item for item in desk.get(f"/withmedia{place}/attachments").json}


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
    draft.upload("withmedia", "two.png", b"<script>alert(1)</script>", "text/html")
    got = draft.get("/withmedia/draft/attachments/two.png")
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("given", ["", "nonsense", "text/html\tx", "a" * 300 + "/b"])
def test_an_odd_content_type_is_replaced_by_that_of_the_name(draft: FormDesk, given: str) -> None:
    assert draft.upload("withmedia", "two.png", b"x", given).status_code == 200
    assert draft.get("/withmedia/draft/attachments/two.png").content_type == "image/png"


def test_a_large_file_goes_through_the_disk(draft: FormDesk) -> None:
    large = bytes(range(256)) * 8000
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
    draft.upload("withmedia", "one.csv", b"other")
    assert draft.get("/withmedia/draft/attachments/one.csv").data == b"other"
    address = f"{draft.root}/withmedia/draft/attachments/one.csv"
    assert draft.wanna.delete(address).json == {"success": True}
    assert draft.get("/withmedia/draft/attachments/one.csv").status_code == 404
    assert draft.wanna.delete(address).status_code == 404


def test_names_are_equal_whatever_their_unicode_form(desk: FormDesk) -> None:
    desk.create(with_media(unicodedata.normalize("NFD", NAME)), query="")
    from urllib.parse import quote

    composed = quote(unicodedata.normalize("NFC", NAME))
    assert desk.upload("withmedia", composed, b"png", "image/png").status_code == 200
    got = desk.get(f"/withmedia/draft/attachments/{composed}")
    assert got.data == b"png"
    assert "filename*=UTF-8''" in got.headers["Content-Disposition"]


def test_files_are_carried_over_to_the_next_draft_by_name(draft: FormDesk) -> None:
    draft.upload("withmedia", "one.csv", CSV)
    draft.upload("withmedia", "two.png", b"png", "image/png")
    draft.publish("withmedia")
    draft.draft("withmedia", with_media("one.csv", "three.png", version="2"))
    assert {name: item["exists"] for name, item in listed(draft).items()} == {"one.csv": True, "three.png": False}
    draft.upload("withmedia", "one.csv", b"newer")
    draft.draft("withmedia", with_media("one.csv", "two.png", version="2"))
    assert draft.get("/withmedia/draft/attachments/one.csv").data == b"newer"
    assert draft.get("/withmedia/draft/attachments/two.png").data == b"png"
    assert draft.get("/withmedia/attachments/one.csv").data == CSV


def test_older_versions_keep_their_files(draft: FormDesk) -> None:
    draft.upload("withmedia", "one.csv", CSV)
    draft.upload("withmedia", "two.png", b"png", "image/png")
    draft.publish("withmedia")
    draft.draft("withmedia", with_media("one.csv", version="2"))
    draft.upload("withmedia", "one.csv", b"newer")
    draft.publish("withmedia")
    assert draft.get("/withmedia/versions/1/attachments/one.csv").data == CSV
    assert draft.get("/withmedia/attachments/one.csv").data == b"newer"
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
    from core.web import settings_of

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
