"""The accounts of the server, for administrators."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.access.queries import administrator_ids
from core.auth import profiles
from core.auth.passwords import first_password
from core.auth.queries import list_users
from core.errors import Problem
from core.http.error_writers import localized
from core.transaction import reading, unit_of_work

blueprint = Blueprint("user_pages", __name__)
SEE_OTHER = 303


@blueprint.get("/users")
@allow("user.list")
def list_accounts() -> Response:
    """Everybody with an account."""
    return _page()


@blueprint.post("/users")
@allow("user.create")
def create_account() -> Response:
    """Create an account; its password is shown this once."""
    form, password = request.form, first_password()
    try:
        user, row = unit_of_work(
            lambda session: profiles.create_account(
                session,
                g.actor,
                email=form.get("email", ""),
                display_name=form.get("display_name", ""),
                password=password,
            )
        )
    except Problem as problem:
        return _page(problem=problem)
    return _page(handover=(row.display_name, user.email, password))


@blueprint.post("/users/<int:user_id>/password")
@allow("user.password.invalidate")
def reset_password(user_id: int) -> Response:
    """Put a new password in the place of a forgotten one; it is shown this once, and every session ends."""
    password = unit_of_work(lambda session: profiles.reset_password(session, g.actor, user_id=user_id))
    user, row = profiles.find_account(reading(), user_id)
    return _page(handover=(row.display_name, user.email, password))


@blueprint.post("/users/<int:user_id>/close")
@allow("user.update")
def close_account(user_id: int) -> Response:
    """Close an account: no sign-in, no session."""
    unit_of_work(lambda session: profiles.set_active(session, g.actor, user_id=user_id, active=False))
    flash(gettext("The account is closed. What the person has done keeps the name."))
    return make_response(redirect("/users", SEE_OTHER))


@blueprint.post("/users/<int:user_id>/open")
@allow("user.update")
def open_account(user_id: int) -> Response:
    """Open a closed account again."""
    unit_of_work(lambda session: profiles.set_active(session, g.actor, user_id=user_id, active=True))
    flash(gettext("The account is open again."))
    return make_response(redirect("/users", SEE_OTHER))


def _page(*, problem: Problem | None = None, handover: tuple[str, str, str] | None = None) -> Response:
    search = request.args.get("q", "")
    page = render_template(
        "core/users.html",
        accounts=list_users(reading(), search),
        administrators=administrator_ids(reading()),
        search=search,
        given=request.form,
        handover=handover,
        sentence=localized(problem) if problem else "",
    )
    response = make_response(page, problem.status if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
