"""Summing records up by one dimension, in one pass and without rounding.

A dimension may stand in the record or in a repeat, and so may a measure. A value belongs to every key that stands in
the same turn of the repeats both lie in: an answer of a project's own turn to that project, an answer of the record
itself to each project the record speaks of. However many keys a value or a record belongs to, the total counts it once.
"""

from __future__ import annotations

import decimal
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reports.measures import read
from reports.records import Keep, Record, Row, Rows, rows_of, texts
from reports.roles import ROOT, TIME_DIMENSIONS, Dimension, Measure, Roles
from reports.tallies import EXACT, Figures, Tally, tally_for

Key = str | None
"""A value of the dimension as forms store it; None where a record states none."""
Chain = tuple[int, ...]
Keys = dict[Chain, frozenset[Key]]
Subjects = dict[Chain, tuple[Key, ...]]
_NOT_STATED: frozenset[Key] = frozenset((None,))


@dataclass(frozen=True)
class Line:
    """One key with its figures by measure. `records` counts records that speak of it, `incomplete` those among them."""

    key: Key
    records: int
    incomplete: int
    figures: dict[str, Figures]


@dataclass(frozen=True)
class Table:
    """Lines by key, not stated last, and the total, which is computed on its own and not from the lines."""

    by: str
    lines: tuple[Line, ...]
    total: Line

    @property
    def odd(self) -> int:
        """Answers that could not be computed with."""
        return sum(figures.odd for figures in self.total.figures.values())


@dataclass
class _Tallies:
    """Everything that one line collects."""

    measures: dict[str, Tally]
    records: int = 0
    incomplete: int = 0

    def line(self, key: Key) -> Line:
        figures = {name: tally.figures() for name, tally in self.measures.items()}
        return Line(key, self.records, self.incomplete, figures)

    def count(self, record: Record) -> None:
        self.records += 1
        self.incomplete += record.incomplete


def aggregate(
    records: Iterable[Record],
    roles: Roles,
    by: Dimension,
    *,
    follow: Mapping[str, str] | None = None,
    keep: dict[str, Keep] | None = None,
) -> Table:
    """Sum records up.

    `follow` gives the key for each value of the dimension that `by` goes `via`, such as a project's group. `keep`
    leaves out turns of repeats (`restrictions`).
    """
    with decimal.localcontext(EXACT):
        work = _Work(roles, by, follow or {}, keep)
        for record in records:
            work.take(record)
        lines = sorted(work.lines.items(), key=lambda item: (item[0] is None, item[0] or ""))
        return Table(by.name, tuple(tallies.line(key) for key, tallies in lines), work.total.line(None))


def restrictions(roles: Roles, chosen: Mapping[str, frozenset[str]]) -> dict[str, Keep]:
    """What to keep of repeats when records are filtered by dimensions that stand in them.

    A visit to one school about three projects is found by each of them; asked about one project, only the turn that
    speaks of it counts. `chosen` gives the accepted values by dimension.
    """
    wanted: dict[str, list[tuple[Dimension, frozenset[str]]]] = defaultdict(list)
    for name, values in chosen.items():
        dimension = roles.dimensions.get(name)
        if dimension is not None and dimension.place.table != ROOT:
            wanted[dimension.place.table].append((dimension, values))

    def keep(pairs: list[tuple[Dimension, frozenset[str]]]) -> Keep:
        return lambda row: all(values.intersection(texts(row.values, one.place)) for one, values in pairs)

    return {table: keep(pairs) for table, pairs in wanted.items()}


@dataclass
class _Work:
    """One aggregation under way."""

    roles: Roles
    usual: Dimension
    follow: Mapping[str, str]
    keep: dict[str, Keep] | None
    lines: dict[Key, _Tallies] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.total = self._empty()
        self.by = self.usual

    def take(self, record: Record) -> None:
        """Count one record and everything it says."""
        rows = rows_of(record.answers, self.roles.tables, self.keep)
        if self.keep and not all(rows[table] for table in self.keep):
            # It fulfils each part of the filter somewhere, and all of them together nowhere.
            return
        self.by = self._by_of(rows)
        keys = self._keys(record, rows, ROOT)
        self.total.count(record)
        for key in keys[()]:
            self._line(key).count(record)
        known: dict[str, Keys] = {ROOT: keys}
        for measure in self.roles.measures:
            table = measure.place.table
            if table not in known:
                known[table] = self._keys(record, rows, table)
            self._measure(measure, record, rows, known[table])

    def _measure(self, measure: Measure, record: Record, rows: Rows, keys: Keys) -> None:
        subjects = _subjects(self.roles, measure, rows)
        if measure.kind == "latest":
            self._mention(measure, record, rows, subjects)
        total = self.total.measures[measure.name]
        depth = _shared(self.roles, self.by.place.table, measure.place.table)
        subject_depth = len(self.roles.lineages[_table_of_subject(self.roles, measure)])
        for row in rows[measure.place.table]:
            value = read(measure, row.values, record)
            if value is None:
                continue
            for subject in subjects.get(row.chain[:subject_depth], ()):
                total.add(value, record, subject)
                for key in keys.get(row.chain[:depth], _NOT_STATED):
                    self._line(key).measures[measure.name].add(value, record, subject)

    def _mention(self, measure: Measure, record: Record, rows: Rows, subjects: Subjects) -> None:
        """Say that this is a report on its subjects, also when the measure's own question is not answered in it."""
        table = _table_of_subject(self.roles, measure)
        depth = _shared(self.roles, self.by.place.table, table)
        keys = self._keys(record, rows, table)
        for chain, found in subjects.items():
            for subject in found:
                self.total.measures[measure.name].add(None, record, subject)
                for key in keys.get(chain[:depth], _NOT_STATED):
                    self._line(key).measures[measure.name].add(None, record, subject)

    def _keys(self, record: Record, rows: Rows, table: str) -> Keys:
        """The keys that rows of a table belong to, by the part of their chain that the dimension's table shares."""
        if self.by.name in TIME_DIMENSIONS:
            key = str(record.fiscal_year) if self.by.name == "fiscal_year" else f"{record.fiscal_year}-{record.quarter}"
            return {(): frozenset((key,))}
        depth = _shared(self.roles, self.by.place.table, table)
        found: dict[Chain, set[Key]] = defaultdict(set)
        for row in rows[self.by.place.table]:
            found[row.chain[:depth]].update(self._stated(row) or {None})
        return {chain: frozenset(keys) for chain, keys in found.items()} or {(): _NOT_STATED}

    def _stated(self, row: Row) -> set[Key]:
        values = texts(row.values, self.by.place)
        return {self.follow.get(value) for value in values} if self.by.via else set(values)

    def _by_of(self, rows: Rows) -> Dimension:
        """The dimension by which a record is filed: the fallback when it names no value of the usual one."""
        usual = self.usual
        if usual.fallback is None or any(texts(row.values, usual.place) for row in rows[usual.place.table]):
            return usual
        return usual.fallback

    def _line(self, key: Key) -> _Tallies:
        found = self.lines.get(key)
        if found is None:
            found = self.lines[key] = self._empty()
        return found

    def _empty(self) -> _Tallies:
        return _Tallies({measure.name: tally_for(measure) for measure in self.roles.measures})


def _shared(roles: Roles, one: str, other: str) -> int:
    """How many repeats around two tables are the same."""
    pairs = zip(roles.lineages[one], roles.lineages[other], strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _table_of_subject(roles: Roles, measure: Measure) -> str:
    return roles.dimensions[measure.subject].place.table if measure.subject else ROOT


def _subjects(roles: Roles, measure: Measure, rows: Rows) -> Subjects:
    """Whose report each row is, by the row's address in the subject's table; nobody's for most measures."""
    if not measure.subject:
        return {(): (None,)}
    place = roles.dimensions[measure.subject].place
    return {row.chain: texts(row.values, place) or (None,) for row in rows[place.table]}
