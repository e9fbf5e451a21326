"""A record as a person reads it: answers in form order, with the labels of questions and choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.definitions import Definition
from forms.fields import Field, label_in
from sync.attachments import name_key

LIST_DIMENSIONS = {
    "projects.csv": "project",
    "schools.csv": "school",
    "officers.csv": "officer",
    "groups.csv": "group",
    "districts.csv": "district",
    "indicators.csv": "indicator",
}
"""Which dimension's labels name the choices of a list file."""

LabelOf = Callable[[str, str], str]
"""Gives the label of a value in a dimension, or the value."""
DateText = Callable[[str], str]
"""Gives an ISO date as its reader writes dates."""


@dataclass
class Line:
    """One line of a record. `kind` is ``answer``, ``file``, ``place``, ``group`` or ``repeat``.

    `number` is the turn of a ``repeat``; `differs` says that the other side of a comparison says something else.
    """

    kind: str
    label: str
    text: str = ""
    path: str = ""
    flags: list[str] = field(default_factory=list)
    file: Any = None
    lines: list[Line] = field(default_factory=list)
    calculated: bool = False
    number: int = 0
    differs: bool = False


def mark_differences(one: list[Line], other: list[Line]) -> None:
    """Mark, on both sides, the answers that the other side lacks or gives otherwise."""
    here, there = _answers_in(one), _answers_in(other)
    for place in here.keys() | there.keys():
        pair = [side[place] for side in (here, there) if place in side]
        differs = len(pair) == 1 or _says_otherwise(*pair)
        for line in pair:
            line.differs = differs


def _answers_in(lines: list[Line], turns: tuple[int, ...] = ()) -> dict[tuple[str, tuple[int, ...]], Line]:
    found: dict[tuple[str, tuple[int, ...]], Line] = {}
    for line in lines:
        if line.kind in {"group", "repeat"}:
            found |= _answers_in(line.lines, (*turns, line.number) if line.kind == "repeat" else turns)
        else:
            found[line.path, turns] = line
    return found


def _says_otherwise(one: Line, other: Line) -> bool:
    """Whether two answers differ; where both files are known, a file under the same name may be another one."""
    stored = {line.file[0].blob_sha256 for line in (one, other) if line.file} - {None}
    return one.text != other.text or len(stored) > 1


def lines_of(
    definition: Definition,
    answers: Mapping[str, Any],
    *,
    language: str,
    label_of: LabelOf,
    date_text: DateText,
    files: Mapping[str, Any],
    flags: list[dict[str, Any]],
) -> list[Line]:
    """The lines of a record. `files` are attachments by name key; unanswered questions are left out."""
    reader = _Reader(definition, language, label_of, date_text, files, flags)
    return reader.structure("", answers)


def values_to_label(definition: Definition, answers: Mapping[str, Any]) -> dict[str, set[str]]:
    """Values by dimension whose labels the plan knows; asked for in one go before `lines_of`."""
    wanted: dict[str, set[str]] = {}
    _collect(definition, "", answers, wanted)
    return wanted


def _collect(definition: Definition, path: str, answers: Mapping[str, Any], wanted: dict[str, set[str]]) -> None:
    for question in definition.children.get(path, ()):
        value = answers.get(question.name)
        if value is None:
            continue
        if question.is_repeat:
            for item in value:
                _collect(definition, question.path, item, wanted)
        elif question.is_structure:
            _collect(definition, question.path, value, wanted)
        elif dimension := _dimension(question):
            wanted.setdefault(dimension, set()).update(value if isinstance(value, list) else [str(value)])


def _dimension(question: Field) -> str:
    return LIST_DIMENSIONS.get(question.list_file, "") or (
        question.dimension if question.dimension in LIST_DIMENSIONS.values() else ""
    )


class _Reader:
    """Walks the form and the answers side by side."""

    def __init__(
        self,
        definition: Definition,
        language: str,
        label_of: LabelOf,
        date_text: DateText,
        files: Mapping[str, Any],
        flags: list[dict[str, Any]],
    ) -> None:
        self._definition = definition
        self._language = language
        self._label_of = label_of
        self._date_text = date_text
        self._files = files
        self._flags: dict[str, list[str]] = {}
        for flag in flags:
            self._flags.setdefault(flag["path"], []).append(flag["reason"])

    def structure(self, path: str, answers: Mapping[str, Any]) -> list[Line]:
        """Lines of a group, of one row of a repeat, or of the whole record."""
        lines: list[Line] = []
        for question in self._definition.children.get(path, ()):
            value = answers.get(question.name)
            if value is None or question.path == "/meta":
                continue
            if question.is_repeat:
                lines += self._rows(question, value)
            elif question.is_structure:
                inner = self.structure(question.path, value)
                if inner:
                    lines.append(Line("group", question.label(self._language), lines=inner, path=question.path))
            else:
                lines.append(self._answer(question, value))
        return lines

    def _rows(self, question: Field, rows: list[Mapping[str, Any]]) -> list[Line]:
        label = question.label(self._language)
        return [
            Line("repeat", f"{label} {number}", lines=inner, path=question.path, number=number)
            for number, row in enumerate(rows, start=1)
            if (inner := self.structure(question.path, row))
        ]

    def _answer(self, question: Field, value: Any) -> Line:
        line = Line(
            "answer",
            question.label(self._language),
            self._text(question, value),
            path=question.path,
            flags=self._flags.get(question.path, []),
            calculated=not question.control,
        )
        if question.is_file:
            line.kind, line.file = "file", self._files.get(name_key(str(value)))
        elif isinstance(value, dict):
            line.kind = "place"
        return line

    def _text(self, question: Field, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._choice(question, str(item)) for item in value)
        if isinstance(value, dict):
            return f"{value['lat']:.6f}, {value['lon']:.6f}"
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return f"{value:,}".removesuffix(".0") if question.type in {"int", "decimal"} else str(value)
        if question.type == "date":
            return self._date_text(str(value))
        return self._choice(question, str(value))

    def _choice(self, question: Field, value: str) -> str:
        for choice in question.choices:
            if choice.value == value:
                return label_in(choice.labels, self._language) or value
        dimension = _dimension(question)
        return self._label_of(dimension, value) if dimension else value
