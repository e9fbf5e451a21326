"""What changed for a tablet since it last asked: forms, rows of lists, the office's word on its records.

A cursor says what the tablet has: a mark of the forms, one of the person, a cursor for each list, and how far the
verdicts were told. It goes forward only; one that cannot be read, or is somebody else's, or of another history of the
server, is like none, and everything is told anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.storage.queries import sizes
from forms import queries as form_queries
from forms.list_queries import ListedForm, form_list_for
from forms.lists import exists
from forms.models import FormAttachment
from sync.entities import device_lists, persons, scope
from sync.entities import queries as list_queries
from sync.entities.models import Entity, EntityList
from sync.entities.scope import View
from sync.field import verdicts
from sync.field.cursors import MOST_LISTS, Cursor
from sync.field.verdicts import Verdict

ROWS = 5000
"""Rows of lists after which another page begins."""
_CSV = ".csv"


@dataclass(frozen=True)
class OneForm:
    """A form that may be filled, with the files that are there."""

    listed: ListedForm
    files: Sequence[FormAttachment]


@dataclass(frozen=True)
class ListChanges:
    """What changed in one list."""

    name: str
    whole: bool
    properties: Sequence[str]
    rows: Sequence[Entity]
    gone: Sequence[str]


@dataclass(frozen=True)
class News:
    """What changed. `forms` is None when nothing about them did; `more` says that another page waits.

    `sizes` are those of the media files of the forms, by hash.
    """

    cursor: Cursor
    more: bool
    person: Mapping[str, str]
    forms: Sequence[OneForm] | None
    sizes: Mapping[str, int]
    lists: Sequence[ListChanges]
    lists_gone: Sequence[str]
    verdicts: Sequence[Verdict]


def news(session: Session, actor: Actor, workspace_id: int, since: Cursor) -> News:
    """What an actor's tablet has to know beyond a cursor."""
    person = persons.properties_of(session, actor, workspace_id)
    forms = _forms(session, actor, workspace_id)
    mark = _forms_mark(forms)
    lists = list_queries.lists_named(session, workspace_id, _lists_of(forms))
    told, cursors, more_rows = _changed_lists(session, actor, lists, since.lists, person)
    page = verdicts.page(session, actor, workspace_id, since.verdicts)
    gone = since.lists.keys() - {row.id for row in lists}
    names_gone = list_queries.list_names(session, workspace_id, gone) if gone else set()
    changed_forms = forms if mark != since.forms else None
    return News(
        cursor=Cursor(since.owner, mark, _mark([actor.display_name, person]), cursors, page.cursor),
        more=more_rows or page.more,
        person=person,
        forms=changed_forms,
        sizes=sizes(session, [row.blob_sha256 for one in changed_forms or () for row in one.files if row.blob_sha256]),
        lists=told,
        # A list that was made anew under its old name is told of whole, and stays.
        lists_gone=sorted(names_gone - {row.name for row in lists}),
        verdicts=page.verdicts,
    )


def _changed_lists(
    session: Session, actor: Actor, lists: Sequence[EntityList], since: Mapping[int, str], person: Mapping[str, str]
) -> tuple[list[ListChanges], dict[int, str], bool]:
    """What changed in lists, the cursors behind it, and whether there is more."""
    told: list[ListChanges] = []
    cursors: dict[int, str] = {}
    # A cursor has no room for the places of more lists than that, so that a second page would never end.
    left, more = (ROWS if len(lists) <= MOST_LISTS else None), False
    for row in lists:
        view = scope.view_of(session, actor, row, person)
        cursors[row.id] = known = since.get(row.id, "")
        if known == device_lists.cursor_now(row, view):
            continue
        if left is not None and left <= 0:
            more = True
            continue
        changes, cursors[row.id], cut = _changes(session, actor, row, view, known, left)
        told.append(changes)
        left = left if left is None else left - len(changes.rows)
        more = more or cut
    return told, {key: cursor for key, cursor in cursors.items() if cursor}, more


def _changes(
    session: Session, actor: Actor, row: EntityList, view: View, cursor: str, limit: int | None
) -> tuple[ListChanges, str, bool]:
    """Changes of one list until `limit` rows are told, the cursor behind them, and whether there are more."""
    page = device_lists.changes_since(session, actor, row, cursor, view=view, limit=limit)
    whole, rows, gone = page.whole, list(page.rows), list(page.gone)
    while page.more and limit is not None and len(rows) < limit:
        # Rows that this person is not shown fill no page.
        page = device_lists.changes_since(session, actor, row, page.cursor, view=view, limit=limit)
        rows += page.rows
        gone += [] if whole else page.gone
    return ListChanges(row.name, whole, page.properties, rows, gone), page.cursor, page.more


def _forms(session: Session, actor: Actor, workspace_id: int) -> list[OneForm]:
    listed = [
        item
        for item in form_list_for(session, actor, workspace_id)
        if actor.can("submission.create", workspace_id, item.form.id)
    ]
    files = form_queries.attachments_of(session, [item.version.id for item in listed])
    return [
        OneForm(item, sorted(filter(exists, files.get(item.version.id, [])), key=lambda row: row.name))
        for item in listed
    ]


def _forms_mark(forms: Iterable[OneForm]) -> str:
    """Another text whenever anything about the forms changes that a tablet keeps."""
    return _mark([form_json(one, {}) for one in forms])


def _mark(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def list_of(row: FormAttachment) -> str | None:
    """The entity list that a file of a form is; None for an uploaded file."""
    return row.list_name.removesuffix(_CSV) if row.blob_sha256 is None and row.list_name else None


def _lists_of(forms: Iterable[OneForm]) -> set[str]:
    return {name for one in forms for row in one.files if (name := list_of(row)) is not None}


def form_json(one: OneForm, size_of: Mapping[str, int]) -> dict[str, Any]:
    """A form on the wire. `size_of` has the sizes of its media files by hash."""
    version = one.listed.version
    return {
        "xmlFormId": one.listed.xml_form_id,
        "version": version.version,
        "title": one.listed.title,
        "hash": version.hash,
        "files": [
            {
                "name": row.name,
                "kind": "media" if (name := list_of(row)) is None else "list",
                "hash": row.blob_md5 if name is None else None,
                "size": size_of.get(row.blob_sha256 or ""),
                "list": name,
            }
            for row in one.files
        ],
    }


def list_json(item: ListChanges) -> dict[str, Any]:
    """Changes of a list on the wire."""
    return {
        "name": item.name,
        "whole": item.whole,
        "properties": list(item.properties),
        "entities": [
            {
                "uuid": row.uuid,
                "label": row.label,
                "version": row.version,
                "data": {name: str(value) for name, value in row.data.items()},
            }
            for row in item.rows
        ],
        "deleted": list(item.gone),
    }
