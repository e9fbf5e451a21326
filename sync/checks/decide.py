"""A planner has seen a finding and accepts it, or takes that back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from sync.checks.listing import find_check
from sync.checks.models import ACCEPTED, OPEN
from sync.models import Submission

LONGEST_NOTE = 2000


def accept(session: Session, actor: Actor, *, submission: Submission, check_id: int, note: str = "") -> None:
    """Nothing more is to be done about a finding; the record then counts as if it had not been made.

    Raises:
        Problem 404.1: the record has no such finding (any more).

    """
    _decide(session, actor, submission, check_id, ACCEPTED, note)


def reopen(session: Session, actor: Actor, *, submission: Submission, check_id: int) -> None:
    """Something is to be done after all.

    Raises:
        Problem 404.1: the record has no such finding (any more).

    """
    _decide(session, actor, submission, check_id, OPEN, "")


def _decide(session: Session, actor: Actor, submission: Submission, check_id: int, state: str, note: str) -> None:
    row = find_check(session, submission.id, check_id, for_update=True)
    if row is None:
        raise Problem("404.1")
    if row.state == state and row.note == note:
        return
    accepted = state == ACCEPTED
    row.state, row.note = state, note[:LONGEST_NOTE]
    row.accepted_by, row.accepted_at = (actor.id, utc_now()) if accepted else (None, None)
    audit.record(
        session,
        actor_id=actor.id,
        action="submission.check_accept" if accepted else "submission.check_reopen",
        workspace_id=submission.workspace_id,
        subject=f"submission:{submission.id}",
        details={"instanceId": submission.instance_id, "check": row.code} | ({"comment": row.note} if row.note else {}),
    )
