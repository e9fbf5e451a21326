"""Background work of sync."""

from __future__ import annotations

from typing import Any

from flask import current_app

from core.access.actor import SYSTEM
from core.jobs import job
from core.transaction import unit_of_work
from core.web import settings_of
from sync import decisions, drafts


@job("sync.file_waiting")
def file_waiting(payload: dict[str, Any]) -> None:
    """File what waited for a form version or for an original that is there now."""
    zone = settings_of(current_app).zone
    unit_of_work(lambda session: decisions.file_waiting(session, SYSTEM, form_id=payload["form_id"], zone=zone))


@job("sync.wipe_draft")
def wipe_draft(payload: dict[str, Any]) -> None:
    """Drop the test submissions of a draft that was replaced, published or deleted."""
    unit_of_work(lambda session: drafts.wipe(session, form_id=payload["form_id"]))
