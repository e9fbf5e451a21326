"""Selects of the checks: what to look at, the records with what is needed of them, and what stands beside them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, and_, any_, bindparam, cast, func, literal, not_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from core.database import utc_now
from forms.models import Form
from sync.checks.models import CheckedSubmission, SubmissionCheck
from sync.models import Attachment, Submission, SubmissionDimension, SubmissionVersion

MARGIN = 1000
"""Ids below the last one checked that a quick look still goes through: records commit out of order."""
MOST_OTHERS = 20
REJECTED = "rejected"
_IS_CURRENT = and_(SubmissionVersion.submission_id == Submission.id, SubmissionVersion.current)
_COUNTED = and_(Submission.deleted_at.is_(None), Submission.review_state != REJECTED)


@dataclass(frozen=True)
class RecordRow:
    """A record with its current version, as checks need it. `counted` is neither deleted nor rejected."""

    id: int
    form_id: int
    workspace_id: int
    report_date: dt.date
    fiscal_year: int
    received_at: dt.datetime
    submitter_id: int | None
    missing_files: int
    counted: bool
    version_id: int
    form_version_id: int
    sent_at: dt.datetime
    ended_at: dt.datetime | None
    answers: dict[str, Any] = field(repr=False)


def hold_form(session: Session, form_id: int) -> None:
    """One worker checks a form's records at a time; records go on coming in meanwhile."""
    session.execute(select(Form.id).where(Form.id == form_id).with_for_update(key_share=True))


def hold_forms(session: Session, workspace_id: int) -> None:
    """No worker checks records of these forms until the transaction ends."""
    forms = select(Form.id).where(Form.workspace_id == workspace_id).order_by(Form.id)
    session.execute(forms.with_for_update(key_share=True)).all()


def record_rows(session: Session, ids: Collection[int]) -> list[RecordRow]:
    """The records, held until the transaction ends, so that an edit is either seen or asks for another check."""
    asked = _is_one_of(session, Submission.id, ids)
    held = select(Submission.id).where(asked).order_by(Submission.id).with_for_update(key_share=True)
    session.execute(held).all()
    rows = session.execute(
        select(
            Submission.id,
            Submission.form_id,
            Submission.workspace_id,
            Submission.report_date,
            Submission.fiscal_year,
            Submission.received_at,
            Submission.submitter_id,
            Submission.missing_files,
            cast(_COUNTED, Boolean),
            SubmissionVersion.id.label("version_id"),
            SubmissionVersion.form_version_id,
            SubmissionVersion.received_at.label("sent_at"),
            SubmissionVersion.ended_at,
            SubmissionVersion.answers,
        )
        .join(SubmissionVersion, _IS_CURRENT)
        .where(asked, Submission.is_draft.is_(False))
        .order_by(Submission.id)
    )
    return [RecordRow(*tuple(row)) for row in rows]


def to_check(session: Session, form_id: int, limit: int, *, thorough: bool = False) -> list[int]:
    """Ids of records of a form that wait for a check, oldest first.

    A quick look finds new records near the newest one checked, those marked as due, and those whose files came; a
    thorough one compares every record of the form with what was checked.
    """
    if thorough:
        return list(session.scalars(_unlike(form_id).order_by(Submission.id).limit(limit)))
    last = session.scalar(select(func.max(CheckedSubmission.submission_id)).where(CheckedSubmission.form_id == form_id))
    checked = select(CheckedSubmission.submission_id).where(CheckedSubmission.submission_id == Submission.id)
    new = select(Submission.id).where(
        Submission.form_id == form_id,
        Submission.is_draft.is_(False),
        Submission.id > (last - MARGIN if last else 0),
        not_(checked.exists()),
    )
    due = select(CheckedSubmission.submission_id).where(CheckedSubmission.form_id == form_id, CheckedSubmission.due)
    files = (
        select(CheckedSubmission.submission_id)
        .join(Submission, Submission.id == CheckedSubmission.submission_id)
        .where(
            CheckedSubmission.form_id == form_id,
            CheckedSubmission.missing_files > 0,
            Submission.missing_files != CheckedSubmission.missing_files,
        )
    )
    found = set(session.scalars(new.order_by(Submission.id).limit(limit)))
    found.update(session.scalars(due.order_by(CheckedSubmission.submission_id).limit(limit)))
    # In no order, since that would have the database go through all records to find the few that wait for files.
    found.update(session.scalars(files.limit(limit)))
    return sorted(found)[:limit]


def forms_left_over(session: Session) -> Sequence[int]:
    """Forms with a record that no check has seen as it is now."""
    return session.scalars(_unlike(None).with_only_columns(Submission.form_id).distinct()).all()


def _unlike(form_id: int | None) -> Select[int]:
    statement = (
        select(Submission.id)
        .outerjoin(CheckedSubmission, CheckedSubmission.submission_id == Submission.id)
        .where(
            Submission.is_draft.is_(False),
            or_(
                CheckedSubmission.submission_id.is_(None),
                CheckedSubmission.due,
                CheckedSubmission.missing_files != Submission.missing_files,
                CheckedSubmission.counted != _COUNTED,
            ),
        )
    )
    return statement if form_id is None else statement.where(Submission.form_id == form_id)


def remember(session: Session, ids: Collection[int]) -> None:
    """Note of records that `record_rows` holds that they were checked as they are."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    names = ("submission_id", "form_id", "missing_files", "counted", "due", "checked_at")
    rows = select(
        Submission.id,
        Submission.form_id,
        Submission.missing_files,
        cast(_COUNTED, Boolean),
        literal(value=False),
        literal(utc_now(), CheckedSubmission.checked_at.type),
    ).where(_is_one_of(session, Submission.id, ids), Submission.is_draft.is_(False))
    statement = insert(CheckedSubmission).from_select(names, rows)
    changed = {name: statement.excluded[name] for name in names[2:]}
    session.execute(statement.on_conflict_do_update(index_elements=["submission_id"], set_=changed))


def files_here(session: Session, version_ids: Collection[int]) -> dict[int, set[str]]:
    """By version, the name keys of the files that have arrived."""
    rows = session.execute(
        select(Attachment.submission_version_id, Attachment.name_key).where(
            _is_one_of(session, Attachment.submission_version_id, version_ids),
            Attachment.blob_sha256.is_not(None),
            Attachment.replaced_at.is_(None),
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    for version_id, name in rows:
        found[version_id].add(name)
    return found


@dataclass(frozen=True)
class Period:
    """What a progress report is on: a round, or the days around its date. `key` says it to people and tests."""

    key: str
    round: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


def neighbour_report(session: Session, row: RecordRow, project: str, period: Period, *, later: bool) -> int | None:
    """The counted report on the same project and period just after this one, or just before it."""
    statement = _of_form(row).where(Submission.id.in_(_naming("project", project)), *_within(period))
    mine = (row.report_date, row.received_at, row.id)
    order = (Submission.report_date, Submission.received_at, Submission.id)
    statement = statement.where(_beyond(order, mine, later=later))
    statement = statement.order_by(*(column if later else column.desc() for column in order))
    return session.scalar(statement.limit(1))


def others_that_day(session: Session, row: RecordRow, school: str) -> Sequence[int]:
    """Other counted records of the form on a visit to the school on the same day."""
    asked = {"form": row.form_id, "day": row.report_date, "id": row.id, "school": school}
    return session.scalars(_THAT_DAY, asked).all()


def pointing_at(session: Session, ids: Collection[int]) -> set[int]:
    """Records with a finding that names one of these as its counterpart."""
    pointing = select(SubmissionCheck.submission_id).where(_is_one_of(session, SubmissionCheck.other_id, ids))
    return set(session.scalars(pointing))


def noted(session: Session, ids: Collection[int]) -> dict[int, dict[tuple[str, str], SubmissionCheck]]:
    """What is noted of records now, by record and by what tells its findings apart."""
    found: dict[int, dict[tuple[str, str], SubmissionCheck]] = defaultdict(dict)
    asked = _is_one_of(session, SubmissionCheck.submission_id, ids)
    for check in session.scalars(select(SubmissionCheck).where(asked)):
        found[check.submission_id][check.code, check.subject] = check
    return found


def _is_one_of(session: Session, column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a column holds one of these ids. PostgreSQL gets them as one array: hundreds of parameters cost more."""
    if session.get_bind().dialect.name == "postgresql":
        given: ColumnElement[bool] = column == any_(literal(list(ids), postgresql.ARRAY(column.type)))
        return given
    return column.in_(ids)  # type: ignore[no-any-return]  # columns are typed loosely here


# Asked for every visit, so it is built once.
_THAT_DAY = (
    select(Submission.id)
    .join(SubmissionDimension, SubmissionDimension.submission_id == Submission.id)
    .where(
        SubmissionDimension.dimension == "school",
        SubmissionDimension.value == bindparam("school"),
        Submission.form_id == bindparam("form"),
        Submission.is_draft.is_(False),
        _COUNTED,
        Submission.report_date == bindparam("day"),
        Submission.id != bindparam("id"),
    )
    .order_by(Submission.id)
    .limit(MOST_OTHERS)
)


def _of_form(row: RecordRow) -> Select[int]:
    return select(Submission.id).where(Submission.form_id == row.form_id, Submission.is_draft.is_(False), _COUNTED)


def _naming(dimension: str, value: str) -> Select[int]:
    return select(SubmissionDimension.submission_id).where(
        SubmissionDimension.dimension == dimension, SubmissionDimension.value == value
    )


def _within(period: Period) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if period.round:
        found.append(Submission.id.in_(_naming("round", period.round)))
    elif period.first is not None:
        other = aliased(SubmissionDimension)
        rounds = select(other.submission_id).where(other.submission_id == Submission.id, other.dimension == "round")
        found.append(not_(rounds.exists()))
    if period.first is not None and period.last is not None:
        found.append(Submission.report_date.between(period.first, period.last))
    return found


def _beyond(columns: Sequence[Any], values: Sequence[Any], *, later: bool) -> ColumnElement[bool]:
    """Whether a row comes after (or before) these values in the order of the columns."""
    parts = []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        equal = [columns[before] == values[before] for before in range(place)]
        parts.append(and_(*equal, column > value if later else column < value))
    return or_(*parts)
