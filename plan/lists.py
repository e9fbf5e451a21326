"""The plan's objects as CSV lists for forms (``schools.csv`` and others).

`name` is what a form stores, `label` what people read. Devices get these lists as entity lists (`sync.entities`),
which show the same rows; equal plans give equal bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from plan.clock import office_today
from plan.list_rows import COLUMNS, ROWS, Cell

LIST_NAMES = frozenset(COLUMNS)
"""The lists that the plan gives."""


@dataclass(frozen=True)
class PlanList:
    """A list as it is sent: UTF-8 bytes and their MD5 (32 hexadecimal digits)."""

    csv: bytes
    md5: str


def list_content(session: Session, workspace_id: int, name: str, *, on: dt.date | None = None) -> PlanList:
    """The list `name` as it stands on a day (today).

    Raises:
        KeyError: not one of `LIST_NAMES`.

    """
    content = as_csv(COLUMNS[name], ROWS[name](session, workspace_id, on or office_today()))
    return PlanList(csv=content, md5=hashlib.md5(content, usedforsecurity=False).hexdigest())


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """RFC 4180 with bare line feeds; a carriage return in a text becomes a line feed: only that is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_one_line_break(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _one_line_break(cell: Cell) -> str:
    return "" if cell is None else str(cell).replace("\r\n", "\n").replace("\r", "\n")
