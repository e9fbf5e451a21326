"""Housekeeping: what is of no more use is removed every hour."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from flask import current_app

from core.auth import expiry
from core.jobs import job, recurring
from core.transaction import unit_of_work
from core.web import settings_of

HOUR = 3600
LEFT_OVER_SECONDS = 24 * HOUR
"""Bytes that arrive are written to all the time; what nobody touched for a day was left by a server that died."""


@job("core.clean_up")
def clean_up(_payload: dict[str, Any]) -> None:
    """Drop expired sessions, sign-in failures that no longer count, and bytes that never became a blob."""
    unit_of_work(expiry.forget_expired)
    settings = settings_of(current_app)
    remove_left_over(settings.spool_dir, "*")
    remove_left_over(settings.blob_dir, ".part-*")


recurring(HOUR, "core.clean_up")


def remove_left_over(folder: Path, pattern: str) -> int:
    """Remove files that nobody touched for a day; the number of them."""
    before = time.time() - LEFT_OVER_SECONDS
    removed = 0
    for path in folder.glob(pattern):
        try:
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            # Another worker was faster.
            continue
    return removed
