"""Background work on blobs: moving them to S3, and making thumbnails.

Both jobs work through everything that waits, in the order it came, so one queued row stands for any number of blobs.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from core.database import utc_now
from core.jobs import enqueue, job
from core.storage.models import Blob
from core.storage.remote import S3Store
from core.storage.spool import Spooled, spool_bytes
from core.storage.store import BlobStore, blob_store
from core.storage.thumbnails import make_thumbnail
from core.transaction import reading, unit_of_work

BATCH = 50
_TABLE: Table = Blob.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
log = structlog.get_logger(__name__)


@job("core.move_blobs")
def move_blobs(_payload: dict[str, Any]) -> None:
    """Copy local blobs to S3, prove each one there, and only then drop the local copy.

    A picture that still waits for its thumbnail stays until it is made.

    Raises:
        Whatever the S3 client raises when the service is away; the job is then tried again.

    """
    store = blob_store()
    if store.remote is None:
        return
    while waiting := _waiting_to_move():
        for sha256 in waiting:
            _move(store.remote, store, sha256)


@job("core.make_thumbnails")
def make_thumbnails(_payload: dict[str, Any]) -> None:
    """Make the thumbnails that are wanted. A picture that cannot be read is marked and not tried again."""
    store = blob_store()
    limit = current_app.config["TIDTAM_SETTINGS"].max_image_pixels
    while waiting := _waiting_for_thumbnail():
        made: dict[str, Spooled | None] = {}
        for sha256 in waiting:
            made[sha256] = _thumbnail_of(store, sha256, limit)
        store.keep(small for small in made.values() if small is not None)
        unit_of_work(partial(_record_thumbnails, store=store, made=made))


def _move(remote: S3Store, store: BlobStore, sha256: str) -> None:
    path = store.path_of(sha256)
    place = "remote"
    if path.exists():
        remote.put(sha256, path)
    elif not remote.holds(sha256):
        log.error("blob.missing", sha256=sha256)
        place = "missing"
    unit_of_work(lambda session: _record_place(session, sha256, place))
    path.unlink(missing_ok=True)


def _thumbnail_of(store: BlobStore, sha256: str, max_pixels: int) -> Spooled | None:
    try:
        with store.open(sha256) as source:
            return spool_bytes(make_thumbnail(source, max_pixels))
    except Exception as error:  # noqa: BLE001 - decoders raise many kinds; the picture itself is kept in any case
        log.info("thumbnail.failed", sha256=sha256, error=f"{type(error).__name__}: {error}"[:200])
        return None


def _waiting_to_move() -> list[str]:
    columns = _TABLE.c
    wanted = (
        select(columns.sha256)
        .where(columns.place == "local", columns.thumbnail != "wanted")
        .order_by(columns.created_at)
        .limit(BATCH)
    )
    return _read(wanted)


def _waiting_for_thumbnail() -> list[str]:
    columns = _TABLE.c
    return _read(select(columns.sha256).where(columns.thumbnail == "wanted").order_by(columns.created_at).limit(8))


def _read(statement: Any) -> list[str]:
    session = reading()
    found = list(session.scalars(statement))
    session.rollback()
    return found


def _record_place(session: Session, sha256: str, place: str) -> None:
    session.execute(update(_TABLE).where(_TABLE.c.sha256 == sha256).values(place=place, moved_at=utc_now()))


def _record_thumbnails(session: Session, *, store: BlobStore, made: dict[str, Spooled | None]) -> None:
    store.register(session, [(small, "image/jpeg") for small in made.values() if small is not None])
    small_ones = {small.sha256 for small in made.values() if small is not None}
    # A thumbnail is a JPEG too, and must not ask for a thumbnail of itself.
    session.execute(update(_TABLE).where(_TABLE.c.sha256.in_(small_ones)).values(thumbnail="none"))
    for sha256, small in made.items():
        state = {"thumbnail": "failed"} if small is None else {"thumbnail": "made", "thumbnail_sha256": small.sha256}
        session.execute(update(_TABLE).where(_TABLE.c.sha256 == sha256).values(**state))
    if store.remote is not None:
        enqueue(session, "core.move_blobs", key="core.move_blobs")
