"""Entities over REST, as ODK Central has them: reading, creating, changing, deleting and restoring."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Response, current_app, jsonify, stream_with_context

from core.access.guard import allow
from core.errors import Problem
from core.http.json_body import json_value, wants_extended, whole_number
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from sync.entities import bodies, queries, row_queries, schemas, service
from sync.entities.common_routes import (
    ENTITIES,
    ENTITY,
    author,
    blueprint,
    find_entity,
    find_list,
    flag,
    people,
    success,
)
from sync.entities.models import Entity, EntityList
from sync.entities.wishes import normal_uuid

PAGE = 1000


@blueprint.get(ENTITIES)
@allow("entity.list")
def list_entities(workspace_id: int, name: str) -> Response:
    """The entities of a list without their properties, newest first, streamed; those in the trash with ``?deleted``."""
    found = find_list(workspace_id, name)
    rows = _all(found.id, deleted=flag("deleted"), extended=wants_extended())
    return Response(stream_with_context(rows), mimetype="application/json")


@blueprint.post(ENTITIES)
@allow("entity.create")
def create_entities(workspace_id: int, name: str) -> Response:
    """One new entity, or many at once; all of them or none."""
    find_list(workspace_id, name)
    body = json_value(settings_of(current_app).max_body_bytes)
    by = author()
    if bodies.is_many(body):
        new, source = bodies.many_entities(body)

        def work(session: WorkSession) -> None:
            target = find_list(workspace_id, name, session)
            service.add_entities(session, by, entity_list=target, new=new, source=source)

        unit_of_work(work)
        return success()
    one = bodies.one_entity(body)
    return _shown(
        unit_of_work(
            lambda session: service.create_entities(
                session, by, entity_list=find_list(workspace_id, name, session), new=[one]
            )
        )[0]
    )


@blueprint.get(ENTITY)
@allow("entity.read")
def get_entity(workspace_id: int, name: str, uuid: str) -> Response:
    """One entity as it stands; also one in the trash with ``?deleted=true``."""
    found = find_list(workspace_id, name)
    return _shown(queries.find_entity(reading(), found.id, uuid, deleted=flag("deleted")))


@blueprint.patch(ENTITY)
@allow("entity.update")
def change_entity(workspace_id: int, name: str, uuid: str) -> Response:
    """Change the label or properties (``baseVersion`` or ``force``), resolve the conflict (``resolve``), or both."""
    label, data = bodies.changed_entity(json_value())
    resolve = flag("resolve")
    if label is None and not data and not resolve:
        raise Problem("400.2", field="label or data")
    base, force, by = whole_number("baseVersion"), flag("force"), author()

    def work(session: WorkSession) -> Entity:
        target = find_list(workspace_id, name, session)
        return service.update_entity(
            session,
            by,
            entity_list=target,
            entity=find_entity(target, uuid, session),
            label=label,
            data=data,
            base_version=base,
            force=force,
            resolve=resolve,
        )

    return _shown(unit_of_work(work))


@blueprint.delete(ENTITY)
@allow("entity.delete")
def delete_entity(workspace_id: int, name: str, uuid: str) -> Response:
    """Put an entity into the trash."""
    by = author()

    def work(session: WorkSession) -> None:
        target = find_list(workspace_id, name, session)
        service.delete_entities(session, by, entity_list=target, entities=[find_entity(target, uuid, session)])

    unit_of_work(work)
    return success()


@blueprint.post(f"{ENTITY}/restore")
@allow("entity.restore")
def restore_entity(workspace_id: int, name: str, uuid: str) -> Response:
    """Bring an entity back from the trash."""
    by = author()

    def work(session: WorkSession) -> None:
        target = find_list(workspace_id, name, session)
        entity = queries.find_entity(session, target.id, uuid, deleted=True)
        service.restore_entities(session, by, entity_list=target, entities=[entity])

    unit_of_work(work)
    return success()


@blueprint.post(f"{ENTITIES}/bulk-delete")
@allow("entity.delete")
def delete_many(workspace_id: int, name: str) -> Response:
    """Put many entities into the trash: all of them, or none when the list lacks one. Those in it stay there."""
    ids, by = bodies.given_ids(json_value()), author()

    def work(session: WorkSession) -> None:
        target = find_list(workspace_id, name, session)
        here = [row for row in _named(session, target, ids) if row.deleted_at is None]
        service.delete_entities(session, by, entity_list=target, entities=here)

    unit_of_work(work)
    return success()


@blueprint.post(f"{ENTITIES}/bulk-restore")
@allow("entity.restore")
def restore_many(workspace_id: int, name: str) -> Response:
    """Bring many entities back from the trash: all of them, or none when the list lacks one."""
    ids, by = bodies.given_ids(json_value()), author()

    def work(session: WorkSession) -> None:
        target = find_list(workspace_id, name, session)
        gone = [row for row in _named(session, target, ids) if row.deleted_at is not None]
        service.restore_entities(session, by, entity_list=target, entities=gone)

    unit_of_work(work)
    return success()


def _named(session: WorkSession, target: EntityList, ids: list[str]) -> list[Entity]:
    """The entities of these UUIDs, deleted or not.

    Raises:
        Problem 404.1: one or more are not in the list.

    """
    found = queries.entities_by_uuid(session, target.id, [normal_uuid(item) for item in ids])
    missing = [item[:60] for item in ids if normal_uuid(item) not in found]
    if missing:
        raise Problem("404.1", ids=missing[:20])
    return list(found.values())


def _shown(entity: Entity) -> Response:
    version = row_queries.version_of(reading(), entity)
    return jsonify(schemas.entity_to_json(entity, version, people([entity.created_by, version.creator_id])))


def _all(list_id: int, *, deleted: bool, extended: bool) -> Iterator[str]:
    """A JSON list in pieces, so that a list of many entities needs no more memory than one of few."""
    separator, before = "[", None
    while rows := row_queries.current_rows(reading(), list_id, deleted=deleted, before=before, limit=PAGE):
        who = people(who for row, version in rows for who in (row.created_by, version.creator_id))
        for row, version in rows:
            body = schemas.entity_to_json(row, version, who if extended else None, data=False)
            yield separator + json.dumps(body, ensure_ascii=False)
            separator = ","
        before = rows[-1][0].id
        reading().expunge_all()
    yield "[]" if separator == "[" else "]"
