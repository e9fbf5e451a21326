"""The office's day."""

from __future__ import annotations

import datetime as dt

from flask import current_app

from core.database import utc_now
from core.settings import Settings


def office_today() -> dt.date:
    """Today in the office's time zone."""
    settings: Settings = current_app.config["TIDTAM_SETTINGS"]
    return utc_now().astimezone(settings.zone).date()
