"""Background work of sync."""

from __future__ import annotations

from typing import Any

from flask import current_app

from core.access.actor import SYSTEM
from core.jobs import job, recurring
from core.transaction import reading, unit_of_work
from core.web import settings_of
from sync import decisions, drafts, queries

SWEEP_SECONDS = 300


@job("sync.file_waiting")
def file_waiting(payload: dict[str, Any]) -> None:
    """File what waited for a form version or for an original that is there now."""
    zone = settings_of(current_app).zone
    unit_of_work(lambda session: decisions.file_waiting(session, SYSTEM, form_id=payload["form_id"], zone=zone))


@job("sync.file_left_over")
def file_left_over(_payload: dict[str, Any]) -> None:
    """File what still waits although it need not, since it came at the very moment at which that changed."""
    for form_id in _forms_left_over():
        file_waiting({"form_id": form_id})


def _forms_left_over() -> list[int]:
    return list(queries.forms_with_records_to_file(reading()))


recurring(SWEEP_SECONDS, "sync.file_left_over", when=lambda: bool(_forms_left_over()))


@job("sync.wipe_draft")
def wipe_draft(payload: dict[str, Any]) -> None:
    """Drop the test submissions of a draft that was replaced, published or deleted."""
    unit_of_work(lambda session: drafts.wipe(session, form_id=payload["form_id"]))
