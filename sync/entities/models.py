"""Entity lists, their properties, the entities with every version they had, and what records did to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class EntityList(Base):
    """A list of a workspace (ODK's *dataset*), sent to devices as ``<name>.csv``.

    `plan_list` names the plan's list that the rows are taken from (``schools.csv``); then only the properties that
    the forms own are changed by records, and rows come and go with the plan. `approval_required` holds back what
    records create until they are approved. `owner_only` gives a device only the rows it made itself; `scope` only
    those whose property equals a property of the person: ``{"property": "district_code", "person": "district"}``.
    `revision` counts every change of a row, so that a device can ask what changed since; `mark` is new whenever
    revisions of before mean nothing any more.
    """

    __tablename__ = "entity_list"

    id: Mapped[IdColumn]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    name: Mapped[str]
    plan_list: Mapped[str | None]
    approval_required: Mapped[bool] = mapped_column(default=False)
    owner_only: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[dict[str, Any] | None]
    revision: Mapped[int] = mapped_column(default=0)
    mark: Mapped[str]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index(
            "uq_entity_list_name",
            "workspace_id",
            func.lower(text("name")),
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )


class EntityProperty(Base):
    """A property that the rows of a list have; one that the plan owns is not changed by records."""

    __tablename__ = "entity_property"

    id: Mapped[IdColumn]
    list_id: Mapped[int] = mapped_column(ForeignKey("entity_list.id"))
    name: Mapped[str]
    plan_owned: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]

    __table_args__ = (Index("uq_entity_property_name", "list_id", func.lower(text("name")), unique=True),)


class Entity(Base):
    """A row of a list as it stands now; how it came to be is in its versions.

    `data` holds texts by property. `dates` say for each property the report date of the record that set it: an older
    report never overwrites it. `conflict` is ``soft`` or ``hard`` until a person resolves it. `changed` is the list's
    revision of the last change.
    """

    __tablename__ = "entity"

    id: Mapped[IdColumn]
    list_id: Mapped[int] = mapped_column(ForeignKey("entity_list.id"))
    uuid: Mapped[str]
    label: Mapped[str]
    data: Mapped[dict[str, Any]]
    dates: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    conflict: Mapped[str | None]
    changed: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("uq_entity_uuid", "list_id", "uuid", unique=True),
        Index("ix_entity_changed", "list_id", "changed"),
        Index(
            "ix_entity_conflict",
            "list_id",
            "id",
            sqlite_where=text("conflict IS NOT NULL AND deleted_at IS NULL"),
            postgresql_where=text("conflict IS NOT NULL AND deleted_at IS NULL"),
        ),
    )


class EntityVersion(Base):
    """A version of an entity; none is ever removed.

    `source` is ``record``, ``api``, ``upload``, ``plan`` or ``update_as_create`` (an update whose creation never
    arrived). `received` is what was asked for, `data` what the entity held after it: the two differ where newer
    values stood. `base_version` is the version it changes, as this server counts; `branch_id`, `trunk_version` and
    `branch_base` are what the device said (getodk.github.io/xforms-spec/entities, 2024.1.0). `conflicting` are the
    properties that were changed on both sides.
    """

    __tablename__ = "entity_version"

    id: Mapped[IdColumn]
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    version: Mapped[int]
    label: Mapped[str]
    data: Mapped[dict[str, Any]]
    received: Mapped[dict[str, Any]]
    source: Mapped[str]
    base_version: Mapped[int | None]
    branch_id: Mapped[str | None]
    trunk_version: Mapped[int | None]
    branch_base: Mapped[int | None]
    conflict: Mapped[str | None]
    conflicting: Mapped[list[str] | None]
    resolved: Mapped[bool] = mapped_column(default=False)
    report_date: Mapped[dt.date | None]
    submission_version_id: Mapped[int | None] = mapped_column(ForeignKey("submission_version.id"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    user_agent: Mapped[str | None]
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("uq_entity_version_version", "entity_id", "version", unique=True),
        Index("ix_entity_version_submission_version_id", "submission_version_id"),
    )


class EntityEffect(Base):
    """What one record did, or is still to do, to one entity.

    The intake writes the row with `position` 0 in state ``new``, in the transaction that files the record; a job
    does the rest. `state` is then ``applied``, ``none`` (nothing was asked), ``waiting`` (an earlier change of the
    device is still to come), ``approval`` (the record is to be approved first), ``failed`` (`problem` says why) or
    ``superseded`` (an edit of the record took its place).
    """

    __tablename__ = "entity_effect"

    id: Mapped[IdColumn]
    workspace_id: Mapped[int]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    submission_version_id: Mapped[int] = mapped_column(ForeignKey("submission_version.id"))
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="new")
    list_name: Mapped[str | None]
    uuid: Mapped[str | None]
    branch_id: Mapped[str | None]
    base_version: Mapped[int | None]
    problem: Mapped[str | None]
    entity_version_id: Mapped[int | None] = mapped_column(ForeignKey("entity_version.id"))
    created_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("uq_entity_effect_position", "submission_version_id", "position", unique=True),
        Index("ix_entity_effect_submission_id", "submission_id"),
        Index("ix_entity_effect_entity_version_id", "entity_version_id"),
        Index(
            "ix_entity_effect_unsettled",
            "workspace_id",
            "state",
            "id",
            sqlite_where=text("state NOT IN ('applied', 'none', 'superseded')"),
            postgresql_where=text("state NOT IN ('applied', 'none', 'superseded')"),
        ),
        Index(
            "ix_entity_effect_uuid",
            "workspace_id",
            "uuid",
            sqlite_where=text("state NOT IN ('applied', 'none', 'superseded')"),
            postgresql_where=text("state NOT IN ('applied', 'none', 'superseded')"),
        ),
    )


class PersonProperty(Base):
    """Something known of a person or device in a workspace, by which lists are cut: the district it works in."""

    __tablename__ = "person_property"

    id: Mapped[IdColumn]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    name: Mapped[str]
    value: Mapped[str]

    __table_args__ = (Index("uq_person_property_name", "workspace_id", "actor_id", "name", unique=True),)
