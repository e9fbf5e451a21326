"""One instant of the database, however long it takes to read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session for reading that sees no change made after its first select, on a connection of its own.

    It needs no request: an answer is streamed after the request has ended.
    """
    connection = engine.connect()
    try:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            # Reading goes without transactions otherwise; a deferred one keeps SQLite's view as it is.
            connection.exec_driver_sql("BEGIN")
        with Session(bind=connection, autoflush=False) as session:
            yield session
    finally:
        connection.rollback()
        connection.close()
