"""A ZIP archive as a stream: bytes leave as soon as they are written, and nothing but the table of contents is kept."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

PACKED_ALREADY = ("image/", "video/", "audio/", "application/zip", "application/pdf", "application/vnd.openxmlformats")
_LEVEL, _NOT_AT_ALL = 3, 0
LARGE = 2 * 1024**3


@dataclass(frozen=True)
class Entry:
    """A file of the archive. `large` says that it may come near 4 GiB, for which its head must be another one."""

    name: str
    content: Iterable[bytes]
    written_at: dt.datetime
    media_type: str = "text/csv"
    large: bool = False

    def info(self) -> zipfile.ZipInfo:
        """The entry's head; pictures are taken as they are, since packing them again gains nothing."""
        year = min(max(self.written_at.year, 1980), 2107)
        moment = (year, *self.written_at.timetuple()[1:6])
        info = zipfile.ZipInfo(self.name, moment)
        # Stored without packing, but by the method that readers of streams expect.
        info.compress_type = zipfile.ZIP_DEFLATED
        return info

    @property
    def level(self) -> int:
        """How hard to pack."""
        return _NOT_AT_ALL if self.media_type.startswith(PACKED_ALREADY) else _LEVEL


class _Outlet(io.RawIOBase):
    """Where the archive writes; cannot seek. `take` hands over what was written since the last time."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


class ZipStream:
    """An archive that is written while it is read. `entries` may ask for `names` of what is in it already."""

    def __init__(self) -> None:
        self._outlet = _Outlet()
        self._archive = zipfile.ZipFile(self._outlet, "w", allowZip64=True)

    @property
    def names(self) -> Iterable[str]:
        """Names of the entries so far; a test of membership is quick."""
        return self._archive.NameToInfo.keys()

    def stream(self, entries: Generator[Entry]) -> Iterator[bytes]:
        """The archive's bytes, piece by piece. Whoever stops reading closes what the entries have open."""
        with self._archive, closing(entries):
            for entry in entries:
                yield from self._entry(entry)
        yield self._outlet.take()

    def _entry(self, entry: Entry) -> Iterator[bytes]:
        info = entry.info()
        info._compresslevel = entry.level  # type: ignore[attr-defined]  # noqa: SLF001 - has no other way before 3.13
        with self._archive.open(info, "w", force_zip64=entry.large) as target:
            for piece in entry.content:
                target.write(piece)
                if packed := self._outlet.take():
                    yield packed
        if packed := self._outlet.take():
            yield packed
