"""The parts that all forms share: the head of a form and its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from plan.demo.model import DemoOfficer
from plan.demo.submission_model import (
    Answer,
    Answers,
    DemoFile,
    FileKind,
    fiscal_year_and_quarter,
    timestamp,
)


@dataclass(slots=True)
class FileBox:
    """Collects the files of one submission and gives each a name, as a tablet does: from the clock."""

    taken_at: datetime
    seed: int
    files: list[DemoFile] = field(default_factory=list)

    def add(self, kind: FileKind, name: str = "") -> str:
        """Put a file in the box and return the name that the answer holds."""
        place = len(self.files)
        suffix = {"photo": "jpg", "signature": "png", "document": "pdf"}[kind]
        chosen = name or f"{int(self.taken_at.timestamp() * 1000) + place * 7919}.{suffix}"
        self.files.append(DemoFile(chosen, kind, self.seed * 100 + place, self.taken_at))
        return chosen


def form_head(
    officer: DemoOfficer, report_date: date, started_at: datetime, ended_at: datetime, device_id: str
) -> Answers:
    """The questions with which every follow-up form begins."""
    year, quarter = fiscal_year_and_quarter(report_date)
    return {
        "start": timestamp(started_at),
        "end": timestamp(ended_at),
        "today": started_at.date().isoformat(),
        "deviceid": device_id,
        "username": officer.username,
        "report_date": report_date.isoformat(),
        "fiscal_year": str(year),
        "quarter": str(quarter),
        "officer": officer.code,
        "group_code": officer.group_on(report_date) or "",
    }


def photo_row(title: str, photo: str, *, shows_people: bool, publishable: bool) -> Answers:
    """A photograph; one that shows people is never marked for publication."""
    return _row("photo", title, photo=photo, shows_people=shows_people, publishable=publishable)


def document_row(kind: str, title: str, file: str) -> Answers:
    """A document kept by the office."""
    return _row(kind, title, file=file, shows_people=False, publishable=kind == "order")


def link_row(title: str, url: str) -> Answers:
    """A public page."""
    return _row("link", title, url=url, shows_people=False, publishable=True)


def _row(
    kind: str,
    title: str,
    *,
    photo: str = "",
    file: str = "",
    url: str = "",
    shows_people: bool,
    publishable: bool,
) -> Answers:
    return {
        "evidence_type": kind,
        "evidence_title": title,
        "evidence_photo": photo,
        "evidence_file": file,
        "evidence_url": url,
        "shows_people": "yes" if shows_people else "no",
        "publishable": "yes" if publishable and not shows_people else "no",
    }


def evidence_tail(rows: list[Answers]) -> Answers:
    """The repeat with its count; the note that too little was given is never answered."""
    repeat: list[Answers] = list(rows)
    tail: dict[str, Answer] = {"evidence": repeat, "evidence_count": str(len(rows)), "evidence_short": ""}
    return tail
