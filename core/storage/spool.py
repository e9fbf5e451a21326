"""The spool: bytes on their way in. A spooled part is either small and in memory, or in a file of the spool folder."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import Problem, StorageBusy

IN_MEMORY = 64 * 1024
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass
class Spooled:
    """Bytes received, with their SHA-256 and size. `data` holds them when small, else `path` does.

    `stored` says that the store has them, and `path` is its file then.
    """

    sha256: str
    size: int
    data: bytes | None = None
    path: Path | None = None
    stored: bool = False

    def read(self) -> bytes:
        """All the bytes."""
        if self.data is not None:
            return self.data
        assert self.path is not None
        return self.path.read_bytes()

    def discard(self) -> None:
        """Forget the bytes; does nothing once they were moved into the store."""
        if self.path is not None and not self.stored:
            self.path.unlink(missing_ok=True)

    def hand_over(self, target: Path) -> None:
        """The store holds the bytes at `target` now; a spooled file that is still there is a copy, and goes."""
        if self.path is not None:
            self.discard()
            self.path = target
        self.stored = True


class SpoolWriter:
    """Takes bytes as they arrive; at most `in_memory` of them are ever held in memory."""

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder
        self._in_memory = in_memory
        self._hash = hashlib.sha256()
        self._held = bytearray()
        self._descriptor: int | None = None
        self._path: Path | None = None
        self.size = 0

    def write(self, data: bytes | bytearray) -> None:
        """Take some bytes.

        Raises:
            Problem 507.100, 503.100: the disk does not take them.

        """
        self._hash.update(data)
        self.size += len(data)
        with refusal_of_the_disk():
            if self._descriptor is not None:
                write_all(self._descriptor, data)
                return
            self._held += data
            if len(self._held) > self._in_memory:
                self._open_file()

    def finish(self) -> Spooled:
        """Everything has arrived.

        Raises:
            Problem 507.100, 503.100: the disk did not take it.

        """
        if self._descriptor is None:
            return Spooled(self._hash.hexdigest(), self.size, data=bytes(self._held))
        descriptor, self._descriptor = self._descriptor, None
        with refusal_of_the_disk():
            os.close(descriptor)
        return Spooled(self._hash.hexdigest(), self.size, path=self._path)

    def abandon(self) -> None:
        """What arrived is of no use."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _open_file(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._descriptor, name = tempfile.mkstemp(dir=self._folder, prefix="part-")
        self._path = Path(name)
        write_all(self._descriptor, self._held)
        self._held = bytearray()


def write_all(descriptor: int, data: bytes | bytearray) -> None:
    """Write every byte. A disk that fills up takes the first of them and says so only when asked to take the rest."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


@contextmanager
def refusal_of_the_disk() -> Iterator[None]:
    """Say to the client what the disk says to us.

    Raises:
        Problem 507.100: there is no room. 503.100: it cannot be written for another reason.

    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Problem("507.100", headers={"Retry-After": "600"}) from error
        raise StorageBusy from error


def spool_bytes(data: bytes) -> Spooled:
    """Bytes that are in memory already, as if they had arrived."""
    return Spooled(hashlib.sha256(data).hexdigest(), len(data), data=data)


def require_free_space(folder: Path, floor: int) -> None:
    """Refuse early when the disk is nearly full.

    Raises:
        Problem 507.100: fewer than `floor` bytes are free.

    """
    try:
        free = shutil.disk_usage(folder).free
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    if free < floor:
        raise Problem("507.100", headers={"Retry-After": "600"})
