"""Entity lists and entities on the ``/v1`` wire, in ODK Central's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from core.auth.models import ActorRow
from core.auth.schemas import actor_object
from core.http.json_body import Flag, Text, WireSchema, instant_text
from forms.list_queries import ListedForm
from forms.schemas import odata_name
from sync.entities.conflicts import Detail
from sync.entities.form_links import Links, ListChange
from sync.entities.models import Entity, EntityEffect, EntityList, EntityProperty, EntityVersion
from sync.entities.row_queries import Facts, Record, latest
from sync.entities.rules import LABEL
from sync.entities.store import PLAN
from sync.schemas import submission_to_json

People = Mapping[int, ActorRow] | None
NOBODY = 0
"""The creator of what the server made by itself, for clients that want a number."""


class NewList(WireSchema):
    """An entity list to create."""

    name = Text(required=True)
    approval_required = Flag(data_key="approvalRequired")
    owner_only = Flag(data_key="ownerOnly")


class ListChanges(WireSchema):
    """What may change of a list; `access_filter` says which rows devices get, in more ways than `owner_only`."""

    approval_required = Flag(data_key="approvalRequired")
    owner_only = Flag(data_key="ownerOnly")
    access_filter = fields.Raw(data_key="accessFilter", allow_none=True)
    convert = Flag()


class NewProperty(WireSchema):
    """A property to add."""

    name = Text(required=True)


def list_to_json(row: EntityList) -> dict[str, Any]:
    """A list."""
    body: dict[str, Any] = {
        "name": row.name,
        "createdAt": instant_text(row.created_at),
        "projectId": row.workspace_id,
        "approvalRequired": row.approval_required,
        "ownerOnly": row.owner_only,
    }
    shown = access_filter(row)
    return body | ({"accessFilter": shown} if shown is not None else {})


def access_filter(row: EntityList) -> dict[str, Any] | None:
    """Which rows devices get; None: all."""
    if row.owner_only:
        return {"type": "ownerOnly"}
    if row.scope:
        rule = {"datasetProperty": row.scope["property"], "actorProperty": row.scope["person"]}
        return {"type": "property", "rules": [rule]}
    return None


def extended_list_to_json(row: EntityList, facts: Facts) -> dict[str, Any]:
    """With its figures."""
    return list_to_json(row) | {
        "lastEntity": instant_text(facts.last_entity),
        "entities": facts.entities,
        "conflicts": facts.conflicts,
    }


def whole_list_to_json(
    row: EntityList, properties: Sequence[EntityProperty], links: Links, facts: Facts
) -> dict[str, Any]:
    """With its properties, and the forms that have to do with it. `planOwned` is ours."""
    return list_to_json(row) | {
        "lastUpdate": instant_text(latest(row.created_at, row.updated_at, facts.last_change)),
        "linkedForms": [_form(item) for item in links.linked],
        "sourceForms": [_form(item) for item in links.source],
        "properties": [
            {
                "name": item.name,
                "odataName": odata_name(item.name),
                "publishedAt": instant_text(item.created_at),
                "forms": [_form(each) for each in links.writes.get(item.name, ())],
                "planOwned": item.plan_owned,
            }
            for item in properties
        ],
    }


def change_to_json(change: ListChange, *, draft: bool) -> dict[str, Any]:
    """What publishing a form means, or meant, to a list."""
    known = change.known or ()
    names = [*known, *(name for name in change.sets if name not in known)] if draft else list(known)
    properties: list[dict[str, Any]] = [{"name": name, "inForm": name in change.sets} for name in names]
    if not draft:
        return {"name": change.name, "properties": properties}
    for item in properties:
        item["isNew"] = item["name"] not in known
    return {"name": change.name, "isNew": change.known is None, "properties": properties}


def entity_to_json(row: Entity, version: EntityVersion, people: People, *, data: bool = True) -> dict[str, Any]:
    """An entity with its current version."""
    body = {
        "uuid": row.uuid,
        "createdAt": instant_text(row.created_at),
        "creatorId": row.created_by or NOBODY,
        "updatedAt": instant_text(row.updated_at),
        "deletedAt": instant_text(row.deleted_at),
        "conflict": row.conflict,
        "currentVersion": version_to_json(version, people, current=True, data=data),
    }
    return body | _creator(row.created_by, people)


def version_to_json(row: EntityVersion, people: People, *, current: bool, data: bool = True) -> dict[str, Any]:
    """A version of an entity."""
    body = {
        "label": row.label,
        "current": current,
        "createdAt": instant_text(row.created_at),
        "creatorId": row.creator_id or NOBODY,
        "userAgent": row.user_agent or "",
        "version": row.version,
        "baseVersion": row.base_version,
        "branchId": row.branch_id,
        "trunkVersion": row.trunk_version,
        "branchBaseVersion": row.branch_base,
        "conflictingProperties": row.conflicting,
    } | _creator(row.creator_id, people)
    return body | ({"data": row.data, "dataReceived": row.received} if data else {})


def whole_version_to_json(
    row: EntityVersion, detail: Detail, source: dict[str, Any], people: People, *, current: bool
) -> dict[str, Any]:
    """A version with what it has to do with a conflict."""
    return version_to_json(row, people, current=current) | {
        "conflict": row.conflict,
        "resolved": row.resolved,
        "lastGoodVersion": detail.last_good,
        "relevantToConflict": detail.relevant,
        "baseDiff": list(detail.base_diff),
        "serverDiff": list(detail.server_diff),
        "source": source,
    }


def source_to_json(row: EntityVersion, record: Record | None, upload: Mapping[str, Any] | None) -> dict[str, Any]:
    """Where a version comes from: a record, an upload, the plan, or (empty) the API."""
    if record is not None:
        submission = submission_to_json(record.submission) | {"xmlFormId": record.xml_form_id}
        edited = record.version.deprecated_id is not None
        return {
            "submission": submission,
            "event": {
                "action": "submission.update.version" if edited else "submission.create",
                "actorId": record.version.submitter_id,
                "loggedAt": instant_text(record.version.received_at),
                "details": {"instanceId": record.version.instance_id},
            },
        }
    if row.source == PLAN:
        return {"name": PLAN}
    return dict(upload or {})


def effect_to_json(row: EntityEffect, record: Record | None, made: EntityVersion | None) -> dict[str, Any]:
    """What a record did, or is still to do, to an entity; ours."""
    return {
        "id": row.id,
        "state": row.state,
        "problem": row.problem,
        "dataset": row.list_name,
        "uuid": row.uuid,
        "branchId": row.branch_id,
        "baseVersion": row.base_version,
        "version": made.version if made is not None else None,
        "xmlFormId": record.xml_form_id if record is not None else None,
        "instanceId": record.submission.instance_id if record is not None else None,
        "createdAt": instant_text(row.created_at),
        "settledAt": instant_text(row.settled_at),
    }


def device_row(row: Entity) -> dict[str, Any]:
    """An entity as a device keeps it; ours."""
    return {"uuid": row.uuid, "version": row.version, LABEL: row.label, "data": row.data}


def _form(item: ListedForm) -> dict[str, Any]:
    return {"xmlFormId": item.xml_form_id, "name": item.title}


def _creator(actor_id: int | None, people: People) -> dict[str, Any]:
    if people is None:
        return {}
    row = people.get(actor_id or NOBODY)
    return {"creator": actor_object(row) if row is not None else None}
