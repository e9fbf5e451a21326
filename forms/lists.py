"""What stands behind a file that a form refers to: bytes somebody uploaded, or a list.

Lists are the plan's and the entity lists of the workspace. Entities are kept in the package `sync`, which this one
does not know; it gives its lists here through `use_entity_lists` (called once, in ``app.py``).
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from core.access.actor import Actor
from forms.definitions import Definition, definition_of
from forms.models import FormAttachment, FormVersion
from plan.lists import LIST_NAMES, list_content

CSV = "text/csv"
_ENDING = ".csv"


@dataclass(frozen=True)
class Content:
    """The bytes of an attachment, by blob or at hand. `md5` is the hash of exactly these bytes.

    `entity_list` is the name of the entity list that they are, if they are one; `needs_approval` says that what
    records create in it appears only when it is approved.
    """

    name: str
    media_type: str
    md5: str
    blob_sha256: str | None = None
    data: bytes | None = None
    entity_list: str | None = None
    needs_approval: bool = False


@dataclass(frozen=True)
class ListFile:
    """An entity list as a device gets it: CSV in UTF-8 with its MD5 (32 hexadecimal digits)."""

    csv: bytes
    md5: str
    needs_approval: bool = False


class EntityLists(Protocol):
    """Where entity lists come from."""

    def exists(self, session: Session, workspace_id: int, name: str) -> bool:
        """Whether the workspace has a list of this name (without ``.csv``)."""

    def file(self, session: Session, actor: Actor, workspace_id: int, name: str) -> ListFile | None:
        """The rows that an actor may have, as a file; None when there is no such list."""

    def declare(self, session: Session, actor: Actor, workspace_id: int, form: Definition) -> None:
        """Make the lists and properties that a form writes to, when it is published."""


class _None:
    """No entity lists, until somebody gives some."""

    def exists(self, _session: Session, _workspace_id: int, _name: str) -> bool:
        return False

    def file(self, _session: Session, _actor: Actor, _workspace_id: int, _name: str) -> ListFile | None:
        return None

    def declare(self, session: Session, actor: Actor, workspace_id: int, form: Definition) -> None:
        """Nothing can be declared."""


_entity_lists: EntityLists = _None()


def use_entity_lists(source: EntityLists) -> None:
    """Say where entity lists come from."""
    global _entity_lists  # noqa: PLW0603 - set once, when the application is put together
    _entity_lists = source


def list_for(session: Session, workspace_id: int, version: FormVersion, name: str) -> str | None:
    """The list that serves a file of this name: one that is there, or that the form makes when it is published."""
    stem = name.removesuffix(_ENDING)
    if name in LIST_NAMES:
        return name
    if stem == name:
        return None
    declared = any(item.list_name == stem for item in definition_of(version).entities)
    return name if declared or _entity_lists.exists(session, workspace_id, stem) else None


def exists(attachment: FormAttachment) -> bool:
    """Whether there is something to serve."""
    return attachment.blob_sha256 is not None or attachment.list_name is not None


def declare(session: Session, actor: Actor, workspace_id: int, version: FormVersion) -> None:
    """Make the entity lists and properties that a form writes to.

    Raises:
        Problem: it declares what cannot be.

    """
    _entity_lists.declare(session, actor, workspace_id, definition_of(version))


def content_of(session: Session, actor: Actor, workspace_id: int, attachment: FormAttachment) -> Content | None:
    """What is served to an actor for an attachment; None while it is missing."""
    if attachment.blob_sha256 is not None:
        return Content(
            name=attachment.name,
            media_type=attachment.media_type or type_by_name(attachment.name),
            md5=attachment.blob_md5 or "",
            blob_sha256=attachment.blob_sha256,
        )
    if attachment.list_name is None:
        return None
    stem = attachment.list_name.removesuffix(_ENDING)
    file = _entity_lists.file(session, actor, workspace_id, stem)
    if file is not None:
        return Content(
            attachment.name, CSV, file.md5, data=file.csv, entity_list=stem, needs_approval=file.needs_approval
        )
    if attachment.list_name not in LIST_NAMES:
        return None
    # The plan was changed a moment ago, and its lists are not shown as entities yet.
    found = list_content(session, workspace_id, attachment.list_name)
    return Content(attachment.name, CSV, found.md5, data=found.csv)


def type_by_name(name: str) -> str:
    """Media type of a file by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
