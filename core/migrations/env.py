"""Alembic's environment: the connection comes from `core.schema`, the tables from every package's models."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from core.database import Base


def plain_type(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:  # noqa: ARG001 - Alembic's signature
    """Write our own column types as what the database sees, so that a migration outlives the code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite alters a table by making it anew; PostgreSQL ignores this.
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
)
context.run_migrations()
