"""Tables of the field client: the server's epoch, unfinished uploads, and what devices say of themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class ServerEpoch(Base):
    """One row: which history this database tells. It changes when a backup was restored."""

    __tablename__ = "server_epoch"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str]
    since: Mapped[dt.datetime]


class Upload(Base):
    """A file of a record on its way, piece by piece (tus.io). Its bytes lie in the folder ``uploads`` under its `id`.

    `sha256` and `length` are what the client said; `finished_at` is set when the file is with its record.
    """

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    instance_id: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    length: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]

    __table_args__ = (Index("ix_upload_expires_at", "expires_at"),)


class FieldDevice(Base):
    """A tablet as it last described itself. `install_id` is the client's own; records carry it as their device.

    `clock_skew_seconds` is how far its clock is ahead of the server's.
    """

    __tablename__ = "field_device"

    id: Mapped[IdColumn]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    install_id: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    label: Mapped[str]
    app_version: Mapped[str]
    browser: Mapped[str]
    forms: Mapped[list[dict[str, Any]]]
    drafts: Mapped[int]
    unsent_records: Mapped[int]
    unsent_bytes: Mapped[int] = mapped_column(BigInteger)
    free_bytes: Mapped[int | None] = mapped_column(BigInteger)
    clock_skew_seconds: Mapped[int]
    failure: Mapped[str | None]
    failed_at: Mapped[dt.datetime | None]
    first_seen_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]

    __table_args__ = (Index("uq_field_device_install", "workspace_id", "install_id", "actor_id", unique=True),)
