"""When the plan changes, the records that speak of what changed are checked again, and no others.

What the plan says of each project, indicator, year's rounds and account is hashed and compared with the last time,
since the plan's mark changes with every progress report, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from forms.models import Form
from plan.queries import check_facts
from sync.checks import due, queries
from sync.checks.codes import APPROVALS_MISSING, REPORTER_DIFFERS
from sync.checks.models import CheckBasis, CheckedSubmission, SubmissionCheck
from sync.models import Submission, SubmissionDimension

WHOLE = ""
CHUNK = 200
_NAMED = {"project": "project", "indicator": "indicator"}


def changed_plans(session: Session) -> dict[int, str]:
    """Workspaces whose plan was changed since its records were compared with it, with the plan's mark."""
    seen = select(CheckBasis.workspace_id, CheckBasis.digest).where(CheckBasis.subject == WHOLE)
    known = {row[0]: row[1] for row in session.execute(seen)}
    return {
        workspace_id: mark
        for workspace_id, mark in check_facts.plan_marks(session).items()
        if known.get(workspace_id) != mark
    }


def note(session: Session, *, workspace_id: int, mark: str) -> None:
    """Mark the records as due that speak of what changed, and remember the plan as it is now.

    The mark was read before the plan is: what changes in between is found the next time.
    """
    queries.hold_forms(session, workspace_id)
    basis = select(CheckBasis.subject, CheckBasis.digest).where(CheckBasis.workspace_id == workspace_id)
    before = {row[0]: row[1] for row in session.execute(basis)}
    now = _digests(session, workspace_id) | {WHOLE: mark}
    changed = {subject for subject in before.keys() | now.keys() if before.get(subject) != now.get(subject)}
    for condition in _conditions(workspace_id, changed - {WHOLE}):
        session.execute(update(CheckedSubmission).where(condition).values(due=True))
    stale = [subject for subject in changed if subject in before]
    for subjects in _chunks(stale):
        session.execute(
            delete(CheckBasis).where(CheckBasis.workspace_id == workspace_id, CheckBasis.subject.in_(subjects))
        )
    fresh = [
        {"workspace_id": workspace_id, "subject": subject, "digest": now[subject]}
        for subject in sorted(changed)
        if subject in now
    ]
    if fresh:
        session.execute(insert(CheckBasis), fresh)
    waiting = select(CheckedSubmission.form_id).where(CheckedSubmission.due, _in_workspace(workspace_id)).distinct()
    for form_id in session.scalars(waiting.order_by(CheckedSubmission.form_id)).all():
        due.ask_form(session, form_id)


def _digests(session: Session, workspace_id: int) -> dict[str, str]:
    said: dict[str, Any] = {
        "kept": (check_facts.keeps_projects(session, workspace_id), check_facts.keeps_orders(session, workspace_id))
    }
    said |= {f"project:{key}": item for key, item in check_facts.project_facts(session, workspace_id).items()}
    said |= {f"indicator:{key}": item for key, item in check_facts.indicator_facts(session, workspace_id).items()}
    said |= {f"rounds:{key}": item for key, item in check_facts.round_facts(session, workspace_id).items()}
    said |= {f"account:{key}": item for key, item in check_facts.account_facts(session, workspace_id).items()}
    return {subject: hashlib.sha256(repr(item).encode()).hexdigest() for subject, item in said.items()}


def _conditions(workspace_id: int, changed: Collection[str]) -> Iterable[ColumnElement[bool]]:
    """Which rows of `CheckedSubmission` speak of something that changed."""
    here = _in_workspace(workspace_id)
    by_kind: dict[str, list[str]] = {}
    for subject in sorted(changed):
        kind, _, key = subject.partition(":")
        by_kind.setdefault(kind, []).append(key)
    for kind, dimension in _NAMED.items():
        for keys in _chunks(by_kind.get(kind, [])):
            yield here & CheckedSubmission.submission_id.in_(_naming(dimension, keys))
    if "kept" in by_kind:
        for dimension in _NAMED.values():
            yield here & CheckedSubmission.submission_id.in_(_naming(dimension, None))
    if "rounds" in by_kind:
        # A round of a year may be reported on in the next one.
        years = {int(year) + later for year in by_kind["rounds"] for later in (0, 1)}
        of_years = select(Submission.id).where(
            Submission.workspace_id == workspace_id, Submission.fiscal_year.in_(years)
        )
        yield here & CheckedSubmission.submission_id.in_(of_years.where(Submission.id.in_(_naming("round", None))))
    for keys in _chunks(by_kind.get("account", [])):
        sent = select(Submission.id).where(
            Submission.workspace_id == workspace_id, Submission.submitter_id.in_([int(key) for key in keys])
        )
        yield here & CheckedSubmission.submission_id.in_(sent)
    if "account" in by_kind:
        found = select(SubmissionCheck.submission_id).where(
            SubmissionCheck.code.in_((REPORTER_DIFFERS, APPROVALS_MISSING))
        )
        yield here & CheckedSubmission.submission_id.in_(found)


def _in_workspace(workspace_id: int) -> ColumnElement[bool]:
    return CheckedSubmission.form_id.in_(select(Form.id).where(Form.workspace_id == workspace_id))


def _naming(dimension: str, values: Collection[str] | None) -> Any:
    rows = select(SubmissionDimension.submission_id).where(SubmissionDimension.dimension == dimension)
    return rows if values is None else rows.where(SubmissionDimension.value.in_(values))


def _chunks(items: list[str]) -> Iterable[list[str]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
