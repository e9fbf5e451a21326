"""Districts, networks of schools, and schools."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from plan.models.columns import Stamped, UuidText, Versioned

SCHOOL_SIZES = ("small", "medium", "large", "extra_large")


class District(Versioned, Base):
    """A district with its province, since an area office may span two provinces. Forms store the `code`."""

    __tablename__ = "plan_district"

    code: Mapped[str]
    name: Mapped[str]
    province: Mapped[str]

    __table_args__ = (Index("uq_plan_district_code", "workspace_id", "code", unique=True),)


class SchoolNetwork(Stamped, Base):
    """A cluster of schools (กลุ่มโรงเรียน) inside a district."""

    __tablename__ = "plan_school_network"

    code: Mapped[str]
    name: Mapped[str]
    district_id: Mapped[int] = mapped_column(ForeignKey("plan_district.id"))

    district: Mapped[District] = relationship()

    __table_args__ = (Index("uq_plan_school_network_code", "workspace_id", "code", unique=True),)

    @property
    def district_code(self) -> str:
        """Code of the district."""
        return self.district.code


class School(Versioned, Base):
    """A school; forms store its `uuid`. `active_to` is its last day. Coordinates are degrees (WGS 84).

    `last_visit_date` and `last_visit_level` (1–5) come from the latest visit form, never from the planner.
    """

    __tablename__ = "plan_school"

    uuid: Mapped[UuidText]
    code: Mapped[str]
    name: Mapped[str]
    district_id: Mapped[int] = mapped_column(ForeignKey("plan_district.id"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("plan_school_network.id"))
    size: Mapped[str | None]
    students: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    active_from: Mapped[dt.date | None]
    active_to: Mapped[dt.date | None]
    last_visit_date: Mapped[dt.date | None]
    last_visit_level: Mapped[int | None]

    district: Mapped[District] = relationship()
    network: Mapped[SchoolNetwork | None] = relationship()

    __table_args__ = (
        Index("uq_plan_school_code", "workspace_id", "code", unique=True),
        Index("uq_plan_school_uuid", "workspace_id", "uuid", unique=True),
        Index("ix_plan_school_district_id", "district_id"),
    )

    @property
    def district_code(self) -> str:
        """Code of the district."""
        return self.district.code

    @property
    def network_code(self) -> str | None:
        """Code of the network."""
        return self.network.code if self.network else None

    def active_on(self, day: dt.date) -> bool:
        """Whether the school is open on `day`."""
        begun = self.active_from is None or self.active_from <= day
        return begun and (self.active_to is None or day <= self.active_to)
