"""Definitions and records of reports without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from core.i18n import fiscal_quarter, fiscal_year
from forms.definitions import Definition
from forms.fields import Field
from reports.records import Record

BANGKOK = dt.timezone(dt.timedelta(hours=7))
FIRST_DAY = dt.date(2026, 10, 1)


def plain_definition(fields: Iterable[Field]) -> Definition:
    """A form version with these questions."""
    numbered = tuple(replace(field, order=order) for order, field in enumerate(fields))
    return Definition(1, 1, "1", "แบบ", b"", "", numbered, ("ไทย (th)",))


def plain_record(
    number: int, answers: dict[str, Any], *, day: int = 0, incomplete: bool = False, odd: Iterable[tuple[str, str]] = ()
) -> Record:
    """A record of the `day`-th day of the fiscal year 2570, received at that day's number-th second."""
    report_date = FIRST_DAY + dt.timedelta(days=day)
    received = dt.datetime.combine(report_date, dt.time(9), BANGKOK) + dt.timedelta(seconds=number)
    return Record(
        number,
        f"uuid:{number}",
        report_date,
        received,
        fiscal_year(report_date),
        fiscal_quarter(report_date),
        incomplete,
        answers,
        frozenset(odd),
    )
