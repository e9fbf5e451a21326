"""Signing in on a tablet: for long, since it is away from the network for weeks, and to be ended by the office."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, jsonify
from marshmallow import fields

from core.access.actor import Actor
from core.access.guard import signed_in, signs_in
from core.access.workspaces import list_workspaces
from core.auth import accounts, queries
from core.auth.resolve import verify_with_throttle
from core.database import utc_now
from core.errors import Problem
from core.http.json_body import Text, WireSchema, instant_text, json_object
from core.http.same_origin import refuse_other_origins
from core.transaction import reading, unit_of_work
from core.web import settings_of
from core.xml import without_control_characters
from sync.field.common_routes import blueprint, current_epoch
from sync.field.devices import LONGEST_TEXT

DAY = 86_400


class TabletSignIn(WireSchema):
    """Who signs in, and on which installation of the client."""

    email = Text(required=True)
    password = Text(required=True)
    install_id = fields.String(data_key="installId", load_default="")


@blueprint.post("/field/sign-ins")
@signs_in
def sign_in() -> Response:
    """A token for a tablet. It lasts `TIDTAM_FIELD_SESSION_DAYS` after it was last used."""
    refuse_other_origins()
    given = json_object(TabletSignIn)
    actor_id = verify_with_throttle(given["email"], given["password"])
    seconds = settings_of(current_app).field_session_days * DAY
    install_id = without_control_characters(given["install_id"])[:LONGEST_TEXT]
    opened = unit_of_work(
        lambda session: accounts.open_session(session, actor_id=actor_id, seconds=seconds, install_id=install_id)
    )
    actor = queries.actor_by_id(reading(), actor_id)
    if actor is None:
        # Deleted while the password was being checked.
        raise Problem("401.2")
    return jsonify({"token": opened.token} | _who(actor))


@blueprint.get("/field/me")
@signed_in
def who_am_i() -> Response:
    """Who the credentials of this request belong to, and where they may hand in records."""
    return jsonify(_who(g.actor))


def _who(actor: Actor) -> dict[str, Any]:
    return {
        "actor": {"id": actor.id, "displayName": actor.display_name, "kind": actor.kind},
        "workspaces": [
            {"id": row.id, "name": row.name} for row in list_workspaces(reading(), actor, "submission.create")
        ],
        "serverTime": instant_text(utc_now()),
        "epoch": current_epoch(),
    }
