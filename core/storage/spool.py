"""The spool: bytes on their way in. A spooled part is either small and in memory, or in a file of the spool folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.errors import Problem

IN_MEMORY = 64 * 1024


@dataclass
class Spooled:
    """Bytes received, with their SHA-256 and size. `data` holds them when small, else `path` does."""

    sha256: str
    size: int
    data: bytes | None = None
    path: Path | None = None

    def read(self) -> bytes:
        """All the bytes."""
        if self.data is not None:
            return self.data
        assert self.path is not None
        return self.path.read_bytes()

    def discard(self) -> None:
        """Forget the bytes; does nothing once they were moved into the store."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


class SpoolWriter:
    """Takes bytes as they arrive; at most `IN_MEMORY` of them are ever held in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hash = hashlib.sha256()
        self._held = bytearray()
        self._descriptor: int | None = None
        self._path: Path | None = None
        self.size = 0

    def write(self, data: bytes | bytearray) -> None:
        """Take some bytes."""
        self._hash.update(data)
        self.size += len(data)
        if self._descriptor is None:
            self._held += data
            if len(self._held) > IN_MEMORY:
                self._open_file()
            return
        os.write(self._descriptor, data)

    def finish(self) -> Spooled:
        """Everything has arrived."""
        if self._descriptor is None:
            return Spooled(self._hash.hexdigest(), self.size, data=bytes(self._held))
        os.close(self._descriptor)
        self._descriptor = None
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
        os.write(self._descriptor, self._held)
        self._held = bytearray()


def spool_bytes(data: bytes) -> Spooled:
    """Bytes that are in memory already, as if they had arrived."""
    return Spooled(hashlib.sha256(data).hexdigest(), len(data), data=data)


def require_free_space(folder: Path, floor: int) -> None:
    """Refuse early when the disk is nearly full.

    Raises:
        Problem 507.100: fewer than `floor` bytes are free.

    """
    existing = folder
    while not existing.exists():
        existing = existing.parent
    if shutil.disk_usage(existing).free < floor:
        raise Problem("507.100", headers={"Retry-After": "600"})
