"""The forms of an order and of its lines."""

from __future__ import annotations

from flask_babel import gettext

from core.transaction import reading
from plan import queries, words
from plan.clock import office_today
from plan.models import ResponsibilityOrder
from plan.pages.common import chosen_year, options, root
from plan.pages.edit import EditPage, Input


def order_form(workspace_id: int, order: ResponsibilityOrder | None) -> EditPage:
    """The form for a new order, or of a draft that is there."""
    back = f"{root(workspace_id)}/orders"
    of = order or ResponsibilityOrder()
    signed = [
        (row.order_no, f"{row.order_no} {row.title}")
        for row in queries.orders(reading(), workspace_id)
        if row.state not in {"draft", "superseded"}
    ]
    return EditPage(
        title=gettext("Change the order") if order else gettext("New order"),
        lead=of.order_no or "",
        back=f"{back}/{of.uuid}" if order else back,
        version=of.version if order else None,
        places={"code": "orderNo"},
        inputs=[
            Input(name="orderNo", label=gettext("Number of the order"), value=of.order_no, required=True),
            Input(
                name="framework",
                label=gettext("Framework"),
                kind="select",
                value=of.framework,
                options=options(words.FRAMEWORK, blank=gettext("None")),
            ),
            Input(name="title", label=gettext("Subject of the order"), value=of.title, required=True, wide=True),
            Input(name="validFrom", label=gettext("In force from"), kind="date", value=of.valid_from, required=True),
            Input(name="validTo", label=gettext("Last day in force"), kind="date", value=of.valid_to, required=True),
            Input(
                name="supersedesNo",
                label=gettext("Takes the place of"),
                kind="select",
                value=of.supersedes_no if order else "",
                options=[("", gettext("None")), *signed],
                hint=gettext("The former order holds until this one begins."),
                wide=True,
            ),
        ],
    )


def line_form(workspace_id: int, order: ResponsibilityOrder) -> EditPage:
    """The form for one more line of a draft."""
    session, today = reading(), office_today()
    _, year = chosen_year(workspace_id)
    officers = [
        (row.code, f"{row.name} ({row.code})")
        for row in queries.officers(session, workspace_id)
        if row.active_on(today)
    ]  # fmt: skip
    indicators = [
        (row.uuid, f"{row.code} {row.name}")
        for row in (queries.indicators(session, workspace_id, year_be=year.year_be) if year else [])
        if not order.framework or row.framework == order.framework
    ]
    projects = [
        (row.uuid, f"{row.code} {row.name}")
        for row in (queries.projects_of_year(session, workspace_id, year.year_be) if year else [])
    ]
    names = ("officerCode", "role", "indicatorUuid", "projectUuid")
    return EditPage(
        title=gettext("Add a line"),
        lead=f"{order.order_no} {order.title}",
        back=f"{root(workspace_id)}/orders/{order.uuid}",
        version=order.version,
        adds=True,
        places={f"lines.{len(order.lines)}.{name}": name for name in names},
        inputs=[
            Input(name="officerCode", label=gettext("Officer"), kind="select", options=officers, required=True),
            Input(
                name="role",
                label=gettext("Role"),
                kind="select",
                value="owner",
                options=options(words.ORDER_ROLE),
                required=True,
            ),
            Input(
                name="indicatorUuid",
                label=gettext("Indicator"),
                kind="select",
                options=[("", gettext("None")), *indicators],
                hint=gettext("Choose an indicator or a project."),
                wide=True,
            ),
            Input(
                name="projectUuid",
                label=gettext("Project"),
                kind="select",
                options=[("", gettext("None")), *projects],
                wide=True,
            ),
        ],
    )
