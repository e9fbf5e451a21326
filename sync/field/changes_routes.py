"""The change feed of the field client."""

from __future__ import annotations

import datetime as dt

from flask import Response, current_app, g, jsonify, request

from core.access.guard import allow
from core.auth.accounts import prolong_session
from core.auth.queries import find_session
from core.database import utc_now
from core.http.json_body import instant_text
from core.transaction import reading, unit_of_work
from core.web import settings_of
from sync.entities.common_routes import squeezed
from sync.field import changes
from sync.field.common_routes import WORKSPACE, blueprint, current_epoch
from sync.field.cursors import read_cursor
from sync.field.verdicts import verdict_json

A_DAY = dt.timedelta(days=1)


@blueprint.get(f"{WORKSPACE}/changes")
@allow("submission.create", per_form=True)
def changed(workspace_id: int) -> Response:
    """What changed since ``?since=``; its cursor is also the entity tag, so that who has everything gets 304."""
    _keep_signed_in()
    epoch = current_epoch()
    since = read_cursor(request.args.get("since", ""), owner=f"{epoch}.{workspace_id}.{g.actor.id}")
    found = changes.news(reading(), g.actor, workspace_id, since)
    answer = jsonify(
        {
            "cursor": (cursor := found.cursor.written()),
            "more": found.more,
            "epoch": epoch,
            "serverTime": instant_text(utc_now()),
            "person": {"displayName": g.actor.display_name, "properties": dict(found.person)},
            "forms": None if found.forms is None else [changes.form_json(one, found.sizes) for one in found.forms],
            "lists": [changes.list_json(item) for item in found.lists],
            "listsGone": list(found.lists_gone),
            "verdicts": [verdict_json(item) for item in found.verdicts],
        }
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    # Weak: the same content is sent squeezed or plain.
    if not found.more:
        answer.set_etag(cursor, weak=True)
    conditional: Response = squeezed(answer).make_conditional(request)  # type: ignore[assignment]  # werkzeug's response
    return conditional


def _keep_signed_in() -> None:
    """A tablet that is in use stays signed in; written down once a day."""
    row = find_session(reading(), g.actor.session_hash) if g.actor.session_hash else None
    if row is None or row.expires_at is None:
        return
    settings = settings_of(current_app)
    life = dt.timedelta(days=settings.field_session_days)
    # Only the sign-in of a tablet lasts longer than one of the console.
    is_tablets = row.expires_at - row.created_at > dt.timedelta(seconds=settings.session_seconds)
    if is_tablets and row.expires_at < utc_now() + life - A_DAY:
        unit_of_work(lambda session: prolong_session(session, hashed=row.token_hash, until=utc_now() + life))
