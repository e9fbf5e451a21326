"""Records as ODK Collect sends them, what was promised about each, and what the server really holds."""

from __future__ import annotations

import hashlib
import random
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.storage import Blob, blob_store
from forms.definitions import definition
from sync.compression import decompress
from sync.models import Attachment, Quarantine, Submission, SubmissionVersion
from tests.faults.server import RealServer
from tests.support.forms import visit_instance

BOUNDARY = "----------------------------tidtam-faults"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}
_SHARED = [random.Random(number).randbytes(size) for number, size in enumerate((900, 40_000, 150_000))]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def multipart(xml: bytes, files: Iterable[tuple[str, bytes]]) -> bytes:
    """The body of one POST."""
    parts = [("xml_submission_file", "form.xml", "text/xml", xml)]
    parts += [(name, name, "image/jpeg", content) for name, content in files]
    out = bytearray()
    for name, filename, kind, data in parts:
        out += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
        out += data + b"\r\n"
    return bytes(out + f"--{BOUNDARY}--\r\n".encode())


@dataclass
class Record:
    """A record with its files and the POSTs in which they travel."""

    instance_id: str
    xml: bytes
    posts: list[list[tuple[str, bytes]]]
    hashes: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.hashes = {name: sha256(content) for name, content in self.files}

    @property
    def files(self) -> list[tuple[str, bytes]]:
        return [item for post in self.posts for item in post]

    def forget_contents(self) -> None:
        """Keep the names and hashes of files only: long runs send gigabytes."""
        self.posts = [[(name, b"") for name, _ in post] for post in self.posts]


def make_record(chance: random.Random) -> Record:
    """A record with up to two files; some of the records with files come in two POSTs."""
    files = [(f"{name}.jpg", _content(chance)) for name in ("photo", "photo2")[: chance.choice((0, 1, 1, 2, 2))]]
    answers: dict[str, Any] = {name.removesuffix(".jpg"): name for name, _ in files}
    instance_id = f"uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}"
    xml = visit_instance(instance_id, note=f"ติดตาม {chance.random()}", pupils=chance.randrange(500), **answers)
    if files and chance.random() < 0.4:
        return Record(instance_id, xml, [files[:-1], files[-1:]])
    return Record(instance_id, xml, [files])


def _content(chance: random.Random) -> bytes:
    if chance.random() < 0.1:
        # The same photo in several records at once.
        return chance.choice(_SHARED)
    return chance.randbytes(chance.choice((0, 1_500, 30_000, 60_000, 70_000, 200_000)))


@dataclass
class Ledger:
    """What was offered to the server, and what it said it has: file hashes by name, by record."""

    offered: dict[str, Record] = field(default_factory=dict)
    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)
    odd_answers: list[tuple[int, bytes]] = field(default_factory=list)
    refused_for_now: int = 0
    broken_off: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, record: Record) -> None:
        with self._lock:
            self.offered[record.instance_id] = record

    def acknowledge(self, record: Record, files: list[tuple[str, bytes]]) -> None:
        with self._lock:
            self.acknowledged.setdefault(record.instance_id, {}).update(
                {name: sha256(content) for name, content in files}
            )

    def so_far(self) -> dict[str, dict[str, str]]:
        """A copy of what is acknowledged at this moment."""
        with self._lock:
            return {name: dict(files) for name, files in self.acknowledged.items()}

    def count_files(self) -> int:
        return sum(len(files) for files in self.acknowledged.values())


class Load:
    """Client threads that send records one after another, and again whenever an answer did not come."""

    def __init__(self, server: RealServer, *, clients: int, seed: int) -> None:
        self.ledger = Ledger()
        self._server = server
        self._stopping = threading.Event()
        self._may_send = threading.Event()
        self._may_send.set()
        self._threads = [
            threading.Thread(target=self._send_until_stopped, args=(random.Random(seed * 1000 + number),), daemon=True)
            for number in range(clients)
        ]

    def start(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing new is sent meanwhile, so that a look at what is there does not fall ever further behind."""
        self._may_send.clear()
        try:
            yield
        finally:
            self._may_send.set()

    def finish(self) -> Ledger:
        """Let every client end the record it is at; the server must be up."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a client is stuck"
        return self.ledger

    def _send_until_stopped(self, chance: random.Random) -> None:
        while not self._stopping.is_set():
            record = make_record(chance)
            self.ledger.offer(record)
            for files in record.posts:
                self._send(record, files)
                if chance.random() < 0.05:
                    # Once more, as a device does whose answer was lost on the way.
                    self._send(record, files)
            record.forget_contents()

    def _send(self, record: Record, files: list[tuple[str, bytes]]) -> None:
        send_until_taken(self._server, record, files, self.ledger, self._may_send)


def send_until_taken(
    server: RealServer,
    record: Record,
    files: list[tuple[str, bytes]],
    ledger: Ledger,
    may_send: threading.Event | None = None,
) -> None:
    """Send one POST until it is answered for good, as long as `may_send` is set."""
    body = multipart(record.xml, files)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if may_send is not None and not may_send.is_set():
            may_send.wait()
            until = time.monotonic() + 60
        try:
            status, answer, headers = server.request("POST", server.path, body, MULTIPART, timeout=20)
        except (OSError, HTTPException):
            ledger.broken_off += 1
            time.sleep(0.05)
            continue
        if status == HTTPStatus.CREATED:
            ledger.acknowledge(record, files)
            return
        if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE} and "retry-after" in headers:
            ledger.refused_for_now += 1
            time.sleep(0.05)
            continue
        ledger.odd_answers.append((status, answer[:300]))
        return
    ledger.odd_answers.append((0, b"never taken"))


@dataclass
class Faults:
    """What is wrong with what the server holds; every list is empty on a sound server."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    half_stored: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.lost, self.duplicated, self.torn, self.half_stored, self.phantom))


@dataclass(frozen=True)
class _Stored:
    xml: bytes
    missing_files: int
    files: dict[str, str | None]


def faults_in(server: RealServer, ledger: Ledger, promised: dict[str, dict[str, str]], *, only_new: set[str]) -> Faults:
    """Compare the database and the folder of blobs with what was promised. Records of `only_new` are read in full."""
    faults = Faults()
    with server.inside() as session:
        _hold_still(session)
        ids = _ids(session)
        stored = {name: _read(session, ids[name]) for name in only_new & set(ids)}
        _count_doubles(session, faults)
        blobs = {row.sha256: row.size for row in session.execute(select(Blob.sha256, Blob.size))}
        faults.lost = sorted(set(promised) - set(ids))
        faults.phantom = sorted(set(ids) - set(ledger.offered))
        for name, found in stored.items():
            _compare(name, found, ledger.offered[name], promised.get(name, {}), faults)
        wanted = {sha for found in stored.values() for sha in found.files.values() if sha is not None}
        _check_blobs(wanted, blobs, faults)
    return faults


def _hold_still(session: Session) -> None:
    """Read everything as it is at one instant, since clients go on sending."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        session.connection().exec_driver_sql("BEGIN")


def _ids(session: Session) -> dict[str, int]:
    rows = session.execute(select(Submission.instance_id, Submission.id)).all()
    return {row.instance_id: row.id for row in rows}


def _count_doubles(session: Session, faults: Faults) -> None:
    records = session.scalar(select(func.count()).select_from(Submission))
    versions = session.scalar(select(func.count()).select_from(SubmissionVersion))
    entries = session.scalar(select(func.count()).where(AuditEntry.action == "submission.create"))
    if not records == versions == entries:
        faults.half_stored.append(f"{records} records, {versions} versions, {entries} audit entries")
    if kept := session.scalar(select(func.count()).select_from(Quarantine)):
        faults.duplicated.append(f"{kept} in quarantine")
    named = Attachment.submission_version_id, Attachment.name_key
    for row in session.execute(select(*named).group_by(*named).having(func.count() > 1)):
        faults.duplicated.append(f"file {row.name_key} of version {row.submission_version_id}")


def _read(session: Session, submission_id: int) -> _Stored:
    missing = session.scalar(select(Submission.missing_files).where(Submission.id == submission_id)) or 0
    version = session.scalars(select(SubmissionVersion).where(SubmissionVersion.submission_id == submission_id)).one()
    files = session.execute(
        select(Attachment.name, Attachment.blob_sha256).where(Attachment.submission_version_id == version.id)
    )
    xml = decompress(version.xml, definition(session, version.form_version_id))
    return _Stored(xml, missing, {row.name: row.blob_sha256 for row in files})


def _compare(name: str, found: _Stored, sent: Record, promised: dict[str, str], faults: Faults) -> None:
    if found.xml != sent.xml:
        faults.torn.append(f"XML of {name}")
    hashes = sent.hashes
    if set(found.files) != set(hashes):
        faults.half_stored.append(f"{name} expects {sorted(found.files)} of {sorted(hashes)}")
    faults.lost += [f"{file} of {name}" for file, sha in promised.items() if found.files.get(file) != sha]
    faults.torn += [
        f"{file} of {name}" for file, sha in found.files.items() if sha is not None and sha != hashes.get(file)
    ]
    if found.missing_files != sum(sha is None for sha in found.files.values()):
        faults.half_stored.append(f"{name} says {found.missing_files} files are missing")
    for post in sent.posts:
        there = [found.files.get(file) is not None for file, _ in post]
        # A POST is stored whole or not at all. Its record is there, so a first POST's files must be too.
        if 0 < sum(there) < len(there) or (post is sent.posts[0] and not all(there)):
            faults.half_stored.append(f"{name}: {there}")


def _check_blobs(wanted: set[str], blobs: dict[str, int], faults: Faults) -> None:
    store = blob_store()
    for sha in wanted:
        if sha not in blobs:
            faults.lost.append(f"row of blob {sha}")
            continue
        try:
            content = store.read(sha)
        except FileNotFoundError:
            faults.lost.append(f"blob {sha}")
            continue
        if sha256(content) != sha or len(content) != blobs[sha]:
            faults.torn.append(f"blob {sha}")


def torn_files(server: RealServer) -> list[str]:
    """Files in the folder of blobs whose bytes are not what their name says, also those no record names."""
    return [
        path.name
        for path in (server.folder / "blobs").glob("??/*")
        if not path.name.startswith(".") and sha256(path.read_bytes()) != path.name
    ]
