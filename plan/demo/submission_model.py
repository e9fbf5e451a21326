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
EVALUATION_FORM = "project_evaluation"
PROGRESS_FORM = "project_progress"
COMPLETION_FORM = "project_completion"
INDICATOR_FORM = "indicator_result"
TASK_FORM = "ci_task_record"
INSPECTION_FORM = "inspection_followup"
FOUR_ASPECT_FORM = "four_aspect_report"
STANDARD_FORM = "area_standard_self_assessment"
SATISFACTION_FORM = "satisfaction_participation"
# The versions of the form library; last year's visit form was replaced before the first visit of this year.
CURRENT_VERSIONS = dict.fromkeys((VISIT_FORM, PROGRESS_FORM), "2570.2") | dict.fromkeys(
    (
        EVALUATION_FORM, COMPLETION_FORM, INDICATOR_FORM, TASK_FORM, INSPECTION_FORM, FOUR_ASPECT_FORM, STANDARD_FORM,
        SATISFACTION_FORM,
    ),
    "2570.1",
)  # fmt: skip
OLD_VISIT_VERSION = "2569.1"
# Somebody tried out a form of next year on another server, and a tablet kept it.
UNKNOWN_VISIT_VERSION = "2571.0-ทดลอง"


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
    WRONG_ORDER = "offline_changes_in_wrong_order"
    ENTITY_CONFLICT = "two_tablets_one_task"
    UNKNOWN_VERSION = "unknown_form_version"
    OTHER_CONTENT = "same_instance_other_content"
    NO_ORIGINAL = "edit_without_its_original"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of a submission. `name` is the name under which it is sent; `seed` decides what is drawn."""

    name: str
    kind: FileKind
    seed: int
    taken_at: datetime
    arrives: bool = True


@dataclass(frozen=True, slots=True)
class DemoEntity:
    """The entity that a submission creates or updates, as its tablet saw it.

    `base_version` is the version which the tablet had, None when it creates the entity. A tablet that changes an
    entity without having synchronised in between counts on by itself: all these changes have one `branch_id`, and the
    `trunk_version` is the version it had fetched, None for an entity it made itself. A `label` is sent only if the
    form states one.
    """

    entity_list: str
    entity_id: UUID
    base_version: int | None
    trunk_version: int | None = None
    branch_id: str = ""
    label: str = ""

    @property
    def creates(self) -> bool:
        """Whether the entity begins with this submission."""
        return self.base_version is None


@dataclass(frozen=True, slots=True)
class DemoSubmission:
    """One instance. `started_at` and `ended_at` are by the tablet's clock, `received_at` by the server's.

    It is sent `times_sent` times with the same bytes; `trouble` says what is wrong with it, None for nothing.
    `officer_code` is who holds the tablet, whether or not the answers say so. An edit names the submission it
    replaces in `deprecated_id`.
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
    entity: DemoEntity | None = None
    times_sent: int = 1
    trouble: Trouble | None = None
    deprecated_id: str = ""


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
