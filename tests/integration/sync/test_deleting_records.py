"""Deleting a record on its page: it leaves every list and number, and comes back whole."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.transaction import reading
from sync import attachment_pages
from sync.models import Attachment
from tests.integration.sync.test_intake import ID
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

RECORD = f"/forms/visit/submissions/{ID}"
LINK = f"/submissions/{quote(ID)}"
"""How a list leads to it."""


@pytest.fixture
def record(office: Office) -> Office:
    publish(office)
    assert send(office, visit_instance(ID, note="ทดลองส่ง")).status_code == 201
    return office


def page(office: Office, rest: str, persona: str = "wanna") -> tuple[int, str]:
    answer = office.browser(persona).get(f"/w/{office.workspace_id}{rest}")
    return answer.status_code, answer.get_data(as_text=True)


def post(office: Office, rest: str, persona: str = "wanna", **form: str) -> int:
    return office.browser(persona).post(f"/w/{office.workspace_id}{RECORD}{rest}", data=form).status_code


def actions() -> list[str]:
    return list(reading().scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_deleted_record_is_in_no_list_and_says_so_itself(record: Office) -> None:
    assert post(record, "/delete", comment="ส่งทดลอง") == 303
    assert LINK not in page(record, "/forms/visit/submissions")[1]
    status, text = page(record, RECORD)
    assert status == 200
    for part in ("รายการนี้ถูกลบเมื่อ", "กู้คืน", "ทดลองส่ง", "“ส่งทดลอง”"):
        assert part in text
    assert "/review" not in text


def test_who_may_restore_finds_the_deleted_records_in_a_list_of_their_own(record: Office) -> None:
    listed = "/forms/visit/submissions?review_state=deleted"
    assert LINK in page(record, "/forms/visit/submissions")[1]
    assert LINK not in page(record, listed)[1]
    post(record, "/delete")
    status, text = page(record, listed)
    assert status == 200
    assert LINK in text
    assert "รายการเหล่านี้ถูกลบแล้ว" in text
    assert page(record, listed, "pakorn")[0] == 403
    assert "deleted" not in page(record, "/forms/visit/submissions", "pakorn")[1]


def test_a_restored_record_counts_again(record: Office) -> None:
    post(record, "/delete")
    assert post(record, "/restore") == 303
    status, text = page(record, RECORD)
    assert status == 200
    assert "รายการนี้ถูกลบเมื่อ" not in text
    assert LINK in page(record, "/forms/visit/submissions")[1]
    assert actions()[-2:] == ["submission.delete", "submission.restore"]


def test_a_second_press_changes_nothing_more(record: Office) -> None:
    assert [post(record, "/delete"), post(record, "/delete")] == [303, 303]
    assert [post(record, "/restore"), post(record, "/restore")] == [303, 303]
    assert actions().count("submission.delete") == actions().count("submission.restore") == 1


def test_a_deleted_record_is_not_there_for_those_who_may_only_read(record: Office) -> None:
    post(record, "/delete")
    assert page(record, RECORD, "pakorn")[0] == 404
    assert page(record, f"/forms/visit/submissions.xml/{ID}", "pakorn")[0] == 404
    assert page(record, f"/forms/visit/submissions.xml/{ID}")[0] == 200


@pytest.mark.parametrize("rest", ["", "/thumbnail"])
def test_the_files_of_a_deleted_record_go_with_it(record: Office, rest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment_pages, "PATIENCE", 0.0)
    other = "uuid:with-a-file"
    assert send(record, visit_instance(other, photo="a.jpg"), ("a.jpg", b"a picture")).status_code == 201
    address = f"/attachments/{reading().scalars(select(Attachment.id)).one()}{rest}"
    assert page(record, address, "pakorn")[0] in {200, 302}
    record.browser("wanna").post(f"/w/{record.workspace_id}/forms/visit/submissions/{other}/delete")
    assert page(record, address, "pakorn")[0] == 404
    assert page(record, address)[0] in {200, 302}


def test_a_viewer_is_offered_no_deletion_and_cannot_do_it(record: Office) -> None:
    assert "/delete" not in page(record, RECORD, "pakorn")[1]
    assert post(record, "/delete", "pakorn") == 403
    assert page(record, RECORD)[0] == 200


def test_what_is_not_there_cannot_be_deleted(record: Office) -> None:
    other = record.browser("wanna").post(f"/w/{record.workspace_id}/forms/visit/submissions/uuid:none/delete")
    assert other.status_code == 404
