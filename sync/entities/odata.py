"""The parts of OData's query language that ODK Central's entity feeds take, as values. Pure; no database.

``$filter`` knows comparisons of system fields with ``and``, ``or``, ``not`` and brackets, and the functions ``now``,
``year`` … ``second`` (docs.getodk.org/central-api-odata-endpoints); ``$orderby`` the same fields.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TypeAlias

from core.errors import Problem

ID, CREATOR, CREATED, UPDATED, DELETED, CONFLICT = (
    "__id", "__system/creatorId", "__system/createdAt", "__system/updatedAt", "__system/deletedAt", "__system/conflict",
)  # fmt: skip
FIELDS = frozenset({ID, CREATOR, CREATED, UPDATED, DELETED, CONFLICT})
PARTS = ("year", "month", "day", "hour", "minute", "second")
OPERATORS = ("eq", "ne", "neq", "lt", "le", "gt", "ge")
MOST_TOKENS, DEEPEST, MOST_ORDERS = 400, 30, 6
LARGEST_NUMBER = 2**53
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<text>'(?:[^']|'')*')"
    r"|(?P<instant>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+\- ]\d\d:?\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_$][\w$/.]*)"
    r"|(?P<mark>[(),])"
    r")"
)

Value: TypeAlias = "str | int | float | dt.datetime | bool | None"


@dataclass(frozen=True)
class Field:
    """A system field."""

    name: str


@dataclass(frozen=True)
class Part:
    """A part of an instant: ``year(__system/createdAt)``."""

    part: str
    of: Field


@dataclass(frozen=True)
class Literal:
    """A value."""

    value: Value


Operand = Field | Part | Literal


@dataclass(frozen=True)
class Compare:
    """A comparison; `operator` is one of eq, ne, lt, le, gt, ge."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Not:
    """The contrary."""

    of: Filter


@dataclass(frozen=True)
class Both:
    """Both, or (not `both`) either."""

    left: Filter
    right: Filter
    both: bool


Filter: TypeAlias = "Compare | Not | Both"


@dataclass(frozen=True)
class Order:
    """One key to sort by."""

    field: str
    descending: bool


def read_filter(text: str, now: dt.datetime) -> Filter:
    """A ``$filter``.

    Raises:
        Problem 400.8: it cannot be read. 501.1: a field or function that is not supported.

    """
    return _Reader(_tokens(text), now).whole()


def read_orders(text: str) -> tuple[Order, ...]:
    """An ``$orderby``: ``__system/createdAt desc, __id``.

    Raises:
        Problem 400.8: it cannot be read. 501.1: a field that cannot be sorted by.

    """
    orders = []
    for item in text.split(","):
        words = item.split()
        if len(words) not in {1, 2} or (len(words) > 1 and words[1].lower() not in {"asc", "desc"}):
            raise Problem("400.8", field="$orderby", reason=f"“{item.strip()[:60]}” cannot be read.")
        orders.append(Order(_known(words[0]), len(words) > 1 and words[1].lower() == "desc"))
    if len(orders) > MOST_ORDERS:
        raise Problem("400.8", field="$orderby", reason=f"at most {MOST_ORDERS} keys.")
    return tuple(orders)


def names_field(found: Filter, name: str) -> bool:
    """Whether a filter speaks of a field."""
    if isinstance(found, Compare):
        sides = [side.of if isinstance(side, Part) else side for side in (found.left, found.right)]
        return Field(name) in sides
    if isinstance(found, Not):
        return names_field(found.of, name)
    return names_field(found.left, name) or names_field(found.right, name)


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or len(found) >= MOST_TOKENS:
            raise _unreadable(text[at : at + 30])
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Reader:
    """A recursive-descent reader: ``or`` binds least, then ``and``, then ``not``."""

    def __init__(self, tokens: list[tuple[str, str]], now: dt.datetime) -> None:
        self._tokens = tokens
        self._now = now
        self._at = 0
        self._depth = 0

    def whole(self) -> Filter:
        """All of it."""
        found = self._either()
        if self._at < len(self._tokens):
            raise _unreadable(self._tokens[self._at][1])
        return found

    def _either(self) -> Filter:
        found = self._both()
        while self._take_word("or"):
            found = Both(found, self._both(), both=False)
        return found

    def _both(self) -> Filter:
        found = self._one()
        while self._take_word("and"):
            found = Both(found, self._one(), both=True)
        return found

    def _one(self) -> Filter:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _unreadable("…")
        if self._take_word("not"):
            found: Filter = Not(self._one())
        elif self._take_mark("("):
            found = self._either()
            self._require_mark(")")
        else:
            found = self._comparison()
        self._depth -= 1
        return found

    def _comparison(self) -> Filter:
        left = self._operand()
        kind, operator = self._next()
        if kind != "word" or operator not in OPERATORS:
            raise _unreadable(operator)
        return Compare(operator.replace("neq", "ne"), left, self._operand())

    def _operand(self) -> Operand:
        kind, text = self._next()
        if kind == "text":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "instant":
            return Literal(instant(text))
        if kind == "number":
            return Literal(_number(text))
        if kind != "word":
            raise _unreadable(text)
        if text in {"null", "true", "false"}:
            return Literal({"null": None, "true": True, "false": False}[text])
        return self._call(text) if self._take_mark("(") else Field(_known(text))

    def _call(self, name: str) -> Operand:
        if name == "now":
            self._require_mark(")")
            return Literal(self._now)
        if name not in PARTS:
            raise Problem("501.1", feature=f"the function {name[:60]} in $filter")
        of = self._operand()
        self._require_mark(")")
        if isinstance(of, Literal) and isinstance(of.value, dt.datetime):
            return Literal(getattr(of.value.astimezone(dt.UTC), name))
        if isinstance(of, Field) and of.name in {CREATED, UPDATED, DELETED}:
            return Part(name, of)
        raise _unreadable(name)

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _unreadable("")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str, text: str) -> bool:
        taken = self._at < len(self._tokens) and self._tokens[self._at] == (kind, text)
        self._at += taken
        return taken

    def _take_word(self, word: str) -> bool:
        return self._take("word", word)

    def _take_mark(self, mark: str) -> bool:
        return self._take("mark", mark)

    def _require_mark(self, mark: str) -> None:
        if not self._take_mark(mark):
            raise _unreadable(mark)


def instant(text: str) -> dt.datetime:
    """An instant in UTC; a date is its beginning.

    Raises:
        Problem 400.8: there is no such instant.

    """
    try:
        # A plus sign in an address arrives as a blank.
        found = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise _unreadable(text) from error


def _number(text: str) -> int | float:
    number = float(text)
    if abs(number) > LARGEST_NUMBER:
        raise _unreadable(text)
    return int(text) if "." not in text else number


def _known(name: str) -> str:
    if name not in FIELDS:
        raise Problem("501.1", feature=f"filtering or sorting by {name[:60]}")
    return name


def _unreadable(near: str) -> Problem:
    return Problem("400.8", field="$filter", reason=f"it cannot be read near “{near[:60]}”.")
