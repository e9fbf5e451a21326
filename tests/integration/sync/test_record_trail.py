"""What the history page says of records: in words of the reader, with a way to what it speaks of."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.integration.sync.test_intake import ID
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

RECORD = f"/forms/visit/submissions/{quote(ID)}"


@pytest.fixture
def record(office: Office) -> Office:
    publish(office)
    assert send(office, visit_instance(ID)).status_code == 201
    return office


def act(office: Office, rest: str, **form: str) -> None:
    answer = office.browser("wanna").post(f"/w/{office.workspace_id}{RECORD}{rest}", data=form)
    assert answer.status_code == 303


def history(office: Office) -> str:
    answer = office.browser("wanna").get(f"/w/{office.workspace_id}/audit")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("state", "said"),
    [("has_issues", "มีข้อสังเกต"), ("approved", "เห็นชอบ"), ("rejected", "ไม่เห็นชอบ")],
)
def test_a_review_is_told_in_words(record: Office, state: str, said: str) -> None:
    act(record, "/review", state=state)
    text = history(record)
    assert f"</a>: {said}" in text
    for wire in ("hasIssues", ": approved", ": rejected"):
        assert wire not in text


def test_entries_lead_to_their_records_also_to_deleted_ones(record: Office) -> None:
    link = f'<a href="/w/{record.workspace_id}{RECORD}">'
    assert history(record).count(link) == 1
    act(record, "/delete")
    assert history(record).count(link) == 2
    assert record.browser("wanna").get(f"/w/{record.workspace_id}{RECORD}").status_code == 200


def test_entries_lead_to_what_waits_for_a_decision(record: Office) -> None:
    assert send(record, visit_instance(ID, note="another")).status_code == 202
    assert f'<a href="/w/{record.workspace_id}/quarantine/' in history(record)
