"""The history of an entity: its versions as they came to be, and the audit trail's entries between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.audit import AuditEntry
from sync.entities import queries, row_queries
from sync.entities.models import Entity, EntityList, EntityVersion
from sync.entities.row_queries import Record
from sync.entities.store import API, UPLOAD

CREATED, CHANGED = "entity.create", "entity.update.version"


@dataclass(frozen=True)
class Sourced:
    """A version with the record or the upload that it comes from."""

    version: EntityVersion
    record: Record | None
    upload: Mapping[str, Any] | None


@dataclass(frozen=True)
class Event:
    """One deed. `sourced` is the version it made, if it made one."""

    at: dt.datetime
    actor_id: int | None
    action: str
    notes: str | None = None
    sourced: Sourced | None = None


def versions_with_source(session: Session, entity: Entity) -> list[Sourced]:
    """The versions of an entity in their order, with where they come from."""
    versions = queries.versions(session, entity.id)
    records = row_queries.records(session, [version.submission_version_id for version in versions])
    return [
        Sourced(
            version,
            records.get(version.submission_version_id or 0),
            _upload(session, entity, version) if version.version == 1 else None,
        )
        for version in versions
    ]


def events(session: Session, entity_list: EntityList, entity: Entity) -> list[Event]:
    """What happened to an entity, newest first.

    Every version is an event, whoever made it; what makes none (deleting, restoring, resolving) is in the audit trail.
    """
    entries = row_queries.entries_of(session, entity_list.id, entity.uuid)
    noted = {number: entry for entry in entries if (number := _version_noted(entry)) is not None}
    made = [_of_version(item, noted.get(item.version.version)) for item in versions_with_source(session, entity)]
    others = [
        Event(entry.at, entry.actor_id, entry.action, _notes(entry))
        for entry in entries
        if entry.action not in {CREATED, CHANGED}
    ]
    return sorted([*made, *others], key=lambda event: event.at, reverse=True)


def _of_version(item: Sourced, entry: AuditEntry | None) -> Event:
    version = item.version
    return Event(
        at=version.created_at,
        actor_id=version.creator_id,
        action=CREATED if version.version == 1 else CHANGED,
        notes=_notes(entry) if entry is not None else None,
        sourced=item,
    )


def _upload(session: Session, entity: Entity, version: EntityVersion) -> Mapping[str, Any] | None:
    """What was said of the file or program that an entity was created from together with others."""
    if version.source not in {API, UPLOAD}:
        return None
    entry = row_queries.creation_at_once(session, entity.list_id, version.created_at)
    if entry is None or entry.actor_id != version.creator_id:
        return None
    alone = any(_version_noted(each) == 1 for each in row_queries.entries_of(session, entity.list_id, entity.uuid))
    return None if alone else (entry.details or {}).get("source")


def _version_noted(entry: AuditEntry) -> int | None:
    number = (entry.details or {}).get("version")
    return number if entry.action in {CREATED, CHANGED} and isinstance(number, int) else None


def _notes(entry: AuditEntry) -> str | None:
    notes = (entry.details or {}).get("notes")
    return notes if isinstance(notes, str) else None
