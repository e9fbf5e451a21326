"""The filled forms of ``tests/contract/library``: what a person answers, and what must become of it.

The answers stand there in the types they are expected in afterwards: ``40`` is asked for as the text ``40`` and must
arrive as a number. Tags name rows of the lists: ``!project EDU-70-01`` is the UUID of that project.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.sample_files import small_picture

FOLDER = Path(__file__).resolve().parent.parent / "contract" / "library"
Rows = Mapping[str, list[dict[str, str]]]


class Anything:
    """Equal to whatever is there."""

    def __eq__(self, other: object) -> bool:
        return other not in (None, "")

    def __hash__(self) -> int:
        return 0


@dataclass(frozen=True)
class File:
    """A file given as an answer."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Point:
    """A place: degrees and metres."""

    lat: float
    lon: float
    alt: float
    acc: float


@dataclass(frozen=True)
class FilledForm:
    """One of the files. `entity` is None when the form writes none."""

    answers: dict[str, Any]
    worked_out: dict[str, Any]
    dimensions: dict[str, Any]
    reports: dict[str, dict[str, dict[str, float]]]
    entity: dict[str, Any] | None = None

    def for_engine(self) -> dict[str, Any]:
        """The answers as the engine takes them."""
        return _map(self.answers, _for_engine)

    def typed(self) -> dict[str, Any]:
        """What the server must read, without what the device records by itself."""
        return _map(_merged(self.answers, self.worked_out), _typed)

    def dimension_rows(self) -> set[tuple[str, str]]:
        """The dimensions of the record."""
        return {(name, value) for name, given in self.dimensions.items() for value in _texts(given)}

    def files(self) -> list[File]:
        """The files of the answers."""
        found: list[File] = []
        _map(self.answers, lambda value: found.append(value) if isinstance(value, File) else None)
        return found


def filled_form(form_id: str, lists: Rows) -> FilledForm:
    """The file of a form, its tags looked up in the lists."""
    loader = type("Loader", (yaml.SafeLoader,), {})
    for tag, look_up in _tags(lists).items():
        loader.add_constructor(f"!{tag}", lambda reader, node, look_up=look_up: look_up(_plain(reader, node)))
    with (FOLDER / f"{form_id}.yaml").open(encoding="utf-8") as source:
        return FilledForm(**yaml.load(source, loader))


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)


def _tags(lists: Rows) -> dict[str, Callable[[Any], Any]]:
    def by_code(name: str) -> Callable[[str], str]:
        return lambda code: next(row["name"] for row in lists[name] if row["code"] == code)

    def by_place(name: str, owners: str, column: str) -> Callable[[str], str]:
        def look_up(given: str) -> str:
            code, _, seq = given.rpartition("/")
            owner = by_code(owners)(code)
            return next(row["name"] for row in lists[name] if row[column] == owner and row["seq"] == seq)

        return look_up

    return {
        "school": by_code("schools.csv"),
        "project": by_code("projects.csv"),
        "indicator": by_code("indicators.csv"),
        "activity": by_place("activities.csv", "projects.csv", "project"),
        "issue": by_place("std_issues.csv", "indicators.csv", "indicator"),
        "photo": lambda name: File(name, "image/jpeg", small_picture(name)),
        "file": lambda name: File(name, "application/octet-stream", f"%PDF {name}".encode()),
        "point": lambda given: Point(*given),
        "any": lambda _: Anything(),
    }


def _map(value: Any, leaf: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _map(item, leaf) for name, item in value.items()}
    if isinstance(value, list):
        return [_map(item, leaf) for item in value]
    return leaf(value)


def _merged(given: Any, more: Any) -> Any:
    if isinstance(given, list) and isinstance(more, list):
        return [_merged(one, other) for one, other in zip(given, more, strict=True)]
    if isinstance(given, dict) and isinstance(more, dict):
        both = given | more
        return {
            name: _merged(given[name], more[name]) if name in given and name in more else both[name] for name in both
        }
    return more


def _for_engine(value: Any) -> Any:
    if isinstance(value, File):
        return {"file": value.name, "type": value.media_type}
    if isinstance(value, Point):
        return f"{value.lat} {value.lon} {value.alt} {value.acc}"
    return str(value)


def _typed(value: Any) -> Any:
    if isinstance(value, File):
        return value.name
    if isinstance(value, Point):
        return vars(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _texts(given: Any) -> list[str]:
    return [str(item) for item in (given if isinstance(given, list) else [given])]
