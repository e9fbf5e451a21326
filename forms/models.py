"""Forms, their versions, and the media and lists that go with a version."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Form(Base):
    """A form of a workspace, known on the wire by `xml_form_id`. `state` is ``open``, ``closing`` or ``closed``.

    A *closing* form is no longer offered to devices and still takes records; a *closed* one takes none (they are
    quarantined). `current_version_id` is what devices get; `draft_version_id` is being worked on. The two are no
    foreign keys, since form and version name each other and one must be written first.
    """

    __tablename__ = "form"

    id: Mapped[IdColumn]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    xml_form_id: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    current_version_id: Mapped[int | None]
    draft_version_id: Mapped[int | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index(
            "uq_form_xml_form_id",
            "workspace_id",
            "xml_form_id",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )


class FormVersion(Base):
    """One definition of a form; it never changes once published (`published_at`).

    `xml` is the XForm as devices get it, `hash` its MD5 (the OpenRosa hash, 32 hexadecimal digits). `fields` are the
    questions as `forms.fields.Field` writes them. `warnings` are pyxform's and our own. `draft_token` opens the draft
    for testing on a device. `xlsform_sha256` names the uploaded file in the blob store, `xlsform_name` how it was
    called. A form that came from the library says which version of it the office began with (`library_version`) and
    keeps that workbook (`library_sha256`): what the office changed is told by comparing with it.
    """

    __tablename__ = "form_version"

    id: Mapped[IdColumn]
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), index=True)
    version: Mapped[str]
    title: Mapped[str]
    xml: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[str]
    fields: Mapped[list[dict[str, Any]]]
    languages: Mapped[list[str]]
    warnings: Mapped[list[dict[str, Any]]]
    draft_token: Mapped[str | None]
    xlsform_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    xlsform_name: Mapped[str | None]
    library_version: Mapped[str | None]
    library_sha256: Mapped[str | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    created_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))

    __table_args__ = (
        Index(
            "uq_form_version_version",
            "form_id",
            "version",
            unique=True,
            sqlite_where=text("published_at IS NOT NULL"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        Index("uq_form_version_draft_token", "draft_token", unique=True),
    )


class FormAttachment(Base):
    """A file that a form version refers to: media (`blob_sha256`) or a list.

    `kind` is ``image``, ``audio``, ``video`` or ``file``. A file named like one of the plan's lists (``schools.csv``)
    is served from the plan as long as nobody uploads one (`list_name` then says which). `blob_md5` is the OpenRosa
    hash of an uploaded file, `media_type` what it was uploaded as.
    """

    __tablename__ = "form_attachment"

    id: Mapped[IdColumn]
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"))
    name: Mapped[str]
    kind: Mapped[str]
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    blob_md5: Mapped[str | None]
    media_type: Mapped[str | None]
    list_name: Mapped[str | None]
    updated_at: Mapped[dt.datetime | None]

    __table_args__ = (Index("uq_form_attachment_name", "form_version_id", "name", unique=True),)
