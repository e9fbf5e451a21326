"""Submissions with their versions, attachments and dimensions, and the quarantine.

Rows of forms, form versions and actors are never deleted, so the columns of a record that name them are no foreign
keys: PostgreSQL would look each of them up, and lock it, for every record that comes in.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Submission(Base):
    """A record as it stands now; its content is in the current `SubmissionVersion`.

    `instance_id` is the first version's and never changes. `review_state` is ``received``, ``edited``,
    ``has_issues``, ``approved`` or ``rejected``. `missing_files` counts files that the XML names and that have not
    arrived; while it is above zero the record is *incomplete*. `report_date` is the date the form itself states
    (dimension ``date``), else the day of receipt in the office's zone; `fiscal_year` (B.E.) and `quarter` follow
    from it.
    """

    __tablename__ = "submission"

    id: Mapped[IdColumn]
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    workspace_id: Mapped[int]
    is_draft: Mapped[bool] = mapped_column(default=False)
    instance_id: Mapped[str]
    form_version_id: Mapped[int]
    submitter_id: Mapped[int | None]
    device_id: Mapped[str | None]
    instance_name: Mapped[str | None]
    review_state: Mapped[str] = mapped_column(default="received")
    missing_files: Mapped[int] = mapped_column(default=0)
    odd_answers: Mapped[int] = mapped_column(default=0)
    report_date: Mapped[dt.date]
    fiscal_year: Mapped[int]
    quarter: Mapped[int]
    received_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("uq_submission_instance_id", "form_id", "is_draft", "instance_id", unique=True),
        Index("ix_submission_listing", "form_id", "is_draft", "id"),
        Index("ix_submission_fiscal_year", "workspace_id", "fiscal_year", "form_id"),
        Index("ix_submission_received_at", "workspace_id", "received_at"),
        # A record that nobody touched since it came is not in it, so taking one in costs nothing.
        Index(
            "ix_submission_decided",
            "submitter_id",
            "updated_at",
            sqlite_where=text("updated_at IS NOT NULL"),
            postgresql_where=text("updated_at IS NOT NULL"),
        ),
        Index(
            "ix_submission_incomplete",
            "workspace_id",
            "id",
            sqlite_where=text("missing_files > 0"),
            postgresql_where=text("missing_files > 0"),
        ),
    )


class SubmissionVersion(Base):
    """What was sent, byte for byte, and the typed answers read from it.

    `xml` is compressed (`sync.compression`), `xml_sha256` is of the plain bytes. `answers` nests as the form does,
    repeats as lists (`sync.answers`). `flags` are odd values and facts a reader should know:
    ``[{"path", "reason", "value"}]``. `started_at` and `ended_at` are the device's clock.
    """

    __tablename__ = "submission_version"

    id: Mapped[IdColumn]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    form_id: Mapped[int]
    is_draft: Mapped[bool] = mapped_column(default=False)
    instance_id: Mapped[str]
    deprecated_id: Mapped[str | None]
    form_version_id: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    xml: Mapped[bytes] = mapped_column(LargeBinary)
    xml_sha256: Mapped[str]
    answers: Mapped[dict[str, Any]]
    flags: Mapped[list[dict[str, Any]]]
    submitter_id: Mapped[int | None]
    device_id: Mapped[str | None]
    user_agent: Mapped[str | None]
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    received_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("uq_submission_version_instance_id", "form_id", "is_draft", "instance_id", unique=True),
        Index("ix_submission_version_submission_id", "submission_id", "id"),
    )


class SubmissionDimension(Base):
    """A value by which a record is listed and filtered (project, school, group, officer, district …).

    A record that speaks of three projects has three rows of the dimension ``project``. Values are what the form
    stores: codes or UUIDs. Only the current version's values are here.
    """

    __tablename__ = "submission_dimension"

    submission_id: Mapped[int] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (
        Index("ix_submission_dimension_value", "dimension", "value", "submission_id"),
        {"sqlite_with_rowid": False},
    )


class Attachment(Base):
    """A file of a submission version. `name_key` is the name in Unicode NFC, by which files are matched.

    `expected` says that the XML names it. A row without `blob_sha256` is still awaited. When other bytes arrive under
    the same name the old row stays with `replaced_at` set. `path` is the question that names the file.
    """

    __tablename__ = "attachment"

    id: Mapped[IdColumn]
    submission_version_id: Mapped[int] = mapped_column(ForeignKey("submission_version.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    path: Mapped[str | None]
    expected: Mapped[bool]
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    media_type: Mapped[str | None]
    received_at: Mapped[dt.datetime | None]
    replaced_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index(
            "uq_attachment_name",
            "submission_version_id",
            "name_key",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_attachment_blob_sha256", "blob_sha256"),
    )


class Quarantine(Base):
    """A record that was stored whole but could not be filed normally.

    `reason` is ``conflict``, ``edit_conflict``, ``waiting_for_original``, ``unknown_version``, ``form_closed`` or
    ``deleted``. `outcome` is empty while it waits, then ``accepted``, ``merged``, ``rejected`` or ``filed`` (by
    itself). Rows are never removed by age.
    """

    __tablename__ = "quarantine"

    id: Mapped[IdColumn]
    workspace_id: Mapped[int]
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    is_draft: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str]
    instance_id: Mapped[str]
    deprecated_id: Mapped[str | None]
    version: Mapped[str]
    xml: Mapped[bytes] = mapped_column(LargeBinary)
    xml_sha256: Mapped[str]
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    device_id: Mapped[str | None]
    user_agent: Mapped[str | None]
    received_at: Mapped[dt.datetime]
    outcome: Mapped[str | None]
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))

    __table_args__ = (
        Index(
            "ix_quarantine_waiting_of_form",
            "form_id",
            "reason",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("uq_quarantine_bytes", "form_id", "is_draft", "instance_id", "xml_sha256", unique=True),
        Index(
            "ix_quarantine_waiting",
            "workspace_id",
            "id",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )


class QuarantineFile(Base):
    """A file that came with a quarantined record."""

    __tablename__ = "quarantine_file"

    id: Mapped[IdColumn]
    quarantine_id: Mapped[int] = mapped_column(ForeignKey("quarantine.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    blob_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    media_type: Mapped[str | None]

    __table_args__ = (Index("uq_quarantine_file_bytes", "quarantine_id", "name_key", "blob_sha256", unique=True),)
