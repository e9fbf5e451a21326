"""Deadlocks of PostgreSQL, which a unit of work tries once more and which would go unseen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from core.database import db


@contextmanager
def deadlocks() -> Iterator[list[str]]:
    """The statements that met a deadlock or a serialization fault while this is open."""
    met: list[str] = []

    def note(context: Any) -> None:
        if getattr(context.original_exception, "sqlstate", None) in {"40P01", "40001"}:
            met.append(f"{context.statement}: {context.original_exception}")

    event.listen(db.engine, "handle_error", note)
    try:
        yield met
    finally:
        event.remove(db.engine, "handle_error", note)
