"""A record as reports read it, and the way to its answers.

`Record` is the seam between where rows come from and what is computed: `cube.aggregate` takes any iterable of them, be
it the rows of a query today or columns that are faster to read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reports.roles import ROOT, Place, TableLayout

Order = tuple[dt.date, dt.datetime, int]


@dataclass(frozen=True, slots=True)
class Record:
    """The current version of a submission. `odd` are (path, text) of answers that are not what they should be."""

    id: int
    instance_id: str
    report_date: dt.date
    received_at: dt.datetime
    fiscal_year: int
    quarter: int
    incomplete: bool
    answers: dict[str, Any]
    odd: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    @property
    def order(self) -> Order:
        """Which of two reports is the later one: by the date they state, then as they were received."""
        return (self.report_date, self.received_at, self.id)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of one record: the record itself, or one turn of a repeat. `chain` is its address."""

    chain: tuple[int, ...]
    values: dict[str, Any]


Rows = dict[str, list[Row]]
Keep = Callable[[Row], bool]


def rows_of(answers: dict[str, Any], tables: tuple[TableLayout, ...], keep: dict[str, Keep] | None = None) -> Rows:
    """The rows of every table of a record; where `keep` names a table, only the rows it accepts and what is in them."""
    found: Rows = {ROOT: [Row((), answers)]}
    for table in tables:
        if table.path == ROOT:
            continue
        wanted = keep.get(table.path) if keep else None
        rows = (row for parent in found[table.parent] for row in _turns(parent, table.steps))
        found[table.path] = [row for row in rows if wanted is None or wanted(row)]
    return found


def _turns(parent: Row, steps: tuple[str, ...]) -> Iterator[Row]:
    turns = dig(parent.values, steps)
    if isinstance(turns, list):
        for index, values in enumerate(turns):
            if isinstance(values, dict):
                yield Row((*parent.chain, index), values)


def dig(values: Any, steps: tuple[str, ...]) -> Any:
    """The answer that `steps` lead to; None where there is none."""
    for step in steps:
        if not isinstance(values, dict):
            return None
        values = values.get(step)
    return values


def texts(values: dict[str, Any], place: Place) -> tuple[str, ...]:
    """The codes an answer holds: one, several of a multiple choice, or none."""
    found = dig(values, place.steps)
    if found is None or isinstance(found, dict):
        return ()
    items = found if isinstance(found, list) else [found]
    return tuple(dict.fromkeys(text for item in items if (text := str(item).strip())))
