"""The statements of the intake, built once. They are Core statements: a record costs a handful of round trips.

Inserts that may meet an equal row say ``ON CONFLICT DO NOTHING`` and give None then; the caller reads again in a new
statement, which sees the winner's row on both engines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.models import Submission, SubmissionDimension, SubmissionVersion

_SUBMISSION: Table = Submission.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_VERSION: Table = SubmissionVersion.__table__  # type: ignore[assignment]
_DIMENSION: Table = SubmissionDimension.__table__  # type: ignore[assignment]

_DIALECT_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_INSERT_VERSION = {
    name: insert(_VERSION).on_conflict_do_nothing().returning(_VERSION.c.id) for name, insert in _DIALECT_INSERT.items()
}
_INSERT_DIMENSION = _DIMENSION.insert()
_FIND_VERSION = (
    select(
        _VERSION.c.id,
        _VERSION.c.submission_id,
        _VERSION.c.current,
        _VERSION.c.xml_sha256,
        _SUBMISSION.c.deleted_at,
    )
    .join(_SUBMISSION, _SUBMISSION.c.id == _VERSION.c.submission_id)
    .where(
        _VERSION.c.form_id == bindparam("form"),
        _VERSION.c.is_draft == bindparam("draft"),
        _VERSION.c.instance_id == bindparam("instance"),
    )
)
_HOLD = select(_SUBMISSION.c.id).where(_SUBMISSION.c.id == bindparam("submission")).with_for_update(key_share=True)


@dataclass(frozen=True)
class KnownVersion:
    """A stored version that an arriving record speaks of."""

    version_id: int
    submission_id: int
    current: bool
    xml_sha256: str
    deleted: bool


def insert_version(connection: Connection, row: dict[str, Any]) -> int | None:
    """The new row's id, or None when the instance is there already."""
    return connection.execute(_INSERT_VERSION[connection.dialect.name], row).scalar()


def insert_dimensions(connection: Connection, submission_id: int, dimensions: Iterable[tuple[str, str]]) -> None:
    """Rows by which the record is filtered."""
    rows = [
        {"submission_id": submission_id, "dimension": dimension, "value": value}
        for dimension, value in sorted(dimensions)
        if dimension != "date"
    ]
    if rows:
        connection.execute(_INSERT_DIMENSION, rows)


def replace_dimensions(connection: Connection, submission_id: int, dimensions: Iterable[tuple[str, str]]) -> None:
    """The rows of an edited record."""
    connection.execute(delete(_DIMENSION).where(_DIMENSION.c.submission_id == submission_id))
    insert_dimensions(connection, submission_id, dimensions)


def find_version(
    connection: Connection, form_id: int, is_draft: bool, instance_id: str, *, lock: bool = False
) -> KnownVersion | None:
    """The version with an instanceID; with `lock`, its record is held until the transaction ends."""
    wanted = {"form": form_id, "draft": is_draft, "instance": instance_id}
    row = connection.execute(_FIND_VERSION, wanted).first()
    if lock and row is not None:
        hold_submission(connection, row.submission_id)
        # Whoever held it before may have changed what was found.
        row = connection.execute(_FIND_VERSION, wanted).first()
    if row is None:
        return None
    return KnownVersion(row.id, row.submission_id, row.current, row.xml_sha256, row.deleted_at is not None)


def hold_submission(connection: Connection, submission_id: int) -> None:
    """Keep other transactions from changing a record until this one ends. The first lock that any of them takes."""
    connection.execute(_HOLD, {"submission": submission_id})


def is_current(connection: Connection, version_id: int) -> bool:
    """Whether a version is the one that counts."""
    return bool(connection.execute(select(_VERSION.c.current).where(_VERSION.c.id == version_id)).scalar())


def retire_version(connection: Connection, version_id: int) -> None:
    """A newer version takes its place."""
    connection.execute(update(_VERSION).where(_VERSION.c.id == version_id).values(current=False))


def update_submission(connection: Connection, submission_id: int, changes: dict[str, Any]) -> None:
    """Change columns of a record."""
    connection.execute(update(_SUBMISSION).where(_SUBMISSION.c.id == submission_id).values(**changes))
