"""Orders that make officers responsible (คำสั่งมอบหมาย)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from plan.models.columns import Stamped, UuidText, Versioned
from plan.models.indicators import Indicator
from plan.models.people import Officer
from plan.models.projects import Project


class ResponsibilityOrder(Versioned, Base):
    """An order in force from `valid_from` to `valid_to`, both included.

    `state` is ``draft``, ``signed``, ``in_force``, ``superseded`` or ``expired`` as recorded; the dates say
    on which days it holds.
    """

    __tablename__ = "plan_order"

    uuid: Mapped[UuidText]
    order_no: Mapped[str]
    title: Mapped[str]
    framework: Mapped[str | None]
    signed_on: Mapped[dt.date | None]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date]
    state: Mapped[str] = mapped_column(default="draft")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("plan_order.id"))

    lines: Mapped[list[ResponsibilityLine]] = relationship(order_by="ResponsibilityLine.id", back_populates="order")

    __table_args__ = (Index("uq_plan_order_order_no", "workspace_id", "order_no", unique=True),)


class ResponsibilityLine(Stamped, Base):
    """One officer made responsible for one indicator or project.

    `role` is ``owner``, ``co_owner``, ``assistant``, ``checker`` or ``collector``.
    """

    __tablename__ = "plan_order_line"

    order_id: Mapped[int] = mapped_column(ForeignKey("plan_order.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("plan_officer.id"))
    role: Mapped[str]
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("plan_indicator.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("plan_project.id"))

    order: Mapped[ResponsibilityOrder] = relationship(back_populates="lines")
    officer: Mapped[Officer] = relationship()
    indicator: Mapped[Indicator | None] = relationship()
    project: Mapped[Project | None] = relationship()

    __table_args__ = (
        CheckConstraint("(indicator_id IS NULL) <> (project_id IS NULL)", name="one_subject"),
        Index("ix_plan_order_line_order_id", "order_id"),
        Index("ix_plan_order_line_officer_id", "officer_id"),
        Index("ix_plan_order_line_indicator_id", "indicator_id"),
    )
