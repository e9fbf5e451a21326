"""Signing in and out, one's own account, and the language."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask_babel import gettext

from core.access.guard import public, signed_in, signs_in
from core.auth import accounts, profiles
from core.auth.resolve import verify_with_throttle
from core.auth.session_cookie import drop_session_cookie, send_session_cookie
from core.errors import Problem
from core.http.error_writers import localized
from core.http.own_path import own_path
from core.http.same_origin import VISITED, refuse_other_origins
from core.http.unsent import Unsent, read_unsent
from core.i18n import COOKIE, LANGUAGES
from core.transaction import reading, unit_of_work

blueprint = Blueprint("auth_pages", __name__)
SEE_OTHER = 303
YEAR_SECONDS = 31_536_000


@blueprint.get("/sign-in")
@public
def sign_in_form() -> Response:
    """The form; who is signed in already goes on."""
    if not g.actor.is_anonymous:
        return _go(own_path(request.args.get("next")))
    return _sign_in_page(next_path=own_path(request.args.get("next")))


@blueprint.post("/sign-in")
@signs_in
def sign_in() -> Response:
    """Sign in; a wrong password shows the form again, with what to do."""
    refuse_other_origins(came_by_page=bool(session.get(VISITED)))
    unsent = read_unsent(request.form.get("unsent", ""))
    email, next_path = request.form.get("email", ""), own_path(request.form.get("next"))
    try:
        actor_id = verify_with_throttle(email, request.form.get("password", ""))
    except Problem as problem:
        shown = Problem("401.101") if problem.code == "401.2" else problem
        return _sign_in_page(next_path=next_path, email=email, problem=shown, unsent=unsent)
    seconds = current_app.config["TIDTAM_SETTINGS"].session_seconds
    opened = unit_of_work(lambda work: accounts.open_session(work, actor_id=actor_id, seconds=seconds))
    if unsent is None:
        response = _go(next_path)
    else:
        response = make_response(render_template("core/send_again.html", unsent=unsent, csrf=opened.csrf))
    response.headers["Cache-Control"] = "no-store"
    send_session_cookie(response, opened)
    return response


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this session."""
    hashed = g.actor.session_hash
    if hashed is not None and g.actor.kind == "user":
        unit_of_work(lambda work: accounts.close_session(work, hashed=hashed))
    response = _go("/sign-in")
    drop_session_cookie(response)
    return response


@blueprint.get("/language/<code>")
@public
def choose_language(code: str) -> Response:
    """Remember the reader's language on this device."""
    if code not in LANGUAGES:
        raise Problem("404.1")
    response = _go(own_path(request.args.get("next")))
    response.set_cookie(
        COOKIE, code, max_age=YEAR_SECONDS, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


@blueprint.get("/account")
@signed_in
def account() -> Response:
    """One's own account."""
    return _account_page()


@blueprint.post("/account/password")
@signed_in
def change_password() -> Response:
    """Change one's own password; all other sessions of the account end."""
    form = request.form
    if form.get("new", "") != form.get("again", ""):
        return _account_page(Problem("400.123"))
    user, _ = profiles.find_account(reading(), _own_id())
    try:
        # Counted like a sign-in: a browser left open must not be a place to try passwords without end.
        verify_with_throttle(user.email, form.get("old", ""), signed_in=True)
        unit_of_work(
            lambda work: profiles.change_own_password(work, g.actor, old=form.get("old", ""), new=form.get("new", ""))
        )
    except Problem as problem:
        return _account_page(Problem("400.122") if problem.code == "401.2" else problem)
    flash(gettext("The password is changed. Everywhere else you have to sign in again."))
    return _go("/account")


@blueprint.post("/account/language")
@signed_in
def change_language() -> Response:
    """The language of one's account, on every device that has chosen none of its own."""
    code = request.form.get("language", "")
    unit_of_work(lambda work: profiles.set_language(work, user_id=_own_id(), language=code))
    flash(gettext("The language is changed."))
    response = _go("/account")
    response.set_cookie(
        COOKIE, code, max_age=YEAR_SECONDS, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def _go(path: str) -> Response:
    return make_response(redirect(path, SEE_OTHER))


def _sign_in_page(
    *, next_path: str, email: str = "", problem: Problem | None = None, unsent: Unsent | None = None
) -> Response:
    session[VISITED] = True
    sentence = localized(problem) if problem else ""
    page = render_template("core/sign_in.html", next_path=next_path, email=email, sentence=sentence, unsent=unsent)
    response = make_response(page)
    if problem is not None:
        response.status_code = problem.status
        response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _account_page(problem: Problem | None = None) -> Response:
    user, row = profiles.find_account(reading(), _own_id())
    page = render_template(
        "core/account.html",
        user=user,
        row=row,
        languages=LANGUAGES,
        sentence=localized(problem) if problem else "",
    )
    return make_response(page, problem.status if problem else 200)


def _own_id() -> int:
    """The actor's own account; a device key has none.

    Raises:
        Problem 403.1: the actor is not a person.
    """
    if g.actor.kind != "user":
        raise Problem("403.1")
    own: int = g.actor.id
    return own
