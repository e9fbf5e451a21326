"""Records that were stored whole but could not be filed: keeping them, trying again, and a person's decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from sync.attachments import ReceivedFile, name_key
from sync.compression import compress
from sync.instance import Instance
from sync.models import Quarantine, QuarantineFile

_TABLE: Table = Quarantine.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_FILES: Table = QuarantineFile.__table__  # type: ignore[assignment]

CONFLICT = "conflict"
EDIT_CONFLICT = "edit_conflict"
WAITING_FOR_ORIGINAL = "waiting_for_original"
UNKNOWN_VERSION = "unknown_version"
FORM_CLOSED = "form_closed"
DELETED = "deleted"
ACCEPTED, MERGED, REJECTED, FILED = "accepted", "merged", "rejected", "filed"
FILED_BY_ITSELF = (UNKNOWN_VERSION, WAITING_FOR_ORIGINAL)
"""Reasons that pass when something else arrives; such records are tried again then."""


@dataclass(frozen=True)
class Kept:
    """A record on its way into quarantine."""

    workspace_id: int
    form_id: int
    is_draft: bool
    reason: str
    instance: Instance
    xml: bytes
    submitter_id: int | None
    device_id: str | None
    user_agent: str | None
    received_at: dt.datetime


def keep(session: Session, kept: Kept, files: list[ReceivedFile]) -> str | None:
    """Store a record in quarantine; the same bytes again add only files. What was decided on it, if it was.

    Files that come for a decided record are in nobody's hands: the caller has to bring them to where it went.
    """
    connection = session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = connection.execute(insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id), _row(kept)).scalar()
    fresh = row is not None
    if row is None:
        row = connection.execute(
            select(_TABLE.c.id).where(
                _TABLE.c.form_id == kept.form_id,
                _TABLE.c.is_draft == kept.is_draft,
                _TABLE.c.instance_id == kept.instance.instance_id,
                _TABLE.c.xml_sha256 == kept.instance.sha256,
            )
        ).scalar_one()
    if files:
        connection.execute(insert(_FILES).on_conflict_do_nothing(), [_file_row(row, item) for item in files])
    if fresh:
        audit.record(
            session,
            actor_id=kept.submitter_id,
            action="quarantine.keep",
            workspace_id=kept.workspace_id,
            subject=f"quarantine:{row}",
            details={"reason": kept.reason, "instanceId": kept.instance.instance_id},
        )
        return None
    # Whoever decides holds the row, and the files above wait for that; so a decision that they came after is seen.
    return session.scalar(select(_TABLE.c.outcome).where(_TABLE.c.id == row))


def own_id(instance: Instance) -> str:
    """The id under which the content of a conflict is filed: that of the device belongs to the record it met."""
    return f"{instance.instance_id}#{instance.sha256[:12]}"


def hold(session: Session, row: Quarantine) -> None:
    """Keep others from deciding on a record, and from adding files to it, until this transaction ends.

    Whoever holds a quarantined and a filed record holds the quarantined one first.

    Raises:
        Problem 409.151: it was decided already.

    """
    session.refresh(row, with_for_update=True)
    if row.outcome is not None:
        raise Problem("409.151")


def settle(session: Session, actor: Actor, row: Quarantine, outcome: str) -> None:
    """Write down what became of a record: ``accepted``, ``merged``, ``rejected`` or ``filed``.

    Raises:
        Problem 409.151: it was decided already.

    """
    if row.outcome is not None:
        raise Problem("409.151")
    row.outcome = outcome
    row.resolved_at = utc_now()
    row.resolved_by = actor.id
    audit.record(
        session,
        actor_id=actor.id,
        action=f"quarantine.{outcome}",
        workspace_id=row.workspace_id,
        subject=f"quarantine:{row.id}",
        details={"instanceId": row.instance_id},
    )


def _row(kept: Kept) -> dict[str, Any]:
    return {
        "workspace_id": kept.workspace_id,
        "form_id": kept.form_id,
        "is_draft": kept.is_draft,
        "reason": kept.reason,
        "instance_id": kept.instance.instance_id,
        "deprecated_id": kept.instance.deprecated_id,
        "version": kept.instance.version,
        "xml": compress(kept.xml, None),
        "xml_sha256": kept.instance.sha256,
        "submitter_id": kept.submitter_id,
        "device_id": kept.device_id,
        "user_agent": kept.user_agent,
        "received_at": kept.received_at,
    }


def _file_row(quarantine_id: int, item: ReceivedFile) -> dict[str, Any]:
    return {
        "quarantine_id": quarantine_id,
        "name": item.name,
        "name_key": name_key(item.name),
        "blob_sha256": item.content.sha256,
        "media_type": item.media_type,
    }
