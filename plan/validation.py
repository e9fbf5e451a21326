"""Faults in what was given: all at once, each with its field, so that a form can show them in place."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.errors import CATALOGUE, Problem
from plan import problems

__all__ = ["Checker", "Fault", "InvalidPlan", "camel", "is_storable", "problems"]

# PostgreSQL takes no NUL, UTF-8 holds no surrogates, and XML on tablets none of the other control characters.
_NOT_STORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field. `code` is in the catalogue and `details` fill its sentence."""

    field: str
    code: str
    details: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def template(self) -> str:
        """The sentence as English message id."""
        return CATALOGUE[self.code]

    @property
    def message(self) -> str:
        """The sentence in English, filled."""
        return self.template.format_map(self.details)


class InvalidPlan(Problem):
    """Problem 400.170 with its faults; on the wire ``details.faults`` is ``[{field, code, message}]``."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        on_wire = [{"field": camel(item.field), "code": item.code, "message": item.message} for item in self.faults]
        summary = " ".join(f"{item['field']}: {item['message']}" for item in on_wire)
        super().__init__("400.170", summary=summary, faults=on_wire)

    def faults_on_wire(self) -> list[Fault]:
        """The faults with their fields as the wire spells them."""
        return [dataclasses.replace(item, field=camel(item.field)) for item in self.faults]


class Checker:
    """Collects faults and refuses once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def require(self, holds: bool, field: str, code: str, **details: Any) -> bool:
        """Note a fault of `field` unless `holds`; hands `holds` back."""
        if not holds:
            self.faults.append(Fault(field, code, details))
        return holds

    def refuse(self) -> None:
        """Raises InvalidPlan when anything was noted."""
        if self.faults:
            raise InvalidPlan(self.faults)


def camel(name: str) -> str:
    """``starts_on`` as ``startsOn``, the wire's spelling; a dotted path part by part."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def is_storable(text: str) -> bool:
    """Whether both databases and every tablet can take the text."""
    return _NOT_STORABLE.search(text) is None
