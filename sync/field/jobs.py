"""Background work of the field client's wire."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app

from core.jobs import job, recurring
from core.transaction import reading, unit_of_work
from core.web import settings_of
from sync.field import upload_store, uploads

HOUR = 3600
BATCH = 500


@job("sync.expire_uploads")
def expire_uploads(_payload: dict[str, Any]) -> None:
    """Forget uploads whose time has passed, finished or not, with their bytes, and bytes that no upload needs."""
    folder = upload_store.folder_of(settings_of(current_app))
    while ids := uploads.over(reading(), BATCH):
        unit_of_work(partial(uploads.forget, upload_ids=ids))
        for upload_id in ids:
            upload_store.drop(folder, upload_id)
    for name in _left_over(folder):
        upload_store.drop(folder, name)


def something_to_remove() -> bool:
    """Whether there is work for `expire_uploads`."""
    return bool(uploads.over(reading(), 1)) or bool(_left_over(upload_store.folder_of(settings_of(current_app))))


def _left_over(folder: Path) -> list[str]:
    """Files of which no unfinished upload knows: the server died before it removed them."""
    names = upload_store.untouched(folder, HOUR)
    needed: set[str] = set()
    for start in range(0, len(names), BATCH):
        needed |= uploads.unfinished(reading(), names[start : start + BATCH])
    return [name for name in names if name not in needed]


recurring(HOUR, "sync.expire_uploads", when=something_to_remove)
