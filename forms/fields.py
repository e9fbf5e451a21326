"""The questions of a form version, as plain values.

A `Field` is one node of the primary instance. The list is in form order and holds structures and repeats before
their children, so it can be walked once to rebuild the tree.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

STRUCTURE = "structure"
REPEAT = "repeat"


@dataclass(frozen=True)
class Choice:
    """An answer that can be chosen, with its label by language (the empty language when the form has none)."""

    value: str
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One node.

    `path` begins with a slash and leaves out the root (``/visit/school``). `type` is the bind's data type (``string``,
    ``int``, ``decimal``, ``boolean``, ``date``, ``time``, ``dateTime``, ``geopoint``, ``geotrace``, ``geoshape``,
    ``binary``, ``barcode``, ``intent``), or ``structure`` or ``repeat``. `control` is how it is asked (``input``,
    ``select1``, ``select``, ``upload``, ``range``, ``rank``, ``trigger``), empty when it is not asked. `media` is an
    upload's media type such as ``image/*``. `list_file` names the external list of a choice (``schools.csv``).
    `dimension` and `measure` are what the form says about reporting (``bind::tidtam:dimension``, ``…:measure``).
    """

    name: str
    path: str
    type: str
    order: int
    control: str = ""
    media: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    list_file: str = ""
    appearance: str = ""
    calculated: bool = False
    required: bool = False
    dimension: str = ""
    measure: str = ""
    save_to: str = ""

    @property
    def is_repeat(self) -> bool:
        """Whether it repeats."""
        return self.type == REPEAT

    @property
    def is_structure(self) -> bool:
        """Whether it only holds other fields (a group of questions or a repeat)."""
        return self.type in {STRUCTURE, REPEAT}

    @property
    def is_multiple(self) -> bool:
        """Whether several choices can be made (the stored text is separated by spaces)."""
        return self.control in {"select", "rank"}

    @cached_property
    def choice_values(self) -> frozenset[str]:
        """The values that can be chosen."""
        return frozenset(choice.value for choice in self.choices)

    @property
    def is_file(self) -> bool:
        """Whether the answer names a file."""
        return self.type == "binary"

    def label(self, language: str) -> str:
        """The label in a language (matched by ``(th)`` or ``th``), else in any, else the name."""
        return label_in(self.labels, language) or self.name

    def to_json(self) -> dict[str, Any]:
        """For the database; what is empty is left out."""
        return {key: value for key, value in asdict(self).items() if value not in ("", False, (), {}) or key == "order"}


def label_in(labels: dict[str, str], language: str) -> str:
    """The text for ``th`` or ``en`` among labels keyed as XLSForm writes languages (``ไทย (th)``)."""
    for name, text in labels.items():
        if name == language or name.endswith(f"({language})"):
            return text
    return next(iter(labels.values()), "")


def fields_from_json(rows: list[dict[str, Any]]) -> tuple[Field, ...]:
    """The fields as `Field.to_json` wrote them."""
    return tuple(_field(row) for row in rows)


def _field(row: dict[str, Any]) -> Field:
    choices = tuple(Choice(item["value"], item.get("labels", {})) for item in row.get("choices", ()))
    return Field(**{**row, "choices": choices})


def repeat_of(path: str, repeats: set[str]) -> str:
    """Path of the innermost repeat that a path lies in (not counting itself), or an empty text."""
    parts = path.split("/")
    for end in range(len(parts) - 1, 1, -1):
        candidate = "/".join(parts[:end])
        if candidate in repeats:
            return candidate
    return ""
