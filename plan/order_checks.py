"""What a planner should look at in the orders of responsibility: nothing here refuses anything."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.i18n import N_
from plan.checks import Hint
from plan.models import Indicator, ResponsibilityLine, ResponsibilityOrder

SOON = dt.timedelta(days=60)
"""So long before its last day an order is said to be about to expire."""

MANY = 8
"""An officer who owns more indicators than this is pointed out."""

EXPIRED = N_("These orders have expired and nothing took their place: {orders}.")
EXPIRING = N_("These orders expire within {days} days: {orders}.")
NO_ORDER = N_("No order in force names an owner for {codes}.")
TWO_OWNERS = N_("Orders in force name more than one owner for {codes}.")
LEFT = N_("An order in force names officers who no longer work here: {names}.")
MOVED = N_("These officers moved to another group after their order was signed: {names}.")
TOO_MANY = N_("These officers own more than {most} indicators: {names}.")


def shown_state(order: ResponsibilityOrder, today: dt.date) -> str:
    """The state of an order today; ``expiring`` when it is in force and ends soon."""
    state = order.state_on(today)
    return "expiring" if state == "in_force" and order.valid_to - today <= SOON else state


def order_warnings(
    orders: Sequence[ResponsibilityOrder],
    lines: Sequence[ResponsibilityLine],
    indicators: Sequence[Indicator],
    today: dt.date,
) -> list[Hint]:
    """What is not as it should be: `lines` are those in force today, `indicators` those in use."""
    replaced = {order.supersedes_id for order in orders if order.state != "draft"}
    expired = (
        order.order_no for order in orders if order.id not in replaced and shown_state(order, today) == "expired"
    )
    expiring = (order.order_no for order in orders if shown_state(order, today) == "expiring")
    found = [*_hint(EXPIRED, "orders", expired), *_hint(EXPIRING, "orders", expiring, days=SOON.days)]
    owners: dict[int, set[int]] = defaultdict(set)
    owned: dict[int, set[int]] = defaultdict(set)
    names: dict[int, str] = {}
    for line in lines:
        if line.role == "owner" and line.indicator_id is not None:
            owners[line.indicator_id].add(line.officer_id)
            owned[line.officer_id].add(line.indicator_id)
            names[line.officer_id] = line.officer.name
    found += _hint(NO_ORDER, "codes", (item.code for item in indicators if not owners[item.id]))
    found += _hint(TWO_OWNERS, "codes", (item.code for item in indicators if len(owners[item.id]) > 1))
    found += _hint(LEFT, "names", (line.officer.name for line in lines if not line.officer.active_on(today)))
    found += _hint(MOVED, "names", (line.officer.name for line in lines if _moved(line, today)))
    busy = (names[officer] for officer, items in owned.items() if len(items) > MANY)
    return [*found, *_hint(TOO_MANY, "names", busy, most=MANY)]


def _moved(line: ResponsibilityLine, today: dt.date) -> bool:
    """Whether the officer came to the present group only after the order began."""
    return any(
        item.valid_from is not None and line.order.valid_from < item.valid_from <= today
        for item in line.officer.memberships[1:]
    )


def _hint(template: str, name: str, items: Iterable[str], **details: int) -> list[Hint]:
    """The hint with its items in order, each once; none where there are no items."""
    told = ", ".join(sorted(set(items)))
    return [Hint(template, {name: told, **details})] if told else []
