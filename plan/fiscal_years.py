"""Services on fiscal years and their reporting rounds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from core.i18n import BUDDHIST_OFFSET
from plan import queries
from plan.editing import next_version, note_change, require_not_closed
from plan.models import FiscalYear, Round
from plan.validation import Checker

LEAST_YEAR, GREATEST_YEAR = 2500, 2700

NEXT_STATUSES = {
    "planning": ("open", "closed"),
    "open": ("closing",),
    "closing": ("closed", "open"),
    "closed": ("closing", "open"),
}
"""What a year may become. Leaving ``closed`` wants a reason."""

# Code and the month after the period; a round opens on the first of that month and is due on the 15th.
_STANDARD_ROUNDS = (("q1", 1), ("q2", 4), ("q3", 7), ("q4", 10), ("m6", 4), ("m12", 10))


def year_bounds(year_be: int) -> tuple[dt.date, dt.date]:
    """First and last day of a fiscal year (B.E.): 2570 is 1 October 2026 to 30 September 2027."""
    ends_in = year_be - BUDDHIST_OFFSET
    return dt.date(ends_in - 1, 10, 1), dt.date(ends_in, 9, 30)


def standard_rounds(year_be: int) -> list[dict[str, Any]]:
    """The quarters and the half-year and whole-year rounds; q4 and m12 are due after the year's end."""
    ends_in = year_be - BUDDHIST_OFFSET
    return [_standard_round(code, dt.date(ends_in, month, 1)) for code, month in _STANDARD_ROUNDS]


def create_year(session: Session, actor: Actor, *, workspace_id: int, data: Mapping[str, Any]) -> FiscalYear:
    """A new fiscal year: `year_be`, optionally `status` and `rounds` (else the standard ones).

    Raises:
        InvalidPlan (400.170): the year or a round. Problem 409.3: the plan has it. 409.171: one is open.

    """
    year_be = data["year_be"]
    checker = Checker()
    fits = LEAST_YEAR <= year_be <= GREATEST_YEAR
    checker.require(fits, "year_be", "400.185", least=LEAST_YEAR, most=GREATEST_YEAR)
    rounds = data.get("rounds") or (standard_rounds(year_be) if fits else [])
    _check_rounds(checker, rounds)
    checker.refuse()
    if queries.year_or_none(session, workspace_id, year_be) is not None:
        raise Problem("409.3", fields="yearBe", values=year_be)
    status = data.get("status", "planning")
    if status == "open":
        _require_no_open_year(session, workspace_id)
    starts_on, ends_on = year_bounds(year_be)
    year = FiscalYear(workspace_id=workspace_id, year_be=year_be, starts_on=starts_on, ends_on=ends_on, status=status)
    year.rounds = [Round(workspace_id=workspace_id, **item) for item in map(_round_values, rounds)]
    session.add(year)
    note_change(session, actor, "plan.fiscal_year.create", year, {"status": status})
    return year


def update_year(
    session: Session,
    actor: Actor,
    *,
    workspace_id: int,
    year_be: int,
    version: int,
    changes: Mapping[str, Any],
) -> FiscalYear:
    """Change a year's `status` (with `reason` to reopen a closed one) or its `rounds`.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.170: closed. 409.171: another year is open. 409.173: not
        from this status. InvalidPlan (400.170): no reason, or a round that cannot be.

    """
    year = queries.find_year(session, workspace_id, year_be, for_update=True)
    next_version(year, version)
    before, wanted = year.status, changes.get("status", year.status)
    checker = Checker()
    reason = changes.get("reason", "")
    checker.require(before != "closed" or wanted == before or bool(reason.strip()), "reason", "400.180")
    _check_rounds(checker, changes.get("rounds", ()))
    checker.refuse()
    if wanted != before:
        _require_next(session, year, wanted)
        year.status = wanted
    if "rounds" in changes:
        require_not_closed(year)
        _replace_rounds(session, year, changes["rounds"])
    details = {"from": before, "to": wanted, "reason": reason} if wanted != before else None
    note_change(session, actor, "plan.fiscal_year.update", year, details)
    return year


def _standard_round(code: str, opens_on: dt.date) -> dict[str, Any]:
    end_of_month = (opens_on + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return {"code": code, "opens_on": opens_on, "due_on": opens_on.replace(day=15), "closes_on": end_of_month}


def _round_values(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": item["code"],
        "name": item.get("name") or None,
        "opens_on": item["opens_on"],
        "due_on": item["due_on"],
        "closes_on": item["closes_on"],
    }


def _check_rounds(checker: Checker, rounds: Iterable[Mapping[str, Any]]) -> None:
    seen = set()
    for place, item in enumerate(rounds):
        field = f"rounds.{place}"
        opens_on, due_on, closes_on = item["opens_on"], item["due_on"], item["closes_on"]
        checker.require(opens_on <= due_on, f"{field}.due_on", "400.173", first=opens_on)
        checker.require(due_on <= closes_on, f"{field}.closes_on", "400.173", first=due_on)
        key = (item["code"], opens_on if item["code"] in {"monthly", "adhoc"} else None)
        checker.require(key not in seen, f"{field}.code", "409.3", fields="code", values=item["code"])
        seen.add(key)


def _require_next(session: Session, year: FiscalYear, wanted: str) -> None:
    allowed = NEXT_STATUSES[year.status]
    if wanted not in allowed:
        raise Problem("409.173", status=year.status, wanted=wanted, allowed=", ".join(allowed))
    if wanted == "open":
        _require_no_open_year(session, year.workspace_id)


def _require_no_open_year(session: Session, workspace_id: int) -> None:
    other = queries.open_year(session, workspace_id)
    if other is not None:
        raise Problem("409.171", year=other.year_be)


def _replace_rounds(session: Session, year: FiscalYear, rounds: Iterable[Mapping[str, Any]]) -> None:
    """Change rounds in place by code, in order, so that what names a round goes on naming it."""
    known: dict[str, list[Round]] = defaultdict(list)
    for row in year.rounds:
        known[row.code].append(row)
    for values in map(_round_values, rounds):
        if known[values["code"]]:
            row = known[values["code"]].pop(0)
            for name, value in values.items():
                setattr(row, name, value)
        else:
            session.add(Round(workspace_id=year.workspace_id, fiscal_year_id=year.id, **values))
    for row in (row for rows in known.values() for row in rows):
        session.delete(row)
    session.flush()
    session.refresh(year, ["rounds"])
