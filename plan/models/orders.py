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

ORDER_STATES = ("draft", "signed", "in_force", "superseded", "expired")
ORDER_ROLES = ("owner", "co_owner", "assistant", "checker", "collector")


class ResponsibilityOrder(Versioned, Base):
    """An order in force from `valid_from` to `valid_to`, both included.

    `state` is what was done to it: ``draft`` until it is signed, then ``in_force``, and ``superseded`` once an order
    that takes its place is signed. The dates say on which days it holds (`state_on`).
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

    supersedes: Mapped[ResponsibilityOrder | None] = relationship(remote_side="ResponsibilityOrder.id")
    lines: Mapped[list[ResponsibilityLine]] = relationship(order_by="ResponsibilityLine.id", back_populates="order")

    __table_args__ = (Index("uq_plan_order_order_no", "workspace_id", "order_no", unique=True),)

    def state_on(self, day: dt.date) -> str:
        """One of `ORDER_STATES` on a day: ``signed`` before it holds, ``expired`` after its last day."""
        if self.state in {"draft", "superseded"}:
            return self.state
        if day < self.valid_from:
            return "signed"
        return "in_force" if day <= self.valid_to else "expired"

    @property
    def supersedes_no(self) -> str | None:
        """Number of the order whose place it takes."""
        return self.supersedes.order_no if self.supersedes else None


class ResponsibilityLine(Stamped, Base):
    """One officer made responsible for one indicator or project.

    `role` is one of `ORDER_ROLES`.
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

    @property
    def officer_code(self) -> str:
        """Code of the officer."""
        return self.officer.code

    @property
    def indicator_uuid(self) -> str | None:
        """UUID of the indicator."""
        return self.indicator.uuid if self.indicator else None

    @property
    def project_uuid(self) -> str | None:
        """UUID of the project."""
        return self.project.uuid if self.project else None

    __table_args__ = (
        CheckConstraint("(indicator_id IS NULL) <> (project_id IS NULL)", name="one_subject"),
        Index("ix_plan_order_line_order_id", "order_id"),
        Index("ix_plan_order_line_officer_id", "officer_id"),
        Index("ix_plan_order_line_indicator_id", "indicator_id"),
    )
