"""Statements of the busiest paths: compiled once, then run on the driver's own cursor.

SQLAlchemy spends more time on one `execute` (its cache key, an execution context, a result with its rows) than SQLite
does on the statement itself. A record takes seven of them. So the few statements that run for every request are kept
here as the text and the conversions that SQLAlchemy made of them; values and rows pass through the same column types as
everywhere else, and errors through SQLAlchemy's own handling. Anything that runs less often is an ordinary statement.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

Convert = Callable[[Any], Any]


class Prepared:
    """A statement whose parameters are all named and given at each call; lists of varying length are not for it.

    `columns` names the parameters of an insert that was made without values.
    """

    def __init__(self, statement: Any, columns: Iterable[str] | None = None) -> None:
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it and fetch what it gives: tuples with the columns' names; none for a statement that gives no rows.

        Raises:
            DBAPIError: as `Connection.execute` does; a connection that broke is thrown away.
        """
        compiled = self._for(connection.dialect)
        found: list[Any] = _run(connection, compiled, lambda cursor: compiled.run(cursor, values))
        return found

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of some rows; nothing is fetched.

        Raises:
            DBAPIError: as `rows`.
        """
        compiled = self._for(connection.dialect)
        given = [compiled.parameters(row) for row in rows]
        _run(connection, compiled, lambda cursor: cursor.executemany(compiled.text, given))

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._statement, self._columns, dialect)
        return found


class _Compiled:
    """A statement as one driver takes it."""

    def __init__(self, statement: Any, columns: list[str] | None, dialect: Dialect) -> None:
        self._raw = dialect.driver == "psycopg"
        compiled = statement.compile(dialect=_numbered() if self._raw else dialect, column_keys=columns)
        self.text: str = compiled.string
        self._order: list[str] = compiled.positiontup
        """Names of the parameters in their order."""
        parameters = {name: item for item, name in compiled.bind_names.items()}
        self._constants = {name: item.value for name, item in parameters.items() if not item.required}
        written = ((name, _writer(item.type, dialect)) for name, item in parameters.items())
        self._writers = [(name, writer) for name, writer in written if writer is not None]
        given = list(getattr(statement, "exported_columns", ()))
        self._row: Any = namedtuple("Row", [item.name for item in given]) if given else None  # noqa: PYI024 - made here
        readers = [_reader(item.type, dialect) for item in given]
        self._readers = [(index, reader) for index, reader in enumerate(readers) if reader is not None]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        given = {**self._constants, **values}
        for name, write in self._writers:
            given[name] = write(given[name])
        return [given[name] for name in self._order]

    def cursor(self, connection: Connection) -> Any:
        """A cursor of the driver; on PostgreSQL one that hands the text on as it is."""
        if self._raw:
            return connection.dialect.loaded_dbapi.RawCursor(connection.connection.driver_connection)
        return connection.connection.cursor()

    def run(self, cursor: Any, values: Mapping[str, Any]) -> list[Any]:
        cursor.execute(self.text, self.parameters(values))
        return [self._as_row(row) for row in cursor.fetchall()] if self._row is not None else []

    def _as_row(self, row: Iterable[Any]) -> Any:
        items = list(row)
        for index, read in self._readers:
            items[index] = read(items[index])
        return self._row._make(items)


def _run(connection: Connection, compiled: _Compiled, work: Callable[[Any], Any]) -> Any:
    cursor = compiled.cursor(connection)
    try:
        found = work(cursor)
    except connection.dialect.loaded_dbapi.Error as error:
        # As SQLAlchemy does with an error of its own statements: its exception, and a dead connection is dropped.
        connection._handle_dbapi_exception(error, compiled.text, None, cursor, None)  # noqa: SLF001
    cursor.close()
    return found


def _numbered() -> Dialect:
    """PostgreSQL's dialect with parameters as the database writes them (`$1`): psycopg has nothing to translate."""
    return PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def _writer(kind: Any, dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)  # type: ignore[no-any-return]  # typed loosely there


def _reader(kind: Any, dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)  # type: ignore[no-any-return]
