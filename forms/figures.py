"""How many forms each workspace has, for extended answers about workspaces."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.figures import add_figures
from forms.models import Form


@add_figures
def count_forms(session: Session, workspace_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Forms that are not deleted, by workspace."""
    statement = (
        select(Form.workspace_id, func.count())
        .where(Form.workspace_id.in_(workspace_ids), Form.deleted_at.is_(None))
        .group_by(Form.workspace_id)
    )
    return {row[0]: {"forms": row[1]} for row in session.execute(statement)}
