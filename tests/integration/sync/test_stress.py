"""Originals, edits, repeats and rivals of a few records, decisions and reviews of them, all at once, with a worker.

``TIDTAM_STRESS`` says how many requests each device sends; 40 in a plain run.
"""

from __future__ import annotations

import hashlib
import math
import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core import jobs
from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from core.transaction import reading, unit_of_work
from core.web import settings_of
from core.worker import work_until
from sync import decisions, review
from sync.models import Quarantine, Submission
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.deadlocks import deadlocks
from tests.support.forms import publish, visit_instance
from tests.support.invariants import broken_invariants, every_file_kept, everything_kept
from tests.support.openrosa import send

EACH = int(os.environ.get("TIDTAM_STRESS", "40"))
DEVICES, OFFICERS, ROUNDS = 6, 2, 50


@dataclass
class Meeting:
    """What the clients of one run sent and were answered, and what went wrong."""

    office: Office
    records: int
    answers: list[int] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


def some_record(chance: random.Random, records: int) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A record of one of a few ids, an edit of one or of an edit, or the same thing as before; with some files."""
    own, other = (f"uuid:{chance.randrange(records)}" for _ in range(2))
    if chance.random() < 0.3:
        other += f"-edit-{chance.randrange(3)}"
    deprecated = other if chance.random() < 0.6 else None
    xml = visit_instance(
        own if deprecated is None or chance.random() < 0.2 else f"{own}-edit-{chance.randrange(3)}",
        deprecated=deprecated,
        version="2" if chance.random() < 0.05 else "1",
        note=str(chance.randrange(2)),
        photo="a.jpg",
        photo2="b.jpg",
    )
    names = chance.sample(["a.jpg", "b.jpg", "c.jpg"], chance.randrange(3))
    return xml, [(name, f"{name} {chance.randrange(2)}".encode()) for name in names]


def be_device(meeting: Meeting, chance: random.Random) -> None:
    for _ in range(EACH):
        xml, files = some_record(chance, meeting.records)
        meeting.answers.append(send(meeting.office, xml, *files).status_code)
        meeting.sent.add(hashlib.sha256(xml).hexdigest())
        meeting.files |= {hashlib.sha256(content).hexdigest() for _, content in files}


def be_officer(meeting: Meeting, chance: random.Random) -> None:
    """Decide on what waits, give review states, delete and restore, as long as records come."""
    actor = Actor(id=meeting.office.ids["wanna"], kind="user")
    while not meeting.done.is_set():
        deed = partial(chance.choice((decide, look_over)), actor=actor, chance=chance, office=meeting.office)
        try:
            unit_of_work(deed)
        except Problem as problem:
            if problem.code not in {"409.151", "400.150", "409.155", "409.156", "409.157"}:
                meeting.broken.append(problem.code)
        time.sleep(0.002)


def decide(session: Session, *, actor: Actor, chance: random.Random, office: Office) -> None:
    row = any_of(session.scalars(select(Quarantine).where(Quarantine.outcome.is_(None)).limit(5)).all(), chance)
    service: Any = chance.choice((decisions.accept, decisions.merge, decisions.file_if_possible, None))
    if row is not None and service is None:
        decisions.reject(session, actor, row=row)
    elif row is not None:
        service(session, actor, row=row, zone=settings_of(office.app).zone)


def look_over(session: Session, *, actor: Actor, chance: random.Random, office: Office) -> None:
    record = any_of(session.scalars(select(Submission).limit(5)).all(), chance)
    if record is None:
        return
    if record.deleted_at is not None:
        review.restore(session, actor, submission=record)
    elif chance.random() < 0.3:
        review.delete(session, actor, submission=record)
    else:
        review.set_review_state(session, actor, submission=record, state=chance.choice(review.STATES))


def any_of(found: Sequence[Any], chance: random.Random) -> Any:
    return chance.choice(found) if found else None


def all_meet(meeting: Meeting, seed: int) -> None:
    """Let devices, officers and a worker do their work at once, until the devices have sent everything."""

    def begin(deed: Callable[[Meeting, random.Random], None], number: int) -> threading.Thread:
        def run() -> None:
            with meeting.office.app.app_context():
                try:
                    deed(meeting, random.Random(seed * 100 + number))
                except Exception as error:  # noqa: BLE001 - whatever it is, the test is to show it
                    meeting.broken.append(f"{type(error).__name__}: {error}")

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    worker = threading.Thread(target=work_until, args=(meeting.office.app, meeting.done))
    worker.start()
    devices = [begin(be_device, number) for number in range(DEVICES)]
    others = [worker, *(begin(be_officer, 50 + number) for number in range(OFFICERS))]
    for device in devices:
        device.join()
    meeting.done.set()
    jobs.work_waits.set()
    for thread in others:
        thread.join()


def finish_the_work() -> None:
    """Do every job, those that are to wait a moment too, then what a worker does when it starts."""
    left = select(func.count()).select_from(jobs.Job)
    for others_asked in (math.inf, -math.inf):
        asked = dict.fromkeys(jobs.recurring_jobs, math.inf) | {"sync.file_left_over": others_asked}
        jobs.ask_for_recurring(asked)
        for _ in range(ROUNDS):
            unit_of_work(lambda session: session.execute(update(jobs.Job).values(run_after=utc_now())))
            if run_jobs() == 0:
                break
        assert reading().scalar(left) == 0, list(reading().scalars(select(jobs.Job.last_error)))


@pytest.mark.parametrize(("seed", "records"), [(1, 2), (2, 12)])
def test_whatever_meets_at_once_every_record_has_one_current_version_and_nothing_is_lost(
    office: Office, seed: int, records: int
) -> None:
    publish(office)
    meeting = Meeting(office, records)
    with deadlocks() as met:
        all_meet(meeting, seed)
        finish_the_work()
    assert met == []
    assert meeting.broken == []
    assert set(meeting.answers) <= {201, 202}
    assert len(meeting.answers) == DEVICES * EACH
    assert broken_invariants(reading()) == []
    assert meeting.sent <= everything_kept(reading())
    assert meeting.files <= every_file_kept(reading())
