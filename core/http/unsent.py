"""A form that was refused because its session had ended: what was typed is kept in the page, to be sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from flask import current_app, request, session
from werkzeug.exceptions import HTTPException

from core.errors import Problem
from core.http.own_path import own_path
from core.http.same_origin import VISITED, refuse_other_origins

MOST_BYTES = 200_000
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_SECRETS = frozenset({"password", "old", "new", "again"})
_NOT_TYPED = frozenset({"csrf", "version", "next"})


@dataclass(frozen=True)
class Unsent:
    """Where a form was to go and what it held, without its CSRF token."""

    path: str
    fields: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """As one hidden field can carry it through signing in; `read_unsent` reads it."""
        return json.dumps([self.path, self.fields], ensure_ascii=False)


def unsent_form() -> Unsent | None:
    """The form of the request that is being refused; None when there is nothing to keep or it must not be kept.

    Another site could have written it: only what comes from our own pages is offered to be sent again. Passwords
    are never written into a page, and files cannot be.
    """
    length = request.content_length
    if request.method != "POST" or request.mimetype not in _FORMS or length is None or length > MOST_BYTES:
        return None
    try:
        refuse_other_origins(came_by_page=bool(session.get(VISITED)))
        fields = tuple((name, value) for name, value in request.form.items(multi=True) if name != "csrf")
        has_files = any(file.filename for _, file in request.files.items(multi=True))
    except (Problem, HTTPException):
        return None
    names = {name for name, _ in fields}
    if has_files or names & _SECRETS or not names - _NOT_TYPED:
        return None
    return Unsent(address_here(), fields)


def read_unsent(text: str) -> Unsent | None:
    """What `Unsent.text` wrote; None for anything else."""
    try:
        path, fields = json.loads(text)
        kept = Unsent(own_path(path, ""), tuple((str(name), str(value)) for name, value in fields))
        # Half a character can stand in JSON and in no page.
        kept.text().encode()
    except (ValueError, TypeError, RecursionError):
        return None
    return kept if kept.path else None


def address_here() -> str:
    """Path and query of this request, as a link writes them."""
    query = quote(request.query_string, safe="%=&+/?:@!$'()*,;~-._")
    return quote(request.path) + (f"?{query}" if query else "")


def page_of(address: str) -> str:
    """`address` when one can open it as a page, else the first page; some addresses only take forms."""
    try:
        current_app.url_map.bind("").match(unquote(address.partition("?")[0]), method="GET")
    except HTTPException:
        return "/"
    return address


def page_in_browser() -> str:
    """Path and query of the page from which htmx asked."""
    try:
        parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return "/"
    return own_path(parts.path + (f"?{parts.query}" if parts.query else ""))
