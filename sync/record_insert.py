"""Writing a new record: submission, version, dimensions and audit entry.

PostgreSQL takes them as one statement, since each round trip costs both sides more than the rows do. SQLite has no
such statement and needs none: there a round trip is a function call. Both give the same rows; the tests of the intake
run on both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, Table, bindparam, cast, column, func, insert, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.expression import CTE

from core import audit
from core.audit import AuditEntry
from sync import statements
from sync.models import Submission, SubmissionDimension, SubmissionVersion

_SUBMISSION: Table = Submission.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_VERSION: Table = SubmissionVersion.__table__  # type: ignore[assignment]
_DIMENSION: Table = SubmissionDimension.__table__  # type: ignore[assignment]
_AUDIT: Table = AuditEntry.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class NewRecord:
    """Rows of a new record, without the ids that the database gives them."""

    submission: dict[str, Any]
    version: dict[str, Any]
    dimensions: Iterable[tuple[str, str]]
    actor_id: int | None


def insert_record(connection: Connection, record: NewRecord) -> tuple[int, int] | None:
    """Ids of the new submission and version, or None when the instance id is taken and nothing was written."""
    if connection.dialect.name == "postgresql":
        return _in_one_statement(connection, record)
    return _in_steps(connection, record)


def _in_steps(connection: Connection, record: NewRecord) -> tuple[int, int] | None:
    submission_id = statements.insert_submission(connection, record.submission)
    if submission_id is None:
        return None
    version_id = statements.insert_version(connection, record.version | {"submission_id": submission_id})
    if version_id is None:
        # The id belongs to a later version of another record, so this is no new record.
        statements.delete_submission(connection, submission_id)
        return None
    statements.insert_dimensions(connection, submission_id, record.dimensions)
    audit.record_on(
        connection,
        actor_id=record.actor_id,
        action="submission.create",
        workspace_id=record.submission["workspace_id"],
        subject=f"submission:{submission_id}",
        details={"instanceId": record.submission["instance_id"]},
    )
    return submission_id, version_id


def _in_one_statement(connection: Connection, record: NewRecord) -> tuple[int, int] | None:
    wanted = sorted(item for item in record.dimensions if item[0] != "date")
    values = {f"s_{name}": value for name, value in record.submission.items()}
    values |= {f"v_{name}": value for name, value in record.version.items()}
    values |= {
        "dimensions": [item[0] for item in wanted],
        "values": [item[1] for item in wanted],
        "actor": record.actor_id,
        "details": {"instanceId": record.submission["instance_id"]},
    }
    row = connection.execute(_statement(tuple(record.submission), tuple(record.version)), values).one()
    if row.version_id is None and row.submission_id is not None:
        statements.delete_submission(connection, row.submission_id)
    return None if row.version_id is None else (row.submission_id, row.version_id)


_made: dict[tuple[tuple[str, ...], tuple[str, ...]], Any] = {}


def _statement(submission_columns: tuple[str, ...], version_columns: tuple[str, ...]) -> Any:
    """The statement for these columns; it is built once."""
    found = _made.get((submission_columns, version_columns))
    if found is None:
        found = _made[submission_columns, version_columns] = _build(submission_columns, version_columns)
    return found


def _build(submission_columns: tuple[str, ...], version_columns: tuple[str, ...]) -> Any:
    submission = (
        postgresql.insert(_SUBMISSION)
        .values({name: bindparam(f"s_{name}", type_=_SUBMISSION.c[name].type) for name in submission_columns})
        .on_conflict_do_nothing()
        .returning(_SUBMISSION.c.id)
        .cte("new_submission")
    )
    given = [bindparam(f"v_{name}", type_=_VERSION.c[name].type).label(name) for name in version_columns]
    typed = [cast(item, item.type) for item in given]
    version = (
        postgresql.insert(_VERSION)
        .from_select(["submission_id", *version_columns], select(submission.c.id, *typed))
        .on_conflict_do_nothing()
        .returning(_VERSION.c.id, _VERSION.c.submission_id)
        .cte("new_version")
    )
    return (
        select(submission.c.id.label("submission_id"), version.c.id.label("version_id"))
        .select_from(
            select(literal(1)).subquery("one").outerjoin(submission, literal(True)).outerjoin(version, literal(True))
        )
        .add_cte(_dimensions(version), _audit(version))
    )


def _dimensions(version: CTE) -> CTE:
    texts = postgresql.ARRAY(String)
    lists = func.unnest(bindparam("dimensions", type_=texts), bindparam("values", type_=texts))
    pairs = lists.table_valued(column("dimension", String), column("value", String), name="pair").render_derived()
    rows = select(version.c.submission_id, pairs.c.dimension, pairs.c.value).select_from(
        version.join(pairs, literal(True))
    )
    return insert(_DIMENSION).from_select(["submission_id", "dimension", "value"], rows).cte("new_dimensions")


def _audit(version: CTE) -> CTE:
    rows = select(
        cast(bindparam("v_received_at", type_=_VERSION.c.received_at.type), _AUDIT.c.at.type),
        cast(bindparam("actor", type_=_AUDIT.c.actor_id.type), _AUDIT.c.actor_id.type),
        literal("submission.create"),
        cast(bindparam("s_workspace_id", type_=_AUDIT.c.workspace_id.type), _AUDIT.c.workspace_id.type),
        func.concat("submission:", version.c.submission_id),
        cast(bindparam("details", type_=_AUDIT.c.details.type), _AUDIT.c.details.type),
    )
    names = ["at", "actor_id", "action", "workspace_id", "subject", "details"]
    return insert(_AUDIT).from_select(names, rows).cte("new_audit")
