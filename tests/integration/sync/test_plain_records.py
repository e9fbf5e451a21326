"""The short way for records that are new and nothing else: it leaves the same rows as the long one, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from core.audit import AuditEntry
from core.storage.models import Blob
from core.transaction import reading
from sync import intake, openrosa_routes
from sync.models import Attachment, Quarantine, Submission, SubmissionDimension, SubmissionVersion
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

FIRST = "uuid:44444444-4444-4444-8444-444444444444"
ID = "uuid:55555555-5555-4555-8555-555555555555"
EDIT = "uuid:66666666-6666-4666-8666-666666666666"
IDS = frozenset(
    {"id", "submission_id", "submission_version_id", "instance_id", "received_at", "created_at", "at", "xml_sha256"}
)
"""Columns in which two records with the same content differ."""


def begin(office: Office) -> None:
    """A form in use: its definition is in memory, and its checks were asked for a moment ago."""
    publish(office)
    assert send(office, visit_instance(FIRST, note="first")).status_code == 201


def rows(model: Any) -> list[dict[str, Any]]:
    table: Table = model.__table__
    found = reading().execute(select(table).order_by(*table.primary_key)).mappings()
    return [{name: value for name, value in row.items() if name not in IDS} for row in found]


def count(model: Any) -> int:
    return reading().scalar(select(func.count()).select_from(model)) or 0


def test_both_ways_leave_the_same_rows(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(office)
    taken: list[bool] = []
    real = intake.plain_record

    def watched(*given: Any) -> Any:
        record = real(*given)
        taken.append(record is not None)
        return record

    monkeypatch.setattr(intake, "plain_record", watched)
    assert send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"one")).status_code == 201
    monkeypatch.setattr(intake, "plain_record", lambda *_: None)
    assert send(office, visit_instance(EDIT, photo="a.jpg"), ("a.jpg", b"two")).status_code == 201
    assert taken == [True]
    for model in (Submission, SubmissionVersion):
        short, long = rows(model)[-2:]
        assert {**short, "xml": b""} == {**long, "xml": b""} if "xml" in short else short == long
    (short_file, long_file) = rows(Attachment)
    assert {**short_file, "blob_sha256": ""} == {**long_file, "blob_sha256": ""}
    short_blob, long_blob = ({**row, "sha256": ""} for row in rows(Blob)[-2:])
    assert short_blob == long_blob
    dimensions = rows(SubmissionDimension)
    half = [row for row in dimensions if dimensions.count(row) >= 2]
    assert len(half) == len(dimensions)
    short_entry, long_entry = rows(AuditEntry)[-2:]
    assert short_entry.keys() == long_entry.keys()
    assert (short_entry["action"], short_entry["actor_id"]) == (long_entry["action"], long_entry["actor_id"])


def test_a_record_whose_commit_was_not_heard_of_is_stored_once_and_answered_201(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(office)
    real = openrosa_routes.at_once

    def deaf(work: Callable[[Any], Any]) -> None:
        assert real(work) is not None

    monkeypatch.setattr(openrosa_routes, "at_once", deaf)
    assert send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"one")).status_code == 201
    assert (count(Submission), count(SubmissionVersion), count(Attachment), count(Quarantine)) == (2, 2, 1, 0)


def test_a_record_with_the_id_of_a_later_version_waits_and_leaves_nothing_behind(office: Office) -> None:
    begin(office)
    assert send(office, visit_instance(EDIT, deprecated=FIRST, note="edited")).status_code == 201
    assert send(office, visit_instance(EDIT, note="no edit at all")).status_code == 202
    assert (count(Submission), count(SubmissionVersion), count(Quarantine)) == (1, 2, 1)
    assert reading().scalars(select(Quarantine.reason)).one() == "conflict"


def test_two_files_with_the_same_name_are_both_kept(office: Office) -> None:
    begin(office)
    files = (("a.jpg", b"one"), ("a.jpg", b"two"))
    assert send(office, visit_instance(ID, photo="a.jpg"), *files).status_code == 201
    assert count(Attachment) == 2
