"""Lengths that lie, and bodies that are too large: refused without taking memory."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import socket
import threading
from typing import Self

import psutil
import pytest

from tests.faults.server import RealServer
from tests.support import hostile
from tests.support.hostile import body_of, file_part, record, xml_part
from tests.support.raw_http import api, exchange, head_of, post, require

MEBIBYTE = 1024 * 1024


def test_a_length_that_lies_is_noticed(server: RealServer) -> None:
    body = body_of(xml_part(record(instance="uuid:length").encode()))
    for lie in ("-1", "abc", "1e3", "99999999999999999999999", f"{len(body)}, {len(body) + 1}"):
        status = exchange(server, head_of(server, f"Content-Length: {lie}") + body)[0]
        assert status == 0 or 400 <= status < 500, lie
    require(exchange(server, head_of(server, f"Content-Length: {len(body) - 30}") + body), {400})
    short = exchange(server, head_of(server, f"Content-Length: {len(body) + 30}") + body, hang_up=True)
    assert short[0] in {0, 400}
    assert exchange(server, head_of(server) + body)[0] in {400, 411}
    require(exchange(server, head_of(server, f"Content-Length: {len(body)}") + body), {201})


def test_a_body_in_chunks_without_a_length_is_taken(server: RealServer) -> None:
    body = body_of(
        xml_part(record(instance="uuid:chunks").encode()), file_part('name="a"; filename="a"', b"x" * 90_000)
    )
    pieces = [body[first : first + 7_000] for first in range(0, len(body), 7_000)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    require(exchange(server, head_of(server, "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n"), {201})
    first = b"%x\r\n%b\r\n" % (7_000, body[:7_000])
    require(exchange(server, head_of(server, "Transfer-Encoding: chunked") + first + b"zz\r\n"), {400})
    require(exchange(server, head_of(server, "Transfer-Encoding: chunked") + first, hang_up=True), {400})
    both = exchange(server, head_of(server, "Transfer-Encoding: chunked", "Content-Length: 5") + chunks + b"0\r\n\r\n")
    assert both[0] < 500


def test_a_file_in_chunks_to_the_api_is_asked_for_its_length(server: RealServer) -> None:
    head = (
        f"POST {api(server, '/uuid:chunks/attachments/x.jpg')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {server.office.tokens['kwanjai']}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert exchange(server, head.encode() + b"3\r\nabc\r\n0\r\n\r\n")[0] == 411


class _Watch:
    """The most memory of the server while a block runs, in bytes above what it had before."""

    def __init__(self, server: RealServer) -> None:
        self._server = server
        self._done = threading.Event()
        self.extra = 0

    def __enter__(self) -> Self:
        self._before = self._server.memory()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while not self._done.wait(0.005):
                self.extra = max(self.extra, self._server.memory() - self._before)


def _send_large(server: RealServer, size: int, *, length: bool) -> tuple[int, bytes]:
    """One file of `size` bytes, made while it is sent; stops when an answer comes."""
    first = body_of(xml_part(record(instance=f"uuid:large-{size}").encode()), end=b"")
    first += b"--" + hostile.BOUNDARY + b'\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
    last = b"\r\n--" + hostile.BOUNDARY + b"--\r\n"
    total = len(first) + size + len(last)
    piece = random.Random(1).randbytes(MEBIBYTE)
    pieces = [first, *[piece] * (size // MEBIBYTE), last]
    if not length:
        pieces = [b"%x\r\n%b\r\n" % (len(data), data) for data in pieces] + [b"0\r\n\r\n"]
    framing = f"Content-Length: {total}" if length else "Transfer-Encoding: chunked"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(head_of(server, framing))
        with contextlib.suppress(ConnectionError):
            for data in pieces:
                line.sendall(data)
        answer = http.client.HTTPResponse(line)
        try:
            answer.begin()
            return answer.status, answer.read()
        except ConnectionError:
            return 0, b""


@pytest.mark.parametrize("length", [True, False])
def test_a_body_of_150_mb_is_refused_without_taking_memory(server: RealServer, length: bool) -> None:
    post(server, body_of(xml_part(record(instance="uuid:warm").encode())))
    with _Watch(server) as watch:
        status, body = _send_large(server, 150 * MEBIBYTE, length=length)
    # A client that goes on sending may see the line break instead of the answer.
    assert status in {413, 0}, body[:300]
    assert watch.extra < 20_000_000
    print(f"\n150 MB {'with' if length else 'without'} a length: {status}, {watch.extra / 1e6:.1f} MB extra")
    assert list((server.folder / "spool").glob("*")) == []


def test_a_client_that_waits_for_leave_to_send_150_mb_reads_413(server: RealServer) -> None:
    require(exchange(server, head_of(server, f"Content-Length: {150 * MEBIBYTE}", "Expect: 100-continue")), {413})
    require(exchange(server, head_of(server, f"Content-Length: {150 * MEBIBYTE}")), {413})


def test_a_file_of_90_mb_is_taken_without_taking_memory(server: RealServer) -> None:
    with _Watch(server) as watch:
        status, body = _send_large(server, 90 * MEBIBYTE, length=True)
    assert status == 201, body[:300]
    assert watch.extra < 20_000_000
    print(f"\n90 MB taken, {watch.extra / 1e6:.1f} MB extra")


def test_a_thousand_small_files_in_one_post_take_little_memory(server: RealServer) -> None:
    files = [file_part(f'name="f{number}"; filename="f{number}"', os.urandom(60_000)) for number in range(990)]
    body = body_of(xml_part(record(instance="uuid:thousand").encode()), *files)
    with _Watch(server) as watch:
        require(post(server, body), {201})
    assert watch.extra < 30_000_000
    print(f"\n990 files of 60 kB: {watch.extra / 1e6:.1f} MB extra")
