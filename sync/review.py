"""Services on a record after it was filed: review state, deletion, restoring."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from sync import queries, statements
from sync.checks import due
from sync.entities import outbox
from sync.models import Submission

APPROVED = "approved"

STATES = ("received", "edited", "has_issues", "approved", "rejected")
WIRE_STATES = {
    "received": None,
    "edited": "edited",
    "has_issues": "hasIssues",
    "approved": "approved",
    "rejected": "rejected",
}
"""ODK Central's words; a record that nobody reviewed has none."""


def set_review_state(session: Session, actor: Actor, *, submission: Submission, state: str, comment: str = "") -> None:
    """Give a record a review state.

    Raises:
        Problem 400.8: an unknown state.

    """
    if state not in STATES:
        raise Problem("400.8", field="reviewState", reason=f"it is one of {', '.join(STATES)}.")
    submission.review_state = state
    if state == APPROVED:
        outbox.approved(session, submission.id)
    submission.updated_at = utc_now()
    details = {"reviewState": WIRE_STATES[state], "instanceId": submission.instance_id}
    _note(session, actor, "submission.review", submission, details | ({"comment": comment} if comment else {}))


def review_what_was_seen(
    session: Session, actor: Actor, *, submission: Submission, seen: str, state: str, comment: str
) -> None:
    """Give a record a review state, for the version with the instanceID `seen`.

    A form that does not say what its reader saw decides on what is there.

    Raises:
        Problem 400.8: an unknown state. 409.152: another version is the current one by now.

    """
    # An edit takes the same lock first, so none can come between this look and the review.
    statements.hold_submission(session.connection(), submission.id)
    if seen and queries.current_version(session, submission.id).instance_id != seen:
        raise Problem("409.152")
    set_review_state(session, actor, submission=submission, state=state, comment=comment)


def delete(session: Session, actor: Actor, *, submission: Submission, comment: str = "") -> None:
    """Take a record out of every list and number. It can be restored; if a device sends it again it is quarantined."""
    submission.deleted_at = utc_now()
    details: dict[str, str | None] = {"instanceId": submission.instance_id}
    _note(session, actor, "submission.delete", submission, details | ({"comment": comment} if comment else {}))


def restore(session: Session, actor: Actor, *, submission: Submission) -> None:
    """Bring a deleted record back."""
    submission.deleted_at = None
    _note(session, actor, "submission.restore", submission, {"instanceId": submission.instance_id})


def _note(session: Session, actor: Actor, action: str, submission: Submission, details: dict[str, str | None]) -> None:
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        workspace_id=submission.workspace_id,
        subject=f"submission:{submission.id}",
        details=dict(details),
    )
    due.mark(session, [submission.id])
    due.ask_form(session, submission.form_id)
