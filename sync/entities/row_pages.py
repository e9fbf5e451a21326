"""The page of one row of an entity list: what it holds, its history, its conflict, and what still waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, flash, g, make_response, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.auth.queries import actors_by_id
from core.errors import Problem
from core.transaction import WorkSession, reading, unit_of_work
from sync.entities import history, page_queries, page_view, queries, row_queries, service
from sync.entities.common_pages import (
    LIST,
    MENDABLE,
    address,
    author,
    blueprint,
    faults_of,
    find_list,
    go,
    sentence,
    typed_values,
    typed_version,
)
from sync.entities.effect_pages import reason_of
from sync.entities.models import Entity, EntityList
from sync.entities.page_view import Choice
from sync.entities.row_queries import Record
from sync.entities.rules import LABEL
from sync.entities.store import whole
from sync.pages import record_url

# Ids of the plan may hold a slash, such as STD-01/1.
ROW = f"{LIST}/<path:uuid>"
FIRST_STEPS = 30
_CHOICE = "c."


@dataclass(frozen=True)
class Again:
    """A form that was refused: what was typed otherwise, what is wrong where, and what is wrong in all."""

    typed: Mapping[str, str]
    errors: Mapping[str, str]
    problem: Problem | None = None

    @property
    def status(self) -> int:
        """Of the answer."""
        return self.problem.status if self.problem else 400


@blueprint.get(ROW)
@allow("entity.read")
def one_row(workspace_id: int, name: str, uuid: str) -> Response:
    """One row with everything about it."""
    return _row_page(workspace_id, name, uuid)


@blueprint.post(ROW)
@allow("entity.update")
def change_row(workspace_id: int, name: str, uuid: str) -> Response:
    """Change what was typed otherwise than the form showed it."""
    session = reading()
    found = find_list(workspace_id, name)
    entity = _known(session, found, uuid)
    properties = [row.name for row in queries.properties(session, found.id) if not row.plan_owned]
    typed = typed_values(properties, label=found.plan_list is None)
    number = typed_version()
    base = page_queries.version(session, entity.id, number)
    changed = page_view.changes_typed(typed, base) if base is not None else typed
    errors = faults_of(changed)
    if errors:
        return _row_page(workspace_id, name, uuid, Again(changed, errors))
    if not changed:
        flash(gettext("Nothing was changed."), "info")
        return go(address(workspace_id, name, uuid))
    change = partial(
        service.update_entity,
        label=changed.get(LABEL),
        data={key: value for key, value in changed.items() if key != LABEL},
        base_version=number,
    )
    return _attempt(workspace_id, name, uuid, change, changed, gettext("The row is changed."))


@blueprint.post(f"{ROW}/resolve")
@allow("entity.update")
def resolve(workspace_id: int, name: str, uuid: str) -> Response:
    """Settle a conflict with the values that were chosen."""
    number = typed_version()

    def change(session: WorkSession, by: service.Author, *, entity_list: EntityList, entity: Entity) -> None:
        chosen = _chosen(_choices(session, entity_list, entity))
        service.update_entity(
            session,
            by,
            entity_list=entity_list,
            entity=entity,
            label=chosen.pop(LABEL, None),
            data=chosen,
            base_version=number,
            resolve=True,
        )

    return _attempt(workspace_id, name, uuid, change, {}, gettext("The conflict is resolved."))


@blueprint.post(f"{ROW}/delete")
@allow("entity.delete")
def delete_row(workspace_id: int, name: str, uuid: str) -> Response:
    """Put a row into the trash; what it was stays."""

    def work(session: WorkSession) -> None:
        found = find_list(workspace_id, name, session)
        row = _known(session, found, uuid)
        service.delete_entities(session, author(), entity_list=found, entities=[row] if row.deleted_at is None else [])

    unit_of_work(work)
    flash(gettext("The row is deleted. It can be restored here."))
    return go(address(workspace_id, name, uuid))


@blueprint.post(f"{ROW}/restore")
@allow("entity.restore")
def restore_row(workspace_id: int, name: str, uuid: str) -> Response:
    """Bring a row back from the trash."""

    def work(session: WorkSession) -> None:
        found = find_list(workspace_id, name, session)
        row = _known(session, found, uuid)
        service.restore_entities(
            session, author(), entity_list=found, entities=[row] if row.deleted_at is not None else []
        )

    unit_of_work(work)
    flash(gettext("The row is back."))
    return go(address(workspace_id, name, uuid))


def _attempt(
    workspace_id: int, name: str, uuid: str, change: Callable[..., Any], typed: Mapping[str, str], said: str
) -> Response:
    """Do what a form asks for and say so; or show the page again with what its sender can mend."""

    def work(session: WorkSession) -> bool:
        entity_list = find_list(workspace_id, name, session)
        entity = _known(session, entity_list, uuid)
        if entity.deleted_at is None:
            change(session, author(), entity_list=entity_list, entity=entity)
        return entity.deleted_at is None

    try:
        there = unit_of_work(work)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return _row_page(workspace_id, name, uuid, Again(typed, {}, problem))
    if there:
        flash(said)
    else:
        flash(gettext("The row was deleted meanwhile, so nothing was changed. Restore it first."), "warn")
    return go(address(workspace_id, name, uuid))


def _known(session: WorkSession, entity_list: EntityList, uuid: str) -> Entity:
    """The row of an address, in the trash or not.

    Raises:
        Problem 404.1: there is none.

    """
    found = queries.entity(session, entity_list.id, uuid)
    if found is None:
        raise Problem("404.1")
    return found


def _choices(session: WorkSession, entity_list: EntityList, entity: Entity) -> list[Choice]:
    names = {row.name for row in queries.properties(session, entity_list.id) if not row.plan_owned}
    changeable = names | {LABEL} if entity_list.plan_list is None else names
    return page_view.choices(queries.versions(session, entity.id), changeable)


def _chosen(offered: list[Choice]) -> dict[str, str]:
    """What the form chooses otherwise than it is now: texts by property.

    Raises:
        Problem 409.100: a value that is not offered.

    """
    found = {}
    for item in offered:
        given = request.form.get(f"{_CHOICE}{item.name}", "")
        if not given:
            continue
        option = next((each for each in item.options if each.key == given), None)
        if option is None:
            raise Problem("409.100")
        if option.value != next(each.value for each in item.options if each.current):
            found[item.name] = option.value
    return found


def _row_page(workspace_id: int, name: str, uuid: str, again: Again | None = None) -> Response:
    session = reading()
    found = find_list(workspace_id, name)
    entity = _known(session, found, uuid)
    versions = queries.versions(session, entity.id)
    owned = {LABEL: found.plan_list is not None}
    owned |= {row.name: row.plan_owned for row in queries.properties(session, found.id)}
    events = history.events(session, found, entity)
    shown = events if request.args.get("history") == "all" else events[:FIRST_STEPS]
    people = actors_by_id(session, [event.actor_id for event in shown] + [row.creator_id for row in versions])
    names = {key: row.display_name for key, row in people.items()}
    effects = queries.unsettled_of(session, workspace_id, found.name, uuid)
    body = render_template(
        "sync/entities/row.html",
        entity_list=found,
        entity=entity,
        url=address(workspace_id, found.name, entity.uuid),
        list_url=address(workspace_id, found.name),
        inputs=page_view.inputs(
            whole(entity.label, entity.data), owned, again.typed if again else None, again.errors if again else None
        ),
        steps=page_view.steps(shown, versions, owned, _namer(names)),
        more=len(events) - len(shown),
        choices=_choices(session, found, entity) if entity.conflict else [],
        names=names,
        effects=[(row, reason_of(row)) for row in effects],
        records=row_queries.records(session, [row.submission_version_id for row in effects]),
        record_url=partial(_record_url, workspace_id),
        notices=[sentence(again.problem, typed=bool(again.typed))] if again and again.problem else [],
    )
    return make_response(body, again.status if again else 200)


def _namer(names: Mapping[int, str]) -> Callable[[int | None], str | None]:
    return lambda key: names.get(key) if key is not None else None


def _record_url(workspace_id: int, record: Record | None) -> str:
    """Where the record of a change is read; empty for who may not, and when it is gone."""
    if record is None or record.submission.deleted_at is not None:
        return ""
    if not g.actor.can("submission.read", workspace_id, record.submission.form_id):
        return ""
    return record_url(workspace_id, record.xml_form_id, record.submission)
