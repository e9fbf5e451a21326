"""The one place that commits.

`unit_of_work(work)` is called by routes, pages, jobs and the command line, and nowhere else. The answer to the outside
is made after it has returned, so nobody is told of something that a roll-back took away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from core.database import WRITES, db
from core.errors import StorageBusy

Result = TypeVar("Result")

_AFTER_COMMIT = "tidtam_after_commit"
_SERIALIZATION_FAULTS = {"40001", "40P01"}

# SQLite has one writer at a time. Waiting here is fair and costs nothing; waiting in SQLite polls.
_sqlite_turn = threading.Lock()


def unit_of_work(work: Callable[[Session], Result]) -> Result:
    """Run `work` in one write transaction, commit once, return what it returned.

    A serialization fault or a unique race is tried once more, since the second try sees the winner's rows.

    Raises:
        StorageBusy: the database stayed locked or is out of reach; nothing was stored.
        Anything `work` raises, after a roll-back.
    """
    try:
        return _attempt(work)
    except DBAPIError as error:
        if not _worth_another_try(error):
            raise _translated(error) from error
    try:
        return _attempt(work)
    except DBAPIError as error:
        raise _translated(error) from error


def after_commit(session: Session, hook: Callable[[], None]) -> None:
    """Call `hook` once the transaction of `session` is committed. For wake-up calls only: a crash loses them."""
    session.info.setdefault(_AFTER_COMMIT, []).append(hook)


def reading() -> Session:
    """The session of this request for reading; it is closed when the request ends."""
    return db.session()


def _attempt(work: Callable[[Session], Result]) -> Result:
    engine = db.engine
    if engine.dialect.name == "sqlite":
        with _sqlite_turn:
            return _run(work)
    return _run(work)


def _run(work: Callable[[Session], Result]) -> Result:
    with Session(db.engine.execution_options(**{WRITES: True}), expire_on_commit=False, autoflush=True) as session:
        result = work(session)
        session.commit()
        for hook in session.info.get(_AFTER_COMMIT, ()):
            hook()
        return result


def _worth_another_try(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    return getattr(error.orig, "sqlstate", None) in _SERIALIZATION_FAULTS


def _translated(error: DBAPIError) -> Exception:
    full_or_locked = isinstance(error, OperationalError) and not isinstance(error, IntegrityError)
    return StorageBusy() if full_or_locked else error
