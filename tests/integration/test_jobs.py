"""Background work: asked for in the transaction that causes it, done once, tried again, never stranded."""

from __future__ import annotations

import ast
import datetime as dt
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from core import jobs
from core.database import utc_now
from core.jobs import Job, ask_for_recurring, claim_next, enqueue, run_claimed, run_pending
from core.storage import Blob, blob_store, spool_bytes
from core.transaction import reading, unit_of_work
from core.worker import work_until

ROOT = Path(__file__).resolve().parents[2]


class Deeds:
    """Jobs of this test, and what they did."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []
        self.fails = False
        self.takes = 0.0
        self._lock = threading.Lock()

    def __call__(self, payload: dict[str, Any]) -> None:
        time.sleep(self.takes)
        with self._lock:
            self.done.append(payload)
        if self.fails:
            raise RuntimeError("the printer is on fire")


@pytest.fixture
def deeds(app: Flask) -> Iterator[Deeds]:
    deeds = Deeds()
    jobs.job("test.deed")(deeds)
    yield deeds
    jobs.registry.pop("test.deed", None)
    jobs.recurring_jobs.pop("test.deed", None)


def ask(name: str = "test.deed", **options: Any) -> None:
    unit_of_work(lambda session: enqueue(session, name, **options))


def rows() -> list[Job]:
    session = reading()
    session.expire_all()
    return list(session.scalars(select(Job).order_by(Job.id)))


def change_jobs(**values: Any) -> None:
    unit_of_work(lambda session: session.execute(update(Job).values(**values)))


def a_moment_ago() -> dt.datetime:
    return utc_now() - dt.timedelta(seconds=1)


def test_a_job_is_done_with_its_payload_and_is_gone(deeds: Deeds) -> None:
    ask(payload={"form": 7, "name": "แบบติดตาม"})
    assert run_pending() == 1
    assert deeds.done == [{"form": 7, "name": "แบบติดตาม"}]
    assert rows() == []


def test_a_job_is_rolled_back_with_the_work_that_asked_for_it(deeds: Deeds) -> None:
    def work(session: Any) -> None:
        enqueue(session, "test.deed")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        unit_of_work(work)
    assert rows() == []
    assert run_pending() == 0


def test_jobs_are_done_in_the_order_they_were_asked_for_and_not_before_their_time(deeds: Deeds) -> None:
    for number in range(3):
        ask(payload={"number": number})
    ask(payload={"number": 3}, run_after=utc_now() + dt.timedelta(hours=1))
    run_pending()
    assert [payload["number"] for payload in deeds.done] == [0, 1, 2]
    assert len(rows()) == 1


def test_two_workers_do_each_job_once(app: Flask, deeds: Deeds) -> None:
    for number in range(40):
        ask(payload={"number": number})
    with_workers(app, 4, lambda: len(deeds.done) >= 40)
    assert sorted(payload["number"] for payload in deeds.done) == list(range(40))
    assert rows() == []


def with_workers(app: Flask, count: int, ready: Any) -> None:
    """Run workers until `ready` says so, and a moment longer, in which nothing more may happen."""
    stop = threading.Event()
    threads = [threading.Thread(target=work_until, args=(app, stop)) for _ in range(count)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 20
    while not ready() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    stop.set()
    jobs.work_waits.set()
    for thread in threads:
        thread.join(20)


def test_a_job_whose_worker_died_comes_back_when_its_lease_is_over(deeds: Deeds) -> None:
    ask()
    first = claim_next()
    assert first is not None
    assert claim_next() is None
    change_jobs(lease_until=a_moment_ago())
    second = claim_next()
    assert second is not None
    assert (second.id, second.attempts) == (first.id, 2)
    assert run_claimed(second)
    assert rows() == []


def test_a_job_that_fails_stays_visible_and_is_tried_later_and_later(deeds: Deeds) -> None:
    deeds.fails = True
    ask(payload={"x": 1})
    pauses = []
    for _ in range(4):
        assert run_pending() == 1
        (row,) = rows()
        assert (row.state, row.last_error) == ("queued", "RuntimeError: the printer is on fire")
        pauses.append(round((row.run_after - utc_now()).total_seconds()))
        assert run_pending() == 0
        change_jobs(run_after=a_moment_ago())
    assert pauses == [2, 4, 8, 16]
    change_jobs(attempts=1000)
    run_pending()
    assert rows()[0].run_after - utc_now() <= jobs.MAX_PAUSE
    deeds.fails = False
    change_jobs(run_after=a_moment_ago())
    run_pending()
    assert rows() == []


def test_a_job_that_nobody_knows_is_kept_for_a_server_that_knows_it(app: Flask) -> None:
    ask("test.of_the_next_version")
    assert run_pending() == 1
    assert "KeyError" in (rows()[0].last_error or "")


def test_equal_work_that_waits_is_asked_for_once(deeds: Deeds) -> None:
    ask(key="a", payload={"n": 1})
    ask(key="a", payload={"n": 2})
    ask(key="b", payload={"n": 3})
    ask(payload={"n": 4})
    ask(payload={"n": 5})
    run_pending()
    assert [payload["n"] for payload in deeds.done] == [1, 3, 4, 5]


def test_work_asked_for_while_equal_work_is_being_done_is_done_after_it(deeds: Deeds) -> None:
    ask(key="a", payload={"n": 1})
    claim = claim_next()
    assert claim is not None
    ask(key="a", payload={"n": 2})
    run_claimed(claim)
    run_pending()
    assert [payload["n"] for payload in deeds.done] == [1, 2]


def test_failed_work_gives_way_to_equal_work_that_was_asked_for_meanwhile(deeds: Deeds) -> None:
    deeds.fails = True
    ask(key="a", payload={"n": 1})
    claim = claim_next()
    assert claim is not None
    ask(key="a", payload={"n": 2})
    run_claimed(claim)
    (left,) = rows()
    assert (left.payload, left.attempts) == ({"n": 2}, 0)


def test_many_that_ask_for_equal_work_at_once_get_one_row_and_no_error(app: Flask, deeds: Deeds) -> None:
    def from_outside() -> None:
        with app.app_context():
            for _ in range(10):
                ask(key="a")

    threads = [threading.Thread(target=from_outside) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows()) == 1


def test_a_worker_starts_at_once_on_what_its_process_asked_for(app: Flask, deeds: Deeds) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=work_until, args=(app, stop))
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    ask()
    while not deeds.done and time.monotonic() - began < 5:
        time.sleep(0.005)
    stop.set()
    jobs.work_waits.set()
    thread.join(20)
    assert deeds.done
    assert time.monotonic() - began < 1.5


def test_a_worker_outlives_a_database_that_is_away(app: Flask, deeds: Deeds, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = jobs.claim_next

    def away() -> Any:
        calls.append(1)
        if len(calls) < 3:
            raise OSError("the database is away")
        return real()

    monkeypatch.setattr(jobs, "claim_next", away)
    monkeypatch.setattr("core.worker.PAUSE_SECONDS", 0.02)
    ask()
    with_workers(app, 1, lambda: bool(deeds.done))
    assert deeds.done


def test_a_recurring_job_is_asked_for_when_a_worker_starts_and_when_it_is_due_again(deeds: Deeds) -> None:
    jobs.recurring(0.2, "test.deed")
    asked: dict[str, float] = {name: time.monotonic() for name in jobs.recurring_jobs if name != "test.deed"}
    ask_for_recurring(asked)
    ask_for_recurring(asked)
    assert run_pending() == 1
    ask_for_recurring(asked)
    assert run_pending() == 0
    time.sleep(0.21)
    ask_for_recurring(asked)
    assert run_pending() == 1


def test_a_recurring_job_is_not_asked_for_while_nothing_waits_or_while_it_is_in_hand(deeds: Deeds) -> None:
    waits = [False]
    jobs.recurring(0, "test.deed", when=lambda: waits[0])
    others: dict[str, float] = {name: time.monotonic() for name in jobs.recurring_jobs if name != "test.deed"}
    ask_for_recurring(dict(others))
    assert rows() == []
    waits[0] = True
    ask_for_recurring(dict(others))
    claim = claim_next()
    assert claim is not None
    ask_for_recurring(dict(others))
    assert len(rows()) == 1
    change_jobs(lease_until=a_moment_ago())
    ask_for_recurring(dict(others))
    assert [row.state for row in rows()] == ["running", "queued"]


def test_work_whose_job_was_claimed_before_its_transaction_committed_is_not_stranded(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What two sessions can do to each other on PostgreSQL; SQLite has one writer and no such gap."""
    asked_for = threading.Event()
    claimed = threading.Event()
    store = blob_store()
    moved: list[str] = []
    monkeypatch.setitem(jobs.registry, "test.move", lambda _: moved.extend(_local()))
    unit_of_work(lambda session: enqueue(session, "test.move", key="test.move"))
    part = spool_bytes(b"evidence")
    store.keep([part])

    def slowly(session: Any) -> None:
        store.register(session, [(part, "image/jpeg")])
        enqueue(session, "test.move", key="test.move")
        asked_for.set()
        claimed.wait(1)

    def from_outside() -> None:
        with app.app_context():
            unit_of_work(slowly)

    slow = threading.Thread(target=from_outside)
    slow.start()
    assert asked_for.wait(10)
    if app.config["TIDTAM_SETTINGS"].database_url:
        run_pending()
        assert (moved, rows()) == ([], [])
    claimed.set()
    slow.join()
    # Either the job is still there, or the sweep finds what it was about.
    monkeypatch.setitem(jobs.recurring_jobs, "test.move", jobs.Recurring("test.move", 60, lambda: bool(_local())))
    ask_for_recurring({name: time.monotonic() for name in jobs.recurring_jobs if name != "test.move"})
    run_pending()
    assert moved == [part.sha256]


def _local() -> list[str]:
    session = reading()
    found = list(session.scalars(select(Blob.sha256).where(Blob.place == "local")))
    session.rollback()
    return found


def test_blobs_that_wait_without_a_job_are_found_by_the_sweep(app: Flask) -> None:
    sha256 = _picture()
    unit_of_work(lambda session: session.execute(update(Blob).values(thumbnail="wanted")))
    assert rows() == []
    ask_for_recurring({"core.clean_up": time.monotonic()})
    assert [row.name for row in rows()] == ["core.make_thumbnails"]
    run_pending()
    assert reading().get_one(Blob, sha256, populate_existing=True).thumbnail == "made"
    ask_for_recurring({"core.clean_up": time.monotonic()})
    assert rows() == []


def _picture() -> str:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (600, 400), "red").save(out, "PNG")
    part = spool_bytes(out.getvalue())
    blob_store().keep([part])
    unit_of_work(lambda session: blob_store().register(session, [(part, "image/png")]))
    return part.sha256


def test_every_job_that_some_code_asks_for_is_registered_in_a_server(tmp_path: Path) -> None:
    """In a process of its own: tests import modules that a server might forget."""
    script = "from app import create_app; create_app(); from core.jobs import registry; print(*sorted(registry))"
    environ = os.environ | {"TIDTAM_DATA_DIR": str(tmp_path), "TIDTAM_DATABASE_URL": ""}
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    registered = set(ran.stdout.split())
    wanted = {name for path in _product_code() for name in _names_asked_for(path)}
    assert {"core.move_blobs", "core.make_thumbnails", "core.clean_up", "sync.file_waiting"} <= wanted | registered
    assert wanted - registered == set()


def _product_code() -> Iterator[Path]:
    for package in ("core", "plan", "forms", "sync", "collect", "reports"):
        yield from (ROOT / package).rglob("*.py")


def _names_asked_for(path: Path) -> Iterator[str]:
    """First texts given to ``enqueue`` and ``recurring``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in {"enqueue", "recurring"}:
            texts = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            yield from texts[:1]
