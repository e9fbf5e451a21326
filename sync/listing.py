"""Which records a list shows: the selects behind it. Pages go by key, never by offset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.auth.models import ActorRow
from core.database import utc_now
from forms.models import Form, FormVersion
from plan.models import Project, School
from plan.queries import group_of_project
from sync.checks import listing as checks
from sync.models import Submission, SubmissionDimension, SubmissionVersion
from sync.record_filter import COUNTED, DELETED, FILES, RecordFilter

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One line of a list. `checks` are the codes of its open findings."""

    submission: Submission
    xml_form_id: str
    form_title: str
    submitter: str | None
    dimensions: dict[str, list[str]]
    checks: list[str]


def list_records(
    session: Session,
    workspace_id: int,
    wanted: RecordFilter,
    *,
    form_id: int | None = None,
    before: int | None = None,
    limit: int = PAGE,
    is_draft: bool = False,
) -> Sequence[Listed]:
    """Records of a workspace or of one form, newest first, from below the id `before`."""
    statement = _filtered(session, _base(workspace_id, form_id, is_draft), workspace_id, wanted)
    if before is not None:
        statement = statement.where(Submission.id < before)
    rows = session.execute(statement.order_by(Submission.id.desc()).limit(limit)).all()
    ids = [row[0].id for row in rows]
    by_record, found = _dimensions_of(session, ids), checks.open_codes(session, ids)
    return [
        Listed(row[0], row[1], row[2], row[3], by_record.get(row[0].id, {}), found.get(row[0].id, [])) for row in rows
    ]


def count_records(
    session: Session, workspace_id: int, wanted: RecordFilter, *, form_id: int | None = None, is_draft: bool = False
) -> int:
    """How many records the filter finds."""
    statement = _filtered(session, _base(workspace_id, form_id, is_draft), workspace_id, wanted)
    return session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def count_since(session: Session, workspace_id: int, since: dt.datetime) -> list[tuple[str, str, int]]:
    """Per form (id on the wire, title), how many records came between an instant and now."""
    rows = session.execute(
        select(Form.xml_form_id, func.max(FormVersion.title), func.count(Submission.id))
        .join(Submission, Submission.form_id == Form.id)
        .join(FormVersion, FormVersion.id == Submission.form_version_id)
        .where(
            Submission.workspace_id == workspace_id,
            Submission.received_at.between(since, utc_now()),
            Submission.is_draft.is_(False),
            Submission.deleted_at.is_(None),
            Form.deleted_at.is_(None),
        )
        .group_by(Form.xml_form_id)
        .order_by(func.count(Submission.id).desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def known_values(
    session: Session, form_id: int, dimension: str, *, is_draft: bool = False, deleted: bool = False
) -> list[str]:
    """The values that records of a form have in a dimension, at most 500; those of the records that a list may show."""
    statement = (
        select(SubmissionDimension.value)
        .join(Submission, Submission.id == SubmissionDimension.submission_id)
        .where(
            Submission.form_id == form_id,
            Submission.is_draft == is_draft,
            Submission.deleted_at.is_not(None) if deleted else Submission.deleted_at.is_(None),
            SubmissionDimension.dimension == dimension,
        )
        .distinct()
        .order_by(SubmissionDimension.value)
        .limit(500)
    )
    return list(session.scalars(statement))


def _base(workspace_id: int, form_id: int | None, is_draft: bool) -> Any:
    statement = (
        select(Submission, Form.xml_form_id, FormVersion.title, ActorRow.display_name)
        .join(Form, Form.id == Submission.form_id)
        .join(FormVersion, FormVersion.id == Submission.form_version_id)
        .outerjoin(ActorRow, ActorRow.id == Submission.submitter_id)
        .where(
            Submission.workspace_id == workspace_id,
            Submission.is_draft == is_draft,
            # Nobody can open a record whose form is deleted.
            Form.deleted_at.is_(None),
        )
    )
    return statement if form_id is None else statement.where(Submission.form_id == form_id)


def _filtered(session: Session, statement: Any, workspace_id: int, wanted: RecordFilter) -> Any:
    statement = _by_state(_by_time(statement, wanted), wanted)
    if wanted.search:
        statement = statement.where(_found(workspace_id, wanted.search))
    asked = wanted.dimensions | ({wanted.by: wanted.value} if wanted.by and wanted.value else {})
    for dimension, value in asked.items():
        statement = statement.where(_has(session, workspace_id, dimension, value))
    return statement


def _by_time(statement: Any, wanted: RecordFilter) -> Any:
    if wanted.fiscal_year:
        statement = statement.where(Submission.fiscal_year == int(wanted.fiscal_year))
    if wanted.quarter:
        statement = statement.where(Submission.quarter == int(wanted.quarter))
    if wanted.as_of:
        statement = statement.where(Submission.report_date <= dt.date.fromisoformat(wanted.as_of))
    if wanted.received_from:
        since = dt.datetime.combine(dt.date.fromisoformat(wanted.received_from), dt.time(), wanted.zone)
        statement = statement.where(Submission.received_at.between(since, utc_now()))
    return statement


def _by_state(statement: Any, wanted: RecordFilter) -> Any:
    deleted = wanted.review_state == DELETED
    statement = statement.where(Submission.deleted_at.is_not(None) if deleted else Submission.deleted_at.is_(None))
    if wanted.review_state == COUNTED:
        statement = statement.where(Submission.review_state != "rejected")
    elif wanted.review_state and not deleted:
        statement = statement.where(Submission.review_state == wanted.review_state)
    if wanted.incomplete:
        files_only = wanted.incomplete == FILES
        statement = statement.where(Submission.missing_files > 0 if files_only else checks.incomplete())
    if wanted.check:
        statement = statement.where(Submission.id.in_(checks.with_open(wanted.check)))
    return statement


def _has(session: Session, workspace_id: int, dimension: str, value: str) -> ColumnElement[bool]:
    """Records with a value in a dimension; a record that names no group belongs to its project's group."""
    having = select(SubmissionDimension.submission_id)
    direct = having.where(SubmissionDimension.dimension == dimension, SubmissionDimension.value == value)
    if dimension != "group":
        return Submission.id.in_(direct)
    projects = [uuid for uuid, group in group_of_project(session, workspace_id).items() if group == value]
    through = having.where(SubmissionDimension.dimension == "project", SubmissionDimension.value.in_(projects))
    named = having.where(SubmissionDimension.dimension == "group")
    return or_(Submission.id.in_(direct), Submission.id.in_(through) & Submission.id.not_in(named))


def _found(workspace_id: int, text: str) -> ColumnElement[bool]:
    """What a line shows of a record: its name, its sender, and the schools and projects it is about; and ids."""
    versions = select(SubmissionVersion.submission_id).where(SubmissionVersion.instance_id == text)
    about = [
        select(SubmissionDimension.submission_id).where(
            SubmissionDimension.dimension == dimension,
            SubmissionDimension.value.in_(
                select(table.uuid).where(table.workspace_id == workspace_id, _contains(table.name, text))
            ),
        )
        for dimension, table in (("school", School), ("project", Project))
    ]
    return or_(
        _contains(Submission.instance_name, text),
        _contains(ActorRow.display_name, text),
        Submission.instance_id == text,
        Submission.device_id == text,
        *(Submission.id.in_(ids) for ids in (versions, *about)),
    )


def _contains(column: Any, text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)  # type: ignore[no-any-return]  # columns come as Any


def _dimensions_of(session: Session, submission_ids: list[int]) -> dict[int, dict[str, list[str]]]:
    rows = session.execute(
        select(SubmissionDimension.submission_id, SubmissionDimension.dimension, SubmissionDimension.value)
        .where(SubmissionDimension.submission_id.in_(submission_ids))
        .order_by(SubmissionDimension.value)
    )
    found: dict[int, dict[str, list[str]]] = {}
    for submission_id, dimension, value in rows:
        found.setdefault(submission_id, {}).setdefault(dimension, []).append(value)
    return found
