"""What records did to entities and what is still to do; and what is known of the people whose lists are cut; ours."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, g, jsonify, request

from core.access.guard import allow
from core.errors import Problem
from core.http.json_body import json_value, wants_extended
from core.transaction import WorkSession, reading, unit_of_work
from forms import queries as form_queries
from sync import queries as sync_queries
from sync.entities import bodies, outbox, persons, queries, row_queries, schemas
from sync.entities.common_routes import FORM, LIST, blueprint, find_list, page_asked, success, with_next
from sync.entities.models import EntityEffect
from sync.entities.states import UNSETTLED

EFFECTS = "/entity-effects"
PERSONS = "/actor-properties"


@blueprint.get(EFFECTS)
@allow("entity.list")
def list_effects(workspace_id: int) -> Response:
    """What records still have to do to entities, or could not do (``?state=waiting``, ``approval``, ``failed``)."""
    return _page(workspace_id, None)


@blueprint.get(f"{LIST}/effects")
@allow("entity.list")
def list_effects_of_list(workspace_id: int, name: str) -> Response:
    """As `list_effects`, of one list."""
    return _page(workspace_id, find_list(workspace_id, name).name)


@blueprint.post(f"{EFFECTS}/<int:effect_id>/retry")
@allow("entity.update")
def retry_effect(workspace_id: int, effect_id: int) -> Response:
    """Try once more what failed."""

    def work(session: WorkSession) -> None:
        if row_queries.effect_of(session, workspace_id, effect_id) is None:
            raise Problem("404.1")
        if not outbox.retry(session, effect_id):
            raise Problem("409.151")

    unit_of_work(work)
    return success()


@blueprint.get(f"{FORM}/submissions/<instance_id>/entity-effects")
@allow("submission.read", per_form=True)
def list_effects_of_record(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """What the versions of a record did to entities."""
    session = reading()
    form = form_queries.find_form(session, g.actor, workspace_id, xml_form_id, "submission.read")
    record = sync_queries.find_submission(session, form.id, instance_id)
    return jsonify(_effects(queries.effects_of(session, record.id)))


@blueprint.get(PERSONS)
@allow("actor_property.list")
def list_properties(workspace_id: int) -> Response:
    """Names of the properties by which lists can be cut; in extended form with the values in use."""
    used = persons.names_in_use(reading(), workspace_id)
    if not wants_extended():
        return jsonify([{"name": name} for name in used])
    return jsonify([{"name": name, "values": values} for name, values in used.items()])


@blueprint.get(f"{PERSONS}/<int:actor_id>")
@allow("actor_property.list")
def get_properties(workspace_id: int, actor_id: int) -> Response:
    """What is known of a person or a device: `properties` were entered, `fromPlan` the plan knows and they win."""
    return _known(workspace_id, actor_id)


@blueprint.put(f"{PERSONS}/<int:actor_id>")
@allow("actor_property.update")
def set_properties(workspace_id: int, actor_id: int) -> Response:
    """Enter what is known of a person or a device, in place of what was entered before."""
    values = bodies.given_properties(json_value())

    def work(session: WorkSession) -> None:
        persons.enter_checked(session, g.actor, workspace_id=workspace_id, actor_id=actor_id, values=values)

    unit_of_work(work)
    return _known(workspace_id, actor_id)


def _known(workspace_id: int, actor_id: int) -> Response:
    session = reading()
    actor = persons.find_actor(session, workspace_id, actor_id)
    entered = persons.entered_for(session, workspace_id, actor_id)
    whole = persons.properties_of(session, actor, workspace_id)
    from_plan = {name: value for name, value in whole.items() if name in persons.FROM_PLAN}
    return jsonify({"actorId": actor_id, "properties": entered, "fromPlan": from_plan})


def _page(workspace_id: int, list_name: str | None) -> Response:
    state = request.args.get("state")
    if state is not None and state not in UNSETTLED:
        raise Problem("400.8", field="state", reason=f"it is one of {', '.join(UNSETTLED)}.")
    after, limit = page_asked()
    states = UNSETTLED if state is None else (state,)
    rows = row_queries.effects(reading(), workspace_id, states, list_name=list_name, after=after, limit=limit + 1)
    return with_next(jsonify(_effects(rows[:limit])), rows[limit - 1].id if len(rows) > limit else None)


def _effects(rows: Sequence[EntityEffect]) -> list[dict[str, object]]:
    records = row_queries.records(reading(), [row.submission_version_id for row in rows])
    made = row_queries.versions_by_key(reading(), [row.entity_version_id for row in rows])
    return [
        schemas.effect_to_json(row, records.get(row.submission_version_id), made.get(row.entity_version_id or 0))
        for row in rows
    ]
