"""Which forms have to do with an entity list: those whose records write to it, and those that choose from it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from forms import queries as form_queries
from forms.definitions import definition
from forms.list_queries import ListedForm
from forms.models import Form, FormVersion
from forms.queries import READ_OPEN
from sync.entities import queries
from sync.entities.models import EntityList

CSV = ".csv"


@dataclass
class Links:
    """The published forms that have to do with one list. `writes` are properties that records of a form set."""

    source: list[ListedForm] = field(default_factory=list)
    linked: list[ListedForm] = field(default_factory=list)
    writes: dict[str, list[ListedForm]] = field(default_factory=dict)


def links_of(session: Session, workspace_id: int, name: str) -> Links:
    """The published forms that have to do with a list."""
    found = Links()
    published = _published(session, workspace_id)
    files = form_queries.attachments_of(session, [item.version.id for item in published])
    for item in published:
        declared = [each for each in definition(session, item.version.id).entities if each.list_name == name]
        if declared:
            found.source.append(item)
        for property_name in sorted({name for each in declared for name in each.properties}):
            found.writes.setdefault(property_name, []).append(item)
        if any(row.list_name == f"{name}{CSV}" for row in files.get(item.version.id, [])):
            found.linked.append(item)
    return found


def require_use(session: Session, actor: Actor, entity_list: EntityList) -> None:
    """Let pass who may read the list itself, or a form whose device gets it.

    Raises:
        Problem 401.100, 403.1: neither.

    """
    workspace_id = entity_list.workspace_id
    if actor.can("dataset.read", workspace_id):
        return
    for item in links_of(session, workspace_id, entity_list.name).linked:
        verbs = ("form.read",) if item.form.state == "closed" else READ_OPEN
        if any(actor.can(verb, workspace_id, item.form.id) for verb in verbs):
            return
    raise Problem("401.100" if actor.is_anonymous else "403.1")


def draft_uses(session: Session, workspace_id: int, token: str, name: str) -> bool:
    """Whether the token opens the draft of a form that chooses from a list."""
    for version in queries.drafts(session, workspace_id):
        if hmac.compare_digest((version.draft_token or "").encode(), token.encode("utf-8", "replace")):
            files = form_queries.attachments(session, version.id)
            return any(row.list_name == f"{name}{CSV}" for row in files)
    return False


@dataclass(frozen=True)
class ListChange:
    """What a form version has to do with a list: its properties, and those the form sets.

    `known` is None when the list is not there yet.
    """

    name: str
    known: tuple[str, ...] | None
    sets: tuple[str, ...]


def changes_by(session: Session, form: Form, version: FormVersion) -> list[ListChange]:
    """The lists that a version of a form writes to, in form order."""
    sets: dict[str, dict[str, None]] = {}
    for item in definition(session, version.id).entities:
        sets.setdefault(item.list_name, {}).update(dict.fromkeys(item.properties))
    result = []
    for name, properties in sets.items():
        found = queries.list_named(session, form.workspace_id, name)
        known = tuple(row.name for row in queries.properties(session, found.id)) if found is not None else None
        result.append(ListChange(name, known, tuple(properties)))
    return result


def _published(session: Session, workspace_id: int) -> list[ListedForm]:
    listed = form_queries.list_forms(session, workspace_id)
    return [item for item in listed if item.form.current_version_id is not None]
