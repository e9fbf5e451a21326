"""Files of a record: those its XML names, those that came, and those nobody asked for.

Names are compared in Unicode NFC, since tablets and desktops spell Thai differently. A file that arrived is never
thrown away: one that the XML does not name is kept as *unexpected*, and other bytes under a known name become a new
row while the old one stays, marked as replaced, and the history of the record says so.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.orm import Session

from core import audit
from core.database import utc_now
from core.storage import Spooled
from sync import statements
from sync.models import Attachment, Submission, SubmissionVersion
from sync.statements import KnownVersion

_TABLE: Table = Attachment.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_VERSION: Table = SubmissionVersion.__table__  # type: ignore[assignment]
_SUBMISSION: Table = Submission.__table__  # type: ignore[assignment]
_INSERT = insert(_TABLE)
LONGEST_KEY = 200
_NOT_IN_A_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SARA_AM_APART = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_NOTHING: dict[str, Any] = {"blob_sha256": None, "media_type": None, "received_at": None}


@dataclass
class ReceivedFile:
    """A file that came with a record. Control characters and halves of characters in its name become U+FFFD."""

    name: str
    content: Spooled
    media_type: str

    def __post_init__(self) -> None:
        self.name = _NOT_IN_A_NAME.sub("\ufffd", self.name)


def name_key(name: str) -> str:
    """The name by which files are matched: Unicode NFC, with ำ in one piece.

    NFC leaves SARA AM that was taken apart (NIKHAHIT and SARA AA, a tone mark before or between them) as it is, though
    both look and mean the same.
    A name longer than the database's indexes can hold is known by its hash.
    """
    key = unicodedata.normalize("NFC", name).strip()
    if "\u0e4d" in key:
        key = _SARA_AM_APART.sub("\\1\u0e33", key)
    return key if len(key) <= LONGEST_KEY else "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def match(
    expected: dict[str, str], files: list[ReceivedFile], carried: dict[str, dict[str, Any]] | None = None
) -> tuple[list[dict[str, Any]], int]:
    """The attachment rows of a new version, without its id, and how many of the files it names are missing.

    `expected` maps names to the paths of their questions; `carried` are contents of the version before, by name key,
    which an edited record need not send again.
    """
    if not expected and not files:
        return [], 0
    arrived = {name_key(item.name): _content(item) for item in files}
    available = (carried or {}) | arrived
    rows: dict[str, dict[str, Any]] = {}
    for name, path in expected.items():
        key = name_key(name)
        if key:
            rows.setdefault(key, _names(name, path=path, expected=True) | available.get(key, _NOTHING))
    for item in files:
        key = name_key(item.name)
        if key and key not in rows:
            rows[key] = _names(item.name, path=None, expected=False) | arrived[key]
    return list(rows.values()), sum(row["blob_sha256"] is None for row in rows.values())


def insert_rows(
    session: Session,
    version_id: int,
    rows: list[dict[str, Any]],
    files: list[ReceivedFile],
    actor_id: int | None = None,
) -> None:
    """Write what `match` made for a version. Of two files with one name the later counts and both are kept."""
    if not rows:
        return
    connection = session.connection()
    connection.execute(_INSERT, [row | {"submission_version_id": version_id} for row in rows])
    counted = {row["blob_sha256"] for row in rows}
    earlier = [item for item in files if item.content.sha256 not in counted]
    for item in earlier:
        row = _row(version_id, item.name, item, path=None, expected=False)
        old = connection.execute(_INSERT.returning(_TABLE.c.id), row | {"replaced_at": row["received_at"]}).scalar_one()
        if row["name_key"]:
            _note_replaced(connection, version_id, old, item.name, actor_id)


def contents_of(session: Session, version_id: int) -> dict[str, dict[str, Any]]:
    """What is stored with a version, by name key, for `match`."""
    columns = _TABLE.c
    kept = session.connection().execute(
        select(columns.name_key, columns.blob_sha256, columns.media_type, columns.received_at).where(
            columns.submission_version_id == version_id,
            columns.replaced_at.is_(None),
            columns.blob_sha256.is_not(None),
        )
    )
    return {
        row.name_key: {
            "blob_sha256": row.blob_sha256,
            "media_type": row.media_type,
            "received_at": row.received_at,
        }
        for row in kept
    }


def attach_more(session: Session, version: KnownVersion, files: list[ReceivedFile], actor_id: int | None = None) -> int:
    """Files that came with a repeated record, sent by `actor_id`; the number still missing from it.

    They also fill the gaps of a later version, to which a file that was late is as good.
    """
    connection = session.connection()
    if not files:
        return _missing(connection, version.version_id)
    # Two POSTs with different files may come at once; the record is held so that both counts are right.
    statements.hold_submission(connection, version.submission_id)
    _attach_to(connection, version.version_id, files, actor_id)
    missing = _missing(connection, version.version_id)
    if statements.is_current(connection, version.version_id):
        changes = {"missing_files": missing, "updated_at": utc_now()}
        statements.update_submission(connection, version.submission_id, changes)
        return missing
    _fill_current(connection, version.submission_id, files, actor_id)
    return missing


def _fill_current(connection: Connection, submission_id: int, files: list[ReceivedFile], actor_id: int | None) -> None:
    current = connection.execute(
        select(_VERSION.c.id).where(_VERSION.c.submission_id == submission_id, _VERSION.c.current)
    ).scalar()
    if current is None:
        return
    present = _present(connection, current)
    wanted = [item for item in files if present.get(name_key(item.name), "") is None]
    _attach_to(connection, current, wanted, actor_id)
    statements.update_submission(connection, submission_id, {"missing_files": _missing(connection, current)})


def _attach_to(connection: Connection, version_id: int, files: list[ReceivedFile], actor_id: int | None) -> None:
    if not files:
        return
    present = _present(connection, version_id)
    for item in files:
        key = name_key(item.name)
        if key not in present:
            connection.execute(_INSERT, [_row(version_id, item.name, item, path=None, expected=False)])
        elif present[key] is None:
            connection.execute(_of(version_id, key).values(**_content(item)))
        elif present[key] != item.content.sha256:
            _replace(connection, version_id, key, item, actor_id)
        present[key] = item.content.sha256


def _replace(connection: Connection, version_id: int, key: str, item: ReceivedFile, actor_id: int | None) -> None:
    columns = _TABLE.c
    old = connection.execute(
        _of(version_id, key)
        .values(replaced_at=utc_now())
        .returning(columns.id, columns.name, columns.path, columns.expected)
    ).one()
    connection.execute(_INSERT, [_row(version_id, old.name, item, path=old.path, expected=old.expected)])
    _note_replaced(connection, version_id, old.id, old.name, actor_id)


def _note_replaced(
    connection: Connection, version_id: int, attachment_id: int, name: str, actor_id: int | None
) -> None:
    """Say in the history which file is not shown any more. It is evidence: nobody exchanges it in silence."""
    record = connection.execute(
        select(_SUBMISSION.c.id, _SUBMISSION.c.workspace_id, _SUBMISSION.c.instance_id)
        .join(_VERSION, _VERSION.c.submission_id == _SUBMISSION.c.id)
        .where(_VERSION.c.id == version_id)
    ).one()
    audit.record_on(
        connection,
        actor_id=actor_id,
        action="submission.file_replace",
        workspace_id=record.workspace_id,
        subject=f"submission:{record.id}",
        details={"instanceId": record.instance_id, "name": name, "attachment": attachment_id},
    )


def _of(version_id: int, key: str) -> Any:
    return update(_TABLE).where(
        _TABLE.c.submission_version_id == version_id, _TABLE.c.name_key == key, _TABLE.c.replaced_at.is_(None)
    )


def _present(connection: Connection, version_id: int) -> dict[str, str | None]:
    columns = _TABLE.c
    rows = connection.execute(
        select(columns.name_key, columns.blob_sha256).where(
            columns.submission_version_id == version_id, columns.replaced_at.is_(None)
        )
    )
    return {row.name_key: row.blob_sha256 for row in rows}


def _missing(connection: Connection, version_id: int) -> int:
    columns = _TABLE.c
    return connection.execute(
        select(func.count()).where(
            columns.submission_version_id == version_id, columns.expected, columns.blob_sha256.is_(None)
        )
    ).scalar_one()


def _row(version_id: int, name: str, item: ReceivedFile, *, path: str | None, expected: bool) -> dict[str, Any]:
    return {"submission_version_id": version_id} | _names(name, path=path, expected=expected) | _content(item)


def _names(name: str, *, path: str | None, expected: bool) -> dict[str, Any]:
    return {"name": name, "name_key": name_key(name), "path": path, "expected": expected}


def _content(item: ReceivedFile) -> dict[str, Any]:
    return {"blob_sha256": item.content.sha256, "media_type": item.media_type, "received_at": utc_now()}
