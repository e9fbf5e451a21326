"""Background work: a table, so that a job is enqueued in the transaction that causes it.

A job is a name and a payload. `enqueue` adds it; a worker (a thread of the server, or ``tidtam worker``) claims it for
`LEASE`, runs it and deletes it. What fails is tried again, later each time, and stays visible. A job must be safe to
run twice: a worker that dies leaves its lease to expire.

Work that waits in a table of its own (blobs to move, pictures to make small) is also asked for by `recurring`: a job
may have been claimed a moment before the transaction committed that relied on it, and nothing must be stranded by that.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Index, Table, and_, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base, IdColumn, utc_now
from core.transaction import after_commit, reading, unit_of_work

LEASE = dt.timedelta(minutes=10)
MAX_PAUSE = dt.timedelta(minutes=5)

JobFunction = Callable[[dict[str, Any]], None]
registry: dict[str, JobFunction] = {}
_pauses: dict[str, dt.timedelta] = {}
log = structlog.get_logger(__name__)

work_waits = threading.Event()
"""Set after a commit that enqueued something, so that the worker of this process looks at once."""


class Job(Base):
    """One piece of work to do. Of equal work that still waits (same `key`) there is one row."""

    __tablename__ = "job"

    id: Mapped[IdColumn]
    name: Mapped[str]
    key: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    run_after: Mapped[dt.datetime]
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_job_run_after", "run_after"),
        Index(
            "uq_job_key",
            "key",
            unique=True,
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
    )


@dataclass(frozen=True)
class Claim:
    """A job in the hands of this worker."""

    id: int
    name: str
    payload: dict[str, Any]
    attempts: int


_TABLE: Table = Job.__table__  # type: ignore[assignment]  # declarative tables are typed loosely


@dataclass(frozen=True)
class Recurring:
    """A job that workers ask for every so many seconds, when `wanted` says that there is something to do."""

    name: str
    seconds: float
    wanted: Callable[[], bool]


recurring_jobs: dict[str, Recurring] = {}


def job(name: str, *, longest_pause: dt.timedelta = MAX_PAUSE) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the work behind `name` (``package.verb``); `longest_pause` is between failures."""

    def register(function: JobFunction) -> JobFunction:
        if name in registry:
            raise ValueError(f"Two functions claim the job {name}")
        registry[name] = function
        _pauses[name] = longest_pause
        return function

    return register


def recurring(seconds: float, name: str, *, when: Callable[[], bool] = lambda: True) -> None:
    """Have every worker ask for the job `name` when it starts and every so many seconds, if `when` then says so."""
    recurring_jobs[name] = Recurring(name, seconds, when)


def ask_for_recurring(asked: dict[str, float]) -> None:
    """Enqueue the recurring jobs that are due. `asked` keeps when each was asked for, by the monotonic clock."""
    now = time.monotonic()
    for item in recurring_jobs.values():
        if now - asked.get(item.name, -math.inf) < item.seconds:
            continue
        asked[item.name] = now
        if item.wanted() and not _in_hand(item.name):
            unit_of_work(partial(enqueue, name=item.name, key=item.name))


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    run_after: dt.datetime | None = None,
) -> None:
    """Ask for work, in the caller's transaction. With a `key`, work that already waits is not asked for twice."""
    now = utc_now()
    values = {
        "name": name,
        "key": key,
        "payload": payload or {},
        "state": "queued",
        "run_after": run_after or now,
        "attempts": 0,
        "created_at": now,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_TABLE).values(values)
    if key is not None:
        waiting = text("state = 'queued'")
        statement = statement.on_conflict_do_nothing(index_elements=["key"], index_where=waiting)
    session.execute(statement)
    after_commit(session, work_waits.set)


def claim_next() -> Claim | None:
    """Take the job that has waited longest, or one whose worker died; None when nothing is due."""
    if not _anything_due():
        return None
    return unit_of_work(_claim)


def run_claimed(claim: Claim) -> bool:
    """Run a claimed job and settle it. False when it failed and will be tried again."""
    try:
        registry[claim.name](claim.payload)
    except Exception as error:  # noqa: BLE001 - whatever a job raises, the worker lives on and the job is kept
        log.warning(
            "job.failed",
            job=claim.name,
            attempts=claim.attempts,
            error=f"{type(error).__name__}: {error}"[:500],
        )
        message = f"{type(error).__name__}: {error}"[:2000]
        unit_of_work(lambda session: _put_back(session, claim, message))
        return False
    unit_of_work(lambda session: session.execute(delete(_TABLE).where(_TABLE.c.id == claim.id)))
    return True


def run_pending(limit: int = 1000) -> int:
    """Run what is due now, in this thread; the number of jobs run. Used by the command line and by tests."""
    done = 0
    while done < limit and (claim := claim_next()) is not None:
        run_claimed(claim)
        done += 1
    return done


def _due(now: dt.datetime) -> Any:
    columns = _TABLE.c
    return or_(
        and_(columns.state == "queued", columns.run_after <= now),
        and_(columns.state == "running", columns.lease_until < now),
    )


def _anything_due() -> bool:
    session = reading()
    found = session.execute(select(_TABLE.c.id).where(_due(utc_now())).limit(1)).first()
    # A read transaction left open would hold back SQLite's log and PostgreSQL's clean-up.
    session.rollback()
    return found is not None


def _in_hand(name: str) -> bool:
    """Whether a job waits, or is being done by a worker that has not died."""
    columns = _TABLE.c
    alive = or_(columns.state == "queued", columns.lease_until >= utc_now())
    session = reading()
    found = session.execute(select(columns.id).where(columns.name == name, alive).limit(1)).first()
    session.rollback()
    return found is not None


def _claim(session: Session) -> Claim | None:
    now = utc_now()
    columns = _TABLE.c
    wanted = select(columns.id).where(_due(now)).order_by(columns.run_after, columns.id).limit(1)
    found = session.execute(wanted.with_for_update(skip_locked=True)).scalar()
    if found is None:
        return None
    row = session.execute(
        update(_TABLE)
        .where(columns.id == found)
        .values(state="running", lease_until=now + LEASE, attempts=columns.attempts + 1)
        .returning(columns.id, columns.name, columns.payload, columns.attempts)
    ).one()
    return Claim(id=row.id, name=row.name, payload=row.payload, attempts=row.attempts)


def _put_back(session: Session, claim: Claim, message: str) -> None:
    pause = min(_pauses.get(claim.name, MAX_PAUSE), dt.timedelta(seconds=2 ** min(claim.attempts, 16)))
    columns = _TABLE.c
    key = session.execute(select(columns.key).where(columns.id == claim.id)).scalar()
    waiting = select(func.count()).where(columns.key == key, columns.state == "queued")
    if key is not None and session.execute(waiting).scalar_one():
        # Equal work was asked for while this ran; that row carries on.
        session.execute(delete(_TABLE).where(columns.id == claim.id))
        return
    session.execute(
        update(_TABLE)
        .where(columns.id == claim.id)
        .values(state="queued", lease_until=None, run_after=utc_now() + pause, last_error=message)
    )
