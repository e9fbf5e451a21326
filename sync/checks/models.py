"""What checks found, which records were looked at, and what the plan said then."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn

OPEN, ACCEPTED = "open", "accepted"
STATES = (OPEN, ACCEPTED)


class SubmissionCheck(Base):
    """One thing that a planner should know of a record as it stands now.

    `code` is one of `sync.checks.codes`, `subject` tells findings of one code apart (an activity, a source of money,
    another record). `details` are the values of its sentence: codes and UUIDs, never their names, so that renaming
    something makes nothing new. `other_id` is the record it was found together with. A planner who accepts it says so
    in `note`; it is open again as soon as it says something else. Rows go when the reason does; the audit trail keeps
    what was accepted.
    """

    __tablename__ = "submission_check"

    id: Mapped[IdColumn]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    code: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]]
    other_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    state: Mapped[str] = mapped_column(default=OPEN)
    note: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[dt.datetime]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    accepted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'accepted')", name="state"),
        Index("uq_submission_check_subject", "submission_id", "code", "subject", unique=True),
        Index("ix_submission_check_other_id", "other_id"),
        Index(
            "ix_submission_check_open",
            "code",
            "submission_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class CheckedSubmission(Base):
    """A record that was checked, and as what: `missing_files` then, and whether it counted (not deleted or rejected).

    A record without a row waits for its first check, one that is `due` for another.
    """

    __tablename__ = "submission_checked"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True, autoincrement=False)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    missing_files: Mapped[int]
    counted: Mapped[bool]
    due: Mapped[bool] = mapped_column(default=False)
    checked_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_submission_checked_form_id", "form_id", "submission_id"),
        # SQLite takes a partial index only where the query says the same, and there a true value is 1.
        Index(
            "ix_submission_checked_due",
            "form_id",
            "submission_id",
            sqlite_where=text("due = 1"),
            postgresql_where=text("due"),
        ),
        Index(
            "ix_submission_checked_incomplete",
            "form_id",
            sqlite_where=text("missing_files > 0"),
            postgresql_where=text("missing_files > 0"),
        ),
    )


class CheckBasis(Base):
    """What the plan said of a subject when records were last checked against it, as a hash.

    `subject` is ``project:…``, ``indicator:…``, ``rounds:…``, ``account:…`` or ``officer:…``; the empty one holds the
    mark of the whole plan, by which a plan that did not change is passed over.
    """

    __tablename__ = "submission_check_basis"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
