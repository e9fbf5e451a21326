"""Two people, or one with two tabs, review a record: nobody decides over a decision that they have not seen."""

from __future__ import annotations

import re

import pytest

from core.audit import AuditEntry
from core.transaction import reading
from sync.models import Submission
from tests.integration.sync.test_intake import ID, count, only
from tests.integration.sync.test_record_pages import page
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send


def filed(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID))


def shown(office: Office) -> dict[str, str]:
    """What the form of the record's page says that its reader saw."""
    _, text = page(office, f"/forms/visit/submissions/{ID}")
    return fields_of(text)


def fields_of(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(version|reviewed)" value="([^"]*)"', text))


def review(office: Office, seen: dict[str, str], state: str, comment: str = "", by: str = "wanna") -> tuple[int, str]:
    address = f"/w/{office.workspace_id}/forms/visit/submissions/{ID}/review"
    answer = office.browser(by).post(address, data=seen | {"state": state, "comment": comment})
    reading().expire_all()
    return answer.status_code, answer.get_data(as_text=True)


def reviews() -> int:
    return count(AuditEntry, AuditEntry.action == "submission.review")


def test_a_review_over_a_decision_of_another_tab_is_refused_and_says_who_decided_what(office: Office) -> None:
    filed(office)
    seen = shown(office)
    assert review(office, seen, "has_issues", "ขาดลายมือชื่อ", by="admin")[0] == 303
    status, text = review(office, seen, "approved", "ครบถ้วนแล้ว")
    assert (status, only(Submission).review_state, reviews()) == (409, "has_issues", 1)
    assert "มีการเปลี่ยนแปลงระหว่างที่เปิดหน้านี้อยู่" in text
    assert ">ครบถ้วนแล้ว</textarea>" in text
    beside = text.partition("<h2>ตรวจพิจารณา</h2>")[2].partition("<form")[0]
    for part in ("Admin", "มีข้อสังเกต", "ขาดลายมือชื่อ"):
        assert part in beside, part
    assert review(office, fields_of(text), "approved", "ครบถ้วนแล้ว")[0] == 303
    assert only(Submission).review_state == "approved"


def test_another_comment_under_the_same_state_is_a_decision_too(office: Office) -> None:
    filed(office)
    review(office, shown(office), "has_issues", "ขาดลายมือชื่อ")
    seen = shown(office)
    review(office, seen, "has_issues", "วันที่ไม่ตรง")
    assert review(office, seen, "approved")[0] == 409
    assert only(Submission).review_state == "has_issues"


def test_a_button_that_is_pressed_twice_decides_once(office: Office) -> None:
    filed(office)
    seen = shown(office)
    assert review(office, seen, "approved", "ครบถ้วน")[0] == 303
    assert review(office, seen, "approved", "ครบถ้วน")[0] == 303
    assert reviews() == 1
    assert review(office, seen, "approved", "ครบถ้วน", by="admin")[0] == 409


@pytest.mark.parametrize("seen", [{}, {"version": ID}])
def test_a_form_that_does_not_say_what_was_seen_decides_on_what_is_there(office: Office, seen: dict[str, str]) -> None:
    filed(office)
    review(office, shown(office), "has_issues", by="admin")
    assert review(office, seen, "approved")[0] == 303
    assert only(Submission).review_state == "approved"


def test_what_was_not_decided_meanwhile_is_not_spoken_of(office: Office) -> None:
    filed(office)
    review(office, shown(office), "has_issues", by="admin")
    seen = shown(office)
    send(office, visit_instance("uuid:edit", deprecated=ID))
    status, text = review(office, seen, "approved")
    assert status == 409
    assert "ได้ตรวจพิจารณารายการนี้แล้ว" not in text
