"""Background work of the checks."""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from flask import current_app

from core.jobs import job, recurring
from core.transaction import reading, unit_of_work
from core.web import settings_of
from sync.checks import due, plan_changes, queries, run

BATCH = 250
"""Records of one transaction: on SQLite the intake waits for it, for some 50 ms."""
MOST_BATCHES = 80
"""Of one job, which has to end well within its lease; the rest asks again."""
SWEEP_SECONDS = 3600
PLAN_SECONDS = 60
log = structlog.get_logger(__name__)


@job("sync.check_records")
def check_records(payload: dict[str, Any]) -> None:
    """Check the records of a form that wait for it, and look again a moment later: others may have come meanwhile."""
    form_id, thorough = payload["form_id"], payload.get("thorough", False)
    zone = settings_of(current_app).zone
    before: list[int] = []
    for _ in range(MOST_BATCHES):
        ids = queries.to_check(reading(), form_id, BATCH, thorough=thorough)
        if ids and ids == before:
            log.warning("check.stuck", form=form_id, submissions=ids)
            return
        # The few that came meanwhile are for the next look: a transaction for two or three records costs as much as one
        # for all of them.
        if not ids or (before and len(ids) < BATCH):
            break
        unit_of_work(partial(run.check, form_id=form_id, ids=ids, zone=zone))
        before = ids
    else:
        unit_of_work(partial(due.ask_form, form_id=form_id, thorough=thorough))
        return
    if before:
        unit_of_work(partial(due.ask_form, form_id=form_id))


@job("sync.check_left_over")
def check_left_over(_payload: dict[str, Any]) -> None:
    """Check what is unlike what was checked although nobody asked for it, as after an upgrade."""
    for form_id in _forms_left_over():
        check_records({"form_id": form_id, "thorough": True})


@job("sync.check_plan_changes")
def check_plan_changes(_payload: dict[str, Any]) -> None:
    """Have records checked again that speak of what changed in a plan."""
    for workspace_id, mark in _changed_plans().items():
        unit_of_work(partial(plan_changes.note, workspace_id=workspace_id, mark=mark))


def _forms_left_over() -> list[int]:
    return list(queries.forms_left_over(reading()))


def _changed_plans() -> dict[int, str]:
    return plan_changes.changed_plans(reading())


recurring(SWEEP_SECONDS, "sync.check_left_over", when=lambda: bool(_forms_left_over()))
recurring(PLAN_SECONDS, "sync.check_plan_changes", when=lambda: bool(_changed_plans()))
