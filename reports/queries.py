"""Every select on records for reports: streams by key, never by offset.

Counted are current versions of records that are neither deleted nor drafts nor rejected; a quarantined record is no
record yet. Incomplete ones (files on their way, or evidence missing) count, and are counted apart as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.storage.models import Blob
from forms.models import Form
from reports.filters import ALL, APPROVED, Filters
from reports.records import Record
from sync.checks.listing import incomplete, is_incomplete
from sync.models import Attachment, Submission, SubmissionDimension, SubmissionVersion

BATCH = 200
"""Records read at once: a record is a few kilobytes, so this is what keeps memory flat."""
NEVER_COUNTED = "rejected"
_INCOMPLETE = func.sum(case((incomplete(), 1), else_=0))
_IS_CURRENT = (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Records of one form.

    `project_in` are the projects of the group filtered by: to it belong also records that name no group themselves and
    speak of one of these projects.
    """

    form_id: int
    filters: Filters
    project_in: frozenset[str] = frozenset()

    def conditions(self, *, rejected: bool = False) -> list[ColumnElement[bool]]:
        """What a row of `Submission` must fulfil. Rejected records only where asked for, by filter and caller."""
        wanted = self.filters
        found = [Submission.form_id == self.form_id, Submission.is_draft.is_(False), Submission.deleted_at.is_(None)]
        if wanted.review_state == APPROVED:
            found.append(Submission.review_state == "approved")
        elif not (rejected and wanted.review_state == ALL):
            found.append(Submission.review_state != NEVER_COUNTED)
        if wanted.fiscal_year is not None:
            found.append(Submission.fiscal_year == wanted.fiscal_year)
        if wanted.quarter is not None:
            found.append(Submission.quarter == wanted.quarter)
        if wanted.as_of is not None:
            found.append(Submission.report_date <= wanted.as_of)
        chosen = wanted.chosen()
        if self.project_in and "group" in chosen:
            unnamed = Submission.id.not_in(_naming("group"))
            through = Submission.id.in_(_naming("project", *self.project_in)) & unnamed
            found.append(Submission.id.in_(_naming("group", chosen.pop("group"))) | through)
        return found + [Submission.id.in_(_naming(name, value)) for name, value in chosen.items()]


def _naming(dimension: str, *values: str) -> Select[int]:
    """Ids of the records that name one of the values, or any when none is given. A record may name several."""
    rows = select(SubmissionDimension.submission_id).where(SubmissionDimension.dimension == dimension)
    if not values:
        return rows
    return rows.where(
        SubmissionDimension.value == values[0] if len(values) == 1 else SubmissionDimension.value.in_(values)
    )


def records(session: Session, selection: Selection, *, batch: int = BATCH) -> Iterator[Record]:
    """The selected records with their answers, oldest first."""
    statement = select(
        Submission.id,
        Submission.instance_id,
        Submission.report_date,
        Submission.received_at,
        Submission.fiscal_year,
        Submission.quarter,
        is_incomplete().label("incomplete"),
        SubmissionVersion.answers,
        SubmissionVersion.flags,
    ).join(SubmissionVersion, _IS_CURRENT)
    statement = statement.where(*selection.conditions()).order_by(Submission.id).limit(batch)
    last = 0
    while True:
        rows = session.execute(statement.where(Submission.id > last)).all()
        yield from map(_record, rows)
        if len(rows) < batch:
            return
        last = rows[-1].id


def _record(row: Row[Any]) -> Record:
    return Record(
        row.id,
        row.instance_id,
        row.report_date,
        row.received_at,
        row.fiscal_year,
        row.quarter,
        bool(row.incomplete),
        row.answers,
        frozenset((flag["path"], flag["value"]) for flag in row.flags),
    )


@dataclass(frozen=True)
class LatestReport:
    """The last report on a value of a dimension, such as a project."""

    value: str
    submission_id: int
    instance_id: str
    report_date: dt.date
    answers: dict[str, Any]
    incomplete: bool


def latest_reports(session: Session, selection: Selection, dimension: str) -> dict[str, LatestReport]:
    """The last report on each value of a dimension: by the date it states, then as received."""
    place = func.row_number().over(
        partition_by=SubmissionDimension.value,
        order_by=(Submission.report_date.desc(), Submission.received_at.desc(), Submission.id.desc()),
    )
    ranked = (
        select(SubmissionDimension.value, Submission.id, place.label("place"))
        .join(Submission, Submission.id == SubmissionDimension.submission_id)
        .where(SubmissionDimension.dimension == dimension, *selection.conditions())
        .subquery()
    )
    statement = (
        select(
            ranked.c.value,
            Submission.id,
            Submission.instance_id,
            Submission.report_date,
            is_incomplete().label("incomplete"),
            SubmissionVersion.answers,
        )
        .join(Submission, Submission.id == ranked.c.id)
        .join(SubmissionVersion, _IS_CURRENT)
        .where(ranked.c.place == 1)
    )
    return {
        row.value: LatestReport(row.value, row.id, row.instance_id, row.report_date, row.answers, bool(row.incomplete))
        for row in session.execute(statement)
    }


@dataclass(frozen=True)
class Counts:
    """Records, and how many of them still wait for files or evidence."""

    records: int = 0
    incomplete: int = 0


def counts_by(session: Session, selection: Selection, dimension: str) -> dict[str, Counts]:
    """How many of the selected records speak of each value of a dimension."""
    statement = (
        select(SubmissionDimension.value, func.count(), _INCOMPLETE)
        .join(Submission, Submission.id == SubmissionDimension.submission_id)
        .where(SubmissionDimension.dimension == dimension, *selection.conditions())
        .group_by(SubmissionDimension.value)
    )
    return {row[0]: Counts(row[1], row[2] or 0) for row in session.execute(statement)}


def count(session: Session, selection: Selection) -> Counts:
    """How many records are selected."""
    row = session.execute(select(func.count(), _INCOMPLETE).where(*selection.conditions())).one()
    return Counts(row[0], row[1] or 0)


def counts_of_forms(session: Session, workspace_id: int) -> dict[int, tuple[int, dt.datetime]]:
    """How many records each form of a workspace has, and when the last one was received."""
    statement = (
        select(Submission.form_id, func.count(), func.max(Submission.received_at))
        .where(
            Submission.workspace_id == workspace_id,
            Submission.is_draft.is_(False),
            Submission.deleted_at.is_(None),
            Submission.review_state != NEVER_COUNTED,
        )
        .group_by(Submission.form_id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A picture of a record, named by the question `path` of its form version (None when no question names it)."""

    attachment_id: int
    name: str
    name_key: str
    path: str | None
    version_id: int
    form_version_id: int
    submission_id: int
    xml_form_id: str
    instance_id: str
    instance_name: str | None
    report_date: dt.date


def photos_of(session: Session, selections: Iterable[Selection]) -> list[Photo]:
    """Every picture in the selected records, the newest first."""
    chosen = [and_(*selection.conditions()) for selection in selections]
    if not chosen:
        return []
    statement = (
        select(
            Attachment.id.label("attachment_id"),
            Attachment.name,
            Attachment.name_key,
            Attachment.path,
            SubmissionVersion.id.label("version_id"),
            SubmissionVersion.form_version_id,
            Submission.id.label("submission_id"),
            Form.xml_form_id,
            Submission.instance_id,
            Submission.instance_name,
            Submission.report_date,
        )
        .join(SubmissionVersion, SubmissionVersion.id == Attachment.submission_version_id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .join(Form, Form.id == Submission.form_id)
        .join(Blob, Blob.sha256 == Attachment.blob_sha256)
        .where(or_(*chosen), SubmissionVersion.current, Attachment.replaced_at.is_(None), Blob.thumbnail != "none")
        .order_by(Submission.report_date.desc(), Attachment.id.desc())
    )
    return [Photo(**row) for row in session.execute(statement).mappings()]


def answers_of(session: Session, version_ids: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The answers of versions of records, a batch at a time."""
    for some in _batches(version_ids):
        statement = select(SubmissionVersion.id, SubmissionVersion.answers).where(SubmissionVersion.id.in_(some))
        yield from ((row[0], row[1]) for row in session.execute(statement))


def values_of(session: Session, submission_ids: Iterable[int], dimension: str) -> dict[int, list[str]]:
    """What each of some records states in a dimension."""
    statement = select(SubmissionDimension.submission_id, SubmissionDimension.value)
    statement = statement.where(SubmissionDimension.dimension == dimension).order_by(SubmissionDimension.value)
    found: dict[int, list[str]] = {}
    for some in _batches(submission_ids):
        for row in session.execute(statement.where(SubmissionDimension.submission_id.in_(some))):
            found.setdefault(row[0], []).append(row[1])
    return found


def submissions_of(session: Session, ids: Iterable[int]) -> dict[int, Submission]:
    """Records by key."""
    return {
        row.id: row
        for some in _batches(ids)
        for row in session.scalars(select(Submission).where(Submission.id.in_(some)))
    }


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Keys, as many at once as a statement takes."""
    every = sorted(set(ids))
    return (every[start : start + BATCH] for start in range(0, len(every), BATCH))
