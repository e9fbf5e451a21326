"""Findings about a form: what its author should know before it is published, and where to look."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

CONVERTER, LINT, HISTORY, LIBRARY = "converter", "lint", "history", "library"


@dataclass(frozen=True)
class Finding:
    """One finding.

    `source` is ``converter`` (pyxform's own words, which are English), ``lint`` (ours), ``history`` (compared with
    what was published before) or ``library`` (merged with what the form library changed). `sentence` is an English
    message id with ``{named}`` parts that `details` fill, or the converter's text as it is. `path` names the question;
    `sheet`, `row` (from 1) and `column` the place in the workbook.
    """

    source: str
    code: str
    sentence: str
    details: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def to_json(self) -> dict[str, Any]:
        """For the database and for programs."""
        return asdict(self)
