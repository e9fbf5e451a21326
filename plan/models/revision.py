"""The revision of a workspace's plan, by which checks and entity lists know that it changed."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class PlanRevision(Base):
    """Counts the changes of a plan. `mark` is new at every change and comes once, even after a restore."""

    __tablename__ = "plan_revision"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    number: Mapped[int]
    mark: Mapped[str]
