"""The routes of sync, for the composition root."""

from __future__ import annotations

from sync import figures, trail
from sync.attachment_pages import blueprint as attachment_pages
from sync.openrosa_routes import blueprint as openrosa_submissions
from sync.pages import blueprint as submission_pages
from sync.quarantine_pages import blueprint as quarantine_pages
from sync.routes import blueprint as submission_api

SYNC_BLUEPRINTS = (openrosa_submissions, submission_api, submission_pages, quarantine_pages, attachment_pages)

__all__ = ["SYNC_BLUEPRINTS", "figures", "trail"]
