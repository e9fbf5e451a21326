"""Services on indicators and the issues considered under them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from plan import queries
from plan.editing import next_version, note_change, require_not_closed
from plan.models import FiscalYear, Indicator, Officer, Standard, StandardIssue
from plan.validation import Checker

PLAIN_FIELDS = (
    "code", "framework", "name", "unit", "measure_type", "direction", "weight", "baseline", "baseline_note",
    "target", "t1", "t2", "t3", "t4", "t5", "criteria_text", "pmqa_category", "min_evidence",
)  # fmt: skip
THRESHOLDS = ("t1", "t2", "t3", "t4", "t5")
DEFAULTS: dict[str, Any] = {
    "unit": "", "measure_type": "percent", "direction": "higher", "weight": 0, "baseline": None,
    "baseline_note": "", "target": None, "t1": None, "t2": None, "t3": None, "t4": None, "t5": None,
    "criteria_text": "", "pmqa_category": None, "min_evidence": 1, "standard_code": None, "owner_code": None,
}  # fmt: skip


def create_standard(session: Session, actor: Actor, *, workspace_id: int, code: str, name: str) -> Standard:
    """A new standard, above indicators.

    Raises:
        Problem 409.3: the code is taken.

    """
    if queries.standard_or_none(session, workspace_id, code) is not None:
        raise Problem("409.3", fields="code", values=code)
    standard = Standard(workspace_id=workspace_id, code=code, name=name)
    session.add(standard)
    note_change(session, actor, "plan.standard.create", standard)
    return standard


def create_indicator(session: Session, actor: Actor, *, workspace_id: int, data: dict[str, Any]) -> Indicator:
    """A new indicator: `year_be`, `framework`, `code`, `name` and what else is known.

    Raises:
        InvalidPlan (400.170): what does not fit. Problem 409.3: the year has the code. 409.170: it is closed.

    """
    values = {**DEFAULTS, **data}
    checker = Checker()
    year = queries.year_or_none(session, workspace_id, values["year_be"])
    checker.require(year is not None, "year_be", "400.172", given=values["year_be"])
    references = _check(session, checker, workspace_id, values)
    checker.refuse()
    assert year is not None
    require_not_closed(year)
    _require_free_code(session, year, values["code"])
    indicator = Indicator(workspace_id=workspace_id, fiscal_year=year, issues=[])
    session.add(indicator)
    _apply(indicator, values, *references)
    note_change(session, actor, "plan.indicator.create", indicator)
    return indicator


def update_indicator(
    session: Session, actor: Actor, *, workspace_id: int, uuid: str, version: int, changes: dict[str, Any]
) -> Indicator:
    """Change an indicator; it stays in its year.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.3: the code is taken. 409.170: the year is closed.
        InvalidPlan (400.170): what does not fit.

    """
    indicator = queries.find_indicator(session, workspace_id, uuid, for_update=True)
    next_version(indicator, version)
    require_not_closed(indicator.fiscal_year)
    values = {**indicator_values(indicator), **changes}
    checker = Checker()
    references = _check(session, checker, workspace_id, values)
    checker.refuse()
    if values["code"] != indicator.code:
        _require_free_code(session, indicator.fiscal_year, values["code"])
    _apply(indicator, values, *references)
    note_change(session, actor, "plan.indicator.update", indicator)
    return indicator


def indicator_values(indicator: Indicator) -> dict[str, Any]:
    """An indicator in the words of `create_indicator`."""
    return {
        **{name: getattr(indicator, name) for name in PLAIN_FIELDS},
        "year_be": indicator.year_be,
        "standard_code": indicator.standard_code,
        "owner_code": indicator.owner_code,
    }


def set_issues(
    session: Session, actor: Actor, *, workspace_id: int, uuid: str, version: int, names: Iterable[str]
) -> Indicator:
    """The issues considered under an indicator, in order. A name that stays keeps its code: records hold it.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.170: the year is closed.

    """
    indicator = queries.find_indicator(session, workspace_id, uuid, for_update=True)
    next_version(indicator, version)
    require_not_closed(indicator.fiscal_year)
    wanted = [name.strip() for name in names if name.strip()]
    codes = {issue.name: issue.code for issue in indicator.issues}
    for issue in indicator.issues:
        session.delete(issue)
    session.flush()
    for seq, name in enumerate(wanted, start=1):
        code = codes.pop(name, None) or _new_code(indicator)
        session.add(StandardIssue(workspace_id=workspace_id, indicator_id=indicator.id, seq=seq, code=code, name=name))
    session.flush()
    session.refresh(indicator, ["issues"])
    note_change(session, actor, "plan.indicator.issues", indicator, {"issues": len(wanted)})
    return indicator


def _new_code(indicator: Indicator) -> str:
    """A code that no issue ever had: records keep the codes of issues that are gone."""
    return f"{indicator.code}-{secrets.token_hex(4)}"


def _check(
    session: Session, checker: Checker, workspace_id: int, values: dict[str, Any]
) -> tuple[Standard | None, Officer | None]:
    _check_thresholds(checker, values)
    standard = owner = None
    if values["standard_code"]:
        standard = queries.standard_or_none(session, workspace_id, values["standard_code"])
        checker.require(standard is not None, "standard_code", "400.172", given=values["standard_code"])
    if values["owner_code"]:
        wanted = values["owner_code"]
        owner = next((row for row in queries.officers(session, workspace_id) if row.code == wanted), None)
        checker.require(owner is not None, "owner_code", "400.172", given=wanted)
    return standard, owner


def _check_thresholds(checker: Checker, values: dict[str, Any]) -> None:
    """All five or none, strictly monotonic in the direction."""
    given = [values[name] for name in THRESHOLDS]
    if all(value is None for value in given):
        return
    for name, value in zip(THRESHOLDS, given, strict=True):
        checker.require(value is not None, name, "400.171")
    if any(value is None for value in given):
        return
    falls = values["direction"] == "lower"
    for level, (first, second) in enumerate(pairwise(given), start=2):
        checker.require(second < first if falls else second > first, f"t{level}", "400.178", level=level)


def _require_free_code(session: Session, year: FiscalYear, code: str) -> None:
    taken = select(Indicator.id).where(Indicator.fiscal_year_id == year.id, Indicator.code == code)
    if session.scalar(taken):
        raise Problem("409.3", fields="yearBe, code", values=f"{year.year_be}, {code}")


def _apply(indicator: Indicator, values: dict[str, Any], standard: Standard | None, owner: Officer | None) -> None:
    indicator.standard, indicator.owner = standard, owner
    for name in PLAIN_FIELDS:
        setattr(indicator, name, values[name])
