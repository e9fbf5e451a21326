"""Exports leave while they are read, from one instant, with flat memory."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from core.database import db
from core.storage import blob_store
from core.transaction import reading, unit_of_work
from forms.models import Form
from reports.exports.csv import Export, stream_root, stream_zip
from reports.exports.prepare import prepare
from reports.exports.tables import Style
from reports.filters import ALL, Filters
from reports.queries import BATCH
from sync.models import Submission, SubmissionVersion
from tests.personas import Office
from tests.support.records import make_form, make_submission, question, repeat

RECEIVED = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
FIELDS = [
    question("/name"),
    question("/count", "int"),
    repeat("/item"),
    question("/item/text"),
    repeat("/item/part"),
    question("/item/part/size", "decimal"),
]


@pytest.fixture
def form(office: Office) -> Form:
    return unit_of_work(lambda session: make_form(session, office, fields=FIELDS))


def fill(form: Form, count: int) -> None:
    """Many records at once, each with random text, so that nothing of it can be packed away."""
    chance = random.Random(2570)

    def rows() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for number in range(1, count + 1):
            common = {
                "form_id": form.id,
                "is_draft": False,
                "form_version_id": form.current_version_id,
                "received_at": RECEIVED,
            }
            instance = {"instance_id": f"uuid:{number:06}"}
            items = [{"text": chance.randbytes(40).hex(), "part": [{"size": 1.5}, {"size": 2}]} for _ in range(3)]
            answers = {"name": chance.randbytes(60).hex(), "count": number, "item": items}
            yield (
                common | instance | {
                    "id": number, "workspace_id": form.workspace_id, "report_date": RECEIVED.date(), "fiscal_year": 2570,
                    "quarter": 1,
                },
                common | instance | {
                    "submission_id": number, "xml": b"\x00", "xml_sha256": "0" * 64, "answers": answers, "flags": [],
                },
            )  # fmt: skip

    def work(session: Session) -> None:
        made = list(rows())
        session.execute(insert(Submission), [row for row, _ in made])
        session.execute(insert(SubmissionVersion), [row for _, row in made])

    unit_of_work(work)


def export_of(form: Form) -> Export:
    filters = Filters(review_state=ALL)
    return prepare(reading(), form, filters, Style(), attachments=True, deleted_fields=False)


def streamed_zip(form: Form, spool: Path) -> Iterator[bytes]:
    return stream_zip(db.engine, blob_store(), spool, export_of(form), now=RECEIVED)


def test_five_thousand_records_take_little_memory_and_all_arrive(form: Form, tmp_path: Path) -> None:
    fill(form, 5000)
    target = tmp_path / "visit.zip"
    # What is imported, compiled and cached on first use is no part of the question.
    for _ in streamed_zip(form, tmp_path):
        pass
    tracemalloc.start()
    try:
        with target.open("wb") as out:
            for piece in streamed_zip(form, tmp_path):
                out.write(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30 * 1024 * 1024
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        sizes = {name: archive.read(name).count(b"\n") - 1 for name in archive.namelist()}
    assert sizes == {"visit.csv": 5000, "visit-item.csv": 15_000, "visit-part.csv": 30_000}
    assert [path.name for path in tmp_path.iterdir()] == ["visit.zip"]


def batches_read(sentences: list[str]) -> int:
    return sum("submission_version.answers" in sentence for sentence in sentences)


def test_two_batches_are_written_before_all_is_read(form: Form, tmp_path: Path) -> None:
    fill(form, 5 * BATCH)
    sentences: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sentences.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        written, steps = b"", []
        for piece in streamed_zip(form, tmp_path):
            written += piece
            steps.append((batches_read(sentences), len(written)))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    # The text of a record cannot be packed into fewer than 60 bytes.
    assert any(read < 5 and sent > 2 * BATCH * 60 for read, sent in steps)
    assert steps[0] == (0, steps[0][1]), "the first bytes leave before the database is asked"
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.read("visit.csv").count(b"\n") == 5 * BATCH + 1


def test_an_export_shows_one_instant_whatever_arrives_meanwhile(form: Form) -> None:
    fill(form, 2 * BATCH)
    body = stream_root(db.engine, export_of(form))
    begun = [next(body), next(body)]

    def change(session: Session) -> None:
        make_submission(session, form, {"name": "ใหม่"}, instance_id="uuid:new", id=100_000)
        session.query(Submission).filter_by(instance_id="uuid:000001").one().deleted_at = RECEIVED

    unit_of_work(change)
    text = b"".join([*begun, *body]).decode("utf-8-sig")
    keys = [row["KEY"] for row in csv.DictReader(io.StringIO(text))]
    assert keys == [f"uuid:{number:06}" for number in range(2 * BATCH, 0, -1)]


def test_an_export_that_nobody_reads_to_the_end_gives_its_connection_back(form: Form, tmp_path: Path) -> None:
    fill(form, 3 * BATCH)
    export_of(form)
    before = db.engine.pool.checkedout()  # type: ignore[attr-defined]
    for _ in range(30):
        body = streamed_zip(form, tmp_path)
        next(body)
        next(body)
        body.close()
    assert db.engine.pool.checkedout() == before  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_the_answer_to_a_request_streams_after_the_request(form: Form, office: Office) -> None:
    fill(form, BATCH + 1)
    address = f"/v1/projects/{office.workspace_id}/forms/visit/submissions.csv"
    answer = office.client("pakorn").get(address, buffered=False)
    pieces = list(answer.iter_encoded())
    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\n") == BATCH + 2
