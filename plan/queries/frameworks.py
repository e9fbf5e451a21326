"""Selects on frameworks and their parts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from plan.models import Framework, FrameworkNode
from plan.queries.base import only


def frameworks(session: Session, workspace_id: int) -> Sequence[Framework]:
    """All frameworks with their parts, by code."""
    statement = select(Framework).where(Framework.workspace_id == workspace_id).options(_with_nodes())
    return session.scalars(statement.order_by(Framework.code)).all()


def find_framework(session: Session, workspace_id: int, code: str, *, for_update: bool = False) -> Framework:
    """A framework with its parts.

    Raises:
        Problem 404.1: there is none.

    """
    statement = (
        select(Framework)
        .where(Framework.workspace_id == workspace_id, Framework.code == code)
        .options(_with_nodes())
    )  # fmt: skip
    return only(session, statement, code, for_update=for_update)


def node_names(session: Session, workspace_id: int, framework: str, kind: str) -> dict[str, str]:
    """What the parts of one kind are called, by code and in order."""
    rows = session.execute(
        select(FrameworkNode.code, FrameworkNode.name)
        .join(Framework, Framework.id == FrameworkNode.framework_id)
        .where(Framework.workspace_id == workspace_id, Framework.code == framework, FrameworkNode.kind == kind)
        .order_by(FrameworkNode.seq)
    )
    return {row[0]: row[1] for row in rows}


def _with_nodes() -> ExecutableOption:
    return selectinload(Framework.nodes).selectinload(FrameworkNode.parent)
