"""The tables of a form as CSV: one for the records, one for each repeat, with the columns of ODK Central.

Columns are named by the way to the question (``group-question``). A repeat's rows say with ``PARENT_KEY`` and ``KEY``
where they belong: ``uuid:…/group/repeat[2]``.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from forms.fields import Field
from reports.exports.cells import (
    GEOPOINT_PARTS,
    Cells,
    choice_cells,
    harmless,
    is_point,
    labelled,
    point_cells,
    single,
)
from reports.records import dig
from reports.roles import ROOT, TableLayout

FIRST = ("SubmissionDate",)
META = (
    "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState",
    "DeviceID", "Edits", "FormVersion",
)  # fmt: skip
OF_REPEAT = ("PARENT_KEY", "KEY")
OF_RECORD = ("instanceID", "deprecatedID", "instanceName")
"""What a record says of itself, under ``meta``. Intake keeps nothing else of it as a value: the log of how the record
was filled in is a file, and an entity has its own export.
"""
BOM = b"\xef\xbb\xbf"
Namer = Callable[[Field, str], str]


@dataclass(frozen=True)
class Style:
    """How tables are written: for people by default, for programs as far as they ask.

    `language` puts labels for names and codes. `namer` is what a chosen code of a question is called then.
    """

    bom: bool = True
    raw: bool = False
    group_paths: bool = True
    split_select_multiples: bool = False
    language: str = ""
    namer: Namer | None = None


@dataclass(frozen=True)
class Column:
    """A question's column or columns, and how its answer fills them."""

    headers: tuple[str, ...]
    steps: tuple[str, ...]
    fill: Callable[[Any], Cells]


@dataclass(frozen=True)
class Plan:
    """One table: its file, its columns, and the way to it from the table above."""

    layout: TableLayout
    file_name: str
    columns: tuple[Column, ...]
    children: list[Plan] = field(default_factory=list)

    @property
    def header(self) -> list[str]:
        """The first line."""
        names = [name for column in self.columns for name in column.headers]
        return [*FIRST, *names, *META] if self.layout.path == ROOT else [*names, *OF_REPEAT]

    def cells(self, values: dict[str, Any]) -> Cells:
        """A row's answers."""
        return [cell for column in self.columns for cell in column.fill(dig(values, column.steps))]

    def rows_below(self, values: dict[str, Any], key: str) -> Iterator[tuple[Plan, Cells]]:
        """The rows of every repeat in a row, each with its table."""
        for child in self.children:
            turns = dig(values, child.layout.steps)
            for number, turn in enumerate(turns if isinstance(turns, list) else (), 1):
                if isinstance(turn, dict):
                    own = f"{key}/{'/'.join(child.layout.steps)}[{number}]"
                    yield child, [*child.cells(turn), key, own]
                    yield from child.rows_below(turn, own)


def plan_tables(
    base_name: str, fields: Iterable[Field], layouts: Iterable[TableLayout], style: Style
) -> tuple[Plan, ...]:
    """The tables of a form, the records' first."""
    questions = [question for question in fields if not question.is_structure and _is_kept(question)]
    layouts = list(layouts)
    totals = Counter(layout.path.rpartition("/")[2] for layout in layouts)
    seen: Counter[str] = Counter()
    plans: dict[str, Plan] = {}
    for layout in layouts:
        name = layout.path.rpartition("/")[2]
        seen[name] += 1
        ending = "" if layout.path == ROOT else f"-{name}" + (f"~{seen[name]}" if totals[name] > 1 else "")
        here = [question for question in questions if _table_of(question, layouts) == layout.path]
        plans[layout.path] = Plan(layout, f"{base_name}{ending}.csv", _columns(layout, here, style))
        if layout.path != ROOT:
            plans[layout.parent].children.append(plans[layout.path])
    return tuple(plans.values())


def _is_kept(question: Field) -> bool:
    return not question.path.startswith("/meta/") or question.path.removeprefix("/meta/") in OF_RECORD


def _table_of(question: Field, layouts: Iterable[TableLayout]) -> str:
    above = [layout.path for layout in layouts if question.path.startswith(f"{layout.path}/")]
    return max(above, key=len)


def _columns(layout: TableLayout, questions: list[Field], style: Style) -> tuple[Column, ...]:
    labels = Counter(question.label(style.language) for question in questions) if style.language else Counter()
    columns = []
    for question in questions:
        steps = tuple(question.path.removeprefix(layout.path).strip("/").split("/"))
        name = "-".join(steps) if style.group_paths else question.name
        if style.language:
            label = question.label(style.language)
            name = label if labels[label] == 1 else f"{label} ({name})"
        columns.append(_column(question, name, steps, style))
    return tuple(columns)


def _column(question: Field, name: str, steps: tuple[str, ...], style: Style) -> Column:
    if is_point(question):
        return Column(tuple(f"{name}-{part}" for part, _ in GEOPOINT_PARTS), steps, point_cells)
    if style.split_select_multiples and question.is_multiple and question.choices:
        choices = tuple(choice.value for choice in question.choices)
        return Column((name, *(f"{name}/{choice}" for choice in choices)), steps, choice_cells(choices))
    if style.namer is not None and (question.choices or question.list_file):
        namer = style.namer
        return Column((name,), steps, labelled(lambda code: namer(question, code)))
    return Column((name,), steps, single)


class TableWriter:
    """Lines of one table as bytes. What was written is held until it is taken."""

    def __init__(self, plan: Plan, style: Style) -> None:
        self._lines: list[str] = []
        self._safe = not style.raw
        # The writer quotes what contains a character of its line ending, so a lone return in a text needs this one.
        self._writer = csv.writer(self, lineterminator="\r\n")
        self._begin = BOM if style.bom else b""
        self.add(plan.header)

    def write(self, line: str) -> None:
        """What the writer of lines calls with each of them; they end as ODK Central's do."""
        self._lines.append(f"{line[:-2]}\n")

    def add(self, row: Cells) -> None:
        """Add a line."""
        self._writer.writerow([harmless(cell) for cell in row] if self._safe else row)

    def take(self) -> bytes:
        """The lines since the last time."""
        text, self._lines = "".join(self._lines), []
        begin, self._begin = self._begin, b""
        return begin + text.encode("utf-8", "replace")
