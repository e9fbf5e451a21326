"""Entity lists as devices get them: the file ``<list>.csv``, and what changed in it since.

Columns are those of getodk.github.io/xforms-spec/entities: ``name`` (the UUID), ``label``, ``__version``, then the
properties. A device gets the rows that its person may have: all, those it made itself, or those of its scope.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.kept import Kept
from forms.definitions import Definition
from forms.lists import ListFile
from plan.lists import as_csv
from sync.entities import declare, queries, scope
from sync.entities.models import Entity, EntityList
from sync.entities.scope import View

KEPT = 300
_files: Kept[tuple[int, str], tuple[str, ListFile]] = Kept("device_lists", KEPT)


@dataclass(frozen=True)
class Changes:
    """What changed in a list.

    `cursor` is to be given the next time; `whole` says that all rows are here, since what the device has cannot be
    gone on from. `rows` are those to put in place, `gone` the UUIDs to take away. `more`: it was cut, ask again.
    """

    cursor: str
    whole: bool
    properties: tuple[str, ...]
    rows: Sequence[Entity]
    gone: Sequence[str]
    more: bool = False


class DeviceLists:
    """Gives entity lists to the forms (`forms.lists.EntityLists`)."""

    def exists(self, session: Session, workspace_id: int, name: str) -> bool:
        """Whether the workspace has a list of this name."""
        found = queries.list_named(session, workspace_id, name)
        return found is not None and found.name == name

    def file(self, session: Session, actor: Actor, workspace_id: int, name: str) -> ListFile | None:
        """The rows that an actor may have."""
        found = queries.list_named(session, workspace_id, name)
        return list_file(session, actor, found) if found is not None and found.name == name else None

    def declare(self, session: Session, actor: Actor, workspace_id: int, form: Definition) -> None:
        """What a form declares when it is published."""
        declare.declare(session, actor, workspace_id=workspace_id, form=form)


def list_file(session: Session, actor: Actor, entity_list: EntityList) -> ListFile:
    """The file of a list for an actor; kept in memory until the list changes."""
    view = scope.view_of(session, actor, entity_list)
    # The revision was read before the rows: a change in between makes the kept file look old, never new.
    mark = f"{entity_list.mark}.{entity_list.revision}.{entity_list.approval_required}"
    kept = _files.get((entity_list.id, view.key))
    if kept is not None and kept[0] == mark:
        return kept[1]
    names = [row.name for row in queries.properties(session, entity_list.id)]
    rows = [row for row in queries.rows_of(session, entity_list) if view.shows(row)]
    content = as_csv(
        ("name", "label", "__version", *names),
        ((row.uuid, row.label, row.version, *(row.data.get(name, "") for name in names)) for row in rows),
    )
    made = ListFile(content, hashlib.md5(content, usedforsecurity=False).hexdigest(), entity_list.approval_required)
    _files.put((entity_list.id, view.key), (mark, made))
    return made


def cursor_now(entity_list: EntityList, view: View) -> str:
    """The cursor of a device that has everything of a list that it is shown."""
    # Who is shown other rows than before cannot go on from what is there.
    return f"{entity_list.mark}.{hashlib.sha256(view.key.encode()).hexdigest()[:8]}.{entity_list.revision}"


def changes_since(
    session: Session,
    actor: Actor,
    entity_list: EntityList,
    cursor: str,
    *,
    view: View | None = None,
    limit: int | None = None,
) -> Changes:
    """What changed in a list for an actor since a cursor; everything for one that is empty or not of this list.

    At most `limit` changes are looked at. `view` is what the actor is shown, where it is at hand.
    """
    view = view or scope.view_of(session, actor, entity_list)
    now = cursor_now(entity_list, view)
    own_mark = now.rpartition(".")[0]
    mark, _, number = cursor.rpartition(".")
    known = mark == own_mark and number.isdecimal() and int(number[:18]) <= entity_list.revision
    since = int(number[:18]) if known else 0
    touched = queries.rows_changed(session, entity_list.id, since, None if limit is None else limit + 1)
    more = limit is not None and len(touched) > limit
    if more:
        touched = touched[:limit]
        now = f"{own_mark}.{touched[-1].changed}"
    return Changes(
        cursor=now,
        whole=not known,
        properties=tuple(row.name for row in queries.properties(session, entity_list.id)),
        rows=[row for row in touched if row.deleted_at is None and view.shows(row)],
        gone=[row.uuid for row in touched if row.deleted_at is not None or not view.shows(row)] if known else [],
        more=more,
    )
