"""Orders of responsibility."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, g, jsonify

from core.access.guard import allow
from core.transaction import reading, unit_of_work
from plan import orders, queries
from plan.clock import office_today
from plan.models import ResponsibilityOrder
from plan.models.indicators import FRAMEWORKS
from plan.models.orders import ORDER_STATES
from plan.routes.common import (
    CREATED,
    blueprint,
    filter_choice,
    given_changes,
    given_object,
    one,
)
from plan.schemas import OrderSchema, SigningSchema

_ORDER = OrderSchema()


@blueprint.get("/orders")
@allow("plan.read")
def list_orders(workspace_id: int) -> Response:
    """All orders, the newest first; filters `framework` and `state` (today's). There are too few for pages."""
    state, today = filter_choice("state", ORDER_STATES), office_today()
    rows = queries.orders(reading(), workspace_id, framework=filter_choice("framework", FRAMEWORKS))
    return jsonify([_dumped(row) for row in rows if not state or row.state_on(today) == state])


@blueprint.get("/orders/<uuid:uuid>")
@allow("plan.read")
def one_order(workspace_id: int, uuid: UUID) -> Response:
    """One order with its lines and today's state."""
    return _answer(queries.find_order(reading(), workspace_id, str(uuid)))


@blueprint.post("/orders")
@allow("plan.update")
def create_order(workspace_id: int) -> Response:
    """A new draft."""
    data = given_object(_ORDER)
    made = unit_of_work(lambda session: orders.create_order(session, g.actor, workspace_id=workspace_id, data=data))
    return _answer(made, status=CREATED)


@blueprint.patch("/orders/<uuid:uuid>")
@allow("plan.update")
def change_order(workspace_id: int, uuid: UUID) -> Response:
    """Change a draft; lines that are given replace the former ones."""
    changes, version = given_changes(_ORDER)
    service = partial(orders.update_order, workspace_id=workspace_id, uuid=str(uuid), version=version)
    return _answer(unit_of_work(lambda session: service(session, g.actor, changes=changes)))


@blueprint.post("/orders/<uuid:uuid>/sign")
@allow("plan.update")
def sign_order(workspace_id: int, uuid: UUID) -> Response:
    """Record that a draft was signed, on `signedOn` (today unless given); the order it names is replaced by it."""
    given, version = given_changes(SigningSchema())
    signed_on = given.get("signed_on") or office_today()
    service = partial(orders.sign_order, workspace_id=workspace_id, uuid=str(uuid), version=version)
    return _answer(unit_of_work(lambda session: service(session, g.actor, signed_on=signed_on)))


def _dumped(order: ResponsibilityOrder) -> dict[str, Any]:
    return {**_ORDER.dump(order), "state": order.state_on(office_today())}


def _answer(order: ResponsibilityOrder, *, status: int = 200) -> Response:
    return one(_ORDER, order, status=status, state=order.state_on(office_today()))
