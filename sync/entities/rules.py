"""The rules of entities as pure functions: whether a change can be made now, on what, and what it conflicts with.

Source: getodk.github.io/xforms-spec/entities (2022.1.0 to 2025.1.0), with two rules of ours: an older report never
overwrites newer data, and of what one device did its own order counts, in whatever order it arrives. What changes
only in the plan conflicts with nothing, since records cannot change it.

A device that is away counts on from the version it fetched (the *trunk*): its first change of the entity has
``baseVersion = trunkVersion``, the next one more, all with the same ``branchId``. An entity it created itself has no
trunk and is in version 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Values: TypeAlias = "Mapping[str, str]"
SOFT, HARD = "soft", "hard"
LABEL = "label"
CREATED = 1
"""The version of an entity that was just created, on whatever side."""


@dataclass(frozen=True)
class Change:
    """What a record asks of one entity. `received` holds texts by property, and the label under `LABEL` if not empty.

    `report_date` is None when the form states no date.
    """

    received: Values
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str | None = None
    report_date: dt.date | None = None


@dataclass(frozen=True)
class Past:
    """A version that is there. `data` and `received` hold the label under `LABEL` too.

    `no_rival` is one that conflicts with nothing: by the plan, or the late creation of an entity.
    """

    version: int
    data: Values
    received: Values
    branch_id: str | None = None
    branch_base: int | None = None
    no_rival: bool = False


@dataclass(frozen=True)
class Wait:
    """An earlier change of the same branch is not here yet."""


@dataclass(frozen=True)
class Refuse:
    """It cannot be made; `code` is a problem of the catalogue."""

    code: str


@dataclass(frozen=True)
class Made:
    """The next version: what it holds, on which version it was based, what it took, and its conflict if any."""

    data: dict[str, str]
    taken: tuple[str, ...]
    base: int
    conflict: str | None
    conflicting: tuple[str, ...] = ()


Verdict = Made | Wait | Refuse
_NO_DATES: Mapping[str, dt.date] = {}


def judge_update(
    change: Change,
    versions: Sequence[Past],
    *,
    dates: Mapping[str, dt.date] = _NO_DATES,
    owned: frozenset[str] | None = None,
    forced: bool = False,
) -> Verdict:
    """What becomes of an update of an entity that has `versions` (in their order, at least one).

    `dates` are report dates by property; `owned` are the properties that records may change (None: all). A `forced`
    one does not wait any longer.
    """
    base = _base(change, versions)
    if isinstance(base, Wait) and forced:
        base = _best_base(change, versions)
    if isinstance(base, Wait | Refuse):
        return base
    later = _set_later_on_the_device(change, versions)
    conflict, conflicting = _conflict(change, base, versions)
    return _made(change, versions[-1], base, conflict, conflicting, _outranked(change, dates) | later, owned)


def judge_correction(
    change: Change,
    versions: Sequence[Past],
    corrected: int,
    *,
    dates: Mapping[str, dt.date] = _NO_DATES,
    owned: frozenset[str] | None = None,
) -> Made:
    """What becomes of the edit of a record that made version `corrected`; `change` holds what it says otherwise now."""
    later = _set_later_on_the_device(change, versions)
    conflict, conflicting = _conflict(change, corrected, versions)
    return _made(change, versions[-1], corrected, conflict, conflicting, _outranked(change, dates) | later, owned)


def judge_late_creation(change: Change, versions: Sequence[Past]) -> Made:
    """What becomes of a creation whose updates were made without it: it fills in what they did not set."""
    set_since = frozenset(name for version in versions for name in version.received)
    return _made(change, versions[-1], versions[-1].version, SOFT, (), set_since, None)


def worst(*conflicts: str | None) -> str | None:
    """The graver of conflicts."""
    return HARD if HARD in conflicts else SOFT if SOFT in conflicts else None


def new_dates(dates: Mapping[str, dt.date], taken: Sequence[str], report_date: dt.date | None) -> dict[str, dt.date]:
    """Report dates by property after a change; a change without a date leaves what it took without one."""
    kept = {name: date for name, date in dates.items() if name not in taken}
    return kept if report_date is None else kept | dict.fromkeys(taken, report_date)


def _base(change: Change, versions: Sequence[Past]) -> int | Wait | Refuse:
    """The version on this server that the device changed."""
    current, base, trunk = versions[-1].version, change.base_version, change.trunk_version
    if base is None:
        return Refuse("400.161")
    if change.branch_id is None:
        return base if CREATED <= base <= current else Refuse("404.9")
    start = CREATED if trunk is None else trunk
    if base < start or start < CREATED or start > current:
        return Refuse("404.9")
    if base == start:
        return start
    parent = _of_branch(change, versions, base - 1)
    return parent[-1].version if parent else Wait()


def _best_base(change: Change, versions: Sequence[Past]) -> int:
    """Where the branch stands as far as it is known here, for a change whose parent did not come."""
    known = [
        version.version
        for version in versions
        if version.branch_id == change.branch_id and (version.branch_base or 0) < (change.base_version or 0)
    ]
    return known[-1] if known else min(change.trunk_version or CREATED, versions[-1].version)


def _of_branch(change: Change, versions: Sequence[Past], branch_base: int) -> list[Past]:
    return [item for item in versions if item.branch_id == change.branch_id and item.branch_base == branch_base]


def _set_later_on_the_device(change: Change, versions: Sequence[Past]) -> frozenset[str]:
    """Properties that the same branch set after this change; they are here already since a parent was late."""
    if change.branch_id is None or change.base_version is None:
        return frozenset()
    return frozenset(
        name
        for version in versions
        if version.branch_id == change.branch_id and (version.branch_base or 0) > change.base_version
        for name in version.received
    )


def _outranked(change: Change, dates: Mapping[str, dt.date]) -> frozenset[str]:
    """Properties whose present value is from a newer report."""
    if change.report_date is None:
        return frozenset()
    return frozenset(name for name, date in dates.items() if date > change.report_date)


def _conflict(change: Change, base: int, versions: Sequence[Past]) -> tuple[str | None, tuple[str, ...]]:
    """Soft when somebody else changed the entity since the device fetched it; hard when the same property, otherwise.

    What the device did itself is no rival, nor is the plan, whose properties no record can change.
    """
    start = base if change.branch_id is None else min(base, change.trunk_version or CREATED)
    rivals = [
        item
        for item in versions
        if item.version > start
        and not item.no_rival
        and (change.branch_id is None or item.branch_id != change.branch_id)
    ]
    if not rivals:
        return None, ()
    changed_since = {name for item in rivals if item.version > base for name in item.received}
    current = versions[-1].data
    both = tuple(
        sorted(
            name for name, value in change.received.items() if name in changed_since and current.get(name, "") != value
        )
    )
    return (HARD if both else SOFT), both


def _made(
    change: Change,
    current: Past,
    base: int,
    conflict: str | None,
    conflicting: tuple[str, ...],
    kept: frozenset[str],
    owned: frozenset[str] | None,
) -> Made:
    taken = {
        name: value for name, value in change.received.items() if name not in kept and (owned is None or name in owned)
    }
    return Made({**current.data, **taken}, tuple(sorted(taken)), base, conflict, conflicting)
