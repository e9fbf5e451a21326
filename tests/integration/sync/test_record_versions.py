"""What a reviewer decides on is what a reviewer saw: versions of a record, side by side and in the review."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from core.transaction import reading
from sync.models import Quarantine, Submission, SubmissionVersion
from tests.integration.sync.test_intake import ID, only
from tests.integration.sync.test_record_pages import page
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

DIFFERS = "ต่างกัน"


def edited(office: Office) -> str:
    """A record that says `second` and said `first`; the address of its first version."""
    publish(office)
    send(office, visit_instance(ID, note="first", pupils="12"))
    send(office, visit_instance("uuid:edit", deprecated=ID, note="second", pupils="12"))
    first = reading().scalars(select(SubmissionVersion.id).order_by(SubmissionVersion.id)).first()
    return f"/forms/visit/submissions/{ID}/versions/{first}"


def review(office: Office, seen: str, instance_id: str = ID) -> tuple[int, str]:
    address = f"/w/{office.workspace_id}/forms/visit/submissions/{quote(instance_id)}/review"
    answer = office.browser("wanna").post(
        address, data={"state": "approved", "comment": "ตรวจแล้วครบถ้วน", "version": seen}
    )
    reading().expire_all()
    return answer.status_code, answer.get_data(as_text=True)


def marked(text: str) -> list[str]:
    """The answers marked as differing, in their order."""
    return re.findall(r'<span class="answer-text">([^<]*)</span>\s*<span class="state[^>]*>' + DIFFERS, text)


def test_a_review_of_content_that_nobody_saw_is_refused_and_the_comment_kept(office: Office) -> None:
    earlier = edited(office)
    status, text = review(office, seen=ID)
    assert status == 409
    assert only(Submission).review_state == "edited"
    assert "มีการเปลี่ยนแปลงระหว่างที่เปิดหน้านี้อยู่" in text
    assert ">ตรวจแล้วครบถ้วน</textarea>" in text
    assert f"{earlier.replace(':', '%3A')}" in text.replace(f"/{ID}/", f"/{quote(ID, safe='')}/")
    assert 'name="version" value="uuid:edit"' in text
    assert review(office, seen="uuid:edit")[0] == 303
    assert only(Submission).review_state == "approved"


def test_the_form_of_the_page_carries_the_version_it_shows(office: Office) -> None:
    edited(office)
    assert 'name="version" value="uuid:edit"' in page(office, f"/forms/visit/submissions/{ID}")[1]


def test_an_earlier_version_can_be_read_with_what_was_changed_marked(office: Office) -> None:
    earlier = edited(office)
    _, record = page(office, f"/forms/visit/submissions/{ID}")
    assert earlier.rpartition("/")[2] in re.findall(r"/versions/([0-9]+)", record)
    status, text = page(office, earlier)
    assert status == 200
    assert marked(text) == ["first", "second"]
    assert page(office, earlier, "stranger")[0] == 403
    assert page(office, earlier, "kwanjai")[0] == page(office, f"/forms/visit/submissions/{ID}", "kwanjai")[0]


def test_a_version_of_another_record_is_not_shown(office: Office) -> None:
    earlier = edited(office)
    send(office, visit_instance("uuid:other"))
    assert page(office, earlier.replace(ID, "uuid:other"))[0] == 404


@pytest.mark.parametrize("instance_id", ["uuid:a?b", "uuid:a#b", "uuid:a%2Fb", "uuid:a/b c"])
def test_a_record_with_any_id_can_be_reviewed_from_its_page(office: Office, instance_id: str) -> None:
    publish(office)
    send(office, visit_instance(instance_id))
    status, text = page(office, f"/forms/visit/submissions/{quote(instance_id)}")
    assert status == 200
    action = next(found for found in re.findall(r'action="([^"]*)"', text) if found.endswith("/review"))
    answer = office.browser("wanna").post(action, data={"state": "approved", "version": instance_id})
    reading().expire_all()
    assert (answer.status_code, only(Submission).review_state) == (303, "approved")


def test_the_history_says_in_words_that_a_record_was_deleted_and_restored(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID))
    path = f"/v1/projects/{office.workspace_id}/forms/visit/submissions/{ID}"
    office.client("wanna").delete(path)
    office.client("wanna").post(f"{path}/restore")
    _, text = page(office, f"/forms/visit/submissions/{ID}")
    assert "ลบรายการ" in text
    assert "กู้คืนรายการ" in text
    assert "submission." not in text


def test_the_quarantine_shows_the_record_as_it_stands_with_the_differences_marked(office: Office) -> None:
    edited(office)
    send(office, visit_instance("uuid:late", deprecated=ID, note="third", pupils="12"))
    waiting = only(Quarantine)
    _, text = page(office, f"/quarantine/{waiting.id}")
    assert marked(text) == ["third", "second"]
    assert "first" not in text
    assert "ถูกแก้ไขหลังจากฉบับที่ซ้ำกัน" in text


def test_a_conflict_with_a_record_that_was_not_edited_says_nothing_of_edits(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="first"))
    send(office, visit_instance(ID, note="second"))
    _, text = page(office, f"/quarantine/{only(Quarantine).id}")
    assert marked(text) == ["second", "first"]
    assert "ถูกแก้ไขหลังจากฉบับที่ซ้ำกัน" not in text
