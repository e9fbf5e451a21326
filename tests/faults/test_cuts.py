"""The line breaks in the middle of a POST: nothing is half-stored, and sending again completes the record."""

from __future__ import annotations

import random
import re
import socket
import struct
import time
import uuid

import pytest

from tests.faults.conftest import ENGINES, NewServer
from tests.faults.records import BOUNDARY, MULTIPART, Ledger, Record, faults_in, multipart, send_until_taken
from tests.faults.server import RealServer
from tests.support.forms import visit_instance

pytestmark = pytest.mark.fault
RANDOM_CUTS = 60
FILES = [("photo.jpg", random.Random(1).randbytes(70_000)), ("photo2.jpg", b"\r\n--" + b"-" * 30 + b"\r\nsmall")]


def record_with_two_files(number: int) -> Record:
    instance_id = f"uuid:{uuid.UUID(int=number, version=4)}"
    return Record(instance_id, visit_instance(instance_id, photo="photo.jpg", photo2="photo2.jpg"), [FILES])


def offsets_of_interest(body: bytes) -> list[int]:
    """Around every boundary, every end of a part's head, the ends of the body, and some bytes anywhere."""
    found = {0, 1, 2, len(body) - 3, len(body) - 2, len(body) - 1}
    for match in re.finditer(re.escape(f"--{BOUNDARY}".encode()), body):
        found |= {match.start() - 2, match.start() - 1, match.start(), match.start() + 1}
        found |= {match.end() - 1, match.end(), match.end() + 1, match.end() + 2}
    for match in re.finditer(b"\r\n\r\n", body):
        found |= {match.start() + step for step in range(5)}
    found |= {body.index(b"<meta") if b"<meta" in body else 300, 64 * 1024, 64 * 1024 + 1}
    found |= set(random.Random(2).sample(range(len(body)), RANDOM_CUTS))
    return sorted(offset for offset in found if 0 <= offset < len(body))


def send_cut(
    server: RealServer,
    body: bytes,
    offset: int,
    *,
    reset: bool,
    path: str = "",
    headers: dict[str, str] | None = None,
) -> None:
    """Send the first bytes of a POST and break the connection off, politely or with a reset."""
    head = f"POST {path or server.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    lines = headers or MULTIPART | {"Content-Length": str(len(body))}
    head += "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head.encode() + b"\r\n" + body[:offset])
        if reset:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_post_cut_at_any_byte_leaves_nothing_and_is_completed_by_sending_it_again(
    new_server: NewServer, engine: str
) -> None:
    server = new_server(engine).start()
    ledger = Ledger()
    body = multipart(record_with_two_files(0).xml, FILES)
    cuts = offsets_of_interest(body)
    records = [record_with_two_files(number) for number in range(1, len(cuts) + 1)]
    for number, (record, offset) in enumerate(zip(records, cuts, strict=True)):
        ledger.offer(record)
        send_cut(server, multipart(record.xml, FILES), offset, reset=number % 3 == 0)
    wait_until_settled(server)
    assert stored_ids(server) == set()
    assert list((server.folder / "spool").glob("*")) == []
    assert list((server.folder / "blobs").rglob("*")) == []
    for record in records:
        send_until_taken(server, record, FILES, ledger)
    assert ledger.odd_answers == []
    assert not (faults := faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))), faults
    assert len(stored_ids(server)) == len(cuts) > 2 * RANDOM_CUTS - 20
    assert '"level":"error"' not in server.log()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_client_that_goes_before_the_answer_may_send_again(new_server: NewServer, engine: str) -> None:
    server = new_server(engine).start()
    ledger = Ledger()
    record = record_with_two_files(1)
    ledger.offer(record)
    body = multipart(record.xml, FILES)
    for number in range(6):
        send_cut(server, body, len(body), reset=bool(number % 2))
    wait_until_settled(server)
    send_until_taken(server, record, FILES, ledger)
    assert not (faults := faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))), faults
    assert stored_ids(server) == {record.instance_id}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_sent_alone_and_cut_short_is_not_taken_for_the_whole_file(new_server: NewServer, engine: str) -> None:
    server = new_server(engine).start()
    ledger = Ledger()
    record = Record("uuid:alone", visit_instance("uuid:alone", photo="photo.jpg"), [[], FILES[:1]])
    ledger.offer(record)
    send_until_taken(server, record, [], ledger)
    name, content = FILES[0]
    path = f"/v1/projects/{server.office.workspace_id}/forms/visit/submissions/uuid:alone/attachments/{name}"
    sender = {"Authorization": f"Bearer {server.office.tokens['kwanjai']}", "Content-Type": "image/jpeg"}
    for offset in (0, 1, 1000, len(content) - 1):
        given = sender | {"Content-Length": str(len(content))}
        send_cut(server, content, offset, reset=False, path=path, headers=given)
    chunk = b"%x\r\n%b\r\n" % (len(content), content)
    for offset in (9, 1000, len(chunk)):
        given = sender | {"Transfer-Encoding": "chunked"}
        send_cut(server, chunk, offset, reset=False, path=path, headers=given)
    wait_until_settled(server)
    assert list((server.folder / "blobs").rglob("*")) == []
    assert server.request("POST", path, content, sender)[0] == 200
    ledger.acknowledge(record, FILES[:1])
    assert not (faults := faults_in(server, ledger, ledger.acknowledged, only_new={"uuid:alone"})), faults


def wait_until_settled(server: RealServer) -> None:
    """Every connection that was broken off is dealt with: the server has as few as it began with."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        busy = [item for part in server.processes() for item in part.net_connections("tcp") if item.raddr]
        spooled = list((server.folder / "spool").glob("*"))
        local = [item for item in busy if item.laddr.port == server.port]
        if not local and not spooled:
            return
        time.sleep(0.05)
    raise AssertionError(f"{local} and {spooled} are left")


def stored_ids(server: RealServer) -> set[str]:
    from sqlalchemy import select

    from sync.models import Submission

    with server.inside() as session:
        return set(session.scalars(select(Submission.instance_id)))
