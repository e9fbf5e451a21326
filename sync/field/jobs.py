"""Background work of the field client's wire."""

from __future__ import annotations

from functools import partial
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
    """Forget uploads whose time has passed, finished or not, with their bytes."""
    folder = upload_store.folder_of(settings_of(current_app))
    while ids := uploads.over(reading(), BATCH):
        unit_of_work(partial(uploads.forget, upload_ids=ids))
        for upload_id in ids:
            upload_store.drop(folder, upload_id)


recurring(HOUR, "sync.expire_uploads", when=lambda: bool(uploads.over(reading(), 1)))
