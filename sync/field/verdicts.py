"""What the office decided on an actor's own records, told once.

A cursor is the place behind the last verdict told, by the instant of the decision, and a hash of those told within
`OVERLAP` before it. Transactions may be committed in another order than their instants say; what turns up before the
place changes the hash, and then all of that window is told once more, which does no harm.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.audit import AuditEntry
from core.auth.queries import actors_by_id
from core.database import utc_now
from core.http.json_body import instant_text
from forms.models import Form
from sync.models import Submission, SubmissionVersion
from sync.review import WIRE_STATES

PAGE = 500
OVERLAP = dt.timedelta(hours=1)
"""Longer than any transaction, and than clocks of servers are apart."""
KNOWN_DAYS = 90
"""How far back a tablet that has nothing is told of decisions."""
_RECEIVED = "received"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Place:
    """Behind which change verdicts are told; `seen` is a hash of the changes shortly before."""

    at: dt.datetime
    id: int = 0
    seen: str = ""


@dataclass(frozen=True)
class Verdict:
    """A decision: the record by its current instanceID, what was decided, in whose words and when."""

    xml_form_id: str
    instance_id: str
    state: str
    comment: str
    reviewer: str
    at: dt.datetime


@dataclass(frozen=True)
class Page:
    """Verdicts, and the cursor behind them."""

    cursor: str
    more: bool
    verdicts: Sequence[Verdict]


def page(session: Session, actor: Actor, workspace_id: int, cursor: str) -> Page:
    """What was decided since a cursor (empty: lately)."""
    now = utc_now()
    place = _read(cursor, now)
    changed = _changed(actor, workspace_id)
    if place is None:
        window: Sequence[Any] = []
        newer = changed.where(Submission.updated_at > now - dt.timedelta(days=KNOWN_DAYS))
    else:
        same = Submission.updated_at == place.at
        before = (Submission.updated_at < place.at) | (same & (Submission.id <= place.id))
        window = session.execute(changed.where(Submission.updated_at > place.at - OVERLAP, before)).all()
        newer = changed.where((Submission.updated_at > place.at) | (same & (Submission.id > place.id)))
    fresh = session.execute(newer.limit(PAGE + 1)).all()
    more, fresh = len(fresh) > PAGE, fresh[:PAGE]
    late = window if place is not None and _digest(window) != place.seen else []
    # A new tablet need not hear of records on which nobody said anything.
    told = [row for row in (*late, *fresh) if place is not None or row.review_state != _RECEIVED]
    return Page(_behind([*window, *fresh], place, now), more=more, verdicts=_verdicts(session, told))


def _changed(actor: Actor, workspace_id: int) -> Select[Any, Any, Any, Any, Any]:
    """Own records that something happened to after they came, in the order of that."""
    return (
        select(
            Submission.id,
            Submission.updated_at,
            Submission.review_state,
            Form.xml_form_id,
            SubmissionVersion.instance_id,
        )
        .join(Form, Form.id == Submission.form_id)
        .join(
            SubmissionVersion,
            (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current,
        )
        .where(
            Submission.submitter_id == actor.id,
            Submission.workspace_id == workspace_id,
            Submission.is_draft.is_(False),
            Submission.deleted_at.is_(None),
            Submission.updated_at.is_not(None),
        )
        .order_by(Submission.updated_at, Submission.id)
    )


def _behind(rows: Sequence[Any], place: Place | None, now: dt.datetime) -> str:
    """The cursor behind some changes, the last of which may lie before the place of the cursor that was given."""
    ends = [(row.updated_at, row.id) for row in rows[-1:]] + ([(place.at, place.id)] if place is not None else [])
    at, key = max(ends, default=(now, 0))
    return f"{_stamp(at)}/{key}/{_digest([row for row in rows if row.updated_at > at - OVERLAP])}"


def _read(cursor: str, now: dt.datetime) -> Place | None:
    parts = cursor.split("/")
    try:
        at = _EPOCH + dt.timedelta(microseconds=int(parts[0][:18]))
        place = Place(min(max(at, _EPOCH), now), int(parts[1][:18]), parts[2])
    except (ValueError, IndexError, OverflowError):
        return None
    return place


def _stamp(at: dt.datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def _digest(rows: Sequence[Any]) -> str:
    told = ";".join(f"{row.id}@{_stamp(row.updated_at)}" for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()[:12] if told else ""


def _verdicts(session: Session, rows: Sequence[Any]) -> list[Verdict]:
    words = _words(session, [row.id for row in rows])
    people = actors_by_id(session, {entry.actor_id for entry in words.values() if entry.actor_id is not None})
    found = []
    for row in rows:
        entry = words.get(row.id)
        state = WIRE_STATES.get(row.review_state) or _RECEIVED
        details = entry.details or {} if entry is not None else {}
        decided = entry is not None and details.get("reviewState") == WIRE_STATES.get(row.review_state)
        reviewer = people.get(entry.actor_id or 0) if entry is not None and decided else None
        found.append(
            Verdict(
                row.xml_form_id,
                row.instance_id,
                state,
                str(details.get("comment") or "") if decided else "",
                reviewer.display_name if reviewer is not None else "",
                entry.at if entry is not None and decided else row.updated_at,
            )
        )
    return found


def _words(session: Session, ids: Sequence[int]) -> dict[int, AuditEntry]:
    """By record, the last review in the audit trail."""
    subjects = {f"submission:{item}": item for item in ids}
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.action == "submission.review")
        .order_by(AuditEntry.id)
    )
    return {subjects[entry.subject or ""]: entry for entry in entries}


def verdict_json(item: Verdict) -> dict[str, Any]:
    """A verdict on the wire."""
    return {
        "xmlFormId": item.xml_form_id,
        "instanceId": item.instance_id,
        "reviewState": item.state,
        "comment": item.comment,
        "reviewer": item.reviewer,
        "at": instant_text(item.at),
    }
