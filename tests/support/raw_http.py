"""Requests to a real server as no library would send them, and what every answer to a device must look like."""

from __future__ import annotations

import contextlib
import http.client
import socket

from defusedxml import ElementTree

from tests.faults.server import RealServer
from tests.support.hostile import MULTIPART

ENVELOPE = "{http://openrosa.org/http/response}OpenRosaResponse"
Answer = tuple[int, bytes, dict[str, str]]


def post(server: RealServer, body: bytes, content_type: str = MULTIPART, path: str = "", **headers: str) -> Answer:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        given["Content-Type"] = content_type.encode().decode("latin-1")
    return server.request("POST", path or server.path, body, given)


def require(answer: Answer, statuses: set[int]) -> None:
    """The status is one of these, and the body is an envelope that a device can read."""
    status, body, headers = answer
    assert status in statuses, (status, body[:500])
    assert headers["content-type"] == "text/xml; charset=utf-8"
    assert headers["x-openrosa-version"] == "1.0"
    assert ElementTree.fromstring(body).tag == ENVELOPE


def bearer(server: RealServer, persona: str = "kwanjai") -> dict[str, str]:
    return {"Authorization": f"Bearer {server.office.tokens[persona]}"}


def api(server: RealServer, rest: str = "") -> str:
    return f"/v1/projects/{server.office.workspace_id}/forms/visit/submissions{rest}"


def raw_request(
    server: RealServer, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    """A request whose path http.client would refuse to send."""
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(body)), "Connection": "close"} | (headers or {})
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return exchange(server, head.encode("latin-1") + b"\r\n" + body)


def exchange(server: RealServer, data: bytes, *, hang_up: bool = False, seconds: float = 20) -> Answer:
    """Send raw bytes on a line of their own and read what comes back; no answer is the status 0."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(data)
            if hang_up:
                line.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(line)
        try:
            answer.begin()
            content = answer.read()
        except (http.client.HTTPException, ConnectionError):
            return 0, b"", {}
        return answer.status, content, {name.lower(): value for name, value in answer.getheaders()}


def head_of(server: RealServer, *lines: str) -> bytes:
    fixed = (f"POST {server.path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {MULTIPART}", "Connection: close")
    return "\r\n".join((*fixed, *lines, "", "")).encode()
