"""Which records a list shows: the filter of its address, and the select behind it. Pages go by key, never by offset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.auth.models import ActorRow
from core.database import utc_now
from core.errors import Problem
from forms.models import Form, FormVersion
from plan.queries import group_of_project
from sync.checks import listing as checks
from sync.checks.codes import ANY, CODES
from sync.models import Submission, SubmissionDimension, SubmissionVersion
from sync.review import STATES

DIMENSIONS = ("group", "district", "school", "officer", "project", "indicator", "round")
COUNTED = "counted"
FILES = "files"
"""Asks for records that wait for files, whatever their evidence."""
PAGE = 50


@dataclass(frozen=True)
class RecordFilter:
    """What is asked for; an empty part asks nothing. `fiscal_year` is B.E., `search` looks at names and ids.

    `review_state` may be ``counted``: all but the rejected ones. `as_of` is the last report date (ISO). `by` names a
    dimension of the form's own, of which `value` is asked for.
    `incomplete` records wait for files or evidence, those that are ``files`` for files. `check` is the code of an open
    finding, or ``any``.
    """

    fiscal_year: str = ""
    quarter: str = ""
    group: str = ""
    district: str = ""
    school: str = ""
    officer: str = ""
    project: str = ""
    indicator: str = ""
    round: str = ""
    review_state: str = ""
    incomplete: str = ""
    check: str = ""
    as_of: str = ""
    by: str = ""
    value: str = ""
    search: str = ""

    @property
    def dimensions(self) -> dict[str, str]:
        """The dimensions asked for, with their values."""
        return {name: value for name in DIMENSIONS if (value := getattr(self, name))}

    def query(self, **changes: str) -> str:
        """As the query of an address, with changes."""
        changed = replace(self, **changes)
        return urlencode({item.name: value for item in fields(changed) if (value := getattr(changed, item.name))})


def read_filter(args: Mapping[str, str]) -> RecordFilter:
    """The filter of an address; parts it does not know are left out.

    Raises:
        Problem 400.8: a year or quarter that is no number, or an unknown review state or check.
    """
    given = {item.name: args.get(item.name, "").strip()[:200] for item in fields(RecordFilter)}
    for name in ("fiscal_year", "quarter"):
        if given[name] and not (given[name].isascii() and given[name].isdigit() and len(given[name]) <= 4):  # noqa: PLR2004 - digits of a year
            raise Problem("400.8", field=name, reason="it is a number.")
    if given["review_state"] and given["review_state"] not in (COUNTED, *STATES):
        raise Problem("400.8", field="review_state", reason=f"it is one of {', '.join((COUNTED, *STATES))}.")
    if given["as_of"]:
        _require_date(given["as_of"])
    if given["check"]:
        require_check(given["check"])
    return RecordFilter(**given)


def _require_date(text: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        raise Problem("400.8", field="as_of", reason="it is a date such as 2027-01-22.") from error


def require_check(code: str) -> None:
    """Let pass what a list can be filtered by.

    Raises:
        Problem 400.8: there is no such check.

    """
    if code != ANY and code not in CODES:
        raise Problem("400.8", field="check", reason=f"it is {ANY} or one of {', '.join(CODES)}.")


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


def count_records(session: Session, workspace_id: int, wanted: RecordFilter, *, form_id: int | None = None) -> int:
    """How many records the filter finds."""
    statement = _filtered(session, _base(workspace_id, form_id, is_draft=False), workspace_id, wanted)
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
        )
        .group_by(Form.xml_form_id)
        .order_by(func.count(Submission.id).desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def known_values(session: Session, form_id: int, dimension: str) -> list[str]:
    """The values that records of a form have in a dimension, at most 500."""
    statement = (
        select(SubmissionDimension.value)
        .join(Submission, Submission.id == SubmissionDimension.submission_id)
        .where(Submission.form_id == form_id, SubmissionDimension.dimension == dimension)
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
            Submission.deleted_at.is_(None),
        )
    )
    return statement if form_id is None else statement.where(Submission.form_id == form_id)


def _filtered(session: Session, statement: Any, workspace_id: int, wanted: RecordFilter) -> Any:
    statement = _by_state(_by_time(statement, wanted), wanted)
    if wanted.search:
        statement = statement.where(_found(wanted.search))
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
    return statement


def _by_state(statement: Any, wanted: RecordFilter) -> Any:
    if wanted.review_state == COUNTED:
        statement = statement.where(Submission.review_state != "rejected")
    elif wanted.review_state:
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


def _found(text: str) -> ColumnElement[bool]:
    pattern = f"%{text.replace(chr(92), chr(92) * 2).replace('%', chr(92) + '%').replace('_', chr(92) + '_')}%"
    versions = select(SubmissionVersion.submission_id).where(SubmissionVersion.instance_id == text)
    return or_(
        Submission.instance_name.ilike(pattern, escape="\\"),
        Submission.instance_id == text,
        Submission.device_id == text,
        Submission.id.in_(versions),
    )


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
