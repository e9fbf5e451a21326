"""Projects of the annual action plan, their money and their activities."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from plan.models.columns import Money, Percent, Stamped, UuidText, Versioned
from plan.models.indicators import Indicator
from plan.models.people import Group, Officer
from plan.models.years import FiscalYear

PROJECT_STATUSES = (
    "proposed", "approved", "in_progress", "delayed", "postponed", "completed", "reported", "closed",
    "cancelled",
)  # fmt: skip
RUNNING = frozenset({"approved", "in_progress", "delayed", "postponed"})
"""States in which the latest progress report says how the project stands."""

CURRENT_STATUSES = (
    "proposed", "not_started", "in_progress", "delayed", "postponed", "completed", "reported", "closed",
    "cancelled",
)  # fmt: skip
BUDGET_SOURCES = ("area_office", "obec", "other", "none")
ZERO = Decimal("0.00")


class Project(Versioned, Base):
    """A project (โครงการ) of a fiscal year, owned by a group. Forms store its `uuid`.

    `status` is the planner's; how the project stands now is `current_status`. `targets` are
    ``{"kind": "quantity"|"quality", "text", "value", "unit"}``. `planned_schedule` holds points
    ``{"on": ISO date, "percent": text}`` where the plan is stated directly; otherwise the plan follows from
    the activities (`plan.progress`). `carry_over` allows an end after the year. `progress_percent`,
    `disbursed_total`, `last_report_date` and `reported_status` come from the latest progress report.
    """

    __tablename__ = "plan_project"

    uuid: Mapped[UuidText]
    code: Mapped[str]
    name: Mapped[str]
    fiscal_year_id: Mapped[int] = mapped_column(ForeignKey("plan_fiscal_year.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("plan_group.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("plan_officer.id"))
    status: Mapped[str] = mapped_column(default="proposed")
    status_reason: Mapped[str] = mapped_column(default="")
    approved: Mapped[bool] = mapped_column(default=False)
    approved_on: Mapped[dt.date | None]
    approval_no: Mapped[str | None]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    carry_over: Mapped[bool] = mapped_column(default=False)
    budget_total: Mapped[Money] = mapped_column(default=ZERO)
    objectives: Mapped[list[str]] = mapped_column(default=list)
    targets: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    planned_schedule: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    progress_percent: Mapped[Percent | None]
    disbursed_total: Mapped[Money | None]
    last_report_date: Mapped[dt.date | None]
    reported_status: Mapped[str | None]

    fiscal_year: Mapped[FiscalYear] = relationship()
    group: Mapped[Group] = relationship()
    owner: Mapped[Officer | None] = relationship()
    budgets: Mapped[list[ProjectBudget]] = relationship(
        order_by="ProjectBudget.id", cascade="all, delete-orphan", back_populates="project"
    )
    activities: Mapped[list[Activity]] = relationship(order_by="Activity.seq", back_populates="project")
    indicators: Mapped[list[Indicator]] = relationship(secondary="plan_project_indicator", order_by=Indicator.code)

    __table_args__ = (
        Index("uq_plan_project_code", "fiscal_year_id", "code", unique=True),
        Index("uq_plan_project_uuid", "workspace_id", "uuid", unique=True),
        Index("ix_plan_project_group_id", "group_id"),
    )

    @property
    def current_status(self) -> str:
        """How the project stands, in the words of the progress form: one of `CURRENT_STATUSES`."""
        if self.status in RUNNING and self.reported_status:
            return self.reported_status
        return "not_started" if self.status == "approved" else self.status

    @property
    def year_be(self) -> int:
        """Fiscal year (B.E.)."""
        return self.fiscal_year.year_be

    @property
    def group_code(self) -> str:
        """Code of the owning group."""
        return self.group.code

    @property
    def owner_code(self) -> str | None:
        """Code of the responsible officer."""
        return self.owner.code if self.owner else None

    @property
    def indicator_uuids(self) -> list[str]:
        """The indicators that the project answers."""
        return [indicator.uuid for indicator in self.indicators]


class ProjectBudget(Stamped, Base):
    """Money of a project from one source, in baht; a project without money has a line of source ``none``."""

    __tablename__ = "plan_project_budget"

    project_id: Mapped[int] = mapped_column(ForeignKey("plan_project.id"))
    source: Mapped[str]
    source_other: Mapped[str] = mapped_column(default="")
    amount: Mapped[Money]

    project: Mapped[Project] = relationship(back_populates="budgets")

    __table_args__ = (Index("ix_plan_project_budget_project_id", "project_id"),)


class Activity(Versioned, Base):
    """A step of a project; forms store its `uuid`. The weights of a project's steps should sum to 100."""

    __tablename__ = "plan_activity"

    uuid: Mapped[UuidText]
    project_id: Mapped[int] = mapped_column(ForeignKey("plan_project.id"))
    seq: Mapped[int]
    name: Mapped[str]
    weight: Mapped[Percent]
    plan_start: Mapped[dt.date]
    plan_end: Mapped[dt.date]
    place: Mapped[str] = mapped_column(default="")
    target_group: Mapped[str] = mapped_column(default="")
    target_count: Mapped[int | None]
    budget: Mapped[Money] = mapped_column(default=ZERO)

    project: Mapped[Project] = relationship(back_populates="activities")

    __table_args__ = (
        Index("uq_plan_activity_seq", "project_id", "seq", unique=True),
        Index("uq_plan_activity_uuid", "workspace_id", "uuid", unique=True),
    )

    @property
    def project_uuid(self) -> str:
        """The project, as forms name it."""
        return self.project.uuid


class ProjectIndicator(Base):
    """A project answers an indicator."""

    __tablename__ = "plan_project_indicator"

    project_id: Mapped[int] = mapped_column(ForeignKey("plan_project.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("plan_indicator.id"), primary_key=True)

    __table_args__ = (Index("ix_plan_project_indicator_indicator_id", "indicator_id"),)
