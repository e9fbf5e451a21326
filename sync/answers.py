"""Typed answers from a record's XML, guided by the form's fields. Pure; no database.

Every value is read by its field's type. A value that does not fit is kept as text and flagged, never dropped:

=============  =======================================================================
type           JSON
=============  =======================================================================
int            integer of at most 64 bits
decimal        number
date           ``YYYY-MM-DD``
time           text as sent, checked
dateTime       text as sent (ISO 8601 with its offset), checked
geopoint       ``{"lat", "lon", "alt", "acc"}``, degrees and metres
select, rank   list of texts
binary         name of the file
others         text
=============  =======================================================================

Groups nest as objects, repeats are lists of objects, and what was not answered is left out.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from core import xml
from core.errors import Problem
from forms.definitions import Definition
from forms.fields import REPEAT, Field

LONGEST_DIMENSION = 200
MOST_FLAGS = 500
"""Flags kept of one record; a flood of unknown elements must not become a flood of rows to show."""
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T.+)?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?")


@dataclass
class Answers:
    """What a record says.

    `files` maps each file's name to the path of its question, in form order. `odd` counts what was flagged, of which
    `flags` holds the first `MOST_FLAGS`.
    """

    values: dict[str, Any] = field(default_factory=dict)
    flags: list[dict[str, Any]] = field(default_factory=list)
    odd: int = 0
    files: dict[str, str] = field(default_factory=dict)
    dimensions: set[tuple[str, str]] = field(default_factory=set)
    report_date: dt.date | None = None
    device_id: str | None = None
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None


@dataclass(frozen=True)
class _Node:
    """A field, prepared for reading: what to do with it is decided once per form version, not once per record."""

    field: Field
    kind: str
    reader: Callable[[str], Any] | None
    children: dict[str, _Node]


_prepared: WeakKeyDictionary[Definition, dict[str, _Node]] = WeakKeyDictionary()


def read_answers(definition: Definition, root: xml.Element) -> Answers:
    """The typed answers of a record.

    Raises:
        Problem 400.103: elements that the form does not know are nested too deeply.

    """
    nodes = _prepared.get(definition)
    if nodes is None:
        nodes = _prepared[definition] = _prepare(definition, "")
    answers = Answers()
    _structure(nodes, "", root, answers, answers.values)
    return answers


def _prepare(definition: Definition, path: str) -> dict[str, _Node]:
    nodes = {}
    for item in definition.children.get(path, ()):
        if item.path == "/meta":
            # What a record says of itself is no answer; `sync.instance` reads it.
            continue
        kind = item.type if item.is_structure else "answer"
        reader = _multiple if item.is_multiple else _READERS.get(item.type)
        nodes[item.name] = _Node(item, kind, reader, _prepare(definition, item.path) if item.is_structure else {})
    return nodes


def _structure(
    nodes: dict[str, _Node], path: str, element: xml.Element, answers: Answers, values: dict[str, Any]
) -> dict[str, Any]:
    """Read the children of an element into `values`, which is given back."""
    for child in element:
        tag = child.tag
        name = tag[tag.rfind("}") + 1 :]
        node = nodes.get(name)
        if node is None:
            _unknown(child, f"{path}/{name}", answers)
        elif node.kind == "answer":
            if child.text:
                _answer(node, child.text, values, answers)
            if len(child):
                _flag(answers, node.field.path, "elements_in_answer", child.text or "")
        elif node.kind == REPEAT:
            values.setdefault(name, []).append(_structure(node.children, node.field.path, child, answers, {}))
        else:
            values[name] = _structure(node.children, node.field.path, child, answers, values.get(name, {}))
    return values


def _answer(node: _Node, text: str, values: dict[str, Any], answers: Answers) -> None:
    question = node.field
    value: Any = text
    if node.reader is not None:
        stripped = text.strip()
        if not stripped:
            return
        value = node.reader(stripped)
        if value is None:
            value = text
            _flag(answers, question.path, f"not_{question.type}", text)
    if question.choices:
        _check_choices(question, value if isinstance(value, list) else [text], answers)
    if question.name in values:
        _flag(answers, question.path, "answered_twice", str(values[question.name]))
    values[question.name] = value
    if question.dimension:
        _dimension(question, value, answers)
    if question.is_file:
        answers.files[text.strip()] = question.path
    elif question.name in _ABOUT_THE_DEVICE:
        _about_the_device(question.name, text, answers)


def _check_choices(question: Field, chosen: list[str], answers: Answers) -> None:
    for item in chosen:
        if item not in question.choice_values:
            _flag(answers, question.path, "unknown_choice", item)


def _dimension(question: Field, value: Any, answers: Answers) -> None:
    if question.dimension == "date":
        try:
            answers.report_date = dt.date.fromisoformat(str(value)[:10])
        except ValueError:
            return
    for item in value if isinstance(value, list) else [value]:
        if text := str(item).strip()[:LONGEST_DIMENSION]:
            answers.dimensions.add((question.dimension, text))


def _unknown(element: xml.Element, path: str, answers: Answers) -> None:
    if xml.local_name(element) == "meta":
        return
    if xml.too_deep(element):
        raise Problem("400.103")
    if (element.text or "").strip() or len(element):
        _flag(answers, path, "unknown_question", (element.text or "").strip())


def _flag(answers: Answers, path: str, reason: str, value: str) -> None:
    answers.odd += 1
    if len(answers.flags) < MOST_FLAGS:
        answers.flags.append({"path": path, "reason": reason, "value": value[:200]})


_ABOUT_THE_DEVICE = frozenset({"deviceid", "start", "end"})


def _about_the_device(name: str, text: str, answers: Answers) -> None:
    if name == "deviceid":
        answers.device_id = text.strip()[:200] or None
    elif name == "start":
        answers.started_at = _instant(text.strip())
    else:
        answers.ended_at = _instant(text.strip())


def _instant(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
        return found.astimezone(dt.UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _integer(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text)
    return value if -(2**63) <= value < 2**63 else None


def _decimal(text: str) -> float | None:
    if not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _date(text: str) -> str | None:
    found = _DATE.fullmatch(text)
    if found is None or ("T" in text and _date_time(text) is None):
        return None
    try:
        return dt.date.fromisoformat(found[1]).isoformat()
    except ValueError:
        return None


def _date_time(text: str) -> str | None:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


def _time(text: str) -> str | None:
    return text if _TIME.fullmatch(text) else None


def _boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


def _point(text: str) -> dict[str, float] | None:
    numbers = [_decimal(part) for part in text.split()]
    if not 2 <= len(numbers) <= 4 or None in numbers:  # noqa: PLR2004 - latitude and longitude, altitude, accuracy
        return None
    point = {
        name: value for name, value in zip(("lat", "lon", "alt", "acc"), numbers, strict=False) if value is not None
    }
    return point if abs(point["lat"]) <= 90 and abs(point["lon"]) <= 180 else None  # noqa: PLR2004 - degrees


def _line(text: str) -> str | None:
    return text if all(_point(part) for part in text.rstrip("; ").split(";")) else None


def _multiple(text: str) -> list[str] | None:
    return text.split()


_READERS: dict[str, Callable[[str], Any]] = {
    "int": _integer,
    "decimal": _decimal,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
    "boolean": _boolean,
    "geopoint": _point,
    "geotrace": _line,
    "geoshape": _line,
    "binary": str,
}
