"""The history of entities over REST, as ODK Central has it: versions, what changed between them, the audit log."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from core.access.guard import allow
from core.auth.models import ActorRow
from core.auth.schemas import actor_object
from core.http.json_body import instant_text
from core.transaction import reading
from sync.entities import conflicts, history, queries, row_queries, schemas
from sync.entities.common_routes import ENTITIES, ENTITY, blueprint, find_list, flag, people
from sync.entities.history import Event
from sync.entities.models import Entity, EntityList


@blueprint.get(f"{ENTITY}/versions")
@allow("entity.read")
def list_versions(workspace_id: int, name: str, uuid: str) -> Response:
    """Every version with what it has to do with a conflict; with ``?relevantToConflict=true`` those it is about."""
    _, entity = _found(workspace_id, name, uuid)
    sourced = history.versions_with_source(reading(), entity)
    details = conflicts.details([item.version for item in sourced])
    who = people(item.version.creator_id for item in sourced)
    only_relevant = flag("relevantToConflict")
    return jsonify(
        [
            schemas.whole_version_to_json(
                item.version,
                detail,
                schemas.source_to_json(item.version, item.record, item.upload),
                who,
                current=item.version.version == entity.version,
            )
            for item, detail in zip(sourced, details, strict=True)
            if detail.relevant or not only_relevant
        ]
    )


@blueprint.get(f"{ENTITY}/diffs")
@allow("entity.read")
def list_differences(workspace_id: int, name: str, uuid: str) -> Response:
    """What changed from each version to the next."""
    _, entity = _found(workspace_id, name, uuid)
    return jsonify(conflicts.differences(queries.versions(reading(), entity.id)))


@blueprint.get(f"{ENTITY}/audits")
@allow("entity.read")
def list_audits(workspace_id: int, name: str, uuid: str) -> Response:
    """What happened to an entity, newest first, with the records that did it."""
    found, entity = _found(workspace_id, name, uuid)
    happened = history.events(reading(), found, entity)
    who = people(event.actor_id for event in happened)
    return jsonify([_event_to_json(event, found, entity, who) for event in happened])


@blueprint.get(f"{ENTITIES}/creators")
@allow("entity.list")
def list_creators(workspace_id: int, name: str) -> Response:
    """Who created entities of the list, by name."""
    found = row_queries.creators(reading(), find_list(workspace_id, name).id)
    return jsonify([actor_object(row) for row in found])


def _found(workspace_id: int, name: str, uuid: str) -> tuple[EntityList, Entity]:
    """An entity, also one in the trash: its history is there still.

    Raises:
        Problem 404.1: there is none.

    """
    found = find_list(workspace_id, name)
    entity = queries.entity(reading(), found.id, uuid)
    return found, entity if entity is not None else queries.find_entity(reading(), found.id, uuid)


def _event_to_json(
    event: Event, entity_list: EntityList, entity: Entity, who: dict[int, ActorRow] | None
) -> dict[str, Any]:
    item = event.sourced
    source = schemas.source_to_json(item.version, item.record, item.upload) if item is not None else {}
    details: dict[str, Any] = {"entity": {"uuid": entity.uuid, "dataset": entity_list.name}, "source": source}
    if item is not None:
        details["version"] = item.version.version
    body = {
        "actorId": event.actor_id,
        "action": event.action,
        "acteeId": f"dataset:{entity_list.id}",
        "details": details,
        "notes": event.notes,
        "loggedAt": instant_text(event.at),
    }
    if who is None:
        return body
    row = who.get(event.actor_id or 0)
    return body | {"actor": actor_object(row) if row is not None else None}
