"""The disk fills up, or refuses to let a file grow: a clear no that a device understands, and nothing half-stored."""

from __future__ import annotations

import random
import resource
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from defusedxml import ElementTree

from tests.faults.conftest import ENGINES, NewServer
from tests.faults.records import MULTIPART, Ledger, Load, Record, faults_in, multipart, send_until_taken, torn_files
from tests.faults.server import RealServer
from tests.support.forms import visit_instance
from tests.support.raw_http import ENVELOPE

pytestmark = pytest.mark.fault
KILOBYTE = 1024


@contextmanager
def no_file_larger_than(server: RealServer, size: int) -> Iterator[None]:
    """The kernel lets no file of the server grow beyond `size` bytes: the last write before it is cut short."""
    before = [(item.pid, resource.prlimit(item.pid, resource.RLIMIT_FSIZE)) for item in server.processes()]
    for pid, (_, most) in before:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        for pid, limits in before:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def record_with(*contents: bytes) -> Record:
    instance_id = f"uuid:{uuid.uuid4()}"
    files = [(f"{name}.jpg", content) for name, content in zip(("photo", "photo2"), contents, strict=False)]
    answers = {name.removesuffix(".jpg"): name for name, _ in files}
    return Record(instance_id, visit_instance(instance_id, **answers), [files])


def refused_for_now(server: RealServer, record: Record) -> None:
    status, body, headers = server.request("POST", server.path, multipart(record.xml, record.files), MULTIPART)
    assert status in {503, 507}, (status, body)
    assert int(headers["retry-after"]) > 0
    assert ElementTree.fromstring(body).tag == ENVELOPE
    assert headers["content-type"] == "text/xml; charset=utf-8"


def nothing_is_wrong(server: RealServer, ledger: Ledger) -> None:
    faults = faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))
    assert not faults, faults
    assert torn_files(server) == []
    assert list((server.folder / "spool").glob("*")) == []
    assert list((server.folder / "blobs").glob(".part-*")) == []


def taken(server: RealServer, ledger: Ledger, *records: Record) -> None:
    for record in records:
        ledger.offer(record)
        for files in record.posts:
            send_until_taken(server, record, files, ledger)
    assert ledger.odd_answers == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_disk_that_takes_only_part_of_a_file_refuses_it_and_takes_it_when_there_is_room(
    new_server: NewServer, engine: str
) -> None:
    server, ledger = new_server(engine).start(), Ledger()
    taken(server, ledger, record_with(b"before"))
    # Files end a few bytes beyond what the kernel lets a file be, so that their last write is cut short.
    large = 6_000 * KILOBYTE
    records = [record_with(random.Random(size).randbytes(size)) for size in (large + 1, large + 50, large + 70_000)]
    with no_file_larger_than(server, large):
        for record in records:
            ledger.offer(record)
            refused_for_now(server, record)
        taken(server, ledger, record_with(b"small", b"files go on"))
    nothing_is_wrong(server, ledger)
    taken(server, ledger, *records)
    nothing_is_wrong(server, ledger)
    assert set(ledger.offered) == set(ledger.acknowledged)


def test_a_small_file_is_not_cut_short_either(new_server: NewServer) -> None:
    # On PostgreSQL, whose own files are another process's, the limit can be smaller than any file.
    server, ledger = new_server("postgresql").start(), Ledger()
    taken(server, ledger, record_with(b"before"))
    records = [record_with(random.Random(size).randbytes(size)) for size in (1_001, 5_000, 60_000, 70_000)]
    with no_file_larger_than(server, 1_000):
        for record in records:
            ledger.offer(record)
            refused_for_now(server, record)
        nothing_is_wrong(server, ledger)
        taken(server, ledger, record_with(b"x" * 1_000))
    taken(server, ledger, *records)
    nothing_is_wrong(server, ledger)


def test_a_database_that_cannot_grow_refuses_and_goes_on_when_it_can(new_server: NewServer) -> None:
    server, ledger = new_server("sqlite").start(), Ledger()
    taken(server, ledger, record_with(b"before"))
    record = record_with()
    ledger.offer(record)
    with no_file_larger_than(server, 0):
        for _ in range(5):
            refused_for_now(server, record)
        assert server.alive
        assert server.request("HEAD", server.path)[0] == 204
    taken(server, ledger, record)
    nothing_is_wrong(server, ledger)
    assert '"level":"error"' not in server.log()


@pytest.mark.parametrize("engine", ENGINES)
def test_under_load_a_disk_that_fills_up_five_times_costs_nobody_a_record(new_server: NewServer, engine: str) -> None:
    server = new_server(engine).start()
    load = Load(server, clients=4, seed=7).start()
    chance = random.Random(11)
    for _ in range(5):
        time.sleep(0.3)
        with no_file_larger_than(server, chance.choice((0, 1_000, 50_000, 150_000))):
            time.sleep(0.3)
    time.sleep(0.3)
    ledger = load.finish()
    assert ledger.odd_answers == []
    assert ledger.refused_for_now > 0
    assert ledger.broken_off == 0
    nothing_is_wrong(server, ledger)
    assert set(ledger.offered) == set(ledger.acknowledged)
    print(
        f"\n{engine}: 5 full disks, {len(ledger.acknowledged)} records, {ledger.refused_for_now} refused for now, 0 lost"
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_below_the_floor_of_free_space_records_are_refused_and_taken_again_above_it(
    new_server: NewServer, engine: str
) -> None:
    server, ledger = new_server(engine, min_free_bytes=str(2**60)).start_unready(), Ledger()
    record = record_with(b"photo")
    ledger.offer(record)
    status, _, headers = server.request("POST", server.path, multipart(record.xml, record.files), MULTIPART)
    assert (status, headers["retry-after"]) == (507, "600")
    refused_for_now(server, record)
    assert server.request("HEAD", server.path)[0] == 204
    assert server.request("GET", "/readyz")[0] == 503
    nothing_is_wrong(server, ledger)
    server.stop()
    server.settings["min_free_bytes"] = "0"
    server.start()
    taken(server, ledger, record)
    nothing_is_wrong(server, ledger)
