"""What a demo submission is: the answers to a form as a tablet holds them, and how they travelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias
from uuid import UUID

# A question is text ("" when blank), a group a dict, a repeat a list of dicts; in the order of the form.
Answer: TypeAlias = "str | Answers | list[Answers]"
Answers: TypeAlias = dict[str, Answer]

_OCTOBER = 10

FileKind = Literal["photo", "signature", "document"]

VISIT_FORM = "school_followup_visit"
PROGRESS_FORM = "project_progress"
# The versions of the form library; last year's visit form was replaced before the first visit of this year.
CURRENT_VERSIONS = {VISIT_FORM: "2570.1", PROGRESS_FORM: "2570.1"}
OLD_VISIT_VERSION = "2569.1"


class Trouble(StrEnum):
    """What goes wrong on purpose."""

    SENT_THREE_TIMES = "sent_three_times"
    TWO_TABLETS = "two_tablets_same_school_same_day"
    FILE_NEVER_ARRIVES = "attachment_never_arrives"
    CLOCK_AHEAD = "tablet_clock_two_days_ahead"
    OLD_FORM_VERSION = "old_form_version"
    DECOMPOSED_FILE_NAME = "decomposed_file_name"
    THAI_DIGITS = "thai_digits"
    BLANK_RATING = "blank_rating"
    ONE_SECOND_LATE = "one_second_after_midnight"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of a submission. `name` is the name under which it is sent; `seed` decides what is drawn."""

    name: str
    kind: FileKind
    seed: int
    taken_at: datetime
    arrives: bool = True


@dataclass(frozen=True, slots=True)
class DemoEntityUpdate:
    """The entity that the submission updates, and the version of it which the tablet had."""

    entity_list: str
    entity_id: UUID
    base_version: int


@dataclass(frozen=True, slots=True)
class DemoSubmission:
    """One instance. `started_at` and `ended_at` are by the tablet's clock, `received_at` by the server's.

    It is sent `times_sent` times with the same bytes; `trouble` says what is wrong with it, None for nothing.
    """

    form_id: str
    form_version: str
    instance_id: str
    instance_name: str
    answers: Answers
    files: tuple[DemoFile, ...]
    started_at: datetime
    ended_at: datetime
    received_at: datetime
    officer_code: str
    device_id: str
    entity: DemoEntityUpdate
    times_sent: int = 1
    trouble: str | None = None


def number_text(value: Decimal | int) -> str:
    """A number as a form engine writes it: no trailing zeros, no exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def timestamp(moment: datetime) -> str:
    """A moment as a form engine writes it: milliseconds and the offset of the tablet."""
    return moment.isoformat(timespec="milliseconds")


def fiscal_year_and_quarter(day: date) -> tuple[int, int]:
    """Buddhist-era fiscal year and quarter of a day: 1 October 2026 is (2570, 1)."""
    return day.year + (544 if day.month >= _OCTOBER else 543), (day.month + 2) % 12 // 3 + 1
