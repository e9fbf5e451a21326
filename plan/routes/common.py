"""What the plan's JSON routes share: bodies, versions, pages of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request
from marshmallow import INCLUDE, Schema

from core.errors import Problem, Reason
from core.http.json_body import WireSchema, json_object, whole_number
from core.transaction import unit_of_work
from plan.editing import ANY_VERSION
from plan.schema_fields import load
from plan.validation import is_storable

blueprint = Blueprint("plan_routes", __name__, url_prefix="/v1/projects/<int:workspace_id>/plan")

PAGE, LARGEST_PAGE = 100, 1000
GREATEST_KEY = 2**63 - 1
CREATED = 201
_ENTITY_TAG = re.compile(r'(?:W/)?"?(\d{1,18})"?')


class _AnyObject(WireSchema):
    """A JSON object of which the plan's own schemas read the fields."""

    class Meta:
        """Keep everything."""

        unknown = INCLUDE


def given_object(schema: Schema) -> dict[str, Any]:
    """The body of a request that creates something.

    Raises:
        Problem 400.1, 400.3, 400.11: not an object, or with fields that are unknown. InvalidPlan: a value.

    """
    return load(schema, json_object(_AnyObject))


def given_changes(schema: Schema) -> tuple[dict[str, Any], int]:
    """The body of a request that changes something, and the version it is based on.

    Raises:
        Problem 400.2: no version is named. As `given_object` otherwise.

    """
    body = json_object(_AnyObject)
    named = body.pop("version", None)
    version = _version(request.headers.get("If-Match"), named)
    return load(schema, body, partial=True), version


def listed(schema: Schema, fetch: Callable[..., Sequence[Any]]) -> Response:
    """One page of a list; `fetch` takes `after`, the id from above which, and `limit`, how many rows.

    Raises:
        Problem 400.8: `after` or `limit` is no number, or `limit` is out of bounds.

    """
    after = whole_number("after", most=GREATEST_KEY) or 0
    limit = whole_number("limit", most=LARGEST_PAGE)
    limit = PAGE if limit is None else max(limit, 1)
    rows = fetch(after=after, limit=limit + 1)
    answer = jsonify(schema.dump(rows[:limit], many=True))
    if len(rows) > limit:
        following = {**request.args.to_dict(), "after": rows[limit - 1].id, "limit": limit}
        answer.headers["Link"] = f'<{request.path}?{urlencode(following)}>; rel="next"'
    return answer


def one(schema: Schema, row: Any, *, status: int = 200, **more: Any) -> Response:
    """One object with its version as entity tag."""
    answer = jsonify({**schema.dump(row), **more})
    answer.status_code = status
    if hasattr(row, "version"):
        answer.headers["ETag"] = f'"{row.version}"'
    return answer


def stored(schema: Schema, work: Callable[[Any], Any], *, status: int = 200) -> Response:
    """Run a service in a transaction, and when that is committed answer with what it made."""
    return one(schema, unit_of_work(work), status=status)


def created(schema: Schema, service: Callable[..., Any], *, body: Schema | None = None) -> Response:
    """Create what the request describes, read with `body` where that is not the schema of the answer.

    `service` is bound to where it works (``partial``) and takes session, actor and `data`.

    Raises:
        As `given_object`, and what the service raises.

    """
    data = given_object(body or schema)
    return stored(schema, lambda session: service(session, g.actor, data=data), status=CREATED)


def changed(schema: Schema, service: Callable[..., Any], *, body: Schema | None = None) -> Response:
    """Change a row as the request says, read with `body` where that is not the schema of the answer.

    `service` is bound to the row (``partial``) and takes session, actor, `version` and `changes`.

    Raises:
        As `given_changes`, and what the service raises.

    """
    changes, version = given_changes(body or schema)
    return stored(schema, lambda session: service(session, g.actor, version=version, changes=changes))


def filter_text(name: str) -> str:
    """A query parameter that narrows a list; empty when it is not given.

    Raises:
        Problem 400.8: it holds characters that no row can hold.

    """
    given = request.args.get(name, "").strip()
    if not is_storable(given):
        raise Problem("400.8", field=name, reason=Reason("It holds characters that cannot be stored."))
    return given


def filter_choice(name: str, choices: Sequence[str]) -> str:
    """As `filter_text`, for one of some words.

    Raises:
        Problem 400.8: another word.

    """
    given = filter_text(name)
    if given and given not in choices:
        raise Problem("400.8", field=name, reason=Reason("It is one of {choices}.", choices=", ".join(choices)))
    return given


def _version(header: str | None, named: Any) -> int:
    if header is not None:
        if header.strip() == "*":
            return ANY_VERSION
        match = _ENTITY_TAG.fullmatch(header.strip())
        if match is None or int(match[1]) < 1:
            raise Problem("409.100")
        return int(match[1])
    if isinstance(named, int) and not isinstance(named, bool) and named > 0:
        return named
    raise Problem("400.2", field="version (in the body, or as If-Match)")
