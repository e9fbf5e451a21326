"""Fiscal years and their reporting rounds."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from plan.models.columns import Stamped, Versioned

YEAR_STATUSES = ("planning", "open", "closing", "closed")
ROUND_CODES = ("q1", "q2", "q3", "q4", "m6", "m12", "monthly", "adhoc")


class FiscalYear(Versioned, Base):
    """A Thai fiscal year: 1 October to 30 September, named by the Buddhist-era year in which it ends.

    `status` is ``planning``, ``open`` (at most one), ``closing`` or ``closed`` (read-only).
    """

    __tablename__ = "plan_fiscal_year"

    year_be: Mapped[int]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    status: Mapped[str] = mapped_column(default="planning")

    rounds: Mapped[list[Round]] = relationship(back_populates="fiscal_year", order_by="Round.opens_on, Round.id")

    __table_args__ = (
        Index("uq_plan_fiscal_year_year_be", "workspace_id", "year_be", unique=True),
        Index(
            "uq_plan_fiscal_year_open",
            "workspace_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )


class Round(Stamped, Base):
    """A reporting round of a year; its window may lie after the year's end, it still belongs to that year.

    `code` is one of `ROUND_CODES`; there may be many of ``monthly`` and ``adhoc``, told apart by `opens_on`.
    Due at the end of `due_on` in the office's zone; refused after `closes_on`.
    """

    __tablename__ = "plan_round"

    fiscal_year_id: Mapped[int] = mapped_column(ForeignKey("plan_fiscal_year.id"))
    code: Mapped[str]
    name: Mapped[str | None]
    opens_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    closes_on: Mapped[dt.date]

    fiscal_year: Mapped[FiscalYear] = relationship(back_populates="rounds")

    __table_args__ = (Index("uq_plan_round_code", "fiscal_year_id", "code", "opens_on", unique=True),)
