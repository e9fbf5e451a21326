"""The page of what is known of people and devices, by which lists are cut for them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, g, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.access.queries import people_of
from core.auth.queries import list_app_users
from core.errors import Problem
from core.transaction import reading, unit_of_work
from sync.entities import persons, queries
from sync.entities.common_pages import blueprint, go, sentence
from sync.entities.page_view import plain

PERSONS = "/w/<int:workspace_id>/list-people"
_VALUE = "p."


@dataclass(frozen=True)
class Line:
    """A person or a device with what is known: entered here, and what the plan says."""

    actor_id: int
    name: str
    is_device: bool
    entered: dict[str, str]
    from_plan: dict[str, str]


@blueprint.get(PERSONS)
@allow("actor_property.list")
def list_people(workspace_id: int) -> str:
    """Everybody who may get lists; a column for each property that a list asks for or somebody has."""
    session = reading()
    asked = {row.scope["person"] for row in queries.lists(session, workspace_id) if row.scope is not None}
    used = persons.names_in_use(session, workspace_id)
    return render_template(
        "sync/entities/people.html",
        lines=_lines(workspace_id),
        names=sorted((asked | used.keys()) - set(persons.FROM_PLAN)),
        values=used,
        may_change=g.actor.can("actor_property.update", workspace_id),
    )


@blueprint.post(f"{PERSONS}/<int:actor_id>")
@allow("actor_property.update")
def save_person(workspace_id: int, actor_id: int) -> Response:
    """Enter what is known of one person or device; what the form leaves out stays."""
    given = {
        name.removeprefix(_VALUE): plain(text).strip() for name, text in request.form.items() if name.startswith(_VALUE)
    }
    values = persons.entered_for(reading(), workspace_id, actor_id) | given
    try:
        unit_of_work(
            lambda session: persons.enter_checked(
                session, g.actor, workspace_id=workspace_id, actor_id=actor_id, values=values
            )
        )
    except Problem as problem:
        if problem.status == 404:  # noqa: PLR2004 - an HTTP status
            raise
        flash(sentence(problem), "error")
    else:
        flash(gettext("Saved. Tablets get the lists that suit at their next contact."), "success")
    return go(f"/w/{workspace_id}/list-people")


def _lines(workspace_id: int) -> list[Line]:
    session = reading()
    devices = [(row.actor_id, actor.display_name, True) for row, actor in list_app_users(session, workspace_id)]
    people = [(person.row.id, person.row.display_name, False) for person in people_of(session, workspace_id)]
    found = []
    for actor_id, name, is_device in [*devices, *people]:
        whole = persons.properties_of(session, persons.find_actor(session, workspace_id, actor_id), workspace_id)
        found.append(
            Line(
                actor_id,
                name,
                is_device,
                persons.entered_for(session, workspace_id, actor_id),
                {key: value for key, value in whole.items() if key in persons.FROM_PLAN},
            )
        )
    return found
