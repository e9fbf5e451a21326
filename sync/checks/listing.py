"""Selects of findings for pages, lists and numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.auth.models import ActorRow
from forms.models import Form
from sync.checks.codes import ANY, CODES, WAITING_EVIDENCE
from sync.checks.models import OPEN, SubmissionCheck
from sync.models import Submission


def with_open(code: str) -> Select[int]:
    """Ids of the records with an open finding of a code, or of any."""
    statement = select(SubmissionCheck.submission_id).where(SubmissionCheck.state == OPEN)
    return statement if code == ANY else statement.where(SubmissionCheck.code == code)


def incomplete() -> ColumnElement[bool]:
    """Records that wait for files or for evidence, as a condition: lists and reports mean the same by it."""
    return or_(Submission.missing_files > 0, Submission.id.in_(with_open(WAITING_EVIDENCE)))


def is_incomplete() -> ColumnElement[bool]:
    """The same as a column of a few rows, each looked up by itself; a condition on many looks up all at once."""
    waits = select(SubmissionCheck.id).where(
        SubmissionCheck.submission_id == Submission.id,
        SubmissionCheck.code == WAITING_EVIDENCE,
        SubmissionCheck.state == OPEN,
    )
    return or_(Submission.missing_files > 0, waits.exists())


def open_codes(session: Session, submission_ids: Collection[int]) -> dict[int, list[str]]:
    """The open checks of some records, each once, in the order in which people read them."""
    rows = session.execute(
        select(SubmissionCheck.submission_id, SubmissionCheck.code)
        .where(SubmissionCheck.submission_id.in_(submission_ids), SubmissionCheck.state == OPEN)
        .distinct()
    )
    found: dict[int, list[str]] = defaultdict(list)
    for submission_id, code in rows:
        found[submission_id].append(code)
    return {submission_id: sorted(codes, key=CODES.index) for submission_id, codes in found.items()}


def counts(session: Session, workspace_id: int) -> dict[str, int]:
    """How many records have an open finding, by check; checks without one are left out."""
    rows = session.execute(
        select(SubmissionCheck.code, func.count(SubmissionCheck.submission_id.distinct()))
        .join(Submission, Submission.id == SubmissionCheck.submission_id)
        .join(Form, Form.id == Submission.form_id)
        .where(
            SubmissionCheck.state == OPEN,
            Submission.workspace_id == workspace_id,
            Submission.is_draft.is_(False),
            Submission.deleted_at.is_(None),
            # Nobody can open a record whose form is deleted.
            Form.deleted_at.is_(None),
        )
        .group_by(SubmissionCheck.code)
    )
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    return {code: found[code] for code in CODES if code in found}


@dataclass(frozen=True)
class Shown:
    """A finding of a record with who accepted it, and the record it was found together with."""

    check: SubmissionCheck
    accepted_by: str | None
    other_instance: str | None
    other_name: str | None
    other_form: str | None


def of_record(session: Session, submission_id: int) -> Sequence[Shown]:
    """The findings of a record, those that are open first."""
    other, other_form = aliased(Submission), aliased(Form)
    rows = session.execute(
        select(SubmissionCheck, ActorRow.display_name, other.instance_id, other.instance_name, other_form.xml_form_id)
        .outerjoin(ActorRow, ActorRow.id == SubmissionCheck.accepted_by)
        .outerjoin(other, other.id == SubmissionCheck.other_id)
        .outerjoin(other_form, other_form.id == other.form_id)
        .where(SubmissionCheck.submission_id == submission_id)
        .order_by(SubmissionCheck.id)
    )
    found = [Shown(*row) for row in rows]
    return sorted(found, key=lambda item: (item.check.state != OPEN, CODES.index(item.check.code), item.check.id))


def waits_for_evidence(found: Sequence[Shown]) -> bool:
    """Whether a record with these findings is in the state ``waiting_evidence``."""
    return any(item.check.code == WAITING_EVIDENCE and item.check.state == OPEN for item in found)


def find_check(
    session: Session, submission_id: int, check_id: int, *, for_update: bool = False
) -> SubmissionCheck | None:
    """A finding of a record by its key."""
    statement = select(SubmissionCheck).where(
        SubmissionCheck.id == check_id, SubmissionCheck.submission_id == submission_id
    )
    return session.scalars(statement.with_for_update() if for_update else statement).first()
