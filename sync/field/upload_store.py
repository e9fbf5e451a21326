"""The bytes of unfinished uploads: one file each, to which pieces are added.

How far an upload is, is the size of its file, so whatever kills the server between a write and its answer loses nothing
and doubles nothing. One request at a time writes to a file; all processes of the server see the same locks.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Problem
from core.settings import Settings
from core.storage.spool import Spooled, refusal_of_the_disk, write_all
from core.storage.store import flush_folder


def folder_of(settings: Settings) -> Path:
    """Where they lie: on the disk of the blobs, so that a finished one is only renamed."""
    return settings.data_dir / "uploads"


def make_file(folder: Path, upload_id: str) -> None:
    """Make the file of a new upload, and flush the folder that names it.

    Raises:
        Problem 507.100, 503.100: the disk does not take it.

    """
    with refusal_of_the_disk():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / upload_id).touch()
        flush_folder(folder)


def size_of(descriptor: int) -> int:
    """Bytes that arrived."""
    return os.fstat(descriptor).st_size


def drop(folder: Path, upload_id: str) -> None:
    """Forget the bytes."""
    (folder / upload_id).unlink(missing_ok=True)


def untouched(folder: Path, seconds: float) -> list[str]:
    """Names of files to which nothing was added for so long."""
    before = time.time() - seconds
    found = []
    for path in folder.glob("*"):
        try:
            if path.stat().st_mtime < before:
                found.append(path.name)
        except FileNotFoundError:
            # It became whole a moment ago.
            continue
    return found


_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})
"""What disks say that cannot give a file two names."""
PATIENCE_SECONDS, LOOK_SECONDS = 5.0, 0.02


@contextmanager
def held(folder: Path, upload_id: str) -> Iterator[int]:
    """The file's descriptor, for one request at a time.

    A request whose line broke may still be about to notice it, so the next one waits a moment.

    Raises:
        Problem 423.153: another request is writing. FileNotFoundError: the file is gone.

    """
    descriptor = os.open(folder / upload_id, os.O_RDWR | os.O_APPEND)
    try:
        _lock(descriptor)
        # Whoever held it before may have taken the file away.
        (folder / upload_id).stat()
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
    before = size_of(descriptor)
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
    """The whole file, for the store, with the hash that it really has.

    It is given under a second name, which the store takes away. The first stays until the record has the file: so there
    are bytes as long as the upload is not finished, and whether they came is never guessed.

    Raises:
        Problem 507.100, 503.100: the disk does not take it.

    """
    path, second = folder / upload_id, folder / f"{upload_id}.whole"
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    with refusal_of_the_disk():
        second.unlink(missing_ok=True)
        try:
            os.link(path, second)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            shutil.copyfile(path, second)
    return Spooled(digest, path.stat().st_size, path=second)
