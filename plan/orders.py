"""Services on orders of responsibility: draft, sign, replace. An order that is signed is never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from plan import queries
from plan.editing import next_version, note_change
from plan.models import ResponsibilityLine, ResponsibilityOrder
from plan.validation import Checker

PLAIN_FIELDS = ("order_no", "title", "framework", "valid_from", "valid_to")
DEFAULTS: dict[str, Any] = {"framework": None, "supersedes_no": None, "lines": []}


def create_order(session: Session, actor: Actor, *, workspace_id: int, data: dict[str, Any]) -> ResponsibilityOrder:
    """A draft: `order_no`, `title`, `valid_from`, `valid_to` and what else is known.

    Raises:
        InvalidPlan (400.170): what does not fit. Problem 409.3: the number is taken.

    """
    values = {**DEFAULTS, **data}
    order = ResponsibilityOrder(workspace_id=workspace_id, state="draft", lines=[])
    lines = _apply(session, order, values)
    session.add(order)
    session.flush()
    _set_lines(session, order, lines)
    _note(session, actor, "create", order)
    return order


def update_order(
    session: Session, actor: Actor, *, workspace_id: int, uuid: str, version: int, changes: dict[str, Any]
) -> ResponsibilityOrder:
    """Change a draft; lines that are given replace the former ones.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.3: the number is taken. 409.175: it is signed.
        InvalidPlan (400.170): what does not fit.

    """
    order = queries.find_order(session, workspace_id, uuid, for_update=True)
    next_version(order, version)
    _require_draft(order)
    lines = _apply(session, order, {**order_values(order), **changes})
    _set_lines(session, order, lines)
    _note(session, actor, "update", order)
    return order


def sign_order(
    session: Session, actor: Actor, *, workspace_id: int, uuid: str, version: int, signed_on: dt.date
) -> ResponsibilityOrder:
    """Record that a draft was signed. It holds between its dates; the order it replaces holds until it begins.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.175: it is signed already. 409.176: it names nobody.
        InvalidPlan (400.170): the order it takes the place of was replaced meanwhile.

    """
    order = queries.find_order(session, workspace_id, uuid, for_update=True)
    next_version(order, version)
    _require_draft(order)
    if not order.lines:
        raise Problem("409.176", order_no=order.order_no)
    former = _former(session, order, order.supersedes_no)
    order.state, order.signed_on = "in_force", signed_on
    _note(session, actor, "sign", order)
    if former is not None:
        former.state = "superseded"
        former.version += 1
        _note(session, actor, "supersede", former)
    return order


def order_values(order: ResponsibilityOrder) -> dict[str, Any]:
    """An order in the words of `create_order`."""
    return {
        **{name: getattr(order, name) for name in PLAIN_FIELDS},
        "supersedes_no": order.supersedes_no,
        "lines": line_values(order),
    }


def line_values(order: ResponsibilityOrder) -> list[dict[str, Any]]:
    """The lines of an order in the words of `create_order`."""
    return [
        {
            "officer_code": line.officer_code,
            "role": line.role,
            "indicator_uuid": line.indicator_uuid,
            "project_uuid": line.project_uuid,
        }
        for line in order.lines
    ]


def _require_draft(order: ResponsibilityOrder) -> None:
    if order.state != "draft":
        raise Problem("409.175", order_no=order.order_no)


def _apply(session: Session, order: ResponsibilityOrder, values: dict[str, Any]) -> list[ResponsibilityLine]:
    """Check everything, then set the order's own values; the lines it shall have."""
    checker = Checker()
    checker.require(values["valid_to"] >= values["valid_from"], "valid_to", "400.173", first=values["valid_from"])
    former = _former(session, order, values["supersedes_no"], checker)
    lines = _lines(session, checker, order.workspace_id, values["lines"])
    checker.refuse()
    taken = queries.order_or_none(session, order.workspace_id, values["order_no"])
    if taken is not None and taken is not order:
        raise Problem("409.3", fields="orderNo", values=values["order_no"])
    order.supersedes_id = former.id if former else None
    order.supersedes = former
    for name in PLAIN_FIELDS:
        setattr(order, name, values[name])
    return lines


def _former(
    session: Session, order: ResponsibilityOrder, number: str | None, checker: Checker | None = None
) -> ResponsibilityOrder | None:
    """The signed order that an order takes the place of, locked; a fault where there is none such."""
    if not number:
        return None
    own = checker or Checker()
    with session.no_autoflush:
        former = queries.order_or_none(session, order.workspace_id, number, for_update=True)
    if own.require(former is not None, "supersedes_no", "400.172", given=number):
        assert former is not None
        signed = former is not order and former.state not in {"draft", "superseded"}
        own.require(signed, "supersedes_no", "400.202", given=number)
    if checker is None:
        own.refuse()
    return former


def _lines(
    session: Session, checker: Checker, workspace_id: int, given: Sequence[dict[str, Any]]
) -> list[ResponsibilityLine]:
    officers = {row.code: row for row in queries.officers(session, workspace_id)} if given else {}
    indicators = {row.uuid: row for row in queries.indicators(session, workspace_id)} if given else {}
    projects = (
        {row.uuid: row for row in queries.projects(session, workspace_id, queries.ProjectFilter())} if given else {}
    )
    seen: set[tuple[str, str, str]] = set()
    owned: set[str] = set()
    lines = []
    for place, values in enumerate(given):
        at = f"lines.{place}"
        officer = officers.get(values["officer_code"])
        checker.require(officer is not None, f"{at}.officer_code", "400.172", given=values["officer_code"])
        indicator_uuid, project_uuid = values.get("indicator_uuid"), values.get("project_uuid")
        if not checker.require(bool(indicator_uuid) != bool(project_uuid), f"{at}.indicator_uuid", "400.203"):
            continue
        subject = indicator_uuid or project_uuid or ""
        known = subject in (indicators if indicator_uuid else projects)
        field = "indicator_uuid" if indicator_uuid else "project_uuid"
        checker.require(known, f"{at}.{field}", "400.172", given=subject)
        line = (values["officer_code"], values["role"], subject)
        once = checker.require(line not in seen, f"{at}.officer_code", "400.200", given=values["officer_code"])
        if indicator_uuid and values["role"] == "owner" and once:
            checker.require(subject not in owned, f"{at}.role", "400.201")
            owned.add(subject)
        seen.add(line)
        if officer is not None and known:
            lines.append(
                ResponsibilityLine(
                    workspace_id=workspace_id,
                    officer=officer,
                    role=values["role"],
                    indicator=indicators[subject] if indicator_uuid else None,
                    project=None if indicator_uuid else projects[subject],
                )
            )
    return lines


def _set_lines(session: Session, order: ResponsibilityOrder, lines: Sequence[ResponsibilityLine]) -> None:
    for line in order.lines:
        session.delete(line)
    session.flush()
    for line in lines:
        line.order_id = order.id
        session.add(line)
    session.flush()
    session.refresh(order, ["lines"])


def _note(session: Session, actor: Actor, verb: str, order: ResponsibilityOrder) -> None:
    note_change(session, actor, f"plan.order.{verb}", order, {"code": order.order_no})
