"""The audit trail: who did what to which thing, in the same transaction as the thing itself. Rows are only added."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Index, Table, insert
from sqlalchemy.orm import Mapped, Session

from core.database import Base, IdColumn, utc_now


class AuditEntry(Base):
    """One deed. `subject` names what it was done to, as ``kind:id``."""

    __tablename__ = "audit"

    id: Mapped[IdColumn]
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    workspace_id: Mapped[int | None]
    subject: Mapped[str | None]
    details: Mapped[dict[str, Any] | None]

    __table_args__ = (
        Index("ix_audit_workspace_id_id", "workspace_id", "id"),
        Index("ix_audit_subject", "subject"),
    )


_TABLE: Table = AuditEntry.__table__  # type: ignore[assignment]  # declarative tables are typed loosely
_INSERT = insert(_TABLE)


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    workspace_id: int | None = None,
    subject: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one entry. `action` is ``thing.verb``, such as ``form.publish``; `details` hold no secrets."""
    record_on(
        session.connection(),
        actor_id=actor_id,
        action=action,
        workspace_id=workspace_id,
        subject=subject,
        details=details,
    )


def record_on(connection: Connection, **entry: Any) -> None:
    """As `record`, for code that holds a connection; all of the entry's parts are given."""
    connection.execute(_INSERT, {"at": utc_now()} | entry)
