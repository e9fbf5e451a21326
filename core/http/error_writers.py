"""Turning refusals into answers, one writer per audience, in the reader's language where a person reads."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog
from flask import Flask, Response, g, jsonify, redirect, render_template, request, session
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from core.errors import Problem, Reason
from core.http.audience import Audience, audience_of
from core.http.openrosa import openrosa_response
from core.http.same_origin import VISITED
from core.http.unsent import Unsent, address_here, page_in_browser, page_of, unsent_form
from core.transaction import translated

log = structlog.get_logger(__name__)

_FIELDS = {
    "actor": lazy_gettext("By"),
    "displayName": lazy_gettext("Name"),
    "email": lazy_gettext("E-mail address"),
    "name": lazy_gettext("Name"),
    "password": lazy_gettext("Password"),
    "role": lazy_gettext("Role"),
}
"""What pages call the fields that the wire names."""
_SESSION_ENDED = frozenset({"401.100", "403.100"})
_BY_STATUS = {
    400: "400.100", 404: "404.1", 406: "406.1", 411: "411.1", 413: "413.100", 415: "415.100",
}  # fmt: skip


def install_error_writers(app: Flask) -> None:
    """Answer every exception of `app` by audience."""
    app.register_error_handler(Problem, write_problem)
    app.register_error_handler(HTTPException, lambda error: write_problem(_from_http(error)))
    app.register_error_handler(SQLAlchemyError, _of_the_database)
    app.register_error_handler(Exception, _unexpected)


def localized(problem: Problem) -> str:
    """The problem's sentence in the reader's language."""
    details = {name: _said(name, value) for name, value in problem.details.items()}
    template = str(gettext(problem.template))
    try:
        return template.format_map(details)
    except (KeyError, IndexError, ValueError):
        return problem.message


def _said(name: str, value: Any) -> str:
    """A detail as its reader knows it: reasons in their language, and fields as pages call them."""
    if isinstance(value, Reason):
        return str(gettext(value.template)).format_map(value.parts)
    if name in {"field", "fields"}:
        return ", ".join(str(_FIELDS.get(part, part)) for part in str(value).split(", "))
    return str(value)


def write_problem(problem: Problem) -> Response:
    """The answer for the audience of this request."""
    audience = audience_of(request.path)
    if audience is Audience.OPENROSA:
        answer = _for_openrosa(problem)
    elif audience is Audience.ODATA:
        answer = _json({"error": {"code": problem.code, "message": problem.message, "details": []}}, problem)
    elif audience is Audience.PROGRAM:
        answer = _json(
            {"message": problem.message, "code": _wire_code(problem.code), "details": problem.details},
            problem,
        )
    else:
        answer = _for_person(problem)
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer


def _wire_code(code: str) -> float | str:
    """A number, as ODK Central writes codes; our ``400.100`` goes as text, since as a number it would be ``400.1``."""
    return float(code) if str(float(code)) == code else code


def _json(body: dict[str, Any], problem: Problem) -> Response:
    answer = jsonify(body)
    answer.status_code = problem.status
    return answer


def _for_openrosa(problem: Problem) -> Response:
    # ODK Collect asks for a name and password on 401 only, so lacking rights answers as lacking a sign-in.
    status = 401 if problem.status == 403 else problem.status  # noqa: PLR2004 - an HTTP status
    answer = openrosa_response(localized(problem), status, nature="error")
    if status == 401:  # noqa: PLR2004 - an HTTP status
        answer.headers["WWW-Authenticate"] = 'Basic realm="Tidtam", charset="UTF-8"'
    return answer


def _for_person(problem: Problem) -> Response:
    wants_sign_in = problem.code in {"401.100", "401.2"} and request.method == "GET"
    if wants_sign_in and "HX-Request" not in request.headers:
        came_from = quote(request.full_path.rstrip("?"))
        return redirect(f"/sign-in?next={came_from}")  # type: ignore[return-value]  # werkzeug's response
    if problem.code == "401.100" and "HX-Request" in request.headers:
        problem.headers["HX-Redirect"] = f"/sign-in?next={quote(page_in_browser())}"
    if "HX-Request" in request.headers:
        body = render_template("core/problem_fragment.html", problem=problem, sentence=localized(problem))
    elif problem.code in _SESSION_ENDED and (unsent := unsent_form()) is not None:
        body = _page_with(unsent)
    else:
        back = quote(page_of(address_here()))
        body = render_template("core/problem.html", problem=problem, sentence=localized(problem), back=back)
    return Response(body, status=problem.status, content_type="text/html; charset=utf-8")


def _page_with(unsent: Unsent) -> str:
    """A page that keeps what was typed: to sign in first, or to send again with the token of the present session."""
    if g.actor.is_anonymous:
        session[VISITED] = True
        return render_template("core/sign_in.html", next_path=page_of(unsent.path), email="", unsent=unsent)
    return render_template("core/send_again.html", unsent=unsent, csrf=g.actor.csrf)


def _from_http(error: HTTPException) -> Problem:
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return Problem("405.1", method=request.method, headers={"Allow": allowed})
    if isinstance(error, RequestEntityTooLarge):
        return Problem("413.100", limit=request.max_content_length or 0)
    code = _BY_STATUS.get(error.code or 500)
    if code is None:
        code = "400.100" if (error.code or 500) < 500 else "500.1"  # noqa: PLR2004 - an HTTP status
    if code == "400.100":
        return Problem(code, reason=error.description or error.name)
    if code == "415.100":
        return Problem(code, given=request.content_type or "-", expected="JSON")
    return Problem(code, request_id=g.get("request_id", "")) if code == "500.1" else Problem(code)


def _of_the_database(error: SQLAlchemyError) -> Response:
    """A database that restarts is no fault of ours: who reads is asked to wait, as who writes is."""
    found = translated(error)
    if not isinstance(found, Problem):
        return _unexpected(error)
    log.warning("database.away", error=f"{type(error).__name__}: {error}"[:300])
    return write_problem(found)


def _unexpected(error: Exception) -> Response:
    """Say nothing of the exception outside; log it once with the number that the answer carries."""
    log.error("request.failed", request_id=g.get("request_id"), exc_info=error)
    return write_problem(Problem("500.1", request_id=g.get("request_id", "")))
