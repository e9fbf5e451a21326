"""Tablets say how they stand."""

from __future__ import annotations

from typing import Any

import pytest

from core.transaction import reading
from sync.field.devices import devices_of
from tests.personas import Office


def announce(office: Office, said: Any, persona: str | None = "kwanjai", install: str = "web:1") -> Any:
    path = f"/v1/projects/{office.workspace_id}/devices/{install}"
    return office.client(persona).put(path, json=said)


def test_what_a_tablet_said_last_is_kept(office: Office) -> None:
    said = {
        "label": "แท็บเล็ต 1", "appVersion": "1.0", "browser": "Chromium 156", "clock": "2026-11-21T09:00:00Z",
        "forms": [{"xmlFormId": "visit", "version": "1"}], "drafts": 1, "unsentRecords": 2, "unsentBytes": 3,
        "freeBytes": None, "lastFailure": {"at": "2026-11-21T08:00:00Z", "what": "offline"},
    }  # fmt: skip
    assert announce(office, said).status_code == 200
    answer = announce(office, said | {"unsentRecords": 0, "clock": "2020-01-01T00:00:00+07:00", "lastFailure": None})
    assert set(answer.json) == {"serverTime", "epoch"}
    (row,) = devices_of(reading(), office.workspace_id)
    assert (row.label, row.unsent_records, row.forms, row.failure) == ("แท็บเล็ต 1", 0, said["forms"], None)
    assert row.clock_skew_seconds < -100_000_000


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 200),
        ([], 400),
        ({"label": 5}, 400),
        ({"label": "x" * 10_000}, 200),
        ({"label": "\0"}, 400),
        ({"drafts": -1}, 400),
        ({"drafts": "many"}, 400),
        ({"unsentBytes": 10**30}, 400),
        ({"freeBytes": 1.5}, 200),
        ({"clock": "yesterday"}, 200),
        ({"clock": "0001-01-01T00:00:00+14:00"}, 200),
        ({"clock": "9999-12-31T23:59:59-14:00"}, 200),
        ({"forms": [1]}, 400),
        ({"forms": [{"xmlFormId": {"a": 1}, "version": None}] * 1000}, 200),
        ({"lastFailure": "offline"}, 400),
        ({"lastFailure": {"at": [], "what": {}}}, 200),
    ],
)
def test_odd_words_of_a_tablet_break_nothing(office: Office, said: Any, status: int) -> None:
    answer = announce(office, said)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(("persona", "status"), [("pakorn", 403), ("stranger", 403), (None, 401)])
def test_only_who_hands_in_records_has_a_tablet(office: Office, persona: str | None, status: int) -> None:
    assert announce(office, {}, persona).status_code == status
    assert announce(office, {}, install="x" * 5000).status_code in {400, 404, 414}
    assert announce(office, {}, install="%00").status_code in {400, 404}
