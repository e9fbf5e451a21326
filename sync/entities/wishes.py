"""Reading what a record asks of entities from its XML, guided by the form's declarations. Pure; no database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core import xml
from core.names import visible_text
from forms.definitions import Definition
from forms.entities import EntityDeclaration, is_true
from sync.entities.rules import LABEL

LARGEST_VERSION = 10**9
LONGEST_BRANCH = 100
_WHOLE = re.compile(r"[0-9]{1,10}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Wish:
    """One entity element of a record. `received` holds the texts of the answers, and the label when it is not empty.

    What is in the XML and empty empties the property; what is not there (not relevant) is left alone.
    """

    list_name: str
    uuid: str
    creates: bool
    updates: bool
    received: dict[str, str] = field(default_factory=dict)
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str | None = None


def read_wishes(definition: Definition, root: xml.Element) -> list[Wish]:
    """What a record asks for, in form order; declarations that it declines are left out."""
    found = []
    for declaration in definition.entities:
        for holder in _elements(root, declaration.path):
            wish = _wish(declaration, holder)
            if wish is not None:
                found.append(wish)
    return found


def normal_uuid(given: str) -> str:
    """A UUID as it is compared: without the prefix ``uuid:``, in small letters."""
    return given.strip().removeprefix("uuid:").lower()


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID, written as `normal_uuid` gives it."""
    return _UUID.fullmatch(text) is not None


def _elements(root: xml.Element, path: str) -> Iterator[xml.Element]:
    """The elements at a path; several where it leads through a repeat."""
    found = [root]
    for step in path.split("/")[1:]:
        found = [item for parent in found for item in xml.children(parent) if xml.local_name(item) == step]
    return iter(found)


def _wish(declaration: EntityDeclaration, holder: xml.Element) -> Wish | None:
    element = next(_elements(holder, "/meta/entity"), None)
    if element is None:
        return None
    creates, updates = is_true(element.get("create")), is_true(element.get("update"))
    if not creates and not updates:
        return None
    received = {}
    for name, path in declaration.properties.items():
        answer = next(_elements(holder, path.removeprefix(declaration.path)), None)
        if answer is not None:
            received[name] = answer.text or ""
    label = visible_text(next((item.text or "" for item in _elements(element, "/label")), ""))
    if label:
        received[LABEL] = label
    return Wish(
        list_name=declaration.list_name,
        uuid=normal_uuid(element.get("id") or ""),
        creates=creates,
        updates=updates,
        received=received,
        base_version=_version(element.get("baseVersion")),
        trunk_version=_version(element.get("trunkVersion")),
        branch_id=(element.get("branchId") or "").strip()[:LONGEST_BRANCH] or None,
    )


def _version(text: str | None) -> int | None:
    given = (text or "").strip()
    return int(given) if _WHOLE.fullmatch(given) and int(given) <= LARGEST_VERSION else None
