"""Background work on blobs: moving them to S3, and making thumbnails.

Both jobs work through everything that waits, in the order it came, so one queued row stands for any number of blobs.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from functools import partial
from typing import Any, BinaryIO

import structlog
from flask import current_app
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from core.database import utc_now
from core.jobs import enqueue, job, recurring
from core.storage.models import Blob
from core.storage.remote import RemoteMismatch, S3Store
from core.storage.spool import Spooled, spool_bytes
from core.storage.store import BlobStore, blob_store
from core.storage.thumbnails import make_thumbnail
from core.transaction import reading, unit_of_work
from core.web import settings_of

BATCH = 50
AT_ONCE = 500
_TABLE: Table = Blob.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
log = structlog.get_logger(__name__)


class NotMoved(Exception):  # noqa: N818 - it says what was found
    """Some blobs stay local for now; each is in the log."""


class NotRead(Exception):  # noqa: N818 - it says what was found
    """Some pictures are out of reach for now; each is in the log."""


@job("core.move_blobs", longest_pause=dt.timedelta(seconds=30))
def move_blobs(_payload: dict[str, Any]) -> None:
    """Copy local blobs to S3, prove each one there, and only then drop the local copy.

    A picture that still waits for its thumbnail stays until it is made. A blob that comes to grief by itself is
    passed over, so that it does not hold up the others.

    Raises:
        NotMoved: some blobs were passed over.
        Whatever the S3 client raises when the service is away; the job is then tried again.

    """
    store = blob_store()
    if store.remote is None:
        return
    passed: set[str] = set()
    while len(passed) < BATCH and (waiting := _read(_to_move(passed))):
        for sha256 in waiting:
            try:
                _move(store.remote, store, sha256)
            except (RemoteMismatch, OSError) as error:
                log.warning("blob.not_moved", sha256=sha256, error=f"{type(error).__name__}: {error}"[:300])
                passed.add(sha256)
    for sha256 in _left_copies(store):
        store.path_of(sha256).unlink(missing_ok=True)
    if passed:
        raise NotMoved(f"{len(passed)} blobs could not be moved, among them {min(passed)}")


@job("core.make_thumbnails")
def make_thumbnails(_payload: dict[str, Any]) -> None:
    """Make the thumbnails that are wanted. A picture that cannot be read is marked and not tried again.

    Raises:
        NotRead: some pictures lie in S3, and that is away; the job is then tried again.

    """
    store = blob_store()
    limit = settings_of(current_app).max_image_pixels
    passed: set[str] = set()
    while len(passed) < BATCH and (waiting := _read(_to_make_small(passed))):
        made: dict[str, Spooled | None] = {}
        for sha256 in waiting:
            try:
                made[sha256] = _thumbnail_of(store, sha256, limit)
            except Exception as error:  # noqa: BLE001 - the S3 client raises many kinds; all of them may pass
                log.warning("thumbnail.waits", sha256=sha256, error=f"{type(error).__name__}: {error}"[:300])
                passed.add(sha256)
        store.keep(small for small in made.values() if small is not None)
        unit_of_work(partial(_record_thumbnails, store=store, made=made))
    if passed:
        raise NotRead(f"{len(passed)} pictures cannot be read now, among them {min(passed)}")


def _something_to_move() -> bool:
    store = blob_store()
    return store.remote is not None and (bool(_read(_to_move())) or bool(_left_copies(store)))


recurring(60, "core.move_blobs", when=_something_to_move)
recurring(60, "core.make_thumbnails", when=lambda: bool(_read(_to_make_small())))


def _move(remote: S3Store, store: BlobStore, sha256: str) -> None:
    path = store.path_of(sha256)
    if path.exists():
        remote.put(sha256, path)
        unit_of_work(lambda session: _record_place(session, sha256, "remote"))
        path.unlink(missing_ok=True)
        return
    place = "remote" if remote.proves(sha256) else "missing"
    if place == "missing":
        log.error("blob.missing", sha256=sha256)
    unit_of_work(lambda session: _record_place(session, sha256, place))


def _left_copies(store: BlobStore) -> list[str]:
    """Blobs that were proven in S3 and lie here all the same: the server died before it dropped them."""
    here = sorted(path.name for path in store.folder.glob("??/*"))
    columns, found = _TABLE.c, list[str]()
    for start in range(0, len(here), AT_ONCE):
        some = here[start : start + AT_ONCE]
        found += _read(select(columns.sha256).where(columns.sha256.in_(some), columns.place == "remote"))
    return found


def _thumbnail_of(store: BlobStore, sha256: str, max_pixels: int) -> Spooled | None:
    """The thumbnail; None when there is no picture that can be read.

    Raises:
        Whatever the S3 client raises when the picture lies there and the service is away.

    """
    try:
        with _picture(store, sha256) as source:
            return _decoded(sha256, source, max_pixels)
    except FileNotFoundError:
        log.warning("thumbnail.failed", sha256=sha256, error="The picture is missing")
        return None


def _picture(store: BlobStore, sha256: str) -> BinaryIO:
    """The picture, so that it can be read here and there, which a stream from S3 does not allow."""
    if store.is_local(sha256):
        return store.open(sha256)
    return io.BytesIO(store.read(sha256))


def _decoded(sha256: str, source: BinaryIO, max_pixels: int) -> Spooled | None:
    try:
        return spool_bytes(make_thumbnail(source, max_pixels))
    except Exception as error:  # noqa: BLE001 - decoders raise many kinds; the picture itself is kept in any case
        log.info("thumbnail.failed", sha256=sha256, error=f"{type(error).__name__}: {error}"[:200])
        return None


def _to_move(passed: Iterable[str] = ()) -> Any:
    columns = _TABLE.c
    return (
        select(columns.sha256)
        .where(columns.place == "local", columns.thumbnail != "wanted", columns.sha256.not_in(passed))
        .order_by(columns.created_at)
        .limit(BATCH)
    )


def _to_make_small(passed: Iterable[str] = ()) -> Any:
    columns = _TABLE.c
    wanted = columns.thumbnail == "wanted"
    return select(columns.sha256).where(wanted, columns.sha256.not_in(passed)).order_by(columns.created_at).limit(8)


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
