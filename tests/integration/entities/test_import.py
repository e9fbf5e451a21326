"""Bringing rows in from a file, after a preview, and taking them out again."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from core.access.actor import SYSTEM
from core.transaction import reading, unit_of_work
from sync.entities import lists, mirror, queries, service
from sync.entities.table_import import write_csv
from tests.personas import Office
from tests.support.entities import TREES, entity_now, versions_now

TREE = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture
def trees(office: Office) -> Office:
    """A list of trees with two properties."""

    def work(session: Any) -> None:
        made = lists.create_list(session, SYSTEM, workspace_id=office.workspace_id, name=TREES)
        for name in ("species", "height"):
            lists.add_property(session, SYSTEM, entity_list=made, name=name)

    unit_of_work(work)
    return office


def upload(office: Office, content: bytes, *, key: str = "", name: str = "ต้นไม้.csv") -> TestResponse:
    return office.browser("wanna").post(
        f"/w/{office.workspace_id}/lists/{TREES}/import",
        data={"file": (io.BytesIO(content), name), "key": key},
        content_type="multipart/form-data",
    )


def confirm(office: Office, preview: TestResponse, **more: str) -> TestResponse:
    """Press the button of a preview."""
    fields = dict(re.findall(r'<input type="hidden" name="(file|name|key|revision)" value="([^"]*)"', preview.text))
    assert set(fields) == {"file", "name", "key", "revision"}, preview.text
    path = f"/w/{office.workspace_id}/lists/{TREES}/import/apply"
    return office.browser("wanna").post(path, data=fields | more)


def bring(office: Office, content: bytes, **more: str) -> None:
    answer = confirm(office, upload(office, content), **more)
    assert answer.status_code == 303, answer.text


def rows(office: Office) -> dict[str, dict[str, Any]]:
    session = reading()
    session.expire_all()
    found = queries.find_list(session, office.workspace_id, TREES)
    return {row.label: dict(row.data) for row in queries.rows_of(session, found)}


def test_a_preview_writes_nothing_and_its_button_everything(trees: Office) -> None:
    content = f"name,label,species,height\n{TREE},ต้นที่ 1,จามจุรี,12\n,ต้นที่ 2,ฉำฉา,๑๓\n".encode()
    preview = upload(trees, content)
    assert preview.status_code == 200
    assert rows(trees) == {}
    assert confirm(trees, preview).status_code == 303
    assert rows(trees) == {
        "ต้นที่ 1": {"species": "จามจุรี", "height": "12"},
        "ต้นที่ 2": {"species": "ฉำฉา", "height": "๑๓"},
    }
    assert versions_now(trees, TREE)[0].source == "upload"


def test_a_row_that_is_there_is_changed_where_the_file_says_otherwise(trees: Office) -> None:
    bring(trees, f"name,label,species,height\n{TREE},ก,จามจุรี,12\n".encode())
    bring(trees, f"name,height\n{TREE},13\n".encode())
    entity = entity_now(trees, TREE)
    assert entity is not None
    assert (entity.label, entity.data, entity.version) == ("ก", {"species": "จามจุรี", "height": "13"}, 2)
    again = upload(trees, f"name,height\n{TREE},13\n".encode())
    assert "ทะเบียนมีข้อมูลเหล่านี้ครบแล้ว" in again.text


def test_rows_can_be_found_by_a_property(trees: Office) -> None:
    bring(trees, f"name,label,species\n{TREE},ก,A1\n".encode())
    assert confirm(trees, upload(trees, b"label,species,height\nx,A1,9\n", key="species")).status_code == 303
    entity = entity_now(trees, TREE)
    assert entity is not None
    assert (entity.label, entity.data["height"]) == ("x", "9")


def test_new_columns_are_added_only_when_that_is_ticked(trees: Office) -> None:
    content = b"label,owner\nx,me\n"
    preview = upload(trees, content)
    assert "owner" in preview.text
    assert confirm(trees, preview).status_code == 200
    assert rows(trees) == {}
    assert confirm(trees, preview, add_columns="1").status_code == 303
    assert rows(trees) == {"x": {"owner": "me"}}


def test_a_list_that_changed_since_the_preview_is_looked_at_anew(trees: Office) -> None:
    preview = upload(trees, f"name,label\n{TREE},ก\n".encode())
    bring(trees, f"name,label\n{TREE},ข\n".encode())
    answer = confirm(trees, preview)
    assert answer.status_code == 200
    assert "ทะเบียนเปลี่ยนไประหว่างนี้" in answer.text
    entity = entity_now(trees, TREE)
    assert entity is not None
    assert entity.label == "ข"
    assert confirm(trees, answer).status_code == 303


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ไฟล์ว่าง"),
        (b"\x00\x01\x02", "UTF-8"),
        (b"label,label\na,b\n", "ซ้ำ"),
        (b"label,b c\na,b\n", "ชื่อคอลัมน์"),
        (b'label\n"open', "ตาราง"),
        (b"PK\x03\x04 no workbook", "ตาราง"),
        (b"label\n" + b"x\n" * 100_001, "100000"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(trees: Office, content: bytes, said: str) -> None:
    answer = upload(trees, content)
    assert answer.status_code == 200
    assert said in answer.text
    assert "import/apply" not in answer.text


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("name,label\nnot-an-id,ก\n", 2),
        (f"name,label\n{TREE},ก\n{TREE},ข\n", 3),
        ("label,species\nก,x\n,y\n", 3),
        ("label\nก\x07ข\n", 2),
        ("label\n" + "ก" * 30_000 + "\n", 2),
        ("label\nก,extra\n", 2),
    ],
)
def test_faulty_rows_are_named_and_hold_all_others_back(trees: Office, content: str, row: int) -> None:
    answer = upload(trees, content.encode())
    assert f"<td>{row}</td>" in answer.text
    assert "import/apply" not in answer.text
    assert rows(trees) == {}


def test_a_uuid_of_the_trash_brings_in_nothing(trees: Office) -> None:
    bring(trees, f"name,label\n{TREE},ก\n".encode())

    def delete(session: Any) -> None:
        found = queries.find_list(session, trees.workspace_id, TREES)
        entity = queries.find_entity(session, found.id, TREE)
        service.delete_entities(session, service.Author(SYSTEM), entity_list=found, entities=[entity])

    unit_of_work(delete)
    answer = confirm(trees, upload(trees, f"name,label\n{TREE},ข\n,ค\n".encode()))
    assert answer.status_code == 200
    assert rows(trees) == {}


def test_old_thai_files_and_semicolons_are_read(trees: Office) -> None:
    bring(trees, "label;species\nต้นที่ 1;จามจุรี\n".encode("cp874"))
    assert rows(trees) == {"ต้นที่ 1": {"species": "จามจุรี"}}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_taken_out_can_be_brought_in_again_unchanged(trees: Office, ending: str) -> None:
    odd = [["", "=1+1", '"quote", comma', "line\nbreak"], ["", "+66 2", "@x", "-5"], ["", "ก", "007", "12.50"]]
    bring(trees, write_csv(["name", "label", "species", "height"], odd))
    taken = trees.browser("wanna").get(f"/w/{trees.workspace_id}/lists/{TREES}.{ending}")
    assert taken.status_code == 200
    again = upload(trees, taken.data, name=f"x.{ending}")
    assert "ทะเบียนมีข้อมูลเหล่านี้ครบแล้ว" in again.text, again.text
    assert rows(trees)["=1+1"] == {"species": '"quote", comma', "height": "line\nbreak"}


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_any_text_survives_going_out_and_in(trees: Office, texts: list[str]) -> None:
    content = write_csv(["label", "species"], [["แถว", text] for text in texts])
    if confirm(trees, upload(trees, content)).status_code == 303:
        taken = trees.browser("wanna").get(f"/w/{trees.workspace_id}/lists/{TREES}.csv").data
        assert "ทะเบียนมีข้อมูลเหล่านี้ครบแล้ว" in upload(trees, taken).text


def test_ten_thousand_rows_come_in_and_are_changed_at_once(trees: Office) -> None:
    first = [["", f"ต้นที่ {number}", "จามจุรี", str(number)] for number in range(10_000)]
    bring(trees, write_csv(["name", "label", "species", "height"], first))
    second = [[f"ต้นที่ {number}", "ฉำฉา", str(number)] for number in range(10_000)]
    preview = upload(trees, write_csv(["label", "species", "height"], second), key="height")
    assert "10,000" in preview.text
    assert confirm(trees, preview).status_code == 303
    found = rows(trees)
    assert len(found) == 10_000
    assert {row["species"] for row in found.values()} == {"ฉำฉา"}


def test_rows_of_the_plan_are_not_imported(office: Office) -> None:
    unit_of_work(lambda session: mirror.plan_list(session, office.workspace_id, "groups"))
    path = f"/w/{office.workspace_id}/lists/groups"
    assert office.browser("wanna").get(f"{path}/import").status_code == 409
    assert office.browser("wanna").get(f"{path}.csv").status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"file": "x", "revision": "1"},
        {"file": "0" * 64, "revision": "x"},
        {"file": "0" * 64, "revision": "1"},
        {"file": "../../etc", "revision": "1"},
    ],
)
def test_a_button_that_was_tampered_with_is_no_server_error(trees: Office, fields: dict[str, str]) -> None:
    answer = trees.browser("wanna").post(f"/w/{trees.workspace_id}/lists/{TREES}/import/apply", data=fields)
    assert answer.status_code in {200, 409}
    assert rows(trees) == {}


def test_who_may_only_look_takes_out_and_brings_nothing_in(trees: Office) -> None:
    path = f"/w/{trees.workspace_id}/lists/{TREES}"
    assert trees.browser("pakorn").get(f"{path}.xlsx").status_code == 200
    assert trees.browser("pakorn").get(f"{path}/import").status_code == 403
    assert trees.browser("kwanjai").get(f"{path}.csv").status_code == 403


def test_a_list_too_long_for_a_workbook_is_offered_as_csv(trees: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(trees, b"label\nx\ny\n")
    monkeypatch.setattr("sync.entities.import_pages.MOST_WORKBOOK_ROWS", 1)
    answer = trees.browser("wanna").get(f"/w/{trees.workspace_id}/lists/{TREES}.xlsx")
    assert answer.status_code == 413
    assert "CSV" in answer.text
