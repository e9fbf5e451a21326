"""Indicators, and the standards whose issues some of them consist of."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from plan.models.columns import Measure, Percent, Stamped, UuidText, Versioned
from plan.models.people import Officer
from plan.models.years import FiscalYear

FRAMEWORKS = ("krs", "pmqa", "area_std", "emes", "ars", "ita", "action_plan", "dev_plan", "other")
MEASURE_TYPES = ("percent", "number", "level", "checklist")
DIRECTIONS = ("higher", "lower")


class Standard(Stamped, Base):
    """A standard of the area-office standards, above some indicators."""

    __tablename__ = "plan_standard"

    code: Mapped[str]
    name: Mapped[str]

    __table_args__ = (Index("uq_plan_standard_code", "workspace_id", "code", unique=True),)


class Indicator(Versioned, Base):
    """An indicator of one framework and year; forms store its `uuid`.

    `t1` to `t5` are the thresholds of levels 1 to 5, rising, or falling when `direction` is ``lower``.
    `baseline_note` says why there is no baseline. `min_evidence` is the least number of pieces of evidence.
    """

    __tablename__ = "plan_indicator"

    uuid: Mapped[UuidText]
    fiscal_year_id: Mapped[int] = mapped_column(ForeignKey("plan_fiscal_year.id"))
    framework: Mapped[str]
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("plan_standard.id"))
    code: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    measure_type: Mapped[str] = mapped_column(default="percent")
    direction: Mapped[str] = mapped_column(default="higher")
    weight: Mapped[Percent] = mapped_column(default=Decimal(0))
    baseline: Mapped[Measure | None]
    baseline_note: Mapped[str] = mapped_column(default="")
    target: Mapped[Measure | None]
    t1: Mapped[Measure | None]
    t2: Mapped[Measure | None]
    t3: Mapped[Measure | None]
    t4: Mapped[Measure | None]
    t5: Mapped[Measure | None]
    criteria_text: Mapped[str] = mapped_column(default="")
    pmqa_category: Mapped[int | None]
    min_evidence: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("plan_officer.id"))

    fiscal_year: Mapped[FiscalYear] = relationship()
    standard: Mapped[Standard | None] = relationship()
    owner: Mapped[Officer | None] = relationship()
    issues: Mapped[list[StandardIssue]] = relationship(order_by="StandardIssue.seq", back_populates="indicator")

    __table_args__ = (
        Index("uq_plan_indicator_code", "fiscal_year_id", "code", unique=True),
        Index("uq_plan_indicator_uuid", "workspace_id", "uuid", unique=True),
    )

    @property
    def thresholds(self) -> tuple[Decimal | None, ...]:
        """The thresholds in order of level."""
        return (self.t1, self.t2, self.t3, self.t4, self.t5)

    @property
    def year_be(self) -> int:
        """Fiscal year (B.E.)."""
        return self.fiscal_year.year_be

    @property
    def standard_code(self) -> str | None:
        """Code of the standard."""
        return self.standard.code if self.standard else None

    @property
    def owner_code(self) -> str | None:
        """Code of the responsible officer."""
        return self.owner.code if self.owner else None


class StandardIssue(Stamped, Base):
    """An issue considered (ประเด็นการพิจารณา) under an indicator; the office enters OBEC's current ones."""

    __tablename__ = "plan_standard_issue"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("plan_indicator.id"))
    seq: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]

    indicator: Mapped[Indicator] = relationship(back_populates="issues")

    __table_args__ = (
        Index("uq_plan_standard_issue_seq", "indicator_id", "seq", unique=True),
        Index("uq_plan_standard_issue_code", "workspace_id", "code", unique=True),
    )
