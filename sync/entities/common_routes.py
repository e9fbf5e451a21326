"""What the routes of entity lists share: their blueprint, finding what an address names, and who acts."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import unquote, urlencode

from flask import Blueprint, Response, g, jsonify, request

from core.auth.models import ActorRow
from core.auth.queries import actors_by_id
from core.http.json_body import wants_extended, whole_number
from core.transaction import WorkSession, reading
from core.xml import without_control_characters
from sync.entities import queries
from sync.entities.models import Entity, EntityList
from sync.entities.service import Author

blueprint = Blueprint("entity_api", __name__, url_prefix="/v1/projects/<int:workspace_id>")

LISTS = "/datasets"
LIST = f"{LISTS}/<name>"
ENTITIES = f"{LIST}/entities"
ENTITY = f"{ENTITIES}/<uuid>"
FORM = "/forms/<xml_form_id>"
PAGE, LARGEST_PAGE = 100, 1000
GREATEST_KEY = 2**63 - 1
_WORTH_SQUEEZING = 500


def find_list(workspace_id: int, name: str, session: WorkSession | None = None) -> EntityList:
    """The list of an address.

    Raises:
        Problem 404.1: there is none.

    """
    return queries.find_list(session or reading(), workspace_id, name)


def find_entity(entity_list: EntityList, uuid: str, session: WorkSession | None = None) -> Entity:
    """The entity of an address; not one in the trash.

    Raises:
        Problem 404.1: there is none.

    """
    return queries.find_entity(session or reading(), entity_list.id, uuid)


def author() -> Author:
    """Who sends this request, with what program, and what they note on it (percent-encoded, as headers are ASCII)."""
    return Author(
        g.actor,
        user_agent=without_control_characters(request.headers.get("User-Agent", ""))[:255],
        notes=without_control_characters(unquote(request.headers.get("X-Action-Notes", ""))) or None,
    )


def flag(name: str) -> bool:
    """Whether a query parameter says ``true``."""
    return request.args.get(name, "").strip().lower() == "true"


def people(ids: Any) -> dict[int, ActorRow] | None:
    """Actors by id when the client asks for extended metadata, else None."""
    return actors_by_id(reading(), ids) if wants_extended() else None


def success() -> Response:
    """Done, with nothing to tell."""
    return jsonify(success=True)


def page_asked() -> tuple[int, int]:
    """The id from above which rows are wanted (`after`), and how many (`limit`).

    Raises:
        Problem 400.8: not such numbers.

    """
    limit = whole_number("limit", most=LARGEST_PAGE)
    return whole_number("after", most=GREATEST_KEY) or 0, PAGE if limit is None else max(limit, 1)


def with_next(answer: Response, last_id: int | None) -> Response:
    """Say where the next page is, when there is one."""
    if last_id is not None:
        following = urlencode({**request.args.to_dict(), "after": last_id})
        answer.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    return answer


def squeezed(answer: Response) -> Response:
    """The answer compressed, for whom that suits and where it is worth it."""
    answer.vary.add("Accept-Encoding")
    data = answer.get_data()
    if len(data) >= _WORTH_SQUEEZING and bool(request.accept_encodings["gzip"]):
        answer.set_data(gzip.compress(data, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
