"""What the pages of entity lists share: their blueprint, addresses, and saying what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, request
from flask_babel import gettext

from core.errors import Problem
from core.http.error_writers import localized
from core.names import visible_text
from core.transaction import WorkSession, reading
from core.xml import without_control_characters
from sync.entities import queries
from sync.entities.models import EntityList
from sync.entities.page_view import plain
from sync.entities.rules import LABEL
from sync.entities.service import Author, longest

blueprint = Blueprint("entity_pages", __name__, template_folder="../templates")

LISTS = "/w/<int:workspace_id>/lists"
LIST = f"{LISTS}/<name>"
SEE_OTHER = 303
MENDABLE = frozenset({400, 409, 413})
"""Statuses of problems that the sender of a form can mend."""
_VALUE = "p."
LONGEST_NUMBER = 9


def address(workspace_id: int, name: str = "", uuid: str = "") -> str:
    """Address of the page of all lists, of one, or of a row."""
    parts = [quote(part, safe="") for part in (name, uuid) if part]
    return "/".join([f"/w/{workspace_id}/lists", *parts])


def go(path: str) -> Response:
    """Send the browser on after a form."""
    return make_response(redirect(path, SEE_OTHER))


def find_list(workspace_id: int, name: str, session: WorkSession | None = None) -> EntityList:
    """The list of an address.

    Raises:
        Problem 404.1: there is none.

    """
    return queries.find_list(session or reading(), workspace_id, name)


def author() -> Author:
    """Who sends this form, and with what browser."""
    return Author(g.actor, user_agent=without_control_characters(request.headers.get("User-Agent", ""))[:255])


def typed_values(names: Iterable[str], *, label: bool = True) -> dict[str, str]:
    """What the form says of a row: texts by property, the label under `LABEL`. What it does not have is left out."""
    fields = {name: f"{_VALUE}{name}" for name in names} | ({LABEL: LABEL} if label else {})
    return {name: plain(request.form[field]) for name, field in fields.items() if field in request.form}


def typed_version() -> int:
    """The version that the form was made from.

    Raises:
        Problem 409.100: it was tampered with.

    """
    given = request.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
        raise Problem("409.100")
    return int(given)


def faults_of(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with texts, by field; the service refuses the same."""
    found = {}
    for name, text in typed.items():
        if len(text) > longest(name):
            found[name] = gettext("This is longer than %(limit)s characters.", limit=longest(name))
        elif without_control_characters(text) != text:
            found[name] = gettext("This holds a character that cannot be shown. Type it again instead of pasting it.")
    if LABEL in typed and not visible_text(typed[LABEL]):
        found[LABEL] = gettext("Say what the row is called: forms show it by this label.")
    return found


def sentence(problem: Problem, *, typed: bool = True) -> str:
    """A problem in the words of these pages; `typed` says whether the form was one to type into."""
    if problem.code == "409.3":
        return str(gettext("This name is taken already. Choose another one."))
    if problem.code in {"409.15", "409.100"} and not typed:
        return str(gettext("Somebody changed this row while you compared. Look at the values again, then choose."))
    if problem.code in {"409.15", "409.100"}:
        return str(
            gettext(
                "Somebody changed this row while you were at it. What you typed is still here, and below each field"
                " stands what is there now. Look at it and save again."
            )
        )
    return localized(problem)
