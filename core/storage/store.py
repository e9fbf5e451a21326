"""Putting blobs in, and getting them out from wherever they lie."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import Table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core import jobs
from core.database import utc_now
from core.storage.models import Blob
from core.storage.remote import S3Store
from core.storage.spool import Spooled, refusal_of_the_disk, write_all

_TABLE: Table = Blob.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
CHUNK = 256 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})


class BlobStore:
    """A local folder, with S3 behind it when `remote` is given."""

    def __init__(self, folder: Path, remote: S3Store | None = None) -> None:
        self.folder = folder
        self.remote = remote
        self._ready = False

    def path_of(self, sha256: str) -> Path:
        """Where the blob lies locally, if it does."""
        return self.folder / sha256[:2] / sha256

    def keep(self, spooled: Iterable[Spooled]) -> None:
        """Make spooled bytes durable: each on the disk, flushed, under its own hash, its folder flushed too.

        Call it before the transaction that names them. Bytes that are there already are not written again.

        Raises:
            Problem 507.100, 503.100: the disk does not take them; nothing half-written stays.

        """
        with refusal_of_the_disk():
            folders = {self._put(part) for part in spooled}
            for folder in folders:
                flush_folder(folder)

    def register(self, session: Session, parts: Iterable[tuple[Spooled, str]]) -> None:
        """Name kept bytes in the database, each with its media type, and ask for the jobs they need."""
        rows = self.rows_of(parts)
        if not rows:
            return
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = insert(_TABLE)
        if self.remote is None:
            statement = statement.on_conflict_do_nothing()
        else:
            # Bytes that come again after they moved lie here again too, and are to move again.
            statement = statement.on_conflict_do_update(
                index_elements=[_TABLE.c.sha256], set_={"place": "local"}, where=_TABLE.c.place != "local"
            )
        session.connection().execute(statement, rows)
        if self.remote is not None:
            jobs.enqueue(session, "core.move_blobs", key="core.move_blobs")

    @staticmethod
    def rows_of(parts: Iterable[tuple[Spooled, str]]) -> list[dict[str, Any]]:
        """What the database keeps of blobs that are local, in one order everywhere.

        So two records with the same photos cannot wait for each other.
        """
        now = utc_now()
        unique = {part.sha256: _row(part, media_type, now) for part, media_type in parts}
        return [unique[sha256] for sha256 in sorted(unique)]

    def want_thumbnail(self, session: Session, sha256: str) -> None:
        """Ask for a picture's thumbnail, once; see `core.storage.jobs.make_thumbnails`."""
        wanted = update(_TABLE).where(_TABLE.c.sha256 == sha256, _TABLE.c.thumbnail == "possible")
        if session.connection().execute(wanted.values(thumbnail="wanted")).rowcount:
            jobs.enqueue(session, "core.make_thumbnails", key="core.make_thumbnails")

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, from the local folder or else from S3.

        Raises:
            FileNotFoundError: neither place has them. RemoteAway: S3 has them and cannot be asked.

        """
        try:
            return self.path_of(sha256).open("rb")
        except FileNotFoundError:
            if self.remote is None:
                raise
            return self.remote.open(sha256)

    def stream(self, sha256: str) -> Iterator[bytes]:
        """The bytes in pieces of at most `CHUNK`."""
        with self.open(sha256) as source:
            while piece := source.read(CHUNK):
                yield piece

    def read(self, sha256: str) -> bytes:
        """All the bytes; for things known to be small."""
        with self.open(sha256) as source:
            return source.read()

    def is_local(self, sha256: str) -> bool:
        """Whether the local folder holds the bytes."""
        return self.path_of(sha256).exists()

    def _put(self, part: Spooled) -> Path:
        """Put bytes in their place; the folder to flush, also when another request put them there a moment ago."""
        target = self.path_of(part.sha256)
        if not target.exists():
            self._make_folder(target.parent)
            self._write(part, target)
        part.hand_over(target)
        return target.parent

    def _make_folder(self, folder: Path) -> None:
        if self._ready and folder.exists():
            return
        # All of them at once, so that not each of the first photos after a start pays for flushing the folder above.
        for first in range(256):
            (self.folder / f"{first:02x}").mkdir(parents=True, exist_ok=True)
        # A name is on the disk when the folder that holds it is, and whoever made this one may not have come to that.
        flush_folder(self.folder)
        flush_folder(self.folder.parent)
        self._ready = True

    def _write(self, part: Spooled, target: Path) -> None:
        if part.path is not None:
            descriptor, source = os.open(part.path, os.O_RDONLY), part.path
        else:
            descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
            source = Path(name)
        try:
            try:
                if part.path is None:
                    write_all(descriptor, part.data or b"")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            source.rename(target)
        except OSError:
            source.unlink(missing_ok=True)
            raise


def blob_store() -> BlobStore:
    """The store of the running application."""
    store: BlobStore = current_app.extensions["tidtam_blob_store"]
    return store


def _row(part: Spooled, media_type: str, now: dt.datetime) -> dict[str, Any]:
    return {
        "sha256": part.sha256,
        "size": part.size,
        "media_type": media_type,
        "place": "local",
        "created_at": now,
        "thumbnail": "possible" if media_type in PICTURES else "none",
    }


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
