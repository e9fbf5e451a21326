"""What a form means to reports: which answers say where a record belongs, and which are counted, summed or averaged.

A form is a tree of tables: the record itself (its path is empty) and its repeats, by path. A question is reached from
its table by `steps`, the names of the groups between them and its own.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from forms.definitions import Definition
from forms.fields import Field
from reports.problems import Problem

ROOT = ""
TIME_DIMENSIONS = ("fiscal_year", "quarter")
"""Every record has these, whatever the form says: the server works them out from the report's date."""
STANDARD_DIMENSIONS = ("project", "group", "school", "district", "officer", "indicator", "round")
SUBJECTS = ("project", "indicator", "recommendation", "task", "activity", "school")
"""Whose last report counts for the measure ``latest``, the first that fits."""
KINDS = frozenset({"sum", "mean", "latest", "count", "rating", "share", "percent_of", "side"})
_OWN_TIME = frozenset({"date", *TIME_DIMENSIONS})
_NOT_ADDED_UP = re.compile(
    r"percent|pct|(^|_)(rate|ratio|avg|average|mean|score|level|weight|age)(_|$)|ร้อยละ|อัตรา|เฉลี่ย|คะแนน|ระดับ"
)


@dataclass(frozen=True)
class Place:
    """Where a question stands: the table and the way from it."""

    table: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class TableLayout:
    """A table of the form. `steps` lead from its `parent` table; `lineage` are the repeats from the root to itself."""

    path: str
    parent: str
    steps: tuple[str, ...]
    lineage: tuple[str, ...]


@dataclass(frozen=True)
class Dimension:
    """What records are grouped by. `via` names another dimension from whose values this one follows.

    A record that names no group belongs to the groups that own its projects. So ``group`` has another dimension as
    `fallback`, which stands where the project does and goes `via` ``project``; a form that never asks for a group has
    that one alone.
    """

    name: str
    place: Place
    field: Field | None = None
    via: str = ""
    fallback: Dimension | None = None


@dataclass(frozen=True)
class Measure:
    """A question that figures are made of.

    `whole` is the sum that is the hundred percent of a ``percent_of``, `subject` the dimension whose last report
    counts for ``latest``, `items` the questions of a ``side``: ratings of one group, averaged per person. `adds_up`
    says whether the sum of a ``latest`` over its subjects means something (money does, percentages do not).
    """

    name: str
    kind: str
    place: Place
    field: Field | None = None
    whole: Measure | None = None
    subject: str = ""
    items: tuple[Measure, ...] = ()
    side: Field | None = None
    adds_up: bool = True


@dataclass(frozen=True)
class Roles:
    """Dimensions by name, and measures, of one form version. `unusable` are measures that cannot be computed."""

    dimensions: dict[str, Dimension]
    measures: tuple[Measure, ...]
    tables: tuple[TableLayout, ...]
    unusable: tuple[str, ...] = ()

    @cached_property
    def lineages(self) -> dict[str, tuple[str, ...]]:
        """The repeats from the root to each table."""
        return {table.path: table.lineage for table in self.tables}

    def shared(self, one: str, other: str) -> int:
        """How many repeats around two tables are the same."""
        pairs = zip(self.lineages[one], self.lineages[other], strict=False)
        return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))

    @property
    def groupings(self) -> tuple[str, ...]:
        """What the form can be summed up by, the usual ones first."""
        own = [name for name in self.dimensions if name not in STANDARD_DIMENSIONS]
        return (*(name for name in STANDARD_DIMENSIONS if name in self.dimensions), *own, *TIME_DIMENSIONS)

    def grouping(self, name: str) -> Dimension:
        """The dimension to sum up by.

        Raises:
            Problem 400.195: the form has none of this name.

        """
        if name in TIME_DIMENSIONS:
            return Dimension(name, Place(ROOT, ()))
        if name not in self.dimensions:
            raise Problem("400.195", value=name[:200], allowed=", ".join(self.groupings))
        return self.dimensions[name]


def roles_of(form: Definition) -> Roles:
    """The roles of a form's questions."""
    tables = _tables(form)
    dimensions = {
        field.dimension: Dimension(field.dimension, place_of(form, field), field)
        for field in form.dimensions
        if field.dimension not in _OWN_TIME
    }
    if project := dimensions.get("project"):
        owners = Dimension("group", project.place, project.field, via="project")
        own = dimensions.get("group")
        dimensions["group"] = replace(own, fallback=owners) if own else owners
    measures: list[Measure] = []
    unusable: list[str] = []
    for field in form.measures:
        measure = _measure(form, field, dimensions, tables)
        if measure is None:
            unusable.append(field.path)
        else:
            measures.append(measure)
    return Roles(dimensions, (*measures, *_sides(form, measures)), tables, tuple(unusable))


def _tables(form: Definition) -> tuple[TableLayout, ...]:
    found = {ROOT: TableLayout(ROOT, ROOT, (), ())}
    for field in form.fields:
        if field.is_repeat:
            parent = found[form.repeat_of(field.path)]
            steps = tuple(field.path.removeprefix(parent.path).strip("/").split("/"))
            found[field.path] = TableLayout(field.path, parent.path, steps, (*parent.lineage, field.path))
    return tuple(found.values())


def place_of(form: Definition, field: Field) -> Place:
    """Where a question of a form stands."""
    table = form.repeat_of(field.path)
    return Place(table, tuple(field.path.removeprefix(table).strip("/").split("/")))


def _measure(
    form: Definition, field: Field, dimensions: dict[str, Dimension], tables: Iterable[TableLayout]
) -> Measure | None:
    kind, _, whole_name = field.measure.partition(":")
    place, name = place_of(form, field), field.path.strip("/")
    if kind not in KINDS or kind == "side" or field.is_structure:
        return None
    if kind == "percent_of":
        whole = next(
            (item for item in form.fields if item.name == whole_name and form.repeat_of(item.path) == place.table), None
        )
        if whole is None:
            return None
        hundred = Measure(whole.path.strip("/"), "sum", place_of(form, whole), whole)
        return Measure(name, kind, place, field, whole=hundred)
    if kind == "latest":
        adds_up = not _NOT_ADDED_UP.search(field.name)
        subject = _subject(place.table, dimensions, tables)
        return Measure(name, kind, place, field, subject=subject, adds_up=adds_up)
    return Measure(name, kind, place, field)


def _subject(table: str, dimensions: dict[str, Dimension], tables: Iterable[TableLayout]) -> str:
    """The dimension that each row of a table has exactly one of."""
    around = {ROOT, *next(layout.lineage for layout in tables if layout.path == table)}
    one = {name for name, item in dimensions.items() if not (item.field and item.field.is_multiple)}
    return next((name for name in SUBJECTS if name in one and dimensions[name].place.table in around), "")


def _sides(form: Definition, measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """One measure for each group of questions that holds several ratings."""
    together: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        if measure.kind == "rating":
            together[f"/{measure.name}".rpartition("/")[0]].append(measure)
    return tuple(
        Measure(path.strip("/") or "ratings", "side", items[0].place, items=tuple(items), side=form.by_path.get(path))
        for path, items in together.items()
        if len(items) > 1
    )
