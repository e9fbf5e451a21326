"""Multipart bodies, streamed: each part is hashed while it arrives and lies on the disk unless it is small.

Nothing of a part is held in memory beyond `core.storage.spool.IN_MEMORY` bytes, and of all parts together little more
than `HELD_IN_MEMORY`, whatever the size of the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import Request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from core.errors import Problem
from core.storage.spool import IN_MEMORY, Spooled, SpoolWriter

READ = 64 * 1024
MAX_PARTS = 1000
MAX_HEAD = 64 * 1024
"""Longest head of a part, and longest text before the first part or after the last, in bytes."""
HELD_IN_MEMORY = 1024 * 1024
_LINE_END = re.compile(rb"--[^\S\n\r]*(?:\r\n|\n|\r)?|[^\S\n\r]*(?:\r\n|\n|\r)")
"""What may follow a boundary; two hyphens say that it is the last."""
_MEDIA_TYPE = re.compile(r"[a-z0-9.+_-]{1,60}/[a-z0-9.+_-]{1,100}")


@dataclass
class Part:
    """One part of a body. `filename` is empty for a plain field."""

    name: str
    filename: str
    media_type: str
    content: Spooled


@contextmanager
def multipart_parts(request: Request, *, spool: Path, max_bytes: int) -> Iterator[list[Part]]:
    """The parts of a request; whatever was not moved into the store is discarded at the end.

    Raises:
        Problem 413.100: larger than `max_bytes`. 415.100: not multipart. 400.104: cut off or not readable.

    """
    parts: list[Part] = []
    try:
        _read_parts(request, spool, max_bytes, parts)
        yield parts
    finally:
        for part in parts:
            part.content.discard()


@contextmanager
def raw_body(request: Request, *, spool: Path, max_bytes: int) -> Iterator[Spooled]:
    """The whole body as one file; discarded at the end unless it was moved into the store.

    Raises:
        Problem 413.100: larger than `max_bytes`. 411.1: sent without its length. 400.104: cut off.

    """
    if "Transfer-Encoding" in request.headers:
        # A body in chunks that breaks off looks like one that is complete.
        raise Problem("411.1")
    length = request.content_length or 0
    if length > max_bytes:
        raise Problem("413.100", limit=max_bytes)
    content = _whole(request.stream, SpoolWriter(spool))
    try:
        if content.size != length:
            raise Problem("400.104")
        yield content
    finally:
        content.discard()


def _whole(stream: IO[bytes], writer: SpoolWriter) -> Spooled:
    try:
        while data := stream.read(READ):
            writer.write(data)
        return writer.finish()
    except BaseException as error:
        writer.abandon()
        if isinstance(error, ClientDisconnected | OSError):
            raise Problem("400.104") from error
        raise


def _read_parts(request: Request, spool: Path, max_bytes: int, parts: list[Part]) -> None:
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise Problem("415.100", given=request.mimetype or "-", expected="multipart/form-data")
    if request.content_length is not None and request.content_length > max_bytes:
        raise Problem("413.100", limit=max_bytes)
    decoder = _Decoder(boundary.encode("latin-1", "replace"))
    reader = _PartReader(spool, parts)
    try:
        received = _feed(decoder, reader, request.stream, max_bytes)
        if request.content_length not in {None, received}:
            raise Problem("400.104")
    except (ValueError, OSError, ClientDisconnected) as error:
        raise Problem("400.104") from error
    finally:
        reader.close()


def _feed(decoder: MultipartDecoder, reader: _PartReader, stream: IO[bytes], max_bytes: int) -> int:
    """Read the stream to its end; the number of bytes it had."""
    received = 0
    ended = False
    while not ended:
        data = stream.read(READ)
        received += len(data)
        if received > max_bytes:
            raise Problem("413.100", limit=max_bytes)
        # The decoder takes None for the end of the body, and then complains about anything unfinished.
        decoder.receive_data(data or None)
        event = decoder.next_event()
        while not isinstance(event, NeedData | Epilogue):
            reader.take(event)
            event = decoder.next_event()
        ended = isinstance(event, Epilogue)
        if len(decoder.buffer) > MAX_HEAD + READ or (not data and not ended):
            raise Problem("400.104")
    return received


class _Decoder(MultipartDecoder):
    """Werkzeug's decoder, without the two regular expressions that it compiles for every boundary.

    Every POST of a tablet has a boundary of its own, and compiling costs more CPU time than storing the record.
    """

    def __init__(self, boundary: bytes) -> None:
        super().__init__(b"", max_form_memory_size=None, max_parts=MAX_PARTS)
        self.boundary = boundary
        self.preamble_re = _Delimiter(boundary, after_line_break=False)  # type: ignore[assignment]  # it searches alike
        self.boundary_re = _Delimiter(boundary, after_line_break=True)  # type: ignore[assignment]


class _Delimiter:
    """Finds boundary lines as the decoder's regular expressions do; the first may stand at the very beginning."""

    def __init__(self, boundary: bytes, *, after_line_break: bool) -> None:
        self._marker = b"--" + boundary
        self._after_line_break = after_line_break

    def search(self, data: bytearray, position: int = 0) -> _Found | None:
        """The first boundary line at or after a position."""
        while (at := data.find(self._marker, position)) >= 0:
            position = at + 1
            tail = _LINE_END.match(data, at + len(self._marker))
            begin = at - _length_of_line_break(data, at)
            if tail is not None and (begin < at or not self._after_line_break):
                return _Found(begin, tail.end(), tail.group())
        return None


class _Found:
    """A boundary line, as the decoder asks a match of its regular expression."""

    def __init__(self, start: int, end: int, tail: bytes) -> None:
        self._start, self._end, self._tail = start, end, tail

    def start(self) -> int:
        """Where the line break before it begins."""
        return self._start

    def end(self) -> int:
        """Where what follows it begins."""
        return self._end

    def group(self, _number: int) -> bytes:
        """What stands after the boundary."""
        return self._tail


def _length_of_line_break(data: bytearray, end: int) -> int:
    """Bytes of the line break that ends before `end`; 0 when there is none."""
    before = bytes(data[max(0, end - 2) : end])
    return 2 if before == b"\r\n" else int(before.endswith((b"\r", b"\n")))


class _PartReader:
    """Builds parts from the decoder's events."""

    def __init__(self, spool: Path, parts: list[Part]) -> None:
        self._spool = spool
        self._parts = parts
        self._head: Field | File | None = None
        self._writer: SpoolWriter | None = None
        self._held = 0

    def take(self, event: object) -> None:
        """One event of the decoder."""
        if isinstance(event, Field | File):
            self._head = event
            self._writer = SpoolWriter(self._spool, IN_MEMORY if self._held < HELD_IN_MEMORY else 0)
        elif isinstance(event, Data):
            assert self._writer is not None
            assert self._head is not None
            self._writer.write(event.data)
            if not event.more_data:
                content = self._writer.finish()
                self._held += len(content.data or b"")
                self._parts.append(_part(self._head, content))
                self._writer = None

    def close(self) -> None:
        """Drop a part that never came to its end."""
        if self._writer is not None:
            self._writer.abandon()


def _part(head: Field | File, content: Spooled) -> Part:
    media_type = head.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Part(
        name=head.name or "",
        filename=head.filename if isinstance(head, File) else "",
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream",
        content=content,
    )
