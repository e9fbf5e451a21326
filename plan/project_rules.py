"""What may be said of a project and its activities: references that exist, dates, money, states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from plan import queries
from plan.models import Activity, FiscalYear, Group, Indicator, Officer
from plan.models.projects import ZERO
from plan.validation import Checker

NEED_A_REASON = frozenset({"postponed", "cancelled"})
WITHOUT_APPROVAL = frozenset({"proposed", "cancelled"})


@dataclass(frozen=True)
class References:
    """The rows that a project names; an unknown one is None and has been noted as a fault."""

    year: FiscalYear | None
    group: Group | None
    owner: Officer | None
    indicators: list[Indicator]


def find_references(session: Session, checker: Checker, workspace_id: int, values: dict[str, Any]) -> References:
    """Look up year, group, owner and indicators of a project."""
    year_be, group_code, owner_code = values["year_be"], values["group_code"], values["owner_code"]
    year = queries.year_or_none(session, workspace_id, year_be)
    checker.require(year is not None, "year_be", "400.172", given=year_be)
    group = next((row for row in queries.groups(session, workspace_id) if row.code == group_code), None)
    checker.require(group is not None, "group_code", "400.172", given=group_code)
    owner = None
    if owner_code:
        owner = next((row for row in queries.officers(session, workspace_id) if row.code == owner_code), None)
        checker.require(owner is not None, "owner_code", "400.172", given=owner_code)
    indicators: list[Indicator] = []
    if year is not None and values["indicator_uuids"]:
        known = {row.uuid: row for row in queries.indicators(session, workspace_id, year_be=year_be)}
        wanted = dict.fromkeys(values["indicator_uuids"])
        for uuid in wanted:
            checker.require(uuid in known, "indicator_uuids", "400.172", given=uuid)
        indicators = [known[uuid] for uuid in wanted if uuid in known]
    return References(year, group, owner, indicators)


def check_project(
    checker: Checker, values: dict[str, Any], references: References, activities: Sequence[Activity]
) -> None:
    """Note what does not fit together."""
    _check_state(checker, values)
    _check_dates(checker, values, references.year)
    _check_money(checker, values["budgets"], activities)
    _check_schedule(checker, values["planned_schedule"])
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    for item in activities:
        fits = starts_on <= item.plan_start and item.plan_end <= ends_on
        if not checker.require(fits, "ends_on", "409.174", seq=item.seq, first=item.plan_start, last=item.plan_end):
            break


def check_activity(
    checker: Checker,
    values: dict[str, Any],
    *,
    project_dates: tuple[dt.date, dt.date],
    project_budget: Decimal,
    others: Iterable[Activity],
) -> None:
    """Note what does not fit between an activity, its project and the project's `others`."""
    first, last = project_dates
    begins, ends = values["plan_start"], values["plan_end"]
    checker.require(begins <= ends, "plan_end", "400.173", first=begins)
    checker.require(first <= begins <= last, "plan_start", "400.175", first=first, last=last)
    checker.require(first <= ends <= last, "plan_end", "400.175", first=first, last=last)
    siblings = list(others)
    together = sum((item.budget for item in siblings), values["budget"])
    fits = together <= project_budget or values["budget"] == 0
    checker.require(fits, "budget", "400.176", activities=together, total=project_budget)
    taken = any(item.seq == values["seq"] for item in siblings)
    checker.require(not taken, "seq", "409.3", fields="seq", values=values["seq"])


def _check_state(checker: Checker, values: dict[str, Any]) -> None:
    status = values["status"]
    fits = status != "proposed" if values["approved"] else status in WITHOUT_APPROVAL
    checker.require(fits, "status", "400.181")
    reason = bool(values["status_reason"].strip())
    checker.require(reason or status not in NEED_A_REASON, "status_reason", "400.180")


def _check_dates(checker: Checker, values: dict[str, Any], year: FiscalYear | None) -> None:
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    in_order = checker.require(starts_on <= ends_on, "ends_on", "400.173", first=starts_on)
    if year is None:
        return
    inside = year.starts_on <= starts_on <= year.ends_on
    checker.require(inside, "starts_on", "400.174", first=year.starts_on, last=year.ends_on)
    if in_order:
        fits = ends_on <= year.ends_on or values["carry_over"]
        checker.require(fits, "ends_on", "400.177", last=year.ends_on)


def _check_money(checker: Checker, budgets: list[dict[str, Any]], activities: Sequence[Activity]) -> None:
    sources = [line["source"] for line in budgets]
    # "Other" may stand for several givers; each other source is one line.
    named = [source for source in sources if source != "other"]
    free = "none" not in sources or (len(sources) == 1 and budgets[0]["amount"] == 0)
    checker.require(free and len(named) == len(set(named)), "budgets", "400.179")
    for place, line in enumerate(budgets):
        told = line["source"] != "other" or bool(line.get("source_other", "").strip())
        checker.require(told, f"budgets.{place}.source_other", "400.171")
    total = sum((line["amount"] for line in budgets), ZERO)
    spent = sum((item.budget for item in activities), ZERO)
    checker.require(spent <= total, "budgets", "400.176", activities=spent, total=total)


def _check_schedule(checker: Checker, points: list[dict[str, Any]]) -> None:
    ordered = sorted((str(point["on"]), Decimal(str(point["percent"]))) for point in points)
    days = [day for day, _ in ordered]
    checker.require(len(days) == len(set(days)), "planned_schedule", "400.189")
    rises = all(first <= second for (_, first), (_, second) in pairwise(ordered))
    checker.require(rises, "planned_schedule", "400.189")
