"""A proxy between a tablet and the server that answers chosen requests itself: with errors, with a portal's page.

The browser opens the proxy's address, so nothing in the client or the server knows of it. Every request is noted, which
lets a test count them.
"""

from __future__ import annotations

import http.client
import mimetypes
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

RECORDS = r"^/v1/projects/\d+/field/records\?"
"""Addresses of the wire, as regular expressions: handing in a record's XML; beginning a file; the bytes of one."""
FILES = r"/field/records/[^/]+/[^/]+/files(\?|$)"
UPLOADS = r"/field/uploads/"
CHANGES = r"^/v1/projects/\d+/changes"
DEVICES = r"^/v1/projects/\d+/devices/"
API = r"^/v1/"
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"}
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PORTAL = "<!doctype html><title>Free Wi-Fi</title><h1>ยินดีต้อนรับสู่ Wi-Fi ของโรงเรียน</h1><p>Accept the terms to go on."


@dataclass
class Fault:
    """An answer in the server's place."""

    path: str
    status: int
    method: str | None = None
    times: int | None = None
    """How often; None until it is ended."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    reaches: bool = False
    """The server gets the request all the same; only its answer is lost."""
    hits: int = 0
    ended: bool = False

    def fits(self, method: str, path: str) -> bool:
        """Whether this request is answered so."""
        left = not self.ended and (self.times is None or self.hits < self.times)
        return left and self.method in (None, method) and re.search(self.path, path) is not None

    def end(self) -> None:
        """From now on the server answers."""
        self.ended = True


@dataclass(frozen=True)
class Asked:
    """A request that came, the status it got, and when that was answered (seconds, monotonic)."""

    method: str
    path: str
    status: int
    at: float


@dataclass
class FaultProxy:
    """Passes requests on, unless a fault says otherwise."""

    upstream: str
    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    client_folder: Path | None = None
    """Another build of the field client, served under ``/app/`` in place of the server's."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, path: str, status: int, **options: object) -> Fault:
        """Answer requests whose path (with its query) matches `path` with `status`."""
        headers = {"Content-Type": "application/json"}
        body = b'{"code": "0", "message": "A fault of the test"}'
        fault = Fault(path, status, **({"headers": headers, "body": body} | options))  # type: ignore[arg-type]
        with self._lock:
            self.faults.append(fault)
        return fault

    def portal(self, path: str = "", status: int = 200) -> Fault:
        """Answer requests as the portal of a hotel or school does: with a page."""
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return self.fail(path, status, headers=headers, body=_PORTAL.encode())

    def fault_for(self, method: str, path: str) -> Fault | None:
        """The fault that answers this request, counted; the newest wins."""
        with self._lock:
            found = next((one for one in reversed(self.faults) if one.fits(method, path)), None)
            if found:
                found.hits += 1
            return found

    def note(self, method: str, path: str, status: int) -> None:
        """Remember a request."""
        with self._lock:
            self.asked.append(Asked(method, path, status, time.monotonic()))

    def requests(self, method: str, path: str, status: int | None = None) -> list[Asked]:
        """The requests of this kind that came until now."""
        with self._lock:
            asked = list(self.asked)
        return [
            one for one in asked if one.method == method and re.search(path, one.path) and status in (None, one.status)
        ]

    def count(self, method: str, path: str, status: int | None = None) -> int:
        """How many they are."""
        return len(self.requests(method, path, status))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: FaultProxy

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.proxy.fault_for(self.command, self.path)
        if fault:
            if fault.reaches:
                self._ask(body)
            self._answer(fault.status, list(fault.headers.items()), fault.body)
        elif (path := self._of_client()) is not None:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            self._answer(200, [("Content-Type", kind), ("Cache-Control", "no-cache")], path.read_bytes())
        else:
            self._answer(*self._ask(body))

    def _of_client(self) -> Path | None:
        folder, path = self.proxy.client_folder, urlsplit(self.path).path
        if folder is None or not path.startswith("/app/"):
            return None
        found = folder / (path.removeprefix("/app/") or "index.html")
        return found if found.is_file() else None

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        there = urlsplit(self.proxy.upstream)
        connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            connection.request(self.command, self.path, body=body or None, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except OSError:
            return 502, [], b""
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.proxy.note(self.command, self.path, status)
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        if self.command == "HEAD" and (length := dict(headers).get("Content-Length")):
            self.send_header("Content-Length", length)
        elif status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """`FaultProxy.asked` has them."""


@contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """A proxy before the server at `upstream` until the block ends."""
    proxy = FaultProxy(upstream)
    methods = {f"do_{method}": _Handler._serve for method in _METHODS}
    handler = type("Handler", (_Handler,), {"proxy": proxy} | methods)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="fault-proxy", daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
