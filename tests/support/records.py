"""Forms and records put straight into the tables, with typed answers, for tests of what is made of records.

The answers are given as `sync.answers` would read them; nothing is parsed, so a test says exactly what a report sees.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from core.database import utc_now
from core.i18n import fiscal_quarter, fiscal_year
from core.storage import blob_store, spool_bytes
from forms.definitions import Definition, definition
from forms.fields import Choice, Field
from forms.models import Form, FormVersion
from sync.compression import compress
from sync.models import Attachment, Submission, SubmissionDimension, SubmissionVersion
from tests.personas import Office

BANGKOK = dt.timezone(dt.timedelta(hours=7))
ORDINARY_DAY = dt.date(2026, 12, 15)


@dataclass(frozen=True)
class File:
    """A file of a record; without `data` it is still awaited."""

    name: str
    data: bytes | None = None
    path: str = "/photo"
    media_type: str = "image/jpeg"
    expected: bool = True


def question(path: str, type: str = "string", **values: Any) -> Field:  # noqa: A002 - XForms' own word
    """A question. Labels may be one Thai text, choices a list of values or a mapping of values to Thai labels."""
    label = values.pop("label", path.rpartition("/")[2])
    choices = values.pop("choices", ())
    named = choices if isinstance(choices, Mapping) else {value: value for value in choices}
    return Field(
        name=path.rpartition("/")[2],
        path=path,
        type=type,
        order=0,
        control=values.pop("control", "select1" if named else "upload" if type == "binary" else "input"),
        labels={"ไทย (th)": label},
        choices=tuple(Choice(value, {"ไทย (th)": text}) for value, text in named.items()),
        **values,
    )


def group(path: str, label: str = "") -> Field:
    """A group of questions."""
    return Field(path.rpartition("/")[2], path, "structure", 0, labels={"ไทย (th)": label} if label else {})


def repeat(path: str) -> Field:
    """A repeat."""
    return Field(path.rpartition("/")[2], path, "repeat", 0)


def make_form(
    session: Session,
    office: Office | int,
    *,
    fields: Iterable[Field],
    xml_form_id: str = "visit",
    version: str = "1",
    title: str = "แบบติดตาม",
) -> Form:
    """A published form with these questions, or a new version of it when the office has it already."""
    workspace_id = office if isinstance(office, int) else office.workspace_id
    form = session.query(Form).filter_by(workspace_id=workspace_id, xml_form_id=xml_form_id).one_or_none()
    if form is None:
        form = Form(workspace_id=workspace_id, xml_form_id=xml_form_id, created_at=utc_now())
        session.add(form)
        session.flush()
    xml = f'<data id="{xml_form_id}" version="{version}"/>'.encode()
    row = FormVersion(
        form_id=form.id,
        version=version,
        title=title,
        xml=xml,
        hash=hashlib.md5(xml, usedforsecurity=False).hexdigest(),
        fields=[replace(field, order=order).to_json() for order, field in enumerate(fields)],
        languages=["ไทย (th)"],
        warnings=[],
        created_at=utc_now(),
        published_at=utc_now(),
    )
    session.add(row)
    session.flush()
    form.current_version_id = row.id
    session.flush()
    return form


def make_submission(
    session: Session,
    form: Form,
    answers: dict[str, Any],
    *,
    report_date: dt.date = ORDINARY_DAY,
    received_at: dt.datetime | None = None,
    instance_id: str = "",
    files: Iterable[File] = (),
    flags: Iterable[dict[str, Any]] = (),
    edits: int = 0,
    **columns: Any,
) -> Submission:
    """A record with its current version, dimensions and files; `columns` are those of `Submission`.

    With `edits` it has as many older versions, whose answers are empty.
    """
    questions = definition(session, form.current_version_id or 0)
    files, flags = list(files), list(flags)
    received = received_at or dt.datetime.combine(report_date, dt.time(9), BANGKOK)
    submission = Submission(
        form_id=form.id,
        workspace_id=form.workspace_id,
        instance_id=instance_id or f"uuid:{uuid.uuid4()}",
        form_version_id=questions.id,
        report_date=report_date,
        fiscal_year=fiscal_year(report_date),
        quarter=fiscal_quarter(report_date),
        received_at=received,
        odd_answers=len(flags),
        **{"missing_files": sum(item.data is None for item in files)} | columns,
    )
    session.add(submission)
    session.flush()
    for number in range(edits + 1):
        current = number == edits
        version = _version(submission, answers if current else {}, flags if current else [], number, current=current)
        session.add(version)
    session.flush()
    session.add_all(
        SubmissionDimension(submission_id=submission.id, dimension=name, value=value)
        for name, value in sorted(set(_dimensions(questions, answers)))
    )
    session.add_all(_attachment(session, version.id, item) for item in files)
    session.flush()
    return submission


def _version(
    submission: Submission, answers: dict[str, Any], flags: list[dict[str, Any]], number: int, *, current: bool
) -> SubmissionVersion:
    xml = f"<data><name>{submission.instance_id}/{number}</name></data>".encode()
    return SubmissionVersion(
        submission_id=submission.id,
        form_id=submission.form_id,
        is_draft=bool(submission.is_draft),
        instance_id=submission.instance_id if number == 0 else f"uuid:{uuid.uuid4()}",
        form_version_id=submission.form_version_id,
        current=current,
        xml=compress(xml, None),
        xml_sha256=hashlib.sha256(xml).hexdigest(),
        answers=answers,
        flags=flags,
        submitter_id=submission.submitter_id,
        device_id=submission.device_id,
        received_at=submission.received_at,
    )


def _dimensions(questions: Definition, answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in questions.dimensions:
        if field.dimension != "date":
            for value in _answers_to(field.path.strip("/").split("/"), answers):
                for item in value if isinstance(value, list) else [value]:
                    yield field.dimension, str(item)


def _answers_to(steps: list[str], values: Any) -> Iterator[Any]:
    if isinstance(values, list) and steps:
        for item in values:
            yield from _answers_to(steps, item)
    elif not steps:
        yield values
    elif isinstance(values, dict) and steps[0] in values:
        yield from _answers_to(steps[1:], values[steps[0]])


def _attachment(session: Session, version_id: int, item: File) -> Attachment:
    spooled = None if item.data is None else spool_bytes(item.data)
    if spooled is not None:
        blob_store().keep([spooled])
        blob_store().register(session, [(spooled, item.media_type)])
    return Attachment(
        submission_version_id=version_id,
        name=item.name,
        name_key=unicodedata.normalize("NFC", item.name),
        path=item.path,
        expected=item.expected,
        blob_sha256=spooled.sha256 if spooled else None,
        media_type=item.media_type,
        received_at=utc_now() if spooled else None,
    )
