"""Which records a report is about: read from an address, put back into one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from reports.problems import Problem

COUNTED, APPROVED, ALL = "counted", "approved", "all"
REVIEW_STATES = (COUNTED, APPROVED, ALL)
"""Everything but what was rejected; only what was approved; everything, for lists and exports.

No total ever counts a rejected record: where figures are computed, ``all`` means ``counted``.
"""
DIMENSIONS = ("group", "district", "school", "officer", "project", "indicator", "round")
"""What a record can be filtered by beside time and review; values are as forms store them."""
LONGEST = 200
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What to include; an empty part asks for nothing. `fiscal_year` is of the Buddhist era, `as_of` the last day."""

    fiscal_year: int | None = None
    quarter: int | None = None
    group: str = ""
    district: str = ""
    school: str = ""
    officer: str = ""
    project: str = ""
    indicator: str = ""
    round: str = ""
    review_state: str = COUNTED
    as_of: dt.date | None = None

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Filters:
        """The filters among the parameters of an address; other parameters are passed over.

        Raises:
            Problem 400.191-194, 400.196: a value that means nothing.

        """
        return cls(**{name: _read(name, given.get(name, "").strip()) for name in cls.names()})

    @classmethod
    def understood(cls, given: Mapping[str, str]) -> tuple[Filters, dict[str, str]]:
        """The filters as far as they mean something, for pages, and what is left out of them by parameter."""
        found, nonsense = {}, {}
        for name in cls.names():
            text = given.get(name, "").strip()
            try:
                found[name] = _read(name, text)
            except Problem:
                nonsense[name] = text[:LONGEST]
        return cls(**found), nonsense

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The parameters."""
        return tuple(field.name for field in fields(cls))

    def with_(self, **changes: Any) -> Filters:
        """The same filters but for `changes`."""
        return replace(self, **changes)

    def parameters(self) -> dict[str, str]:
        """What an address needs to say; what is as usual is left out."""
        found = {name: getattr(self, name) for name in self.names()}
        return {name: str(value) for name, value in found.items() if value and value != COUNTED}

    def query(self, **others: str | int | None) -> str:
        """The filters as the query of an address, with other parameters before them."""
        return urlencode({name: str(value) for name, value in others.items() if value} | self.parameters())

    def chosen(self) -> dict[str, str]:
        """The dimensions that are filtered by, with their values."""
        return {name: value for name in DIMENSIONS if (value := getattr(self, name))}


def flag(given: Mapping[str, str], name: str, *, usual: bool) -> bool:
    """A parameter that is ``true`` or ``false``.

    Raises:
        Problem 400.197: it is something else.

    """
    text = given.get(name, "").strip().lower()
    if not text:
        return usual
    if text not in {"true", "false", "1", "0"}:
        raise Problem("400.197", field=name, value=text[:LONGEST])
    return text in {"true", "1"}


def _read(name: str, text: str) -> Any:
    if name in DIMENSIONS:
        return _value(name, text)
    return _READERS[name](text)


def _number(text: str, code: str, allowed: range) -> int | None:
    if not text:
        return None
    # Thai digits are digits for Python too, and are what a planner may type.
    if not text.isdecimal() or len(text) > len(str(allowed[-1])) or int(text) not in allowed:
        raise Problem(code, value=text[:LONGEST])
    return int(text)


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        # One way to write it: Python would also take a week or a date without hyphens.
        return dt.date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise Problem("400.193", value=text[:LONGEST]) from error


def _review_state(text: str) -> str:
    if text and text not in REVIEW_STATES:
        raise Problem("400.194", value=text[:LONGEST], allowed=", ".join(REVIEW_STATES))
    return text or COUNTED


def _value(name: str, text: str) -> str:
    if len(text) > LONGEST:
        raise Problem("400.196", field=name, limit=LONGEST)
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "fiscal_year": lambda text: _number(text, "400.191", range(2400, 2800)),
    "quarter": lambda text: _number(text, "400.192", range(1, 5)),
    "review_state": _review_state,
    "as_of": _date,
}
"""How the parts are read that cannot be any text."""
