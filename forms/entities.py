"""What a form says about entities: which lists its records create rows in or update, and from which questions.

Rules: getodk.github.io/xforms-spec/entities, versions 2022.1.0 to 2025.1.0. An entity is declared in the ``meta`` of
the form, or (2025.1.0) of a group or repeat; a question with ``save_to`` belongs to the nearest declaration above it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core import xml
from core.i18n import N_
from forms.fields import Field
from forms.problems import InOurWords
from forms.xform_model import ENTITIES_NAMESPACE, Model, attribute, child

VERSIONS = ("2022.1", "2023.1", "2024.1", "2025.1")
"""Versions of the specification that are understood; the third part changes nothing for a reader."""
LONGEST_NAME = 64
RESERVED = frozenset({"name", "label"})
# Thai vowels and tone marks above and below are marks and no letters; names of questions may have them.
_ALSO_IN_NAMES = frozenset("_-") | {chr(code) for code in (0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F))}
_TRUE = frozenset({"1", "true"})
ENTITY = "/meta/entity"
LIST_NAME = N_(
    "“{list}” cannot be the name of an entity list: it begins with a letter, has letters, digits, “_” and “-”, no dot,"
    " and at most {limit} characters."
)
PROPERTY_NAME = N_(
    "“{property}” (question “{question}”, column save_to) cannot be the name of a property: it begins with a letter,"
    " has letters, digits, “_” and “-”, and is neither “name” nor “label”."
)
NO_ENTITY = N_(
    "The question “{question}” is saved to “{property}”, and no entity is declared for it: fill the sheet “entities”,"
    " or empty save_to."
)


@dataclass(frozen=True)
class EntityDeclaration:
    """One declaration. `path` is of what holds its ``meta``: empty for the form itself, else a group or repeat.

    `creates` and `updates` say that the form can do so (a record may still decline). `properties` are paths of
    questions by the property they are saved to.
    """

    path: str
    list_name: str
    creates: bool
    updates: bool
    properties: dict[str, str] = field(default_factory=dict)


def read_declarations(model: Model, fields: Iterable[Field]) -> tuple[EntityDeclaration, ...]:
    """The declarations of a form, in form order.

    Raises:
        Problem 400.25: a declaration that cannot be followed, with the reason.

    """
    fields = tuple(fields)
    holders = [item.path.removesuffix(ENTITY) for item in fields if item.path.endswith(ENTITY)]
    if not holders:
        return ()
    _require_known_version(model)
    saved = _saved_to(fields, holders)
    return tuple(_declaration(model, path, saved.get(path, {}), fields) for path in holders)


def is_list_name(name: str) -> bool:
    """Whether an entity list may have this name: that of a question, without a dot, not beginning with ``__``."""
    if not 0 < len(name) <= LONGEST_NAME or name.startswith("__"):
        return False
    begins_well = name[0].isalpha() or name[0] == "_"
    return begins_well and all(letter.isalpha() or letter.isdecimal() or letter in _ALSO_IN_NAMES for letter in name)


def is_property_name(name: str) -> bool:
    """Whether a property may have this name: as of a list, and not ``name`` or ``label`` in whatever case."""
    return is_list_name(name) and name.lower() not in RESERVED


def is_true(text: str | None) -> bool:
    """Whether an attribute asks for its action: only ``1`` and ``true`` do."""
    return (text or "").strip() in _TRUE


def _declaration(model: Model, path: str, properties: dict[str, str], fields: tuple[Field, ...]) -> EntityDeclaration:
    element = _element(model.root, path)
    list_name = (element.get("dataset") or "").strip() if element is not None else ""
    if not list_name:
        raise _invalid(N_("The entity names no list: fill list_name in the sheet “entities”."))
    if not is_list_name(list_name):
        raise _invalid(LIST_NAME, list=list_name, limit=LONGEST_NAME)
    assert element is not None
    creates, updates = (_can(model, element, f"{path}{ENTITY}", name) for name in ("create", "update"))
    if not creates and not updates:
        raise _invalid(N_("Records neither create nor update the entity of the list “{list}”."), list=list_name)
    if creates and not any(item.path == f"{path}{ENTITY}/label" for item in fields):
        raise _invalid(
            N_("The entity of the list “{list}” has no label: fill it in the sheet “entities”."), list=list_name
        )
    return EntityDeclaration(path, list_name, creates, updates, properties)


def _element(root: xml.Element, path: str) -> xml.Element | None:
    found: xml.Element | None = root
    for step in [*path.split("/")[1:], "meta", "entity"]:
        found = child(found, step)
    return found


def _can(model: Model, element: xml.Element, path: str, action: str) -> bool:
    """Whether records may ask for an action: it is always on, or worked out by the form."""
    return is_true(element.get(action)) or f"{path}/@{action}" in model.binds


def _saved_to(fields: tuple[Field, ...], holders: list[str]) -> dict[str, dict[str, str]]:
    """Paths of questions by property, by the path of the declaration they belong to."""
    found: dict[str, dict[str, str]] = {}
    nearest_first = sorted(holders, key=len, reverse=True)
    for item in fields:
        if not item.save_to:
            continue
        holder = next((path for path in nearest_first if item.path.startswith(f"{path}/")), None)
        if holder is None:
            raise _invalid(NO_ENTITY, question=item.name, property=item.save_to)
        if not is_property_name(item.save_to):
            raise _invalid(PROPERTY_NAME, question=item.name, property=item.save_to)
        properties = found.setdefault(holder, {})
        if item.save_to in properties:
            raise _invalid(N_("Two questions are saved to the property “{property}”."), property=item.save_to)
        properties[item.save_to] = item.path
    return found


def _require_known_version(model: Model) -> None:
    given = model.element.get(f"{{{ENTITIES_NAMESPACE}}}entities-version") or attribute(
        model.element, "entities-version"
    )
    if not given:
        raise _invalid(N_("The version of the entities specification is missing (entities-version)."))
    if ".".join(given.split(".")[:2]) not in VERSIONS:
        known = ", ".join(f"{version}.0" for version in VERSIONS)
        raise _invalid(
            N_("The version {version} of the entities specification is not known; known are {known}."),
            version=given,
            known=known,
        )


def _invalid(sentence: str, **details: str | int) -> InOurWords:
    return InOurWords("400.25", sentence, **details, reason=sentence.format_map(details))
