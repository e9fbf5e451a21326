"""Pages on orders of responsibility."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.transaction import reading, unit_of_work
from plan import orders, queries
from plan.clock import office_today
from plan.models import ResponsibilityOrder
from plan.order_checks import order_warnings, shown_state
from plan.pages.common import blueprint, problem_sentences, root, wanted_text
from plan.pages.edit import EditPage, attempt, sent_version, show, submit_change, submit_new
from plan.pages.order_form import line_form, order_form
from plan.schema_fields import load
from plan.schemas import OrderLineSchema, OrderSchema, SigningSchema
from plan.words import ORDER_STATE


@blueprint.get("/orders")
@allow("plan.read")
def list_orders(workspace_id: int) -> str:
    """All orders with their state today, and what to look at."""
    session, today = reading(), office_today()
    year = queries.current_year(session, workspace_id)
    indicators = queries.indicators(session, workspace_id, year_be=year.year_be) if year else []
    every = queries.orders(session, workspace_id)
    state = wanted_text("state")
    state = state if state in ORDER_STATE else ""
    states = {row.id: shown_state(row, today) for row in every}
    return render_template(
        "plan/orders.html",
        orders=[row for row in every if not state or states[row.id] == state],
        states=states,
        chosen=state,
        warnings=order_warnings(every, queries.lines_in_force(session, workspace_id, today), indicators, today),
    )


@blueprint.get("/orders/<uuid:uuid>")
@allow("plan.read")
def one_order(workspace_id: int, uuid: UUID) -> Response:
    """An order with its lines."""
    return _order_page(workspace_id, str(uuid))


@blueprint.get("/new-order")
@allow("plan.update")
def new_order(workspace_id: int) -> Response:
    """Form for a new order."""
    return show(order_form(workspace_id, None))


@blueprint.post("/new-order")
@allow("plan.update")
def create_order(workspace_id: int) -> Response:
    """Add a draft."""
    return submit_new(
        order_form(workspace_id, None),
        OrderSchema(),
        partial(orders.create_order, workspace_id=workspace_id),
        after=lambda row: f"{root(workspace_id)}/orders/{row.uuid}",
        said=gettext("The draft is kept. Add who is responsible for what, then record the signature."),
    )


@blueprint.get("/orders/<uuid:uuid>/edit")
@allow("plan.update")
def edit_order(workspace_id: int, uuid: UUID) -> Response:
    """Form of a draft."""
    return show(order_form(workspace_id, queries.find_order(reading(), workspace_id, str(uuid))))


@blueprint.post("/orders/<uuid:uuid>/edit")
@allow("plan.update")
def change_order(workspace_id: int, uuid: UUID) -> Response:
    """Change a draft."""
    return submit_change(
        order_form(workspace_id, queries.find_order(reading(), workspace_id, str(uuid))),
        OrderSchema(exclude=["lines"]),
        partial(orders.update_order, workspace_id=workspace_id, uuid=str(uuid)),
        said=gettext("The draft is changed."),
    )


@blueprint.get("/orders/<uuid:uuid>/new-line")
@allow("plan.update")
def new_line(workspace_id: int, uuid: UUID) -> Response:
    """Form for one more line."""
    return show(line_form(workspace_id, queries.find_order(reading(), workspace_id, str(uuid))))


@blueprint.post("/orders/<uuid:uuid>/new-line")
@allow("plan.update")
def add_line(workspace_id: int, uuid: UUID) -> Response:
    """Add a line to a draft."""
    order = queries.find_order(reading(), workspace_id, str(uuid))
    page = line_form(workspace_id, order)
    return attempt(
        partial(_add_line, page, workspace_id, order),
        again=partial(show, page),
        after=lambda _: page.back,
        said=gettext("The line is added."),
    )


@blueprint.post("/orders/<uuid:uuid>/remove-line")
@allow("plan.update")
def remove_line(workspace_id: int, uuid: UUID) -> Response:
    """Take a line out of a draft."""
    order = queries.find_order(reading(), workspace_id, str(uuid))
    line_id = request.form.get("line", "")
    kept = [
        values for line, values in zip(order.lines, orders.line_values(order), strict=True) if str(line.id) != line_id
    ]

    def change() -> ResponsibilityOrder:
        version = sent_version()
        return _with_lines(workspace_id, str(uuid), version, kept)

    return _attempt(workspace_id, str(uuid), change, gettext("The line is removed."))


@blueprint.post("/orders/<uuid:uuid>/sign")
@allow("plan.update")
def sign_order(workspace_id: int, uuid: UUID) -> Response:
    """Record the signature."""
    service = partial(orders.sign_order, workspace_id=workspace_id, uuid=str(uuid))

    def change() -> ResponsibilityOrder:
        given = load(SigningSchema(), {"signedOn": request.form.get("signedOn", "")})
        version = sent_version()
        return unit_of_work(lambda session: service(session, g.actor, version=version, **given))

    return _attempt(workspace_id, str(uuid), change, gettext("The order is recorded as signed."))


def _attempt(workspace_id: int, uuid: str, change: Any, said: str) -> Response:
    return attempt(
        change,
        again=partial(_order_page, workspace_id, uuid),
        after=lambda _: f"{root(workspace_id)}/orders/{uuid}",
        said=said,
    )


def _add_line(page: EditPage, workspace_id: int, order: ResponsibilityOrder) -> ResponsibilityOrder:
    """Add what the form describes to the lines that the form was made from; its version says whether these changed."""
    line = load(OrderLineSchema(), page.given())
    return _with_lines(workspace_id, order.uuid, sent_version(), [*orders.line_values(order), line])


def _with_lines(workspace_id: int, uuid: str, version: int, lines: list[dict[str, Any]]) -> ResponsibilityOrder:
    service = partial(orders.update_order, workspace_id=workspace_id, uuid=uuid, version=version)
    return unit_of_work(lambda session: service(session, g.actor, changes={"lines": lines}))


def _order_page(workspace_id: int, uuid: str, problem: Problem | None = None) -> Response:
    order = queries.find_order(reading(), workspace_id, uuid)
    body = render_template(
        "plan/order.html",
        order=order,
        state=shown_state(order, office_today()),
        today=office_today(),
        sentences=problem_sentences(problem) if problem else [],
    )
    return make_response(body, problem.status if problem else 200)
