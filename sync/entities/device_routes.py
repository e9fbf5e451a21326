"""What devices ask of entity lists: which entities were deleted (OpenRosa), and what changed since they last asked."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from flask import Response, g, jsonify, request

from core.access.guard import allow, public
from core.errors import Problem
from core.http.key_in_path import DRAFT_TOKEN
from core.http.openrosa import xml_response
from core.transaction import reading
from sync.entities import device_lists, form_links, row_queries, schemas, scope
from sync.entities.common_routes import LIST, blueprint, find_list, squeezed
from sync.entities.models import EntityList
from sync.entities.wishes import normal_uuid

MOST_IDS = 10_000
AT_ONCE = 1000


@blueprint.get(f"{LIST}/integrity")
@public
def integrity(workspace_id: int, name: str) -> Response:
    """Whether entities were deleted: those of ``?id=``, separated by commas, or without it all that are shown.

    For who may read the list or a form that uses it, and for the token of a draft that does. What was never here is
    not in the answer: a device may have made it, and not sent it yet.
    """
    found = _usable_list(workspace_id, name)
    asked = request.args.get("id")
    if asked is None:
        rows = _shown(found)
    else:
        ids = list(dict.fromkeys(normal_uuid(item) for item in asked.split(",") if item.strip()))
        if len(ids) > MOST_IDS:
            raise Problem("400.8", field="id", reason=f"at most {MOST_IDS} can be asked for at once.")
        rows = iter(row_queries.integrity(reading(), found.id, ids))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<data>", "  <entities>"]
    for uuid, deleted in rows:
        lines += [
            f"    <entity id={quoteattr(uuid)}>",
            f"      <deleted>{escape(str(deleted).lower())}</deleted>",
            "    </entity>",
        ]
    return xml_response("\n".join([*lines, "  </entities>", "</data>"]))


@blueprint.get(f"{LIST}/changes")
@allow("dataset.read", "form.read", "open_form.read", per_form=True)
def changes(workspace_id: int, name: str) -> Response:
    """What changed in a list since a cursor (``?since=``), for an actor; ours.

    The cursor to go on from is also the entity tag, so that whoever has everything gets 304.
    """
    found = find_list(workspace_id, name)
    form_links.require_use(reading(), g.actor, found)
    changed = device_lists.changes_since(reading(), g.actor, found, request.args.get("since", ""))
    answer = jsonify(
        {
            "cursor": changed.cursor,
            "whole": changed.whole,
            "properties": changed.properties,
            "entities": [schemas.device_row(row) for row in changed.rows],
            "deleted": changed.gone,
        }
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    # Weak: the same content is sent squeezed or plain.
    answer.set_etag(changed.cursor, weak=True)
    conditional: Response = squeezed(answer).make_conditional(request)  # type: ignore[assignment]  # werkzeug's response
    return conditional


def _usable_list(workspace_id: int, name: str) -> EntityList:
    """The list, for whoever may use it. Whether it is there is told to nobody else.

    Raises:
        Problem 401.100, 403.1: they may not. 404.1: there is no such list.

    """
    token = request.environ.get(DRAFT_TOKEN)
    if token is not None and form_links.draft_uses(reading(), workspace_id, str(token), name):
        return find_list(workspace_id, name)
    if not g.actor.can_on_some_form("open_form.read", workspace_id) and not any(
        g.actor.can_on_some_form(verb, workspace_id) for verb in ("dataset.read", "form.read")
    ):
        raise Problem("401.100" if g.actor.is_anonymous else "403.1")
    found = find_list(workspace_id, name)
    form_links.require_use(reading(), g.actor, found)
    return found


def _shown(entity_list: EntityList) -> Iterator[tuple[str, bool]]:
    """All rows that the actor is shown, deleted ones too."""
    view = scope.view_of(reading(), g.actor, entity_list)
    after = 0
    while rows := row_queries.every_row(reading(), entity_list.id, after=after, limit=AT_ONCE):
        yield from ((row.uuid, row.deleted_at is not None) for row in rows if view.shows(row))
        after = rows[-1].id
        reading().expunge_all()
