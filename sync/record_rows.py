"""The rows of an arriving record: what its columns hold. Pure; no database."""

from __future__ import annotations

from typing import Any

from core.i18n import fiscal_quarter, fiscal_year
from forms.definitions import Definition
from sync.answers import Answers
from sync.arrival import Arrival
from sync.compression import compress
from sync.record_insert import NewRecord


def new_record(arrival: Arrival, form: Definition, answers: Answers, missing: int, **files: Any) -> NewRecord:
    """A record of its own; `files` are the rows to write with it (`NewRecord`)."""
    return NewRecord(
        submission=_submission_row(arrival, form, answers, missing),
        version=version_row(arrival, form, answers),
        dimensions=answers.dimensions,
        session_hash=arrival.actor.session_hash,
        **files,
    )


def version_row(arrival: Arrival, form: Definition, answers: Answers) -> dict[str, Any]:
    """A version, without the submission that it belongs to."""
    instance = arrival.instance
    return {
        "form_id": arrival.target.form_id,
        "is_draft": arrival.is_draft,
        "instance_id": instance.instance_id,
        "deprecated_id": instance.deprecated_id,
        "form_version_id": form.id,
        "current": True,
        "xml": compress(arrival.xml, None if arrival.is_draft else form),
        "xml_sha256": instance.sha256,
        "answers": answers.values,
        "flags": answers.flags,
        "submitter_id": arrival.actor.id,
        "device_id": arrival.device_id or answers.device_id,
        "user_agent": arrival.user_agent,
        "started_at": answers.started_at,
        "ended_at": answers.ended_at,
        "received_at": arrival.received_at,
    }


def _submission_row(arrival: Arrival, form: Definition, answers: Answers, missing: int) -> dict[str, Any]:
    return content_columns(arrival, form, answers) | {
        "form_id": arrival.target.form_id,
        "workspace_id": arrival.workspace_id,
        "is_draft": arrival.is_draft,
        "instance_id": arrival.instance.instance_id,
        "submitter_id": arrival.actor.id,
        "review_state": "received",
        "missing_files": missing,
        "received_at": arrival.received_at,
    }


def content_columns(arrival: Arrival, form: Definition, answers: Answers) -> dict[str, Any]:
    """Columns of a submission that follow its current version."""
    day = answers.report_date or arrival.received_at.astimezone(arrival.zone).date()
    return {
        "form_version_id": form.id,
        "device_id": arrival.device_id or answers.device_id,
        "instance_name": arrival.instance.instance_name,
        "odd_answers": answers.odd,
        "report_date": day,
        "fiscal_year": fiscal_year(day),
        "quarter": fiscal_quarter(day),
    }
