"""Checking some records: read them with what stands beside them and what the plan says, note what is different.

Nothing is noted twice and nothing is forgotten: for one state of records and plan there is one set of findings,
however often and in whatever order the checks run. What a planner accepted stays accepted as long as it says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from core.database import utc_now
from core.queries import audit_of_subject
from forms.definitions import definition
from plan.queries import check_facts
from sync.checks import queries
from sync.checks.codes import Finding
from sync.checks.facts import Beside, Known, Subject, findings
from sync.checks.models import OPEN, SubmissionCheck
from sync.checks.queries import RecordRow

log = structlog.get_logger(__name__)
_CHECK: Table = SubmissionCheck.__table__  # type: ignore[assignment]  # declarative tables are typed loosely


def check(session: Session, *, form_id: int, ids: Collection[int], zone: ZoneInfo) -> None:
    """Check records of a form, and again those that what they say bears upon: the other visit, the report before."""
    queries.hold_form(session, form_id)
    rows = queries.record_rows(session, ids)
    subjects = [_subject(session, row) for row in rows]
    others = _borne_upon(session, subjects) - {row.id for row in rows}
    subjects += [_subject(session, row) for row in queries.record_rows(session, others)] if others else []
    _note(session, subjects, _known(session, subjects), zone)
    queries.remember(session, [row.id for row in rows])


def _subject(session: Session, row: RecordRow) -> Subject:
    return Subject(row, definition(session, row.form_version_id))


def _borne_upon(session: Session, subjects: Iterable[Subject]) -> set[int]:
    """Records whose own findings may be others now."""
    subjects = list(subjects)
    found = queries.pointing_at(session, [subject.row.id for subject in subjects])
    for subject in subjects:
        if not subject.row.counted:
            continue
        if subject.project and (period := subject.period):
            before = queries.neighbour_report(session, subject.row, subject.project, period, later=False)
            found.update(() if before is None else (before,))
        if subject.school:
            found.update(queries.others_that_day(session, subject.row, subject.school))
    return found


def _known(session: Session, subjects: Collection[Subject]) -> Known:
    if not subjects:
        return Known()
    workspace_id = next(iter(subjects)).row.workspace_id
    projects = {subject.project for subject in subjects} - {""}
    indicators = {subject.indicator for subject in subjects} - {""}
    senders = {subject.row.submitter_id for subject in subjects if subject.row.submitter_id is not None}
    rounds = any(subject.profile.round for subject in subjects)
    return Known(
        projects=check_facts.project_facts(session, workspace_id, projects) if projects else {},
        indicators=check_facts.indicator_facts(session, workspace_id, indicators) if indicators else {},
        rounds=check_facts.round_facts(session, workspace_id) if rounds else {},
        accounts=check_facts.account_facts(session, workspace_id, senders),
        keeps_projects=bool(projects) and check_facts.keeps_projects(session, workspace_id),
        keeps_orders=bool(indicators) and check_facts.keeps_orders(session, workspace_id),
    )


def _beside(session: Session, subject: Subject, files: dict[int, set[str]]) -> Beside:
    row = subject.row
    period = subject.period if subject.project else None
    return Beside(
        files=frozenset(files.get(row.version_id, ())),
        next_id=queries.neighbour_report(session, row, subject.project, period, later=True) if period else None,
        visits=tuple(queries.others_that_day(session, row, subject.school)) if subject.school else (),
        approved_as=_approved_as(session, row) if subject.profile.is_completion else frozenset(),
    )


def _approved_as(session: Session, row: RecordRow) -> frozenset[str]:
    """Roles of the officers who approved the record as it is: since its last edit and since anybody found fault."""
    people: set[int] = set()
    for entry, _ in audit_of_subject(session, f"submission:{row.id}"):
        if entry.action == "submission.edit":
            break
        if entry.action == "submission.review":
            if (entry.details or {}).get("reviewState") != "approved":
                break
            people.add(entry.actor_id or 0)
    known = check_facts.account_facts(session, row.workspace_id, people) if people else {}
    return frozenset(role for account in known.values() for _, role in account.officers)


def _note(session: Session, subjects: Collection[Subject], known: Known, zone: ZoneInfo) -> None:
    noted = queries.noted(session, [subject.row.id for subject in subjects])
    files = queries.files_here(session, [one.row.version_id for one in subjects if one.profile.needs_files])
    new: list[dict[str, Any]] = []
    for subject in subjects:
        beside = _beside(session, subject, files) if subject.row.counted else Beside()
        try:
            found = findings(subject, known, beside, zone)
        except Exception:
            # One record that cannot be judged keeps what is noted, and does not keep all others waiting.
            log.exception("check.failed", submission=subject.row.id)
            continue
        new += _compared(session, subject.row.id, found, noted.get(subject.row.id, {}))
    session.flush()
    if new:
        # Without objects, and as one statement, which is what asking for something in return makes of many rows. Most
        # records bring one, and either would cost more than all else here.
        session.execute(insert(_CHECK).returning(_CHECK.c.id), new)


def _compared(
    session: Session, submission_id: int, found: Iterable[Finding], noted: dict[tuple[str, str], SubmissionCheck]
) -> list[dict[str, Any]]:
    """Bring what is noted to what was found; rows for what is new."""
    new = []
    wanted = {item.key: item for item in found}
    for key, row in noted.items():
        if key not in wanted:
            session.delete(row)
    for key, item in wanted.items():
        known = noted.get(key)
        if known is None:
            new.append(_row(submission_id, item))
        elif known.details != item.details or known.other_id != item.other_id:
            # It says something else now than what was accepted.
            known.details, known.other_id, known.raised_at = item.details, item.other_id, utc_now()
            known.state, known.note, known.accepted_by, known.accepted_at = OPEN, "", None, None
    return new


def _row(submission_id: int, item: Finding) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "code": item.code,
        "subject": item.subject,
        "details": item.details,
        "other_id": item.other_id,
        "raised_at": utc_now(),
    }
