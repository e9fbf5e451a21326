"""What the invented office is made of.

Plain frozen values: nothing here knows a database, a form or a wire format. Money is in baht (`Decimal`,
two places), percentages are 0–100, coordinates are degrees (WGS 84), dates are Gregorian and `year_be` is a
Buddhist-era year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from plan.demo.model_projects import BudgetSource, DemoActivity, DemoBudgetLine, DemoProject, ProgressStatus

__all__ = [
    "BudgetSource",
    "DemoActivity",
    "DemoBudgetLine",
    "DemoDistrict",
    "DemoFiscalYear",
    "DemoGroup",
    "DemoGroupMove",
    "DemoIndicator",
    "DemoNetwork",
    "DemoOffice",
    "DemoOfficer",
    "DemoOrder",
    "DemoOrderLine",
    "DemoProject",
    "DemoRound",
    "DemoSchool",
    "DemoStandard",
    "Direction",
    "Framework",
    "MeasureType",
    "OfficerRole",
    "OrderRole",
    "OrderState",
    "ProgressStatus",
    "SchoolSize",
    "YearStatus",
]

YearStatus = Literal["planning", "open", "closing", "closed"]
SchoolSize = Literal["small", "medium", "large", "extra_large"]
OfficerRole = Literal["director", "deputy", "group_director", "me_head", "officer"]
Framework = Literal["pmqa", "krs", "area_std", "action_plan", "ita"]
MeasureType = Literal["percent", "number", "level"]
Direction = Literal["higher", "lower"]
OrderState = Literal["in_force", "superseded", "expired"]
OrderRole = Literal["owner", "co_owner", "assistant", "checker"]


@dataclass(frozen=True, slots=True)
class DemoRound:
    """A reporting round; due at the end of `due_on` in Bangkok, refused after `closes_on`."""

    code: str
    name_th: str
    opens_on: date
    due_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class DemoFiscalYear:
    """1 October to 30 September, named by the Buddhist-era year in which it ends."""

    year_be: int
    starts_on: date
    ends_on: date
    status: YearStatus
    rounds: tuple[DemoRound, ...]


@dataclass(frozen=True, slots=True)
class DemoDistrict:
    """A district; the province belongs to it, since an area office may span two provinces."""

    code: str
    name_th: str
    province: str
    without_signal: bool


@dataclass(frozen=True, slots=True)
class DemoNetwork:
    """A cluster of schools (กลุ่มโรงเรียน) inside one district."""

    code: str
    name_th: str
    district_code: str


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """A school; `active_to` is the last day it is open, None while no closing is known."""

    uuid: UUID
    code: str
    name: str
    district_code: str
    network_code: str
    size: SchoolSize
    students: int
    latitude: float
    longitude: float
    active_from: date
    active_to: date | None


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """One of the ten groups and units of the office (กลุ่ม/หน่วย)."""

    code: str
    name_th: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DemoGroupMove:
    """An officer's change of group; `moved_on` is the first day in the new group."""

    from_group: str
    to_group: str
    moved_on: date


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """A person of the office. `group_code` is the present group, None for the director and the deputies."""

    code: str
    uuid: UUID
    given_name: str
    surname: str
    username: str
    group_code: str | None
    position: str
    role: OfficerRole
    active_from: date
    active_to: date | None
    moves: tuple[DemoGroupMove, ...] = ()
    assigned_groups: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Given name and surname as printed in a report."""
        return f"{self.given_name} {self.surname}"

    def group_on(self, day: date) -> str | None:
        """The group the officer belonged to on `day`."""
        for move in sorted(self.moves, key=lambda item: item.moved_on, reverse=True):
            if day >= move.moved_on:
                return move.to_group
        return self.moves[0].from_group if self.moves else self.group_code

    def active_on(self, day: date) -> bool:
        """Whether the officer works in the office on `day`."""
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)


@dataclass(frozen=True, slots=True)
class DemoStandard:
    """A standard of the area-office standards, the parent of some indicators."""

    code: str
    name_th: str


@dataclass(frozen=True, slots=True)
class DemoIndicator:
    """An indicator of one framework; t1…t5 are the thresholds of the score levels 1 to 5."""

    uuid: UUID
    code: str
    framework: Framework
    standard_code: str | None
    name_th: str
    unit: str
    measure_type: MeasureType
    direction: Direction
    weight: Decimal
    baseline: Decimal
    target: Decimal
    t1: Decimal
    t2: Decimal
    t3: Decimal
    t4: Decimal
    t5: Decimal
    pmqa_category: int | None
    min_evidence: int
    owner_code: str | None

    @property
    def thresholds(self) -> tuple[Decimal, ...]:
        """The five thresholds in order of level."""
        return (self.t1, self.t2, self.t3, self.t4, self.t5)


@dataclass(frozen=True, slots=True)
class DemoOrderLine:
    """One officer made responsible for one indicator."""

    officer_code: str
    role: OrderRole
    indicator_code: str


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order of responsibility (คำสั่งมอบหมาย); `valid_to` is the last day in force."""

    uuid: UUID
    order_no: str
    title: str
    framework: Framework
    signed_on: date
    valid_from: date
    valid_to: date
    state: OrderState
    supersedes: str | None
    lines: tuple[DemoOrderLine, ...]


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """The whole invented office as it stands on `today`."""

    seed: int
    name_th: str
    short_name_th: str
    today: date
    fiscal_years: tuple[DemoFiscalYear, ...]
    districts: tuple[DemoDistrict, ...]
    networks: tuple[DemoNetwork, ...]
    schools: tuple[DemoSchool, ...]
    groups: tuple[DemoGroup, ...]
    officers: tuple[DemoOfficer, ...]
    director: DemoOfficer
    deputies: tuple[DemoOfficer, ...]
    projects: tuple[DemoProject, ...]
    activities: tuple[DemoActivity, ...]
    standards: tuple[DemoStandard, ...]
    indicators: tuple[DemoIndicator, ...]
    orders: tuple[DemoOrder, ...]

    def activities_of(self, project_code: str) -> tuple[DemoActivity, ...]:
        """The activities of one project in order of `seq`."""
        return tuple(item for item in self.activities if item.project_code == project_code)
