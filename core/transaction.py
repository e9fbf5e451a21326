"""The one place that commits.

`unit_of_work(work)` is called by routes, pages, jobs and the command line, and nowhere else. The answer to the outside
is made after it has returned, so nobody is told of something that a roll-back took away.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from flask import current_app
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from core.database import db, writing_engine
from core.errors import StorageBusy
from core.prepared import Prepared

Result = TypeVar("Result")

WorkSession = Session
"""The session a unit of work gets, by a name that routes and pages may use."""

log = structlog.get_logger(__name__)
_AFTER_COMMIT = "tidtam_after_commit"
MOST_TRIES = 8
_SERIALIZATION_FAULTS = {"40001", "40P01"}

# SQLite has one writer at a time. Waiting here is fair and costs nothing; waiting in SQLite polls.
_sqlite_turn = threading.Lock()
_BEGIN, _COMMIT = Prepared(text("BEGIN IMMEDIATE")), Prepared(text("COMMIT"))


def unit_of_work(work: Callable[[Session], Result]) -> Result:
    """Run `work` in one write transaction, commit once, return what it returned.

    A unique race is tried once more, since the second try sees the winner's rows; a serialization fault or deadlock, of
    which many equal records at once may cause several in a row, up to `MOST_TRIES` times.

    Raises:
        StorageBusy: the database stayed locked or is out of reach; nothing was stored.
        Anything `work` raises, after a roll-back.

    """
    _end_reading()
    tries = 0
    while True:
        try:
            return _attempt(work)
        except DBAPIError as error:
            tries += 1
            if tries >= _tries_worth(error):
                raise translated(error) from error
            if tries > 1:
                # Those that met in a deadlock must not meet again at the same moment.
                time.sleep(random.uniform(0, 0.02 * tries))  # noqa: S311 - nothing secret about it


def at_once(work: Callable[[Connection], Result]) -> Result | None:
    """Run `work` as a small transaction of its own, without a session, which would cost more than the work.

    On PostgreSQL `work` is one statement, which is a transaction by itself: nothing to begin and nothing to commit.

    None when the database did not take it, or broke off without a word on whether it did. The caller then does the same
    in `unit_of_work`, which sees what is there and says what is wrong.
    """
    _end_reading()
    engine = db.engine
    try:
        if engine.dialect.name != "sqlite":
            with engine.connect() as connection:
                return work(connection)
        with _sqlite_turn, engine.connect() as connection:
            _BEGIN.rows(connection, {})
            result = work(connection)
            # Without this (an error on the way, for one) closing the connection rolls back.
            _COMMIT.rows(connection, {})
            return result
    except DBAPIError as error:
        log.info("transaction.again", error=f"{type(error).__name__}: {error.orig}"[:300])
        return None


@contextmanager
def reading_once() -> Iterator[Connection]:
    """A connection for one or two plain statements, given back at once; cheaper than `reading` and without objects."""
    with db.engine.connect() as connection:
        yield connection


def after_commit(session: Session, hook: Callable[[], None]) -> None:
    """Call `hook` once the transaction of `session` is committed. For wake-up calls only: a crash loses them."""
    session.info.setdefault(_AFTER_COMMIT, []).append(hook)


def reading() -> Session:
    """The session of this request for reading; it is closed when the request ends."""
    return db.session()


def _end_reading() -> None:
    """Give the connection for reading back before asking for one to write with, so that a small pool is enough.

    Objects already loaded keep their values.

    Raises:
        RuntimeError: something was changed in the session for reading, where it would be lost.

    """
    if not db.session.registry.has():
        return
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Changes belong into a unit of work, not into the session for reading")
    if session.in_transaction():
        session.commit()


def _attempt(work: Callable[[Session], Result]) -> Result:
    engine = db.engine
    if engine.dialect.name == "sqlite":
        with _sqlite_turn:
            return _run(work)
    return _run(work)


def _run(work: Callable[[Session], Result]) -> Result:
    with Session(_writing_engine(), expire_on_commit=False) as session:
        result = work(session)
        session.commit()
        for hook in session.info.get(_AFTER_COMMIT, ()):
            hook()
        return result


def _writing_engine() -> Engine:
    kept = current_app.extensions
    engine: Engine | None = kept.get("tidtam_writing_engine")
    if engine is None:
        engine = kept["tidtam_writing_engine"] = writing_engine(db.engine)
    return engine


def _tries_worth(error: DBAPIError) -> int:
    """How often a transaction that met this error is tried in all."""
    if getattr(error.orig, "sqlstate", None) in _SERIALIZATION_FAULTS:
        return MOST_TRIES
    return 2 if isinstance(error, IntegrityError) else 1


def translated(error: SQLAlchemyError) -> Exception:
    """`StorageBusy` for a database that is locked, full or out of reach; any other error as it is."""
    away = isinstance(error, OperationalError | PoolTimeout) or getattr(error, "connection_invalidated", False)
    return StorageBusy() if away else error
