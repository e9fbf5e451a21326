"""A small plan that tests can change: one open year, two groups, two officers, two districts, one project."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from plan import activities, fiscal_years, indicators, people, projects, schools


@dataclass(frozen=True)
class SmallPlan:
    """The workspace, and the UUIDs of what stands in it."""

    workspace_id: int
    project: str
    activity: str
    school: str
    officer: str
    indicator: str


def project_data(**values: Any) -> dict[str, Any]:
    """A project that fits; `values` say what is different."""
    return {
        "code": "PLN-70-01",
        "name": "พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์",
        "year_be": 2570,
        "group_code": "PLN",
        "owner_code": "OFF-001",
        "status": "approved",
        "approved": True,
        "starts_on": dt.date(2026, 11, 1),
        "ends_on": dt.date(2027, 6, 30),
        "budgets": [{"source": "area_office", "source_other": "", "amount": Decimal("100000.00")}],
        **values,
    }


def activity_data(project: str, **values: Any) -> dict[str, Any]:
    """An activity that fits; `values` say what is different."""
    return {
        "project_uuid": project,
        "name": "ประชุมคณะทำงาน",
        "weight": Decimal("40.00"),
        "plan_start": dt.date(2026, 11, 1),
        "plan_end": dt.date(2026, 11, 30),
        "budget": Decimal("40000.00"),
        **values,
    }


def found_small_plan(session: Session, planner: Actor, workspace_id: int) -> SmallPlan:
    place: dict[str, Any] = {"workspace_id": workspace_id}
    fiscal_years.create_year(session, planner, **place, data={"year_be": 2570, "status": "open"})
    for code, name in (("PLN", "กลุ่มนโยบายและแผน"), ("SUP", "กลุ่มนิเทศ ติดตามและประเมินผล")):
        people.create_group(session, planner, **place, data={"code": code, "name_th": name})
    for code, name in (("OFF-001", "กานดา สมมติกุล"), ("OFF-002", "ชาตรี ทดลองศรี")):
        data = {"code": code, "name": name, "group_code": "PLN", "active_from": dt.date(2020, 10, 1)}
        officer = people.create_officer(session, planner, **place, data=data)
    for code, name in (("D01", "เมืองธารานคร"), ("D02", "ทุ่งฟ้าหม่น")):
        schools.create_district(session, planner, **place, data={"code": code, "name": name, "province": "ธารานคร"})
    network = {"code": "NW01", "name": "กลุ่มโรงเรียนธาราเหนือ", "district_code": "D01"}
    schools.create_network(session, planner, **place, data=network)
    school_data = {"code": "99010001", "name": "บ้านห้วยหมอก", "district_code": "D01", "network_code": "NW01"}
    school = schools.create_school(session, planner, **place, data=school_data)
    indicator_data = {"year_be": 2570, "framework": "krs", "code": "KRS-01", "name": "ร้อยละของผู้เรียนที่อ่านออก"}
    indicator = indicators.create_indicator(session, planner, **place, data=indicator_data)
    data = project_data(indicator_uuids=[indicator.uuid])
    project = projects.create_project(session, planner, **place, data=data)
    activity = activities.create_activity(session, planner, **place, data=activity_data(project.uuid))
    return SmallPlan(workspace_id, project.uuid, activity.uuid, school.uuid, officer.uuid, indicator.uuid)
