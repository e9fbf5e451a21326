"""Puts the invented office into an empty workspace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.access.workspaces import find_workspace
from core.errors import Problem
from plan import models, problems, queries, trail
from plan.demo.model import DemoOffice, DemoOfficer, DemoProject
from plan.demo.standard_issues import issues
from plan.editing import bump
from plan.usual_frameworks import USUAL_FRAMEWORKS

__all__ = ["load_demo_office", "load_standard_issues", "problems", "trail"]

# A project that has not begun is an approved one; the other words are the plan's own.
_STATUS = {"not_started": "approved"}


def load_demo_office(session: Session, actor: Actor, workspace_id: int, office: DemoOffice) -> dict[str, int]:
    """Load everything an office plans; the number of rows per subject (`plan.queries.plan_counts`).

    What field records say (progress, visits) is left empty: it comes with the records.

    Raises:
        Problem 404.1: no such workspace. 409.172: the workspace has a plan already.

    """
    find_workspace(session, workspace_id)
    if queries.has_plan(session, workspace_id) or queries.fiscal_years(session, workspace_id):
        raise Problem("409.172")
    loader = _Loader(session, workspace_id, office)
    loader.load_years()
    loader.load_people()
    loader.load_places()
    loader.load_frameworks()
    loader.load_indicators()
    loader.load_projects()
    loader.load_orders()
    audit.record(
        session,
        actor_id=actor.id,
        action="plan.demo.load",
        workspace_id=workspace_id,
        details={"seed": office.seed, "name": office.name_th},
    )
    bump(session, workspace_id)
    return queries.plan_counts(session, workspace_id)


def load_standard_issues(session: Session, workspace_id: int, office: DemoOffice) -> None:
    """Load the issues under the indicators of the area-office standards, which the office enters from a handbook."""
    ids = {row.code: row.id for row in queries.indicators(session, workspace_id)}
    rows = [
        {
            "workspace_id": workspace_id,
            "indicator_id": ids[item.indicator_code],
            "seq": item.seq,
            "code": item.code,
            "name": item.name,
        }
        for item in issues(office)
    ]
    session.execute(insert(models.StandardIssue), rows)
    bump(session, workspace_id)


@dataclass
class _Loader:
    """One load. Rows of a table are inserted at once; their keys are then read back by code."""

    session: Session
    workspace_id: int
    office: DemoOffice

    def load_years(self) -> None:
        """Fiscal years and rounds."""
        rows = [
            {
                "year_be": year.year_be,
                "starts_on": year.starts_on,
                "ends_on": year.ends_on,
                "status": year.status,
            }
            for year in self.office.fiscal_years
        ]
        self.years = self._insert(models.FiscalYear, rows, key="year_be")
        self._insert(
            models.Round,
            [
                {
                    "fiscal_year_id": self.years[year.year_be],
                    "code": item.code,
                    "name": item.name_th,
                    "opens_on": item.opens_on,
                    "due_on": item.due_on,
                    "closes_on": item.closes_on,
                }
                for year in self.office.fiscal_years
                for item in year.rounds
            ],
        )
        # Indicators carry no year of their own: they belong to the year that is open.
        self.open_year = next(self.years[item.year_be] for item in self.office.fiscal_years if item.status == "open")

    def load_people(self) -> None:
        """Groups, officers (with the director and the deputies, who are in no group) and their history."""
        groups = [{"code": item.code, "name_th": item.name_th, "name_en": item.name_en} for item in self.office.groups]
        self.groups = self._insert(models.Group, groups, key="code")
        everybody = (self.office.director, *self.office.deputies, *self.office.officers)
        self.officers = self._insert(models.Officer, map(self._officer, everybody), key="code")
        memberships = (row for item in everybody for row in self._memberships(item))
        self._insert(models.GroupMembership, memberships)

    def load_places(self) -> None:
        """Districts, networks and schools."""
        districts = [
            {"code": item.code, "name": item.name_th, "province": item.province} for item in self.office.districts
        ]
        self.districts = self._insert(models.District, districts, key="code")
        networks = [
            {"code": item.code, "name": item.name_th, "district_id": self.districts[item.district_code]}
            for item in self.office.networks
        ]
        self.networks = self._insert(models.SchoolNetwork, networks, key="code")
        schools = [
            {
                "uuid": str(item.uuid),
                "code": item.code,
                "name": item.name,
                "district_id": self.districts[item.district_code],
                "network_id": self.networks[item.network_code],
                "size": item.size,
                "students": item.students,
                "latitude": item.latitude,
                "longitude": item.longitude,
                "active_from": item.active_from,
                "active_to": item.active_to,
            }
            for item in self.office.schools
        ]
        self._insert(models.School, schools)

    def load_frameworks(self) -> None:
        """The usual frameworks with their parts."""
        plain = ("code", "name_th", "name_en", "owner_body")
        rows = [{name: getattr(item, name) for name in plain} for item in USUAL_FRAMEWORKS]
        frameworks = self._insert(models.Framework, rows, key="code")
        nodes = [
            {"framework_id": frameworks[item.code], "kind": kind, "code": code, "name": name, "seq": seq}
            for item in USUAL_FRAMEWORKS
            for seq, (kind, code, name) in enumerate(item.nodes, start=1)
        ]
        self._insert(models.FrameworkNode, nodes)

    def load_indicators(self) -> None:
        """Standards and indicators."""
        standards = [{"code": item.code, "name": item.name_th} for item in self.office.standards]
        self.standards = self._insert(models.Standard, standards, key="code")
        plain = (
            "code", "framework", "unit", "measure_type", "direction", "weight", "baseline", "target", "t1",
            "t2", "t3", "t4", "t5", "pmqa_category", "min_evidence",
        )  # fmt: skip
        rows = [
            {
                **{name: getattr(item, name) for name in plain},
                "uuid": str(item.uuid),
                "name": item.name_th,
                "fiscal_year_id": self.open_year,
                "standard_id": self.standards[item.standard_code] if item.standard_code else None,
                "owner_id": self.officers[item.owner_code] if item.owner_code else None,
            }
            for item in self.office.indicators
        ]
        self.indicators = self._insert(models.Indicator, rows, key="code")

    def load_projects(self) -> None:
        """Projects with their money, their activities and the indicators they answer."""
        self.projects = self._insert(models.Project, map(self._project, self.office.projects), key="code")
        self._insert(models.ProjectBudget, self._budget_lines())
        plain = (
            "seq", "name", "weight", "plan_start", "plan_end", "place", "target_group", "target_count",
            "budget",
        )  # fmt: skip
        activities = [
            {
                **{name: getattr(item, name) for name in plain},
                "uuid": str(item.uuid),
                "project_id": self.projects[item.project_code],
            }
            for item in self.office.activities
        ]
        self._insert(models.Activity, activities)
        links = [
            {"project_id": self.projects[item.code], "indicator_id": self.indicators[code]}
            for item in self.office.projects
            for code in item.indicator_codes
        ]
        if links:
            self.session.execute(insert(models.ProjectIndicator), links)

    def load_orders(self) -> None:
        """Orders of responsibility and their lines."""
        plain = ("order_no", "title", "framework", "signed_on", "valid_from", "valid_to", "state")
        rows = [
            {**{name: getattr(item, name) for name in plain}, "uuid": str(item.uuid)} for item in self.office.orders
        ]
        orders = self._insert(models.ResponsibilityOrder, rows, key="order_no")
        for item in self.office.orders:
            if item.supersedes is not None:
                of = models.ResponsibilityOrder.id == orders[item.order_no]
                former = orders[item.supersedes]
                self.session.execute(update(models.ResponsibilityOrder).where(of).values(supersedes_id=former))
        lines = [
            {
                "order_id": orders[order.order_no],
                "officer_id": self.officers[line.officer_code],
                "role": line.role,
                "indicator_id": self.indicators[line.indicator_code],
            }
            for order in self.office.orders
            for line in order.lines
        ]
        self._insert(models.ResponsibilityLine, lines)

    def _officer(self, item: DemoOfficer) -> dict[str, Any]:
        return {
            "uuid": str(item.uuid),
            "code": item.code,
            "name": item.full_name,
            "position": item.position,
            "role": item.role,
            "group_id": self.groups[item.group_code] if item.group_code else None,
            "username": item.username,
            "active_from": item.active_from,
            "active_to": item.active_to,
        }

    def _memberships(self, item: DemoOfficer) -> Iterable[dict[str, Any]]:
        """The groups an officer was in, one after the other, without a gap."""
        if item.group_code is None:
            return
        moves = sorted(item.moves, key=lambda move: move.moved_on)
        begins = [item.active_from, *(move.moved_on for move in moves)]
        codes = [*(move.from_group for move in moves), item.group_code]
        ends = [*(day - dt.timedelta(days=1) for day in begins[1:]), item.active_to]
        officer_id = self.officers[item.code]
        for code, first, last in zip(codes, begins, ends, strict=True):
            yield {
                "officer_id": officer_id,
                "group_id": self.groups[code],
                "valid_from": first,
                "valid_to": last,
            }

    def _project(self, item: DemoProject) -> dict[str, Any]:
        quantity = {
            "kind": "quantity",
            "text": item.target_group,
            "value": str(item.quantity_target),
            "unit": item.quantity_unit,
        }
        quality = {"kind": "quality", "text": item.quality_target, "value": None, "unit": ""}
        return {
            "uuid": str(item.uuid),
            "code": item.code,
            "name": item.title,
            "fiscal_year_id": self.years[item.fiscal_year],
            "group_id": self.groups[item.group_code],
            "owner_id": self.officers[item.owner_code],
            "status": _STATUS.get(item.status, item.status),
            "status_reason": item.status_reason,
            "approved": item.approved,
            "approved_on": item.approved_on,
            "approval_no": item.approval_no,
            "starts_on": item.start_date,
            "ends_on": item.end_date,
            "budget_total": item.budget_total,
            "objectives": list(item.objectives),
            "targets": [quantity, quality],
        }

    def _budget_lines(self) -> Iterable[dict[str, Any]]:
        for item in self.office.projects:
            for line in item.budget_lines:
                yield {
                    "project_id": self.projects[item.code],
                    "source": line.source,
                    "source_other": line.source_other,
                    "amount": line.allocated,
                }

    def _insert(self, table: type[models.Stamped], rows: Iterable[dict[str, Any]], *, key: str = "") -> dict[Any, int]:
        """Insert the rows; with a `key` column, the new ids by its values."""
        columns: Table = table.__table__  # type: ignore[attr-defined]  # every model has one
        given = [{**row, "workspace_id": self.workspace_id} for row in rows]
        if given:
            self.session.execute(insert(columns), given)
        if not key:
            return {}
        statement = select(columns.c[key], columns.c.id).where(columns.c.workspace_id == self.workspace_id)
        return {row[0]: row[1] for row in self.session.execute(statement)}
