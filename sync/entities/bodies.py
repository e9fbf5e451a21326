"""Reading the JSON of entities as programs send it. Pure: no request, no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import Problem
from sync.entities.rules import LABEL
from sync.entities.service import NewEntity

UUID, DATA, SOURCE, ENTITIES = "uuid", "data", "source", "entities"
MOST_AT_ONCE = 100_000
LONGEST_NAME = 255
LARGEST_SIZE = 2**53


def is_many(body: Any) -> bool:
    """Whether a body holds many entities to create, and not one."""
    return isinstance(body, dict) and ENTITIES in body


def one_entity(body: Any, position: int = 0) -> NewEntity:
    """An entity to create: ``{"uuid": …, "label": …, "data": {…}}``.

    Raises:
        Problem 400.2: without a label. 400.11: of another type. 400.28: with parts that an entity does not have.

    """
    given = _object(body, "entity", position)
    _require_only(given, (UUID, LABEL, DATA), position)
    if given.get(LABEL) is None:
        raise Problem("400.2", field=LABEL, entity=position)
    uuid = given.get(UUID)
    return NewEntity(
        label=_text(given[LABEL], LABEL, position),
        data=_texts(given.get(DATA, {}), position),
        uuid=None if uuid is None else _text(uuid, UUID, position),
    )


def many_entities(body: Mapping[str, Any]) -> tuple[list[NewEntity], dict[str, Any]]:
    """Entities to create, and where they come from: ``{"entities": […], "source": {"name": …, "size": …}}``.

    Raises:
        Problem 400.2, 400.8, 400.11, 400.28: as `one_entity`; no source; no entity, or too many.

    """
    _require_only(body, (ENTITIES, SOURCE))
    items = body[ENTITIES]
    if not isinstance(items, list):
        raise Problem("400.11", field=ENTITIES, expected="array")
    if not items:
        raise Problem("400.8", field=ENTITIES, reason="it is empty.")
    if len(items) > MOST_AT_ONCE:
        raise Problem("400.8", field=ENTITIES, reason=f"at most {MOST_AT_ONCE} can be created at once.")
    source = _source(body.get(SOURCE))
    return [one_entity(item, position) for position, item in enumerate(items)], source


def changed_entity(body: Any) -> tuple[str | None, dict[str, str]]:
    """The label (None: it stays) and the properties to change.

    Raises:
        Problem 400.11: of another type. 400.28: with parts that cannot be changed.

    """
    given = _object(body, "body")
    _require_only(given, (LABEL, DATA))
    label = _text(given[LABEL], LABEL) if LABEL in given else None
    return label, _texts(given.get(DATA, {}))


def given_ids(body: Any) -> list[str]:
    """The UUIDs of ``{"ids": […]}``, each once.

    Raises:
        Problem 400.2: none are given. 400.11: they are no texts.

    """
    given = _object(body, "body")
    if given.get("ids") is None:
        raise Problem("400.2", field="ids")
    if not isinstance(given["ids"], list):
        raise Problem("400.11", field="ids", expected="array of strings")
    return list(dict.fromkeys(_text(item, "ids") for item in given["ids"]))


def given_properties(body: Any) -> dict[str, str]:
    """The texts of ``{"properties": {…}}``; null takes one away.

    Raises:
        Problem 400.2: none are given. 400.11: they are no texts.

    """
    given = _object(body, "body")
    if given.get("properties") is None:
        raise Problem("400.2", field="properties")
    values = _object(given["properties"], "properties")
    return {name: "" if value is None else _text(value, name) for name, value in values.items()}


def scope_of(given: Any) -> dict[str, Any]:
    """The settings that an access filter of ODK Central stands for.

    Raises:
        Problem 400.8, 400.11: it is none, or has more rules than one.

    """
    if given is None:
        return {"owner_only": False, "scope": None}
    wanted = _object(given, "accessFilter")
    if wanted.get("type") == "ownerOnly":
        return {"owner_only": True, "scope": None}
    if wanted.get("type") != "property":
        raise Problem("400.8", field="accessFilter.type", reason="it is “ownerOnly” or “property”.")
    rules = wanted.get("rules")
    if not isinstance(rules, list) or len(rules) != 1:
        raise Problem("400.8", field="accessFilter.rules", reason="it has exactly one rule.")
    rule = _object(rules[0], "accessFilter.rules")
    named = {key: rule.get(key) for key in ("datasetProperty", "actorProperty")}
    for key, value in named.items():
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
            raise Problem("400.8", field=f"accessFilter.rules.{key}", reason="it is the name of a property.")
    return {"owner_only": False, "scope": {"property": named["datasetProperty"], "person": named["actorProperty"]}}


def _source(given: Any) -> dict[str, Any]:
    if given is None:
        raise Problem("400.2", field=SOURCE)
    source = _object(given, SOURCE)
    if source.get("name") is None:
        raise Problem("400.2", field="source.name")
    kept: dict[str, Any] = {"name": _text(source["name"], "source.name")[:LONGEST_NAME]}
    size = source.get("size")
    if size is not None:
        kept["size"] = _size(size)
    return kept


def _size(given: Any) -> int | float | str:
    """The size of a source: a number, or as pyODK sends it a text."""
    if isinstance(given, str):
        return given[:LONGEST_NAME]
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= LARGEST_SIZE:
        raise Problem("400.11", field="source.size", expected="number")
    return given


def _object(given: Any, field: str, position: int = 0) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Problem("400.11", field=field, expected="object", entity=position)
    return given


def _texts(given: Any, position: int = 0) -> dict[str, str]:
    values = _object(given, DATA, position)
    return {name: _text(value, name, position) for name, value in values.items()}


def _text(given: Any, field: str, position: int = 0) -> str:
    if not isinstance(given, str):
        raise Problem("400.11", field=field[:60], expected="string", entity=position)
    return given


def _require_only(given: Mapping[str, Any], expected: tuple[str, ...], position: int = 0) -> None:
    for name in given:
        if name not in expected:
            reason = f"“{name[:60]}” is not a part of it; expected are {', '.join(expected)}."
            raise Problem("400.28", reason=reason, entity=position)
