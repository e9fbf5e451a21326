"""Evidence that is replaced leaves a trace: the history says so, and the former file can still be opened."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.transaction import reading
from sync.models import Attachment, Quarantine
from tests.integration.sync.test_intake import ID, only
from tests.integration.sync.test_record_pages import page
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

REPLACED = "submission.file_replace"


def sent(office: Office, *contents: bytes) -> None:
    """A record whose photo comes once more for each of the contents."""
    publish(office)
    for content in contents:
        assert send(office, visit_instance(ID, photo="p.jpg"), ("p.jpg", content)).status_code == 201


def noted() -> list[Any]:
    return list(reading().scalars(select(AuditEntry).where(AuditEntry.action == REPLACED).order_by(AuditEntry.id)))


def history(office: Office, persona: str = "wanna") -> str:
    text = page(office, f"/forms/visit/submissions/{ID}", persona)[1]
    return text.partition('<ol class="history">')[2].partition("</ol>")[0]


def former_files(text: str) -> list[str]:
    return re.findall(r'href="(/w/[0-9]+/attachments/[0-9]+)"', text)


def test_a_photo_with_other_bytes_is_in_the_history_with_the_former_one_beside_it(office: Office) -> None:
    sent(office, b"first", b"second")
    text = history(office)
    assert "p.jpg" in text
    (former,) = former_files(text)
    assert office.browser("wanna").get(former).data == b"first"
    (entry,) = noted()
    old = only(Attachment, Attachment.replaced_at.is_not(None))
    assert entry.actor_id == office.device_id
    assert entry.details == {"instanceId": ID, "name": "p.jpg", "attachment": old.id}


def test_each_of_several_former_files_can_be_opened(office: Office) -> None:
    sent(office, b"first", b"second", b"third")
    found = [office.browser("wanna").get(address).data for address in former_files(history(office))]
    assert found == [b"second", b"first"]


def test_the_trail_of_the_office_says_so_in_words(office: Office) -> None:
    sent(office, b"first", b"second")
    text = page(office, "/audit")[1]
    assert "p.jpg" in text
    assert REPLACED not in text


def test_the_same_file_again_and_one_that_comes_late_are_no_replacement(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, photo="p.jpg", photo2="late.jpg")
    for file in (("p.jpg", b"first"), ("p.jpg", b"first"), ("late.jpg", b"late"), ("more.jpg", b"more")):
        send(office, xml, file)
    assert noted() == []


def test_two_files_with_one_name_that_come_together_are_both_found(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, photo="p.jpg"), ("p.jpg", b"first"), ("p.jpg", b"second"))
    (former,) = former_files(history(office))
    assert office.browser("wanna").get(former).data == b"first"


def test_a_file_of_a_waiting_record_that_takes_the_place_of_another_is_noted(office: Office) -> None:
    sent(office, b"first")
    send(office, visit_instance(ID, note="other", photo="p.jpg"), ("p.jpg", b"second"))
    address = f"/w/{office.workspace_id}/quarantine/{only(Quarantine).id}/merge"
    assert office.browser("wanna").post(address).status_code == 303
    reading().expire_all()
    assert len(noted()) == 1
    assert len(former_files(history(office))) == 1


@pytest.mark.parametrize(("persona", "status"), [("pakorn", 200), ("stranger", 403)])
def test_the_former_file_is_for_those_who_may_read_the_record(office: Office, persona: str, status: int) -> None:
    sent(office, b"first", b"second")
    (former,) = former_files(history(office))
    assert office.browser(persona).get(former).status_code == status
