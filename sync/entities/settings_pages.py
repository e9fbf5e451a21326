"""The settings of an entity list: what needs approval, who gets which rows, and its properties."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, make_response, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.transaction import WorkSession, reading, unit_of_work
from forms.entities import LONGEST_NAME
from sync.entities import form_links, lists, outbox, page_queries, persons, queries
from sync.entities.common_pages import LIST, MENDABLE, address, blueprint, find_list, go, sentence
from sync.entities.states import APPROVAL

EVERYONE, OWNER, SCOPE = "everyone", "owner", "scope"


@blueprint.get(f"{LIST}/settings")
@allow("dataset.update")
def settings(workspace_id: int, name: str) -> Response:
    """The settings as they are."""
    return _page(workspace_id, name)


@blueprint.post(f"{LIST}/settings")
@allow("dataset.update")
def change_settings(workspace_id: int, name: str) -> Response:
    """Change them."""
    fault = _fault()
    if fault:
        return _page(workspace_id, name, fault, 400)

    def work(session: WorkSession) -> None:
        found = find_list(workspace_id, name, session)
        wanted = _wanted(approves=found.plan_list is None)
        lists.change_settings(session, g.actor, entity_list=found, settings=wanted)
        if "convert" in request.form and not found.approval_required:
            outbox.no_approval(session, found)

    try:
        unit_of_work(work)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return _page(workspace_id, name, sentence(problem), problem.status)
    flash(gettext("The settings are changed. Devices follow at their next contact."))
    return go(f"{address(workspace_id, name)}/settings")


@blueprint.post(f"{LIST}/properties")
@allow("dataset.update")
def add_property(workspace_id: int, name: str) -> Response:
    """A new property; every row has it empty."""
    wanted = request.form.get("property", "").strip()

    def work(session: WorkSession) -> None:
        found = find_list(workspace_id, name, session)
        lists.add_property(session, g.actor, entity_list=found, name=wanted)

    try:
        unit_of_work(work)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return _page(workspace_id, name, sentence(problem), problem.status)
    flash(gettext("The property is added."))
    return go(f"{address(workspace_id, name)}/settings")


def _fault() -> str:
    """What is wrong with the form; empty when nothing is."""
    shown = request.form.get("shown", "")
    if shown not in {EVERYONE, OWNER, SCOPE}:
        return str(gettext("Choose who gets which rows."))
    if shown == SCOPE and not all(0 < len(value) <= LONGEST_NAME for value in _scope().values()):
        return str(gettext("Choose a property of the row and one of the person."))
    return ""


def _scope() -> dict[str, str]:
    return {key: request.form.get(key, "").strip() for key in ("property", "person")}


def _wanted(*, approves: bool) -> dict[str, Any]:
    """The settings that the form asks for."""
    shown = request.form["shown"]
    approval = {"approval_required": "approval" in request.form} if approves else {}
    return {"owner_only": shown == OWNER, "scope": _scope() if shown == SCOPE else None, **approval}


def _page(workspace_id: int, name: str, notice: str = "", status: int = 200) -> Response:
    session = reading()
    found = find_list(workspace_id, name)
    scope = found.scope or {}
    now = {"shown": OWNER if found.owner_only else SCOPE if scope else EVERYONE, **scope}
    sent = {key: request.form[key] for key in ("shown", "property", "person") if key in request.form}
    body = render_template(
        "sync/entities/settings.html",
        entity_list=found,
        url=address(workspace_id, found.name),
        properties=queries.properties(session, found.id),
        links=form_links.links_of(session, workspace_id, found.name),
        persons=persons.names_in_use(session, workspace_id),
        held_back=page_queries.unsettled_by_list(session, workspace_id).get(found.name, {}).get(APPROVAL, 0),
        now=now | sent if notice else now,
        notices=[notice] if notice else [],
    )
    return make_response(body, status)
