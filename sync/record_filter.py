"""The filter of a list of records: what an address may ask for, and what of it means something."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from core.errors import Problem
from sync.checks.codes import ANY, CODES
from sync.review import STATES

DIMENSIONS = ("group", "district", "school", "officer", "project", "indicator", "round")
COUNTED = "counted"
DELETED = "deleted"
FILES = "files"
"""Asks for records that wait for files, whatever their evidence."""
_DATE = re.compile(r"(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}")
_LAST_QUARTER = 4


@dataclass(frozen=True)
class RecordFilter:
    """What is asked for; an empty part asks nothing. `fiscal_year` is B.E., `search` looks at names and ids.

    `review_state` may be ``counted``: all but the rejected ones; or ``deleted``: records that no other filter shows.
    `as_of` is the last report date (ISO). `by` names a dimension of the form's own, of which `value` is asked for.
    `received_from` is the first day (ISO, of `zone`) on which a record came.
    `incomplete` records wait for files or evidence, those that are ``files`` for files. `check` is the code of an open
    finding, or ``any``.
    """

    fiscal_year: str = ""
    quarter: str = ""
    group: str = ""
    district: str = ""
    school: str = ""
    officer: str = ""
    project: str = ""
    indicator: str = ""
    round: str = ""
    review_state: str = ""
    incomplete: str = ""
    check: str = ""
    as_of: str = ""
    received_from: str = ""
    by: str = ""
    value: str = ""
    search: str = ""
    zone: dt.tzinfo = dt.UTC

    @property
    def dimensions(self) -> dict[str, str]:
        """The dimensions asked for, with their values."""
        return {name: value for name in DIMENSIONS if (value := getattr(self, name))}

    def query(self, **changes: Any) -> str:
        """As the query of an address, with changes."""
        changed = replace(self, **changes)
        return urlencode({name: value for name in _PARAMETERS if (value := getattr(changed, name))})


_PARAMETERS = tuple(item.name for item in fields(RecordFilter) if item.name != "zone")


def read_filter(args: Mapping[str, str], zone: dt.tzinfo) -> tuple[RecordFilter, dict[str, str]]:
    """The filter of an address, and those of its parts that mean nothing, which are left out of it.

    Parts that no filter has are passed over.
    """
    given = {name: args.get(name, "").strip()[:200] for name in _PARAMETERS}
    meant = {name: _MEANING[name](text) if text and name in _MEANING else text for name, text in given.items()}
    nonsense = {name: text for name, text in given.items() if text and not meant[name]}
    return RecordFilter(**meant, zone=zone), nonsense


def _year(text: str) -> str:
    # Thai digits are digits for Python too, and are what a planner may type.
    return str(int(text)) if text.isdecimal() and len(text) == len("2570") else ""


def _quarter(text: str) -> str:
    return str(int(text)) if text.isdecimal() and len(text) == 1 and 1 <= int(text) <= _LAST_QUARTER else ""


def _day(text: str) -> str:
    try:
        # One way to write it: Python would also take a week or a date without hyphens.
        return dt.date.fromisoformat(text if _DATE.fullmatch(text) else "").isoformat()
    except ValueError:
        return ""


_MEANING: dict[str, Callable[[str], str]] = {
    "fiscal_year": _year,
    "quarter": _quarter,
    "as_of": _day,
    "received_from": _day,
    "review_state": lambda text: text if text in (COUNTED, DELETED, *STATES) else "",
    "check": lambda text: text if text == ANY or text in CODES else "",
}
"""How the parts are read that cannot be any text: each gives what is meant, or nothing."""


def require_check(code: str) -> None:
    """Let pass what a list can be filtered by.

    Raises:
        Problem 400.8: there is no such check.

    """
    if code != ANY and code not in CODES:
        raise Problem("400.8", field="check", reason=f"it is {ANY} or one of {', '.join(CODES)}.")
