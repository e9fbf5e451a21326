"""The bytes of unfinished uploads: one file each, to which pieces are added.

How far an upload is, is the size of its file, so whatever kills the server between a write and its answer loses nothing
and doubles nothing. One request at a time writes to a file; all processes of the server see the same locks.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Problem
from core.settings import Settings
from core.storage.spool import Spooled, refusal_of_the_disk, write_all


def folder_of(settings: Settings) -> Path:
    """Where they lie: on the disk of the blobs, so that a finished one is only renamed."""
    return settings.data_dir / "uploads"


def make_file(folder: Path, upload_id: str) -> None:
    """Make the file of a new upload.

    Raises:
        Problem 507.100, 503.100: the disk does not take it.

    """
    with refusal_of_the_disk():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / upload_id).touch()


def offset(folder: Path, upload_id: str) -> int | None:
    """Bytes that arrived; None when there is no file."""
    try:
        return (folder / upload_id).stat().st_size
    except FileNotFoundError:
        return None


def drop(folder: Path, upload_id: str) -> None:
    """Forget the bytes."""
    (folder / upload_id).unlink(missing_ok=True)


PATIENCE_SECONDS, LOOK_SECONDS = 5.0, 0.02


@contextmanager
def held(folder: Path, upload_id: str) -> Iterator[int]:
    """The file's descriptor, for one request at a time.

    A request whose line broke may still be about to notice it, so the next one waits a moment.

    Raises:
        Problem 423.153: another request is writing. 404.1: the file is gone.

    """
    try:
        descriptor = os.open(folder / upload_id, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError as error:
        raise Problem("404.1") from error
    try:
        _lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise Problem("423.153", headers={"Retry-After": "1"}) from error
            time.sleep(LOOK_SECONDS)
        else:
            return


def append(descriptor: int, read: Callable[[], bytes | None], room: int) -> bool:
    """Add what a request brings, at most `room` bytes, and flush it; whether the request came to its end.

    `read` gives the next bytes, none at the end and None when the connection broke; what arrived before that is kept.

    Raises:
        Problem 413.153: more than was announced; the file is as it was. 507.100, 503.100: the disk does not take it.

    """
    before = os.fstat(descriptor).st_size
    taken, whole = 0, True
    while True:
        data = read()
        if not data:
            whole = data is not None
            break
        taken += len(data)
        if taken > room:
            os.ftruncate(descriptor, before)
            raise Problem("413.153")
        with refusal_of_the_disk():
            write_all(descriptor, data)
    with refusal_of_the_disk():
        os.fsync(descriptor)
    return whole


def spooled(folder: Path, upload_id: str) -> Spooled:
    """The whole file, for the store, with the hash that it really has."""
    path = folder / upload_id
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return Spooled(digest, path.stat().st_size, path=path)
