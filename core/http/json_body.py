"""JSON bodies and query parameters of ``/v1``: read strictly, and never a reason for a 500."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any, NoReturn

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from core.errors import Problem, Reason

MAX_JSON_BYTES = 250_000
MAX_DEPTH = 64
_UNPAIRED = re.compile("[\ud800-\udfff]")
_NULL = "\0"


class WireSchema(Schema):
    """A JSON object as clients of ODK Central send it: what is not known is passed over."""

    class Meta:
        """Central ignores fields it does not know."""

        unknown = EXCLUDE


class Text(fields.String):
    """A string; anything else, numbers too, is of the wrong type."""


class Flag(fields.Boolean):
    """``true`` or ``false``, and not a word for it."""

    truthy = {True}  # noqa: RUF012 - marshmallow reads this attribute as is
    falsy = {False}  # noqa: RUF012 - same


class Instant(fields.Field[dt.datetime]):
    """An instant on the wire: ``2026-11-20T08:30:00.000Z``."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        del attr, obj, kwargs
        return instant_text(value)


def instant_text(value: dt.datetime | None) -> str | None:
    """An instant as ODK Central writes it, in UTC with milliseconds."""
    if value is None:
        return None
    return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_object(schema: type[WireSchema], *, partial: bool = False) -> dict[str, Any]:
    """The body of this request as `schema` reads it. An empty body is an empty object.

    Raises:
        Problem 400.1: not JSON, not UTF-8, too deep, or with text that no database can hold.
        Problem 400.2: a field is missing. 400.11: a field is of the wrong type. 400.8: its value is of no use.
        Problem 413.100: too long.
    """
    body = _parsed()
    if not isinstance(body, dict):
        raise Problem("400.11", field="body", expected="object")
    reader = schema(partial=partial)
    try:
        loaded: dict[str, Any] = reader.load(body)
    except ValidationError as error:
        _refuse(reader, body, error)
    return loaded


def json_value(limit: int = MAX_JSON_BYTES) -> Any:
    """The body of this request as it is, of at most `limit` bytes. An empty body is an empty object.

    Raises:
        Problem 400.1, 413.100: as `json_object`.
    """
    return _parsed(limit)


def _parsed(limit: int = MAX_JSON_BYTES) -> Any:
    if (request.content_length or 0) > limit:
        raise Problem("413.100", limit=limit)
    raw = request.get_data(cache=limit <= MAX_JSON_BYTES)
    if len(raw) > limit:
        raise Problem("413.100", limit=limit)
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        _require_storable(body, MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        raise Problem("400.1", format="json", rawLength=len(raw)) from error
    return body


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _require_storable(value: Any, depth: int) -> None:
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        if _NULL in value or _UNPAIRED.search(value):
            raise ValueError("text with U+0000 or half a character")
    elif isinstance(value, dict):
        for name, item in value.items():
            _require_storable(name, depth)
            _require_storable(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _require_storable(item, depth - 1)


def _refuse(reader: Schema, body: dict[str, Any], error: ValidationError) -> NoReturn:
    messages: dict[str, Any] = dict(error.messages_dict)
    absent = [name for name in messages if body.get(name) is None]
    if absent:
        wanted = [item.data_key or name for name, item in reader.fields.items() if item.required]
        # A client may show what was given; a password it sent is not to come back to it.
        given = {name: body[name] for name in wanted if name in body and "password" not in name.lower()}
        raise Problem("400.2", field=", ".join(absent), expected=wanted, got=given)
    name = next(iter(messages))
    item = next((each for key, each in reader.fields.items() if (each.data_key or key) == name), None)
    sentence = str(_first(messages[name]))
    if item is not None and sentence not in item.error_messages.values():
        raise Problem("400.8", field=name, reason=sentence)
    raise Problem("400.11", field=name, expected=_kind(item))


def _first(messages: Any) -> Any:
    while isinstance(messages, list | dict) and messages:
        messages = messages[0] if isinstance(messages, list) else next(iter(messages.values()))
    return messages


def _kind(item: fields.Field[Any] | None) -> str:
    kinds = (
        (fields.String, "string"),
        (fields.Boolean, "boolean"),
        (fields.Integer, "integer"),
        (fields.Number, "number"),
    )
    return next((word for kind, word in kinds if isinstance(item, kind)), "object")


def wants_extended() -> bool:
    """Whether the client asks for extended metadata, as ODK Central's clients do."""
    return request.headers.get("X-Extended-Metadata", "").strip().lower() == "true"


def whole_number(name: str, *, most: int = 2**31 - 1) -> int | None:
    """A query parameter that is a whole number from 0 to `most`; None when it is not given.

    Raises:
        Problem 400.8: it is something else.
    """
    given = request.args.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(most)) and int(given) <= most):
        reason = Reason("It must be a whole number from 0 to {most}.", most=most)
        raise Problem("400.8", field=name, value=given, reason=reason)
    return int(given)


def instant_parameter(name: str) -> dt.datetime | None:
    """A query parameter that is a date or an instant in ISO format, in UTC where it says nothing else.

    Raises:
        Problem 400.8: it is something else.
    """
    given = request.args.get(name)
    if given is None:
        return None
    # "2026-11-08Z" is a date with a zone, which ISO does not know and clients of ODK Central send.
    text = given.strip().replace(" ", "+")
    text = text.removesuffix("Z") if "T" not in text else text
    try:
        value = dt.datetime.fromisoformat(text)
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        reason = Reason("It must be a date or time in ISO 8601 format.")
        raise Problem("400.8", field=name, value=given, reason=reason) from error
