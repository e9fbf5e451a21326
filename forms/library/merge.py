"""Bringing together what an office changed in a form and what the library changed in it since. Pure.

Three workbooks: the *base*, which is the library's form that the office began with; the *office*'s; the *library*'s
new one. A cell that one side changed is taken from that side. Where both changed it to different texts, the office's is
kept and the cell is told as a conflict. A base that is not known is an empty one: then every difference is a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from forms.library.tables import EMPTY, Key, Row, Table, Tables, is_end

WHOLE_ROW, ORDER = "", "(order)"
"""Stand in place of a column: the row as a whole, and the order of the rows."""

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True)
class Conflict:
    """A cell that both sides changed. The office's text stands in the merged workbook.

    `column` may be `WHOLE_ROW`: one side took the row out while the other changed it; the texts are then the row's
    cells, empty where it is gone. Or it is `ORDER`: both put the rows of the sheet into another order.
    """

    sheet: str
    row: Key
    column: str
    base: str
    office: str
    library: str


@dataclass(frozen=True)
class Merged:
    """The merged workbook, and what a person must look at."""

    tables: Mapping[str, Table]
    conflicts: tuple[Conflict, ...] = ()


def merge(base: Tables, office: Tables, library: Tables) -> Merged:
    """The three-way merge of a form."""
    names, _ = _in_order(list(base), list(office), list(library), _members(base, office, library))
    conflicts: list[Conflict] = []
    tables = {}
    for name in names:
        found = _Sheet(name, *(tables_.get(name, EMPTY) for tables_ in (base, office, library)))
        tables[name] = found.merged()
        conflicts += found.conflicts
    return Merged(tables, tuple(conflicts))


class _Sheet:
    """One sheet of the three workbooks."""

    def __init__(self, name: str, base: Table, office: Table, library: Table) -> None:
        self.name, self.base, self.office, self.library = name, base, office, library
        self.conflicts: list[Conflict] = []

    def merged(self) -> Table:
        rows = self._rows()
        base, office, library = (list(table.rows) for table in (self.base, self.office, self.library))
        keys, both_moved = _in_order(base, office, library, set(rows))
        if both_moved:
            self.conflicts.append(Conflict(self.name, (), ORDER, "", "", ""))
        return Table(self._columns(rows), {key: rows[key] for key in keys})

    def _rows(self) -> dict[Key, Row]:
        """The rows that stay. The end of a group or repeat stays as long as its beginning."""
        every = dict.fromkeys([*self.office.rows, *self.library.rows])
        kept = {key: self._row(key) for key in every if not is_end(key)}
        rows = {key: row for key, row in kept.items() if row is not None}
        for key in every:
            if is_end(key) and key[:-1] in rows:
                either = self.office.rows.get(key) or self.library.rows[key]
                rows[key] = self._row(key) or either
        return rows

    def _row(self, key: Key) -> Row | None:
        base, office, library = (table.rows.get(key) for table in (self.base, self.office, self.library))
        if base is not None and (office is None or library is None):
            return self._taken_out(key, base, office, library)
        if office is None or library is None:
            return office or library
        columns = dict.fromkeys([*office, *library, *(base or {})])
        cells = {column: self._cell(key, column, base or {}, office, library) for column in columns}
        return {column: text for column, text in cells.items() if text}

    def _taken_out(self, key: Key, base: Row, office: Row | None, library: Row | None) -> Row | None:
        """What becomes of a row that a side took out: it goes, unless the other side changed it meanwhile."""
        if office not in (None, base) or library not in (None, base):
            texts = (_in_one(row) for row in (base, office or {}, library or {}))
            if not is_end(key):
                self.conflicts.append(Conflict(self.name, key, WHOLE_ROW, *texts))
            return office
        return None

    def _cell(self, key: Key, column: str, base: Row, office: Row, library: Row) -> str:
        was, ours, theirs = (row.get(column, "") for row in (base, office, library))
        if ours in (was, theirs):
            return theirs
        if theirs != was:
            self.conflicts.append(Conflict(self.name, key, column, was, ours, theirs))
        return ours

    def _columns(self, rows: Mapping[Key, Row]) -> tuple[str, ...]:
        base, office, library = (list(table.columns) for table in (self.base, self.office, self.library))
        filled = {column for row in rows.values() for column in row}
        columns, _ = _in_order(base, office, library, _members(base, office, library) | filled)
        return tuple(columns)


def _members(base: Iterable[Item], office: Iterable[Item], library: Iterable[Item]) -> set[Item]:
    """What both have, and what either has added."""
    was, ours, theirs = set(base), set(office), set(library)
    return (ours & theirs) | ((ours | theirs) - was)


def _in_order(
    base: Sequence[Item], office: Sequence[Item], library: Sequence[Item], kept: set[Item]
) -> tuple[list[Item], bool]:
    """What is kept, in order: the library's, unless the office put things into another. And whether both did.

    What only one of them has follows what it followed there.
    """
    office_moved, library_moved = _moved(base, office), _moved(base, library)
    frame, other = (office, library) if office_moved or not base else (library, office)
    placed = kept.intersection(frame)
    followers: dict[Item | None, list[Item]] = defaultdict(list)
    before: Item | None = None
    for item in other:
        if item in placed:
            before = item
        elif item in kept:
            followers[before].append(item)
    ordered = list(followers[None])
    for item in frame:
        if item in placed:
            ordered += [item, *followers[item]]
    return ordered, office_moved and library_moved and _moved(office, library)


def _moved(before: Sequence[Item], after: Sequence[Item]) -> bool:
    """Whether what both have stands in another order."""
    common = set(before) & set(after)
    return [item for item in before if item in common] != [item for item in after if item in common]


def _in_one(row: Row) -> str:
    return " | ".join(row.values())
