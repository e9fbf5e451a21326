"""A large file in pieces to a server that is killed, over a line that breaks: the very bytes, and few of them twice."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import random
import socket
import threading

import pytest
from sqlalchemy import func, select

from sync.field.models import Upload
from sync.models import Attachment
from tests.faults.conftest import ENGINES, NewServer
from tests.faults.server import RealServer
from tests.support.forms import visit_instance
from tests.support.raw_http import bearer
from tests.support.tus import PIECE, TUS, metadata

pytestmark = pytest.mark.fault
ID = "uuid:41111111-1111-4111-8111-111111111111"
CHUNK = 1024 * 1024
LENGTH = 50 * CHUNK
MOST_TWICE = 1.10


class Sender:
    """Sends a file as the field client does, and counts the bytes that went out."""

    def __init__(self, server: RealServer, content: bytes) -> None:
        self.server, self.content, self.sent = server, content, 0
        self.chance = random.Random(7)
        place = f"/v1/projects/{server.office.workspace_id}/field/records"
        xml = visit_instance(ID, photo="film.mp4")
        status, body, _ = server.request("POST", place, xml, {**bearer(server), "Content-Type": "application/xml"})
        assert status == 200, body
        announced = {
            **bearer(server), **TUS, "Upload-Length": str(len(content)),
            "Upload-Metadata": metadata("film.mp4", content, "video/mp4"),
        }  # fmt: skip
        status, _, headers = server.request("POST", f"{place}/visit/{ID}/files", b"", announced)
        assert status == 201
        self.receipt, self.upload = f"{place}/visit/{ID}", headers["location"]

    def offset(self) -> int:
        status, _, headers = self.server.request("HEAD", self.upload, b"", {**bearer(self.server), **TUS})
        assert status == 200
        return int(headers["upload-offset"])

    def piece(self, offset: int, *, cut: int | None = None) -> None:
        """One piece; with `cut` the line breaks after so many bytes of it."""
        body = self.content[offset : offset + CHUNK]
        headers = {**bearer(self.server), **PIECE, "Upload-Offset": str(offset)}
        if cut is None:
            self.sent += len(body)
            # The server may begin with a request that was cut off only now; then it is further than it said, and hangs up.
            with contextlib.suppress(ConnectionError, http.client.HTTPException):
                status, answer, _ = self.server.request("PATCH", self.upload, body, headers)
                assert status in {204, 409}, answer
            return
        lines = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
        head = f"PATCH {self.upload} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as line:
            line.sendall(head.encode() + b"\r\n" + body[:cut])
        self.sent += cut


def require_whole(server: RealServer, content: bytes) -> None:
    with server.inside() as session:
        stored = session.scalars(select(Attachment)).one()
        assert stored.blob_sha256 == hashlib.sha256(content).hexdigest()
        assert session.scalar(select(func.count()).select_from(Upload).where(Upload.finished_at.is_(None))) == 0
    blob = server.folder / "blobs" / stored.blob_sha256[:2] / stored.blob_sha256
    assert hashlib.sha256(blob.read_bytes()).hexdigest() == stored.blob_sha256
    assert not list((server.folder / "uploads").glob("*"))


def test_fifty_megabytes_over_a_line_that_breaks_cost_little_more(new_server: NewServer) -> None:
    server = new_server("sqlite").start()
    content = random.Random(3).randbytes(LENGTH)
    sender = Sender(server, content)
    before = server.memory()
    while (offset := sender.offset()) < LENGTH:
        # About every tenth piece is cut.
        cut = sender.chance.randrange(CHUNK) if sender.chance.random() < 0.05 else None
        sender.piece(offset, cut=cut)
    require_whole(server, content)
    assert sender.sent <= MOST_TWICE * LENGTH
    assert server.memory() < before + 60 * 1024 * 1024


@pytest.mark.parametrize("engine", ENGINES)
def test_a_server_killed_again_and_again_while_a_file_comes_in_loses_and_doubles_nothing(
    new_server: NewServer, engine: str
) -> None:
    server = new_server(engine).start()
    content = random.Random(4).randbytes(12 * CHUNK + 12_345)
    sender = Sender(server, content)
    kills = 0
    while (offset := sender.offset()) < len(content):
        if kills < 6 and sender.chance.random() < 0.6:
            kills += 1
            killer = threading.Timer(sender.chance.random() * 0.05, server.kill)
            killer.start()
            with contextlib.suppress(OSError):
                sender.piece(offset)
            killer.join()
            server.start()
        else:
            sender.piece(offset)
    assert kills
    sender.offset()
    require_whole(server, content)
