"""The database: our typed declarative base, the column types both engines share, and how connections behave."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import orjson
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Engine, Integer, MetaData, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

WRITES = "tidtam_writes"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant. Kept in UTC by both engines and always handed back with its zone; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To UTC; SQLite keeps no zone, so it gets the plain UTC reading."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant without a time zone cannot be stored")
        in_utc = value.astimezone(dt.UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(
        self,
        value: dt.datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> dt.datetime | None:
        """Back from the database, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key; SQLite counts up by itself only in a column declared INTEGER, which is 64-bit there too."""

JsonDocument = JSON().with_variant(JSONB, "postgresql")

IdColumn = Annotated[int, mapped_column(BigId, primary_key=True)]
"""Primary key that counts up."""


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute as is
        dt.datetime: UtcDateTime,
        int: BigId,
        dict[str, Any]: JsonDocument,
        list[str]: JsonDocument,
        list[dict[str, Any]]: JsonDocument,
    }


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def utc_now() -> dt.datetime:
    """The present instant, in UTC with its zone."""
    return dt.datetime.now(dt.UTC)


def prepare_engine(engine: Engine) -> None:
    """Make connections behave as the design asks.

    Reading goes without transactions on both engines: no round trips to begin and end them, and no old snapshot that
    keeps SQLite from beginning its log anew. SQLite also gets a write-ahead log, every commit on the disk before it
    returns (`synchronous=FULL`), foreign keys, and write transactions that begin with ``BEGIN IMMEDIATE`` so that a
    lock is waited for and never met half-way.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        # Python's driver would begin transactions by itself, and too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "temp_store=MEMORY",
            "cache_size=-8000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES, False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def writing_engine(engine: Engine) -> Engine:
    """The same engine, whose connections open a real transaction. Plain connections only read, each statement alone."""
    options: dict[str, Any] = {WRITES: True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "READ COMMITTED"
    return engine.execution_options(**options)


def take_statistics() -> None:
    """Have PostgreSQL count what its tables hold, which a restored dump does not bring and it plans by.

    Until it does so of itself, whole tables are read where an index would do. SQLite has nothing of the kind.
    """
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("ANALYZE"))


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """Options of the engine for a database address and a number of server threads."""
    options: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": orjson.loads}
    if url.startswith("sqlite"):
        return options | {
            "connect_args": {"check_same_thread": False, "cached_statements": 512},
            "pool_size": threads + 4,
        }
    return options | {
        "isolation_level": "AUTOCOMMIT",
        # Nothing is left to roll back when a connection is given back: outside of a transaction each statement ends
        # by itself, and a session ends its own transaction.
        "pool_reset_on_return": None,
        "pool_size": threads + 4,
        "max_overflow": 4,
        "pool_recycle": 1800,
    }


def _to_json(value: Any) -> str:
    """JSON columns are written by orjson, which is several times faster than json."""
    return orjson.dumps(value).decode()
