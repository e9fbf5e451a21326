"""Two records of a visit to one school on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.checks.codes import SAME_DAY_VISIT, Finding

MOST_PAIRS = 10


@dataclass(frozen=True)
class Visit:
    """A visit, and the other records of one to the same school on the same day, by id."""

    school: str
    others: Sequence[int] = ()


def same_day_visit(facts: Visit) -> list[Finding]:
    """Both records are kept and shown as a pair; coverage counts schools, so the school counts once."""
    return [
        Finding(SAME_DAY_VISIT, str(other), {"school": facts.school}, other_id=other)
        for other in sorted(facts.others)[:MOST_PAIRS]
    ]
