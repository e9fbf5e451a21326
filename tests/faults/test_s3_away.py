"""S3 goes away and returns: intake goes on, evidence waits on the disk, and moves by itself when it can."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from core.database import utc_now
from core.jobs import Job
from core.storage import Blob
from tests.faults.conftest import ENGINES, NewServer
from tests.faults.records import Ledger, Load, faults_in, sha256
from tests.faults.server import RealServer
from tests.support.s3 import BUCKET, LocalS3

pytestmark = [pytest.mark.fault, pytest.mark.s3]
SECONDS_TO_MOVE = 30


@pytest.fixture
def s3() -> Iterator[LocalS3]:
    service = LocalS3()
    service.empty()
    yield service
    service.stop()


def places(server: RealServer) -> dict[str, int]:
    with server.inside() as session:
        rows = session.execute(select(Blob.place, func.count()).group_by(Blob.place)).all()
        return {row[0]: row[1] for row in rows}


def local_files(server: RealServer) -> set[str]:
    return {path.name for path in (server.folder / "blobs").glob("??/*")}


def wait_until_moved(server: RealServer) -> float:
    began = time.monotonic()
    while set(places(server)) != {"remote"} or local_files(server):
        assert time.monotonic() - began < SECONDS_TO_MOVE, (places(server), server.log()[-2000:])
        time.sleep(0.2)
    return time.monotonic() - began


def bytes_in_s3(s3: LocalS3) -> dict[str, str]:
    """Hashes of what the bucket really holds, by the hash that each object is known by."""
    return {name.rpartition("/")[2]: sha256(content_in_s3(s3, name)) for name in s3.names()}


def content_in_s3(s3: LocalS3, name: str) -> bytes:
    content: bytes = s3.client.get_object(Bucket=BUCKET, Key=name)["Body"].read()
    return content


def nothing_is_wrong(server: RealServer, ledger: Ledger) -> None:
    faults = faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))
    assert not faults, faults


@pytest.mark.parametrize("engine", ENGINES)
def test_while_s3_is_away_nobody_is_refused_and_everything_moves_when_it_returns(
    new_server: NewServer, s3: LocalS3, engine: str
) -> None:
    server = new_server(engine, **s3.variables()).start()
    load = Load(server, clients=2, seed=3).start()
    time.sleep(0.7)
    with s3.away():
        time.sleep(1.5)
        waiting = local_files(server)
        assert places(server)["local"] > 0
        # Whoever looks at a file now reads it from the disk; what moved before is out of reach with S3.
        with server.inside() as session:
            held = set(session.scalars(select(Blob.sha256).where(Blob.place == "local")))
        assert waiting & held
        assert all(sha256((server.folder / "blobs" / name[:2] / name).read_bytes()) == name for name in waiting & held)
    ledger = load.finish()
    assert (ledger.odd_answers, ledger.refused_for_now, ledger.broken_off) == ([], 0, 0)
    seconds = wait_until_moved(server)
    stored = bytes_in_s3(s3)
    assert all(name == found for name, found in stored.items())
    with server.inside() as session:
        assert set(session.scalars(select(Blob.sha256))) == set(stored)
    nothing_is_wrong(server, ledger)
    print(
        f"\n{engine}: {len(ledger.acknowledged)} records while S3 went away, {len(stored)} blobs moved after {seconds:.1f} s"
    )


def test_a_server_killed_while_it_moves_evidence_loses_none(new_server: NewServer, s3: LocalS3) -> None:
    server = new_server("sqlite", **s3.variables()).start()
    load = Load(server, clients=2, seed=5).start()
    for _ in range(3):
        time.sleep(0.6)
        server.kill()
        server.start()
    ledger = load.finish()
    assert ledger.odd_answers == []
    let_ten_minutes_pass(server)
    wait_until_moved(server)
    assert all(name == found for name, found in bytes_in_s3(s3).items())
    nothing_is_wrong(server, ledger)


def let_ten_minutes_pass(server: RealServer) -> None:
    """End the leases of workers that were killed. Without a further file nobody asks for their work before that."""
    with server.inside() as session:
        session.execute(update(Job).where(Job.state == "running").values(lease_until=utc_now()))
        session.commit()


def test_a_copy_that_a_killed_server_did_not_drop_any_more_is_dropped_by_the_next(
    new_server: NewServer, s3: LocalS3
) -> None:
    server = new_server("sqlite", **s3.variables()).start()
    load = Load(server, clients=1, seed=6).start()
    time.sleep(0.6)
    ledger = load.finish()
    wait_until_moved(server)
    server.end()
    for name in s3.names():
        # As when it was killed after S3 was proven to have the bytes, and before it dropped its own.
        sha = name.rpartition("/")[2]
        (server.folder / "blobs" / sha[:2] / sha).write_bytes(content_in_s3(s3, name))
    assert local_files(server)
    server.start()
    wait_until_moved(server)
    nothing_is_wrong(server, ledger)


def test_a_server_that_starts_while_s3_is_away_takes_records_at_once(new_server: NewServer, s3: LocalS3) -> None:
    server = new_server("sqlite", **s3.variables())
    with s3.away():
        server.start()
        load = Load(server, clients=2, seed=9).start()
        time.sleep(1)
        ledger = load.finish()
        assert (ledger.odd_answers, ledger.refused_for_now, ledger.broken_off) == ([], 0, 0)
        assert server.request("GET", "/readyz")[0] == 200
        nothing_is_wrong(server, ledger)
    wait_until_moved(server)
    nothing_is_wrong(server, ledger)
