"""The two fiscal years of the demo and their reporting rounds."""

from __future__ import annotations

from datetime import date, timedelta

from plan.demo.model import DemoFiscalYear, DemoRound, YearStatus

# Code, name and the month after the period.
# A window opens on the first day after the period, is due on the 15th and closes at the end of the month.
_ROUNDS = (
    ("q1", "ไตรมาส 1 (ต.ค.–ธ.ค.)", 1),
    ("q2", "ไตรมาส 2 (ม.ค.–มี.ค.)", 4),
    ("q3", "ไตรมาส 3 (เม.ย.–มิ.ย.)", 7),
    ("q4", "ไตรมาส 4 (ก.ค.–ก.ย.)", 10),
    ("m6", "รอบ 6 เดือน", 4),
    ("m12", "รอบ 12 เดือน", 10),
)


def fiscal_year(year_be: int, status: YearStatus) -> DemoFiscalYear:
    """The fiscal year `year_be` with its six rounds; q4 and m12 are due after its end but belong to it."""
    ends_in = year_be - 543
    return DemoFiscalYear(
        year_be=year_be,
        starts_on=date(ends_in - 1, 10, 1),
        ends_on=date(ends_in, 9, 30),
        status=status,
        rounds=tuple(_round(code, name, date(ends_in, month, 1)) for code, name, month in _ROUNDS),
    )


def _round(code: str, name: str, opens_on: date) -> DemoRound:
    end_of_month = (opens_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return DemoRound(code, name, opens_on, opens_on.replace(day=15), end_of_month)
