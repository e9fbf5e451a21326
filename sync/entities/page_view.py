"""What the page of an entity shows, made of its versions. Pure: no request, no database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sync.entities.history import Event
from sync.entities.models import EntityVersion
from sync.entities.rules import LABEL
from sync.entities.store import whole

LONG = 60
NOW = "now"


@dataclass(frozen=True)
class Input:
    """One field of a row's form. `now` is what is there now, where that is not what was typed."""

    name: str
    value: str
    plan_owned: bool = False
    now: str | None = None
    error: str = ""

    @property
    def long(self) -> bool:
        """Whether it wants more than a line."""
        return len(self.value) > LONG or "\n" in self.value


@dataclass(frozen=True)
class Difference:
    """What a version changed in one property."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Kept:
    """What a version asked for and was not done: a newer value stood, or the property is the plan's."""

    name: str
    received: str
    held: str
    plan_owned: bool


@dataclass(frozen=True)
class Step:
    """One event of a row's history as a person reads it."""

    event: Event
    who: str | None
    changes: Sequence[Difference] = ()
    kept: Sequence[Kept] = ()


@dataclass(frozen=True)
class Option:
    """One value that a property in conflict can be given: the one that a version asked for. `key` names it in forms."""

    version: EntityVersion
    value: str
    key: str
    current: bool


@dataclass(frozen=True)
class Choice:
    """A property in which the sides of a conflict differ. `contested` says that both changed it."""

    name: str
    contested: bool
    before: Sequence[Option]
    others: Sequence[Option]
    these: Sequence[Option]

    @property
    def options(self) -> list[Option]:
        """Every value to choose from."""
        return [*self.before, *self.others, *self.these]


def plain(text: str) -> str:
    """A text with line ends as they are kept; browsers send others."""
    return text.replace("\r\n", "\n")


def changes_typed(typed: Mapping[str, str], base: EntityVersion) -> dict[str, str]:
    """What was changed in a form that was made from a version."""
    shown = content(base)
    return {name: value for name, value in typed.items() if plain(shown.get(name, "")) != value}


def inputs(
    present: Mapping[str, str],
    owned: Mapping[str, bool],
    changed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Input]:
    """The fields of a row; with `changed`, what was typed stands in place of what is there.

    `owned` says of each property whether the plan owns it, and so of the label.
    """
    typed, wrong = changed or {}, errors or {}
    return [
        Input(
            name,
            typed.get(name, present.get(name, "")),
            plan_owned,
            present.get(name, "") if name in typed and typed[name] != plain(present.get(name, "")) else None,
            wrong.get(name, ""),
        )
        for name, plan_owned in owned.items()
    ]


def steps(
    events: Sequence[Event],
    versions: Sequence[EntityVersion],
    owned: Mapping[str, bool],
    name_of: Callable[[int | None], str | None],
) -> list[Step]:
    """The history of a row with what each version changed."""
    by_number = {version.version: version for version in versions}
    return [
        Step(
            event,
            name_of(event.actor_id),
            _differences(event.sourced.version, by_number) if event.sourced else (),
            _kept(event.sourced.version, owned) if event.sourced else (),
        )
        for event in events
    ]


def choices(versions: Sequence[EntityVersion], names: Collection[str]) -> list[Choice]:
    """The properties (of those that can be changed: `names`) in which the sides of an open conflict differ."""
    open_ones = {version.version for version in versions if version.conflict is not None and not version.resolved}
    if not open_ones:
        return []
    by_number = {version.version: version for version in versions}
    start = min(by_number[number].base_version or number - 1 for number in open_ones)
    base = by_number.get(start, versions[0])
    since = [version for version in versions if version.version > base.version]
    contested = {name for number in open_ones for name in by_number[number].conflicting or ()}
    touched = dict.fromkeys(name for version in since for name in version.received if name in names)
    found = [
        _choice(name, base, since, versions[-1], open_ones, contested) for name in sorted(touched, key=_label_first)
    ]
    return [item for item in found if len({option.value for option in item.options}) > 1]


def content(version: EntityVersion) -> dict[str, str]:
    """What a row held in a version, the label under `LABEL`."""
    return whole(version.label, version.data)


def _choice(
    name: str,
    base: EntityVersion,
    since: Sequence[EntityVersion],
    last: EntityVersion,
    open_ones: Collection[int],
    contested: Collection[str],
) -> Choice:
    now = content(last).get(name, "")
    before = content(base).get(name, "")
    here = [(base, before, str(base.version))]
    # Forms send what they show, changed or not.
    here += [
        (version, value, str(version.version))
        for version in since
        if (value := version.received.get(name, before)) != before
    ]
    if now not in {value for _, value, _ in here}:
        here.append((last, now, NOW))
    # Of several with the value that is there, the last one is it.
    current = next(key for _, value, key in reversed(here) if value == now)

    def options(items: Sequence[tuple[EntityVersion, str, str]]) -> list[Option]:
        latest = {value: (version, key) for version, value, key in items}
        return [Option(version, value, key, key == current) for value, (version, key) in latest.items()]

    return Choice(
        name,
        name in contested,
        options(here[:1]),
        options([item for item in here[1:] if item[0].version not in open_ones]),
        options([item for item in here[1:] if item[0].version in open_ones]),
    )


def _differences(version: EntityVersion, by_number: Mapping[int, EntityVersion]) -> list[Difference]:
    before = by_number.get(version.version - 1)
    old, new = content(before) if before is not None else {}, content(version)
    return [
        Difference(name, old.get(name, ""), new.get(name, ""))
        for name in sorted(old.keys() | new.keys(), key=_label_first)
        if old.get(name, "") != new.get(name, "")
    ]


def _kept(version: EntityVersion, owned: Mapping[str, bool]) -> list[Kept]:
    held = content(version)
    return [
        Kept(name, value, held.get(name, ""), owned.get(name, False))
        for name, value in sorted(version.received.items())
        if held.get(name, "") != value
    ]


def _label_first(name: str) -> tuple[bool, str]:
    return name != LABEL, name
