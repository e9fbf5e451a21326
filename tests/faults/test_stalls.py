"""Tablets whose line went dead in the middle of an upload must not keep the others out."""

from __future__ import annotations

import random
import socket
import time
from contextlib import ExitStack

import pytest

from tests.faults.conftest import NewServer
from tests.faults.records import MULTIPART, Ledger, make_record, multipart, send_until_taken

pytestmark = pytest.mark.fault


def test_uploads_that_stand_still_do_not_keep_others_out(new_server: NewServer) -> None:
    server, ledger = new_server("sqlite", threads="32").start(), Ledger()
    record = make_record(random.Random(1))
    body = multipart(record.xml, [("photo.jpg", b"x" * 200_000)])
    head = f"POST {server.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in MULTIPART.items())
    with ExitStack() as lines:
        for _ in range(30):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            line.sendall(head.encode() + b"\r\n" + body[:100_000])
        time.sleep(0.3)
        began = time.monotonic()
        assert server.alive
        ledger.offer(record)
        for files in record.posts:
            send_until_taken(server, record, files, ledger)
        assert time.monotonic() - began < 5
    assert ledger.odd_answers == []
    assert server.alive
