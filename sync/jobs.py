"""Background work of sync."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import current_app

from core.access.actor import SYSTEM
from core.errors import Problem, StorageBusy
from core.jobs import job, recurring
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from sync import decisions, drafts, quarantine, quarantine_queries

SWEEP_SECONDS = 300
log = structlog.get_logger(__name__)


@job("sync.file_waiting")
def file_waiting(payload: dict[str, Any]) -> None:
    """File what waited for a form version or for an original that is there now, each record on its own."""
    zone = settings_of(current_app).zone
    for waiting in quarantine_queries.waiting_in_quarantine(reading(), payload["form_id"], quarantine.FILED_BY_ITSELF):
        try:
            unit_of_work(partial(_file, quarantine_id=waiting, zone=zone))
        except StorageBusy:
            raise
        except Problem as problem:
            # Somebody decided on it in the meantime, or it cannot be read; the others are not held up by that.
            log.info("quarantine.left", quarantine=waiting, reason=str(problem))


def _file(session: WorkSession, *, quarantine_id: int, zone: ZoneInfo) -> None:
    row = quarantine_queries.quarantined(session, quarantine_id)
    decisions.file_if_possible(session, SYSTEM, row=row, zone=zone)


@job("sync.file_left_over")
def file_left_over(_payload: dict[str, Any]) -> None:
    """File what still waits although it need not, since it came at the very moment at which that changed."""
    for form_id in _forms_left_over():
        file_waiting({"form_id": form_id})


def _forms_left_over() -> list[int]:
    return list(quarantine_queries.forms_with_records_to_file(reading()))


recurring(SWEEP_SECONDS, "sync.file_left_over", when=lambda: bool(_forms_left_over()))


@job("sync.wipe_draft")
def wipe_draft(payload: dict[str, Any]) -> None:
    """Drop the test submissions of a draft that was replaced, published or deleted."""
    unit_of_work(lambda session: drafts.wipe(session, form_id=payload["form_id"]))
