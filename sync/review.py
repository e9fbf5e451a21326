"""Services on a record after it was filed: review state, deletion, restoring."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.audit import AuditEntry
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


@dataclass(frozen=True)
class Seen:
    """What a reviewer saw: the instanceID of the version, and the key of its last review (`review_key`).

    Empty is what a form does not say; it decides on what is there.
    """

    version: str = ""
    reviewed: str = ""


def review_key(last: AuditEntry | None) -> str:
    """What a form says of the last review that its reader saw."""
    return str(last.id) if last else "none"


def review_what_was_seen(
    session: Session, actor: Actor, *, submission: Submission, seen: Seen, state: str, comment: str
) -> None:
    """Give a record a review state, if it is still what the reviewer saw. The same decision twice is one.

    Raises:
        Problem 400.8: an unknown state. 409.152: another version is the current one by now, or somebody decided.

    """
    # An edit takes the same lock first, so none can come between this look and the review.
    statements.hold_submission(session.connection(), submission.id)
    if seen.version and queries.current_version(session, submission.id).instance_id != seen.version:
        raise Problem("409.152")
    last, _ = queries.last_review(session, submission.id) or (None, None)
    if seen.reviewed and seen.reviewed != review_key(last):
        if last is not None and last.actor_id == actor.id and _said(last) == (WIRE_STATES.get(state, ""), comment):
            return
        raise Problem("409.152")
    set_review_state(session, actor, submission=submission, state=state, comment=comment)


def _said(review: AuditEntry) -> tuple[str | None, str]:
    details = review.details or {}
    return details.get("reviewState"), details.get("comment", "")


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
