"""The projects of the invented office, their activities and their money, with the state at the demo date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

ProgressStatus = Literal["not_started", "in_progress", "delayed", "postponed", "completed", "cancelled"]
BudgetSource = Literal["area_office", "obec", "other", "none"]


@dataclass(frozen=True, slots=True)
class DemoBudgetLine:
    """Money of a project from one source, in baht; a project without money has one line of source `none`."""

    source: BudgetSource
    source_other: str
    allocated: Decimal
    committed: Decimal
    disbursed: Decimal


@dataclass(frozen=True, slots=True)
class DemoActivity:
    """A step of a project, with its plan and with what had been done by the demo date."""

    uuid: UUID
    project_code: str
    seq: int
    name: str
    weight: int
    plan_start: date
    plan_end: date
    place: str
    target_group: str
    target_count: int
    budget: Decimal
    is_main: bool
    status: ProgressStatus = "not_started"
    percent: int = 0
    actual_start: date | None = None
    actual_end: date | None = None
    participants: int = 0


@dataclass(frozen=True, slots=True)
class DemoProject:
    """A project of the annual action plan, with its state at the demo date.

    `planned_progress` is what the activity plan expects on the demo date, `progress_percent` the weighted sum
    of the activities. `completion_spent` is what the completion report states, for completed projects only.
    """

    uuid: UUID
    code: str
    title: str
    group_code: str
    owner_code: str
    fiscal_year: int
    status: ProgressStatus
    status_reason: str
    approved: bool
    approved_on: date
    approval_no: str
    start_date: date
    end_date: date
    objectives: tuple[str, ...]
    target_group: str
    quantity_target: int
    quantity_unit: str
    quantity_actual: int
    quality_target: str
    budget_lines: tuple[DemoBudgetLine, ...]
    planned_progress: int
    progress_percent: int
    indicator_codes: tuple[str, ...]
    in_schools: bool
    q1_reported: bool
    completion_spent: Decimal | None

    @property
    def budget_total(self) -> Decimal:
        """Approved money from every source, in baht."""
        return sum((line.allocated for line in self.budget_lines), Decimal("0.00"))

    @property
    def disbursed_total(self) -> Decimal:
        """Money paid out by the demo date, in baht."""
        return sum((line.disbursed for line in self.budget_lines), Decimal("0.00"))
