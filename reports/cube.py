"""Summing records up by one dimension, in one pass and without rounding.

A dimension may stand in the record or in a repeat, and so may a measure. A value belongs to every key that stands in
the same turn of the repeats both lie in: an answer of a project's own turn to that project, an answer of the record
itself to each project the record speaks of. However many keys a value or a record belongs to, the total counts it once.
"""

from __future__ import annotations

import decimal
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from reports.measures import read
from reports.records import Keep, Record, Row, Rows, rows_of, texts
from reports.roles import ROOT, Dimension, Measure, Roles
from reports.tallies import EXACT, Figures, Tally, tally_for

Key = str | None
"""A value of the dimension as forms store it; None where a record states none."""
Chain = tuple[int, ...]
Tallies = dict[str, Tally]


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
class _Line:
    """Everything that one line collects."""

    tallies: Tallies
    records: int = 0
    incomplete: int = 0

    def line(self, key: Key) -> Line:
        figures = {name: tally.figures() for name, tally in self.tallies.items()}
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
        return Table(by.name, tuple(found.line(key) for key, found in lines), work.total.line(None))


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


@dataclass(frozen=True)
class _Filing:
    """Where the rows of one table of one record are counted: in the total and in the lines of their keys.

    `depth` says how much of a row's address tells its keys; rows it does not tell go where nothing is stated.
    """

    depth: int
    places: dict[Chain, list[Tallies]]
    elsewhere: Callable[[], list[Tallies]]

    def of(self, row: Row) -> list[Tallies]:
        """The tallies that a row's values are added to."""
        return self.places.get(row.chain[: self.depth]) or self.elsewhere()


@dataclass
class _Work:
    """One aggregation under way."""

    roles: Roles
    usual: Dimension
    follow: Mapping[str, str]
    keep: dict[str, Keep] | None
    lines: dict[Key, _Line] = field(default_factory=dict)
    depths: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.total = self._empty()

    def take(self, record: Record) -> None:
        """Count one record and everything it says."""
        rows = rows_of(record.answers, self.roles.tables, self.keep)
        if self.keep and not all(rows[table] for table in self.keep):
            # It fulfils each part of the filter somewhere, and all of them together nowhere.
            return
        by = self._by_of(rows)
        self.total.count(record)
        for key in self._keys(by, record, rows, 0)[()]:
            self._line(key).count(record)
        filings: dict[str, _Filing] = {}
        for measure in self.roles.measures:
            table = measure.place.table
            if table not in filings:
                filings[table] = self._file(by, record, rows, table)
            if measure.kind == "latest":
                self._latest(by, measure, record, rows, filings[table])
            else:
                self._plain(measure, record, rows, filings[table])

    def _plain(self, measure: Measure, record: Record, rows: Rows, filing: _Filing) -> None:
        for row in rows[measure.place.table]:
            value = read(measure, row.values, record)
            if value is not None:
                for tallies in filing.of(row):
                    tallies[measure.name].add(value, record, None)

    def _latest(self, by: Dimension, measure: Measure, record: Record, rows: Rows, filing: _Filing) -> None:
        """Add what a report states, and that it is a report on its subjects also where it states nothing."""
        table, place = ROOT, None
        if measure.subject:
            place = self.roles.dimensions[measure.subject].place
            table = place.table
        subjects = {row.chain: (texts(row.values, place) if place else ()) or (None,) for row in rows[table]}
        mentioned = self._file(by, record, rows, table)
        for row in rows[table]:
            for tallies in mentioned.of(row):
                for subject in subjects[row.chain]:
                    tallies[measure.name].add(None, record, subject)
        depth = len(self.roles.lineages[table])
        for row in rows[measure.place.table]:
            value = read(measure, row.values, record)
            if value is not None:
                for tallies in filing.of(row):
                    for subject in subjects[row.chain[:depth]]:
                        tallies[measure.name].add(value, record, subject)

    def _file(self, by: Dimension, record: Record, rows: Rows, table: str) -> _Filing:
        depth = self._shared(by.place.table, table)
        total = self.total.tallies
        places = {
            chain: [total, *(self._line(key).tallies for key in keys)]
            for chain, keys in self._keys(by, record, rows, depth).items()
        }
        return _Filing(depth, places, lambda: [total, self._line(None).tallies])

    def _keys(self, by: Dimension, record: Record, rows: Rows, depth: int) -> dict[Chain, set[Key]]:
        """The keys a record states, by the first `depth` parts of the address of where it states them."""
        if by.name == "fiscal_year":
            return {(): {str(record.fiscal_year)}}
        if by.name == "quarter":
            return {(): {f"{record.fiscal_year}-{record.quarter}"}}
        found: dict[Chain, set[Key]] = defaultdict(set)
        for row in rows[by.place.table]:
            values = texts(row.values, by.place)
            keys = [self.follow.get(value) for value in values] if by.via else values
            found[row.chain[:depth]].update(keys or (None,))
        return found or {(): {None}}

    def _by_of(self, rows: Rows) -> Dimension:
        """The dimension by which a record is filed: the fallback when it names no value of the usual one."""
        usual = self.usual
        if usual.fallback is None or any(texts(row.values, usual.place) for row in rows[usual.place.table]):
            return usual
        return usual.fallback

    def _line(self, key: Key) -> _Line:
        found = self.lines.get(key)
        if found is None:
            found = self.lines[key] = self._empty()
        return found

    def _empty(self) -> _Line:
        return _Line({measure.name: tally_for(measure) for measure in self.roles.measures})

    def _shared(self, one: str, other: str) -> int:
        found = self.depths.get((one, other))
        if found is None:
            found = self.depths[one, other] = self.roles.shared(one, other)
        return found
