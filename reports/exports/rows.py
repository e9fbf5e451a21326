"""Records for exports: newest first as in ODK Central, with what its columns need beside the answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from core.auth.models import ActorRow
from core.http.json_body import instant_text
from core.storage.models import Blob
from forms.models import FormVersion
from reports.exports.cells import Cells, Number
from reports.exports.tables import OF_RECORD
from reports.queries import BATCH, Selection
from sync.models import Attachment, Submission, SubmissionVersion
from sync.review import WIRE_STATES

FILES_AT_ONCE = 500
_IS_CURRENT = (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current


@dataclass(frozen=True)
class ExportedRecord:
    """A record with the cells that surround its answers; what it says of itself stands among these, as ``meta``."""

    instance_id: str
    first: Cells
    meta: Cells
    answers: dict[str, Any]


def exported(session: Session, selection: Selection, *, batch: int = BATCH) -> Iterator[list[ExportedRecord]]:
    """The selected records, rejected ones too where the filters ask for all, in batches."""
    statement = (
        select(
            Submission.id,
            Submission.instance_id,
            Submission.instance_name,
            Submission.received_at,
            Submission.submitter_id,
            Submission.device_id,
            Submission.review_state,
            SubmissionVersion.id.label("version_id"),
            SubmissionVersion.instance_id.label("own_id"),
            SubmissionVersion.deprecated_id,
            SubmissionVersion.form_version_id,
            SubmissionVersion.answers,
            ActorRow.display_name,
        )
        .join(SubmissionVersion, _IS_CURRENT)
        .outerjoin(ActorRow, ActorRow.id == Submission.submitter_id)
        .where(*selection.conditions(rejected=True))
        .order_by(Submission.id.desc())
        .limit(batch)
    )
    versions = _versions(session, selection.form_id)
    last: int | None = None
    while True:
        rows = session.execute(statement if last is None else statement.where(Submission.id < last)).all()
        if rows:
            files = _files(session, [row.version_id for row in rows])
            edits = _edits(session, [row.id for row in rows])
            yield [_record(row, files.get(row.version_id, (0, 0)), edits[row.id], versions) for row in rows]
        if len(rows) < batch:
            return
        last = rows[-1].id


def _record(row: Row[*tuple[Any, ...]], files: tuple[int, int], edits: int, versions: dict[int, str]) -> ExportedRecord:
    meta = [
        row.instance_id,
        Number(row.submitter_id) if row.submitter_id is not None else "",
        row.display_name or "",
        Number(files[0]),
        Number(files[1]),
        "",
        WIRE_STATES.get(row.review_state) or "",
        row.device_id or "",
        Number(edits),
        versions.get(row.form_version_id, ""),
    ]
    own = dict(zip(OF_RECORD, (row.own_id, row.deprecated_id, row.instance_name), strict=True))
    return ExportedRecord(row.instance_id, [instant_text(row.received_at) or ""], meta, row.answers | {"meta": own})


def _versions(session: Session, form_id: int) -> dict[int, str]:
    rows = session.execute(select(FormVersion.id, FormVersion.version).where(FormVersion.form_id == form_id))
    return {row[0]: row[1] for row in rows}


def _files(session: Session, version_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Files that have arrived and files expected, by version."""
    statement = (
        select(Attachment.submission_version_id, func.count(Attachment.blob_sha256), func.count())
        .where(Attachment.submission_version_id.in_(version_ids), Attachment.replaced_at.is_(None))
        .group_by(Attachment.submission_version_id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


def _edits(session: Session, submission_ids: list[int]) -> dict[int, int]:
    statement = (
        select(SubmissionVersion.submission_id, func.count() - 1)
        .where(SubmissionVersion.submission_id.in_(submission_ids))
        .group_by(SubmissionVersion.submission_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


@dataclass(frozen=True)
class ExportedFile:
    """A file of a record that has arrived."""

    instance_id: str
    name: str
    sha256: str
    size: int
    media_type: str
    received_at: dt.datetime | None


def files_of(session: Session, selection: Selection) -> Iterator[ExportedFile]:
    """The files of the selected records, in batches by key."""
    statement = (
        select(
            Attachment.id,
            Submission.instance_id,
            Attachment.name,
            Attachment.received_at,
            Blob.sha256,
            Blob.size,
            Blob.media_type,
        )
        .join(SubmissionVersion, SubmissionVersion.id == Attachment.submission_version_id)
        .join(Submission, _IS_CURRENT)
        .join(Blob, Blob.sha256 == Attachment.blob_sha256)
        .where(Attachment.replaced_at.is_(None), *selection.conditions(rejected=True))
        .order_by(Attachment.id)
        .limit(FILES_AT_ONCE)
    )
    last = 0
    while True:
        rows = session.execute(statement.where(Attachment.id > last)).all()
        for row in rows:
            yield ExportedFile(row.instance_id, row.name, row.sha256, row.size, row.media_type, row.received_at)
        if len(rows) < FILES_AT_ONCE:
            return
        last = rows[-1].id


def names_of_several_files(session: Session, selection: Selection) -> frozenset[str]:
    """File names, in small letters, under which different records hold different files."""
    name = func.lower(Attachment.name_key)
    statement = (
        select(name)
        .join(SubmissionVersion, SubmissionVersion.id == Attachment.submission_version_id)
        .join(Submission, _IS_CURRENT)
        .where(Attachment.replaced_at.is_(None), *selection.conditions(rejected=True))
        .group_by(name)
        .having(func.count(func.distinct(Attachment.blob_sha256)) > 1)
    )
    return frozenset(session.scalars(statement))
