"""What the versions of an entity say about its conflict, as ODK Central tells it. Pure; no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sync.entities.models import EntityVersion
from sync.entities.rules import LABEL


@dataclass(frozen=True)
class Detail:
    """One version beside the others.

    `base_diff` are the properties that its author changed (against the version it was based on), `server_diff` those
    that changed on the server (against the version before it); the label is among them as ``label``.
    """

    base_diff: tuple[str, ...]
    server_diff: tuple[str, ...]
    last_good: bool
    relevant: bool


def details(versions: Sequence[EntityVersion]) -> list[Detail]:
    """The details of every version, in their order.

    The last good version is the one before the first conflict that is not resolved, or the last one. Relevant are,
    while there is such a conflict, all versions since the last good one and those that conflicting ones are based on.
    """
    by_number = {version.version: version for version in versions}
    open_ones = [version for version in versions if version.conflict is not None and not version.resolved]
    last_good = open_ones[0].version - 1 if open_ones else versions[-1].version
    bases = {version.base_version for version in open_ones}
    return [
        Detail(
            base_diff=_difference(version, by_number.get(version.base_version or 0), version.received),
            server_diff=_difference(version, by_number.get(version.version - 1), _content(version)),
            last_good=version.version == last_good,
            relevant=bool(open_ones) and (version.version >= last_good or version.version in bases),
        )
        for version in versions
    ]


def differences(versions: Sequence[EntityVersion]) -> list[list[dict[str, str | None]]]:
    """What changed from each version to the next: lists of ``propertyName``, ``old`` and ``new``."""
    result = []
    for before, after in pairwise(versions):
        old, new = _content(before), _content(after)
        names = [LABEL, *sorted((old.keys() | new.keys()) - {LABEL})]
        result.append(
            [
                {"propertyName": name, "old": old.get(name), "new": new.get(name)}
                for name in names
                if old.get(name) != new.get(name)
            ]
        )
    return result


def _difference(version: EntityVersion, other: EntityVersion | None, values: dict[str, str]) -> tuple[str, ...]:
    """Which of the things received with a version it holds (in `values`) otherwise than another version does."""
    if other is None:
        return ()
    there = _content(other)
    return tuple(name for name in version.received if values.get(name, "") != there.get(name, ""))


def _content(version: EntityVersion) -> dict[str, str]:
    return {**version.data, LABEL: version.label}
