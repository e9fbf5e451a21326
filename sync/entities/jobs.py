"""Background work on entities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from flask import current_app

from core.database import utc_now
from core.errors import Problem, StorageBusy
from core.jobs import job, recurring
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from sync.entities import apply, mirror, queries

BATCH = 20
SWEEP_SECONDS = 300
HOUR = 3600
log = structlog.get_logger(__name__)


@job("sync.apply_entities")
def apply_entities(_payload: dict[str, Any]) -> None:
    """Do to entities what the records filed since ask for, in the order they came."""
    while waiting := queries.new_effects(reading(), BATCH):
        _apply_together(waiting)


@job("sync.release_waiting")
def release_waiting(_payload: dict[str, Any]) -> None:
    """Apply what has waited too long for an earlier change of its device; that one was lost."""
    for effect_id in queries.waiting_since(reading(), _patience()):
        _apply(effect_id, forced=True)


@job("sync.mirror_plan")
def mirror_plan(payload: dict[str, Any]) -> None:
    """Show the plan as it is now in the lists of a workspace."""
    unit_of_work(partial(mirror.mirror_plan, workspace_id=payload["workspace_id"]))


@job("sync.mirror_plans")
def mirror_plans(_payload: dict[str, Any]) -> None:
    """Show every plan as it is today: who left yesterday is active no more."""
    for workspace_id in queries.workspaces_with_plan(reading()):
        unit_of_work(partial(mirror.mirror_plan, workspace_id=workspace_id))


def _apply_together(effect_ids: Sequence[int]) -> None:
    """Settle effects in one transaction, which costs less than one each; one by one when any of them is in the way."""

    def work(session: WorkSession) -> None:
        for effect_id in effect_ids:
            apply.apply_effect(session, effect_id)

    try:
        unit_of_work(work)
    except StorageBusy:
        raise
    except Exception as error:  # noqa: BLE001 - which of them it was is found out one by one
        log.info("entities.one_by_one", error=f"{type(error).__name__}: {error}"[:500])
        for effect_id in effect_ids:
            _apply(effect_id)


def _apply(effect_id: int, *, forced: bool = False) -> None:
    """Settle one effect. Whatever is wrong with it, the others are not held up."""
    try:
        unit_of_work(partial(apply.apply_effect, effect_id=effect_id, forced=forced))
    except StorageBusy:
        raise
    except Exception as error:  # noqa: BLE001 - a record that cannot be read must not stop all that come after it
        log.warning("entities.failed", effect=effect_id, error=f"{type(error).__name__}: {error}"[:500])
        code = error.code if isinstance(error, Problem) else apply.BROKEN
        unit_of_work(partial(apply.give_up, effect_id=effect_id, problem=code))


def _patience() -> dt.datetime:
    return utc_now() - dt.timedelta(days=settings_of(current_app).entity_wait_days)


recurring(SWEEP_SECONDS, "sync.apply_entities", when=lambda: bool(queries.new_effects(reading(), 1)))
recurring(HOUR, "sync.release_waiting", when=lambda: bool(queries.waiting_since(reading(), _patience())))
recurring(HOUR, "sync.mirror_plans", when=lambda: bool(queries.workspaces_with_plan(reading())))
