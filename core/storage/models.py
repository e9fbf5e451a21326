"""The register of blobs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class Blob(Base):
    """Bytes known by their SHA-256 (64 hexadecimal digits).

    `place` is ``local`` (in the data folder), or ``remote`` (in S3, verified, the local copy dropped),
    or ``missing`` (neither place had it when it was to move; `tidtam storage check` lists such).
    `thumbnail` is ``none`` (no picture), ``possible`` (nobody has looked yet), ``wanted``, ``made`` (then
    `thumbnail_sha256` names it) or ``failed``.
    """

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str]
    place: Mapped[str] = mapped_column(default="local")
    created_at: Mapped[dt.datetime]
    moved_at: Mapped[dt.datetime | None]
    thumbnail: Mapped[str] = mapped_column(default="none")
    thumbnail_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))

    __table_args__ = (
        Index(
            "ix_blob_waiting",
            "created_at",
            sqlite_where=text("place = 'local'"),
            postgresql_where=text("place = 'local'"),
        ),
        Index(
            "ix_blob_thumbnail_wanted",
            "created_at",
            sqlite_where=text("thumbnail = 'wanted'"),
            postgresql_where=text("thumbnail = 'wanted'"),
        ),
    )
