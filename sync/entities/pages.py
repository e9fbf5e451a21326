"""Pages of entity lists: all of a workspace, the rows of one, and a new list or row."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, g, make_response, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.transaction import WorkSession, reading, unit_of_work
from sync.entities import form_links, lists, page_queries, page_view, queries, row_queries, service
from sync.entities.common_pages import (
    LIST,
    LISTS,
    MENDABLE,
    address,
    author,
    blueprint,
    faults_of,
    find_list,
    go,
    sentence,
    typed_values,
)
from sync.entities.models import Entity, EntityList
from sync.entities.page_queries import STATES, Asked
from sync.entities.row_queries import Facts
from sync.entities.rules import LABEL
from sync.entities.service import NewEntity

PAGE = 50
COLUMNS = 4
LONGEST_SEARCH = 200


@blueprint.get(LISTS)
@allow("dataset.list")
def all_lists(workspace_id: int) -> Response:
    """Every list with its figures."""
    return _lists_page(workspace_id)


@blueprint.post(LISTS)
@allow("dataset.create")
def create_list(workspace_id: int) -> Response:
    """A new list with its first properties."""
    name = request.form.get("name", "").strip()
    properties = [line.strip() for line in request.form.get("properties", "").splitlines() if line.strip()]

    def work(session: WorkSession) -> None:
        made = lists.create_list(session, g.actor, workspace_id=workspace_id, name=name)
        for item in properties:
            lists.add_property(session, g.actor, entity_list=made, name=item)

    try:
        unit_of_work(work)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return _lists_page(workspace_id, problem)
    flash(gettext("The list is made. Add rows here or from a file, or let a form fill it."))
    return go(address(workspace_id, name))


@blueprint.get(LIST)
@allow("entity.list")
def one_list(workspace_id: int, name: str) -> str:
    """The rows of a list, searched, filtered and paged by key."""
    session = reading()
    found = find_list(workspace_id, name)
    state = request.args.get("state", "")
    asked = Asked(request.args.get("search", "").strip()[:LONGEST_SEARCH], state if state in STATES else "")
    page = page_queries.page(session, found, asked, after=request.args.get("after") or None, limit=PAGE)
    properties = queries.properties(session, found.id)
    return render_template(
        "sync/entities/list.html",
        entity_list=found,
        url=address(workspace_id, found.name),
        page=page,
        asked=asked,
        states=STATES,
        next_url=f"?{asked.query(after=page.following)}" if page.following else "",
        properties=properties,
        columns=[row.name for row in properties[:COLUMNS]],
        facts=row_queries.facts(session, [found.id]).get(found.id, Facts()),
        unsettled=page_queries.unsettled_by_list(session, workspace_id).get(found.name, {}),
        links=form_links.links_of(session, workspace_id, found.name),
        row_url=lambda row: address(workspace_id, found.name, row.uuid),
    )


@blueprint.get(f"{LIST}/new")
@allow("entity.create")
def new_row(workspace_id: int, name: str) -> Response:
    """Form for a new row."""
    return _new_row_page(_own_list(workspace_id, name))


@blueprint.post(f"{LIST}/new")
@allow("entity.create")
def create_row(workspace_id: int, name: str) -> Response:
    """Add a row."""
    found = _own_list(workspace_id, name)
    typed = typed_values(row.name for row in queries.properties(reading(), found.id))
    errors = faults_of({LABEL: "", **typed})
    if errors:
        return _new_row_page(found, typed, errors)
    data = {name: text for name, text in typed.items() if name != LABEL and text}

    def work(session: WorkSession) -> Entity:
        entity_list = find_list(workspace_id, name, session)
        return service.create_entities(
            session, author(), entity_list=entity_list, new=[NewEntity(label=typed[LABEL], data=data)]
        )[0]

    try:
        made = unit_of_work(work)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return _new_row_page(found, typed, {}, problem)
    flash(gettext("The row is added."))
    return go(address(workspace_id, name, made.uuid))


def _own_list(workspace_id: int, name: str) -> EntityList:
    """A list that rows are added to here.

    Raises:
        Problem 404.1: there is none. 409.161: its rows are the plan's.

    """
    found = find_list(workspace_id, name)
    if found.plan_list is not None:
        raise Problem("409.161")
    return found


def _lists_page(workspace_id: int, problem: Problem | None = None) -> Response:
    session = reading()
    rows = queries.lists(session, workspace_id)
    body = render_template(
        "sync/entities/lists.html",
        lists=[row for row in rows if row.plan_list is None],
        plan_lists=[row for row in rows if row.plan_list is not None],
        facts=row_queries.facts(session, [row.id for row in rows]),
        no_facts=Facts(),
        unsettled=page_queries.unsettled_by_list(session, workspace_id),
        url_of=lambda row: address(workspace_id, row.name),
        notices=[sentence(problem)] if problem else [],
        typed=request.form if problem else {},
    )
    return make_response(body, problem.status if problem else 200)


def _new_row_page(
    entity_list: EntityList,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    properties = queries.properties(reading(), entity_list.id)
    owned = {LABEL: False} | {row.name: False for row in properties}
    body = render_template(
        "sync/entities/new.html",
        entity_list=entity_list,
        url=address(entity_list.workspace_id, entity_list.name),
        inputs=page_view.inputs(typed or {}, owned, {}, errors),
        notices=[sentence(problem)] if problem else [],
    )
    return make_response(body, 200 if typed is None else problem.status if problem else 400)
