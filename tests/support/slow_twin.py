"""Reports computed again by another route: every answer becomes a line of one flat list, and lists are searched.

It shares nothing with `reports.cube` but the meaning of the roles; it is slow, and plain enough to be believed.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reports.records import Record
from reports.roles import Dimension, Measure, Place, Roles


@dataclass(frozen=True)
class Leaf:
    """One answer. `turns` are the numbered repeats on the way to it: (("item", 0), ("room", 2))."""

    path: str
    turns: tuple[tuple[str, int], ...]
    value: Any


def leaves(values: dict[str, Any], path: str = "", turns: tuple[tuple[str, int], ...] = ()) -> Iterator[Leaf]:
    """Every answer of a record; a turn of a repeat is a leaf too, so that an empty one is seen."""
    for name, value in values.items():
        here = f"{path}/{name}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, turn in enumerate(value):
                yield Leaf(here, (*turns, (here, number)), "turn")
                yield from leaves(turn, here, (*turns, (here, number)))
        elif isinstance(value, dict):
            yield from leaves(value, here, turns)
        else:
            yield Leaf(here, turns, value)


def twin(
    records: list[Record], roles: Roles, by: Dimension, key: str | None, *, total: bool
) -> dict[str, dict[str, Any]]:
    """The figures of one key, or of everything, by measure."""
    return {
        measure.name: _figures(
            measure, list(_values(records, roles, measure, by, key, total=total)), records, roles, by, key, total
        )
        for measure in roles.measures
    }


def keys_of(records: list[Record], by: Dimension) -> set[str | None]:
    """Every key that some record has at all."""
    return {key for record in records for key in _keys(list(leaves(record.answers)), by, record, ())}


def _path(place: Place) -> str:
    return "/".join((place.table, *place.steps)) if place.table else "/" + "/".join(place.steps)


def _keys(found: list[Leaf], by: Dimension, record: Record, turns: tuple[tuple[str, int], ...]) -> set[str | None]:
    """Keys of whatever stands in `turns`: those in the same turns of the repeats that both lie in."""
    if by.name == "quarter":
        return {f"{record.fiscal_year}-{record.quarter}"}
    wanted = _path(by.place)
    rows = (
        [leaf.turns for leaf in found if leaf.value == "turn" and leaf.path == by.place.table]
        if by.place.table
        else [()]
    )
    keys: set[str | None] = set()
    for row in rows:
        shared = {name for name, _ in row} & {name for name, _ in turns}
        if {item for item in row if item[0] in shared} != {item for item in turns if item[0] in shared}:
            continue
        stated = [leaf.value for leaf in found if leaf.path == wanted and leaf.turns == row]
        several = [str(one) for value in stated for one in (value if isinstance(value, list) else [value])]
        keys |= set(several) or {None}
    return keys or {None}


@dataclass(frozen=True)
class Found:
    """A value of a measure with the record it stands in and whose it is."""

    value: Any
    record: Record
    turns: tuple[tuple[str, int], ...]
    subjects: frozenset[str | None]


def _values(
    records: list[Record], roles: Roles, measure: Measure, by: Dimension, key: str | None, *, total: bool
) -> Iterator[Found]:
    path = f"/{measure.name}"
    for record in records:
        found = list(leaves(record.answers))
        for leaf in found:
            if leaf.path == path and (total or key in _keys(found, by, record, leaf.turns)):
                yield Found(leaf.value, record, leaf.turns, _subjects(found, roles, measure, record, leaf.turns))


def _subjects(
    found: list[Leaf], roles: Roles, measure: Measure, record: Record, turns: tuple[tuple[str, int], ...]
) -> frozenset[str | None]:
    if not measure.subject:
        return frozenset((None,))
    return frozenset(_keys(found, roles.dimensions[measure.subject], record, turns))


def _figures(
    measure: Measure,
    found: list[Found],
    records: list[Record],
    roles: Roles,
    by: Dimension,
    key: str | None,
    total: bool,
) -> dict[str, Any]:
    if measure.kind == "latest":
        return _latest(measure, found, records, roles, by, key, total)
    good = [item.value for item in found if isinstance(item.value, int | float)]
    odd = [item.value for item in found if isinstance(item.value, str) and item.value.strip()]
    exact = [Fraction(str(value)) for value in good]
    if measure.kind == "rating":
        exact = [Fraction(item.value) for item in found if item.value in {"1", "2", "3", "4", "5"}]
        odd = [item.value for item in found if item.value not in {"1", "2", "3", "4", "5"}]
    figures: dict[str, Any] = {"n": len(exact), "odd": len(odd), "sum": sum(exact) if exact else None}
    if measure.kind == "share":
        chosen = [choice for item in found if isinstance(item.value, list) for choice in set(item.value)]
        return {
            "n": sum(bool(item.value) for item in found),
            "shares": {name: chosen.count(name) for name in set(chosen)},
        }
    if measure.kind in {"mean", "rating"}:
        figures["mean"] = statistics.mean(exact) if exact else None
        figures["variance"] = statistics.variance(exact) if len(exact) > 1 else None
    return figures


def _latest(
    measure: Measure,
    found: list[Found],
    records: list[Record],
    roles: Roles,
    by: Dimension,
    key: str | None,
    total: bool,
) -> dict[str, Any]:
    """For each subject: of all reports on it that belong to the key, the last one; its values summed."""
    reports: dict[str | None, set[int]] = {}
    order = {record.id: record.order for record in records}
    table = roles.dimensions[measure.subject].place.table if measure.subject else ""
    for record in records:
        all_leaves = list(leaves(record.answers))
        rows = [leaf.turns for leaf in all_leaves if leaf.value == "turn" and leaf.path == table] if table else [()]
        for turns in rows:
            if total or key in _keys(all_leaves, by, record, turns):
                for subject in _subjects(all_leaves, roles, measure, record, turns):
                    reports.setdefault(subject, set()).add(record.id)
    for item in found:
        for subject in item.subjects:
            reports.setdefault(subject, set()).add(item.record.id)
    sums = []
    for subject, ids in reports.items():
        last = max(ids, key=lambda one: order[one])
        values = [
            Fraction(str(item.value))
            for item in found
            if item.record.id == last and subject in item.subjects and isinstance(item.value, int | float)
        ]
        if values:
            sums.append(sum(values))
    return {"n": len(sums), "left_out": len(reports) - len(sums), "sum": sum(sums) if sums else None}
