"""Sessions and accounts on ``/v1``, as ODK Central has them."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, jsonify, request

from core.access.actor import Actor
from core.access.guard import allow, public, signed_in, signs_in
from core.access.roles import ROLES
from core.auth import accounts, profiles, queries, sessions
from core.auth.resolve import verify_with_throttle
from core.auth.schemas import Credentials, NewUser, PasswordChange, UserChange, session_object, user_object
from core.auth.session_cookie import drop_session_cookie, send_session_cookie
from core.auth.tokens import token_hash
from core.errors import Problem
from core.http.json_body import instant_text, json_object, wants_extended
from core.http.same_origin import refuse_other_origins
from core.transaction import reading, unit_of_work

blueprint = Blueprint("auth_routes", __name__, url_prefix="/v1")


@blueprint.post("/sessions")
@signs_in
def open_session() -> Response:
    """Sign in with an e-mail address and a password: a token, and the same session as a cookie."""
    refuse_other_origins()
    given = json_object(Credentials)
    missing = [name for name in ("email", "password") if given[name] in ("", None)]
    if missing:
        raise Problem("400.2", field=", ".join(missing))
    if not isinstance(given["password"], str):
        raise Problem("401.2")
    actor_id = verify_with_throttle(given["email"], given["password"])
    seconds = current_app.config["TIDTAM_SETTINGS"].session_seconds
    opened = unit_of_work(lambda session: accounts.open_session(session, actor_id=actor_id, seconds=seconds))
    response = jsonify(
        token=opened.token,
        csrf=opened.csrf,
        createdAt=instant_text(opened.created_at),
        expiresAt=instant_text(opened.expires_at),
    )
    send_session_cookie(response, opened)
    return response


@blueprint.get("/sessions/restore")
@public
def restore_session() -> Response:
    """The session that the credentials of this request belong to."""
    row = queries.find_session(reading(), g.actor.session_hash) if g.actor.session_hash else None
    if row is None:
        raise Problem("404.1")
    return jsonify(session_object(row))


@blueprint.delete("/sessions/current")
@signed_in
def close_current_session() -> Response:
    """Sign out."""
    if g.actor.session_hash is None:
        raise Problem("404.1")
    return _closed(g.actor.session_hash)


@blueprint.delete("/sessions/<token>")
@signed_in
def close_session(token: str) -> Response:
    """End the session of a token: one's own, that of a device one looks after, or as administrator any."""
    return _closed(token_hash(token))


@blueprint.get("/users/current")
@signed_in
def current_user() -> Response:
    """The person signed in; extended, with what they may do everywhere."""
    if g.actor.kind != "user":
        raise Problem("404.1")
    body = user_object(*profiles.find_account(reading(), g.actor.id))
    if wants_extended():
        row = queries.find_session(reading(), g.actor.session_hash) if g.actor.session_hash else None
        verbs = {verb for grant in g.actor.grants if grant.workspace_id is None for verb in ROLES[grant.role_id].verbs}
        body |= {"verbs": sorted(verbs), "preferences": {"site": {}, "projects": {}}}
        body |= {"session": session_object(row)} if row else {}
    return jsonify(body)


@blueprint.get("/users")
@signed_in
def list_users() -> Response:
    """Everybody, for who may list them; else only the one whose exact address is known, to give roles to."""
    wanted = request.args.get("q", "")
    if g.actor.can("user.list"):
        found = queries.list_users(reading(), wanted)
    elif any("assignment.create" in ROLES[grant.role_id].verbs for grant in g.actor.grants):
        found = [pair for pair in queries.list_users(reading(), wanted) if pair[0].email == wanted.strip().lower()]
    else:
        found = []
    return jsonify([user_object(*pair) for pair in found])


@blueprint.post("/users")
@allow("user.create")
def create_user() -> Response:
    """Create an account. No mail is sent: hand the password over, or set one with a reset."""
    given = json_object(NewUser)
    created = unit_of_work(
        lambda session: profiles.create_account(
            session,
            g.actor,
            email=given["email"],
            display_name=given["display_name"],
            password=given["password"] or None,
        )
    )
    return jsonify(user_object(*created))


@blueprint.get("/users/<int:user_id>")
@signed_in
def one_user(user_id: int) -> Response:
    """One person."""
    _require_self_or("user.read", user_id)
    return jsonify(user_object(*profiles.find_account(reading(), user_id)))


@blueprint.patch("/users/<int:user_id>")
@signed_in
def change_user(user_id: int) -> Response:
    """Change name or e-mail address."""
    _require_self_or("user.update", user_id)
    given = json_object(UserChange)
    changed = unit_of_work(
        lambda session: profiles.update_account(
            session, g.actor, user_id=user_id, display_name=given.get("display_name"), email=given.get("email")
        )
    )
    return jsonify(user_object(*changed))


@blueprint.delete("/users/<int:user_id>")
@allow("user.delete")
def retire_user(user_id: int) -> Response:
    """Delete an account for good."""
    unit_of_work(lambda session: profiles.retire_account(session, g.actor, user_id=user_id))
    return jsonify(success=True)


@blueprint.put("/users/<int:user_id>/password")
@signed_in
def change_password(user_id: int) -> Response:
    """Set a new password by giving the old one; every other session of the account ends."""
    _require_self_or("user.update", user_id)
    given = json_object(PasswordChange)
    user, _ = profiles.find_account(reading(), user_id)
    # Counted like a sign-in, or a stolen session could try passwords without end.
    verify_with_throttle(user.email, given["old"], signed_in=True)
    actor: Actor = g.actor
    kept = actor.session_hash if actor.id == user_id else None
    unit_of_work(
        lambda session: accounts.set_password(session, actor, user_id=user_id, password=given["new"], kept_session=kept)
    )
    return jsonify(success=True)


def _require_self_or(verb: str, user_id: int) -> None:
    if g.actor.kind != "user" or g.actor.id != user_id:
        g.actor.require(verb)


def _closed(hashed: str) -> Response:
    unit_of_work(lambda session: sessions.end_session(session, g.actor, hashed=hashed))
    response = jsonify(success=True)
    if hashed == g.actor.session_hash:
        drop_session_cookie(response)
    return response
