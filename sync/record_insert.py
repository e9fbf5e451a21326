"""Writing a new record: submission, version, dimensions, audit entry and, when they come with it, its files.

PostgreSQL takes them as one statement, since each round trip costs both sides more than the rows do. SQLite has no
such statement and needs none: there a round trip is a function call. Both give the same rows; the tests of the intake
run on both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, bindparam, column, exists, func, insert, literal, not_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import CTE

from core.audit import AuditEntry
from core.auth.live import still_permits
from core.prepared import Prepared
from core.storage.models import Blob
from forms.models import Form
from sync.models import Attachment, Quarantine, Submission, SubmissionDimension, SubmissionVersion

_SUBMISSION: Table = Submission.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_VERSION: Table = SubmissionVersion.__table__  # type: ignore[assignment]
_DIMENSION: Table = SubmissionDimension.__table__  # type: ignore[assignment]
_AUDIT: Table = AuditEntry.__table__  # type: ignore[assignment]
_FORM: Table = Form.__table__  # type: ignore[assignment]
_QUARANTINE: Table = Quarantine.__table__  # type: ignore[assignment]
_BLOB: Table = Blob.__table__  # type: ignore[assignment]
_ATTACHMENT: Table = Attachment.__table__  # type: ignore[assignment]

_SHARED_COLUMNS = (
    "form_id", "is_draft", "instance_id", "form_version_id", "submitter_id", "device_id", "received_at",
)  # fmt: skip
"""Columns that the submission and its first version have in common."""
_SUBMISSION_COLUMNS = (
    *_SHARED_COLUMNS, "workspace_id", "instance_name", "review_state", "missing_files", "odd_answers", "report_date",
    "fiscal_year", "quarter",
)  # fmt: skip
_VERSION_COLUMNS = (
    *_SHARED_COLUMNS, "deprecated_id", "current", "xml", "xml_sha256", "answers", "flags", "user_agent", "started_at",
    "ended_at",
)  # fmt: skip
_ACTION = "submission.create"
_AUDIT_COLUMNS = ("at", "actor_id", "action", "workspace_id", "subject", "details")
_BLOB_COLUMNS = ("sha256", "size", "media_type", "place", "created_at", "thumbnail")
_ATTACHMENT_COLUMNS = ("name", "name_key", "path", "expected", "blob_sha256", "media_type", "received_at")


@dataclass(frozen=True)
class NewRecord:
    """Rows of a new record, without the ids that the database gives them.

    `blobs` and `attachments` are the files that are to be written with it, in the order of their hashes and names.
    `session_hash` is the session that brought it, if one did.
    """

    submission: dict[str, Any]
    version: dict[str, Any]
    dimensions: Iterable[tuple[str, str]]
    blobs: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    session_hash: str | None = field(default=None, repr=False)


def insert_record(connection: Connection, record: NewRecord) -> tuple[int, int] | None:
    """Ids of the new submission and version, or None when the instance id is taken and no record was written.

    Raises:
        IntegrityError: the id belongs to a later version of another record.
    """
    if connection.dialect.name == "postgresql":
        return _in_one_statement(connection, record, _WITHOUT_FILES)
    return _in_steps(connection, record)


def insert_plain(connection: Connection, record: NewRecord) -> tuple[int, int] | None:
    """As `insert_record`, with its files, where the form takes plain records and the session may still send them.

    None and nothing written if not.

    Raises:
        IntegrityError: the id belongs to a later version of another record.
    """
    if connection.dialect.name == "postgresql":
        return _in_one_statement(connection, record, _PLAIN_WITH_FILES if record.attachments else _PLAIN)
    asked = {name: record.submission[name] for name in ("form_id", "workspace_id", "received_at")}
    if not _STEP_TAKES_PLAIN.rows(connection, asked | {"session_hash": record.session_hash}):
        return None
    return _in_steps(connection, record)


def _in_steps(connection: Connection, record: NewRecord) -> tuple[int, int] | None:
    if record.blobs:
        _STEP_BLOB.run_many(connection, record.blobs)
    found = _STEP_SUBMISSION.rows(connection, record.submission)
    if not found:
        return None
    submission_id = found[0].id
    version_id = _STEP_VERSION.rows(connection, {**record.version, "submission_id": submission_id})[0].id
    _STEP_DIMENSION.run_many(
        connection,
        [{"submission_id": submission_id, "dimension": name, "value": value} for name, value in _listed(record)],
    )
    _STEP_AUDIT.rows(
        connection,
        {
            "at": record.submission["received_at"],
            "actor_id": record.submission["submitter_id"],
            "action": _ACTION,
            "workspace_id": record.submission["workspace_id"],
            "subject": f"submission:{submission_id}",
            "details": _details(record),
        },
    )
    if record.attachments:
        rows = [{**row, "submission_version_id": version_id} for row in record.attachments]
        _STEP_ATTACHMENT.run_many(connection, rows)
    return submission_id, version_id


def _in_one_statement(connection: Connection, record: NewRecord, statement: Prepared) -> tuple[int, int] | None:
    listed = _listed(record)
    values = (
        record.version
        | record.submission
        | {
            "dimensions": [item[0] for item in listed],
            "values": [item[1] for item in listed],
            "details": _details(record),
            "session_hash": record.session_hash,
        }
    )
    if record.attachments:
        values |= {f"blob_{name}": [row[name] for row in record.blobs] for name in _BLOB_COLUMNS}
        values |= {f"file_{name}": [row[name] for row in record.attachments] for name in _ATTACHMENT_COLUMNS}
    found = statement.rows(connection, values)
    return (found[0].submission_id, found[0].id) if found else None


def _listed(record: NewRecord) -> list[tuple[str, str]]:
    """Dimensions that are rows; the date is a column."""
    return sorted(item for item in record.dimensions if item[0] != "date")


def _details(record: NewRecord) -> dict[str, Any]:
    return {"instanceId": record.submission["instance_id"]}


def _takes_plain_records() -> Any:
    """The form, if it is not closed, no edit waits for a record that may be this one, and who sends it still may.

    What is remembered of them (`sync.queries.Target`, `core.auth.live`) may be old.
    """
    waits = exists().where(
        _QUARANTINE.c.form_id == _FORM.c.id,
        _QUARANTINE.c.outcome.is_(None),
        _QUARANTINE.c.reason == "waiting_for_original",
    )
    return select(_FORM.c.id).where(
        _FORM.c.id == bindparam("form_id", type_=_FORM.c.id.type),
        _FORM.c.deleted_at.is_(None),
        _FORM.c.state != "closed",
        not_(waits),
        still_permits(_ACTION),
    )


_STEP_TAKES_PLAIN = Prepared(_takes_plain_records())
_STEP_BLOB = Prepared(sqlite.insert(_BLOB).on_conflict_do_nothing(), _BLOB_COLUMNS)
_STEP_SUBMISSION = Prepared(
    sqlite.insert(_SUBMISSION).on_conflict_do_nothing().returning(_SUBMISSION.c.id), _SUBMISSION_COLUMNS
)
_STEP_VERSION = Prepared(insert(_VERSION).returning(_VERSION.c.id), ("submission_id", *_VERSION_COLUMNS))
_STEP_DIMENSION = Prepared(insert(_DIMENSION), ("submission_id", "dimension", "value"))
_STEP_AUDIT = Prepared(insert(_AUDIT), _AUDIT_COLUMNS)
_STEP_ATTACHMENT = Prepared(insert(_ATTACHMENT), ("submission_version_id", *_ATTACHMENT_COLUMNS))


def _one_statement(*, plain: bool, files: bool = False) -> Prepared:
    """The rows of a record as common table expressions, each of which takes the ids of the one before.

    Blobs come first, as everywhere: equal records that come at once would else wait for each other crosswise. That the
    record reads their number is what makes PostgreSQL keep to it.
    """
    blobs = _blobs()
    given = select(*(_given(_SUBMISSION, name) for name in _SUBMISSION_COLUMNS))
    if plain:
        given = given.where(_takes_plain_records().exists())
    if files:
        given = given.select_from(select(func.count(blobs.c.sha256)).subquery("here"))
    submission = (
        postgresql.insert(_SUBMISSION)
        .from_select(list(_SUBMISSION_COLUMNS), given)
        .on_conflict_do_nothing()
        .returning(_SUBMISSION.c.id)
        .cte("new_submission")
    )
    version = (
        insert(_VERSION)
        .from_select(
            ["submission_id", *_VERSION_COLUMNS],
            select(submission.c.id, *(_given(_VERSION, name) for name in _VERSION_COLUMNS)),
        )
        .returning(_VERSION.c.id, _VERSION.c.submission_id)
        .cte("new_version")
    )
    others = [_dimensions(version), _audit(version)]
    if files:
        others.append(_attachments(version))
    return Prepared(select(version.c.id, version.c.submission_id).add_cte(*others))


def _given(table: Table, name: str) -> Any:
    """The parameter for a column, by the column's name."""
    return bindparam(name, type_=table.c[name].type)


def _lists(parameters: Iterable[str], table: Table, names: Iterable[str]) -> Any:
    """Rows from parameters that are lists, one for each column."""
    kinds = {name: table.c[name].type for name in names}
    lists = [
        bindparam(given, type_=postgresql.ARRAY(kind)) for given, kind in zip(parameters, kinds.values(), strict=True)
    ]
    return func.unnest(*lists).table_valued(*(column(name, kind) for name, kind in kinds.items())).render_derived()


def _dimensions(version: CTE) -> CTE:
    names = ["dimension", "value"]
    pairs = _lists(("dimensions", "values"), _DIMENSION, names)
    rows = select(version.c.submission_id, *pairs.c).select_from(version.join(pairs, true()))
    return insert(_DIMENSION).from_select(["submission_id", *names], rows).cte("new_dimensions")


def _audit(version: CTE) -> CTE:
    rows = select(
        bindparam("received_at", type_=_AUDIT.c.at.type),
        bindparam("submitter_id", type_=_AUDIT.c.actor_id.type),
        literal(_ACTION),
        _given(_AUDIT, "workspace_id"),
        func.concat("submission:", version.c.submission_id),
        _given(_AUDIT, "details"),
    )
    return insert(_AUDIT).from_select(list(_AUDIT_COLUMNS), rows.select_from(version)).cte("new_audit")


def _blobs() -> CTE:
    rows = select(*_lists([f"blob_{name}" for name in _BLOB_COLUMNS], _BLOB, _BLOB_COLUMNS).c)
    kept = postgresql.insert(_BLOB).from_select(list(_BLOB_COLUMNS), rows).on_conflict_do_nothing()
    return kept.returning(_BLOB.c.sha256).cte("new_blobs")


def _attachments(version: CTE) -> CTE:
    files = _lists([f"file_{name}" for name in _ATTACHMENT_COLUMNS], _ATTACHMENT, _ATTACHMENT_COLUMNS)
    rows = select(version.c.id, *files.c).select_from(version.join(files, true()))
    names = ["submission_version_id", *_ATTACHMENT_COLUMNS]
    return insert(_ATTACHMENT).from_select(names, rows).cte("new_attachments")


_WITHOUT_FILES = _one_statement(plain=False)
_PLAIN, _PLAIN_WITH_FILES = _one_statement(plain=True), _one_statement(plain=True, files=True)
