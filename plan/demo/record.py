"""One filled form on its way: who filled it when, on which tablet, and when it reached the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from plan.demo.chance import demo_uuid
from plan.demo.evidence import FileBox, form_head
from plan.demo.model import DemoOfficer
from plan.demo.submission_model import (
    CURRENT_VERSIONS,
    Answers,
    DemoEntity,
    DemoSubmission,
    Trouble,
)

_SOON = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Sitting:
    """The time in which an officer fills one form; `received_at` is by default a moment after its end."""

    officer: DemoOfficer
    device_id: str
    started_at: datetime
    ended_at: datetime
    received_at: datetime

    @property
    def report_date(self) -> date:
        """The day the record is about."""
        return self.ended_at.date()

    def head(self) -> Answers:
        """The questions with which every follow-up form begins."""
        return form_head(self.officer, self.report_date, self.started_at, self.ended_at, self.device_id)

    def box(self, seed: int) -> FileBox:
        """Where the files of the record are collected."""
        return FileBox(self.ended_at, seed)


def sitting(
    officer: DemoOfficer,
    ended_at: datetime,
    minutes: int,
    *,
    received_at: datetime | None = None,
    device_id: str = "",
) -> Sitting:
    """`minutes` of work until `ended_at`, in the browser of the officer unless another device is named."""
    return Sitting(
        officer=officer,
        device_id=device_id or browser_of(officer),
        started_at=ended_at - timedelta(minutes=minutes),
        ended_at=ended_at,
        received_at=received_at or ended_at + _SOON,
    )


def browser_of(officer: DemoOfficer) -> str:
    """The browser on an officer's desk."""
    return f"tidtam-demo-browser-{officer.code[-3:]}"


def instance_of(form_id: str, code: str) -> UUID:
    """The identifier of the record `code` of a form."""
    return demo_uuid(form_id, code)


def submission(
    form_id: str,
    code: str,
    sat: Sitting,
    name: str,
    answers: Answers,
    box: FileBox | None = None,
    *,
    entity: DemoEntity | None = None,
    trouble: Trouble | None = None,
) -> DemoSubmission:
    """The record of a sitting; `code` tells it from the other records of the form."""
    return DemoSubmission(
        form_id=form_id,
        form_version=CURRENT_VERSIONS[form_id],
        instance_id=f"uuid:{instance_of(form_id, code)}",
        instance_name=name,
        answers=answers,
        files=tuple(box.files) if box else (),
        started_at=sat.started_at,
        ended_at=sat.ended_at,
        received_at=sat.received_at,
        officer_code=sat.officer.code,
        device_id=sat.device_id,
        entity=entity,
        trouble=trouble,
    )


def asked(**answers: str | None) -> Answers:
    """The answers that are not None: a question that is not asked leaves nothing in the record."""
    return {name: answer for name, answer in answers.items() if answer is not None}
