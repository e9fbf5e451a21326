"""What codes and UUIDs in answers are called, for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from plan.models import (
    Activity,
    District,
    Framework,
    Group,
    Indicator,
    Officer,
    Project,
    School,
    Standard,
    StandardIssue,
)
from plan.validation import is_storable

DIMENSIONS = (
    "project", "activity", "group", "school", "district", "officer", "indicator", "framework", "standard", "issue",
)  # fmt: skip
_FEW = 500
"""Up to so many values are asked for by name; beyond, all rows of the workspace are cheaper."""


def labels(session: Session, workspace_id: int, dimension: str, values: Iterable[str]) -> dict[str, str]:
    """The Thai name of each value that the plan knows; unknown values are left out.

    `dimension` is one of `DIMENSIONS`; another one has no labels. Values are as forms store them: UUIDs of
    projects, activities, schools and indicators, codes of the others.
    """
    wanted = {value for value in values if is_storable(value)}
    if dimension not in _SOURCES or not wanted:
        return {}
    table, key, name = _SOURCES[dimension]
    condition = table.workspace_id == workspace_id
    if dimension == "school":
        found = school_labels(session, workspace_id, key.in_(wanted) if len(wanted) <= _FEW else None)
    else:
        statement = select(key, name).where(condition)
        if len(wanted) <= _FEW:
            statement = statement.where(key.in_(wanted))
        found = {row[0]: row[1] for row in session.execute(statement)}
    return {value: found[value] for value in wanted if value in found}


def school_labels(session: Session, workspace_id: int, condition: ColumnElement[bool] | None = None) -> dict[str, str]:
    """What schools are called, by UUID; schools of one name also say their district."""
    shared = (
        select(School.name)
        .where(School.workspace_id == workspace_id)
        .group_by(School.name)
        .having(func.count() > 1)
    )  # fmt: skip
    twice = set(session.scalars(shared))
    statement = (
        select(School.uuid, School.name, District.name)
        .join(District, District.id == School.district_id)
        .where(School.workspace_id == workspace_id)
    )
    if condition is not None:
        statement = statement.where(condition)
    return {
        uuid: f"{name} (อ.{district})" if name in twice else name for uuid, name, district in session.execute(statement)
    }


_Source = tuple[Any, Any, Any]
_SOURCES: dict[str, _Source] = {
    "project": (Project, Project.uuid, Project.name),
    "group": (Group, Group.code, Group.name_th),
    "school": (School, School.uuid, School.name),
    "district": (District, District.code, District.name),
    "officer": (Officer, Officer.code, Officer.name),
    "indicator": (Indicator, Indicator.uuid, Indicator.name),
    "activity": (Activity, Activity.uuid, Activity.name),
    "framework": (Framework, Framework.code, Framework.name_th),
    "standard": (Standard, Standard.code, Standard.name),
    "issue": (StandardIssue, StandardIssue.code, StandardIssue.name),
}
