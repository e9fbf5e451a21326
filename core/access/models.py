"""Workspaces and the assignments of roles in them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Workspace(Base):
    """The container of forms, people and devices; one area office is one workspace. ODK calls it a project."""

    __tablename__ = "workspace"

    id: Mapped[IdColumn]
    name: Mapped[str]
    description: Mapped[str | None]
    archived: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]


class Assignment(Base):
    """A role given to an actor: site-wide (no workspace), in a workspace, or on one form of it."""

    __tablename__ = "assignment"

    id: Mapped[IdColumn]
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    role_id: Mapped[int]
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspace.id"))
    form_id: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("form_id IS NULL OR workspace_id IS NOT NULL", name="form_in_workspace"),
        Index(
            "uq_assignment_of_role",
            "actor_id",
            "role_id",
            text("coalesce(workspace_id, 0)"),
            text("coalesce(form_id, 0)"),
            unique=True,
        ),
        Index("ix_assignment_workspace_id", "workspace_id"),
    )
