"""A few records at a time, however many arrive.

A server process runs one thread of Python at a time. Eight threads that each want it for every step of a record hand it
to and fro, and a record costs up to a sixth more than where two take turns (`tests/benchmarks/intake`). The other
threads are there for what takes long outside of Python: slow networks, large files, pages. So a small record is read
whole first, however slowly it comes, and then waits for its turn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any

AT_ONCE = 2
MOST_BYTES = 64 * 1024
PATIENCE_SECONDS = 1.0
"""Whoever waited so long goes on: those before it wait for something else than Python."""
_RECORDS = re.compile(r"/v1/projects/[0-9]{1,18}/(submission|field/records)")

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class InTurn:
    """WSGI middleware that lets small records in by turns; everything else passes."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app
        self._turns = BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        if not _is_small_record(environ):
            return self._app(environ, start_response)
        environ["wsgi.input"] = io.BytesIO(_read(environ["wsgi.input"], int(environ["CONTENT_LENGTH"])))
        has_turn = self._turns.acquire(timeout=PATIENCE_SECONDS)
        try:
            return self._app(environ, start_response)
        finally:
            if has_turn:
                self._turns.release()


def _is_small_record(environ: dict[str, Any]) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and length.isascii()
        and length.isdigit()
        and len(length) <= len(str(MOST_BYTES))
        and 0 < int(length) <= MOST_BYTES
        and _RECORDS.fullmatch(environ.get("PATH_INFO", "")) is not None
    )


def _read(stream: Any, length: int) -> bytes:
    """The body, or as much of it as came before the connection broke: the application sees that it is too short."""
    parts: list[bytes] = []
    left = length
    try:
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except OSError:
        pass
    return b"".join(parts)
