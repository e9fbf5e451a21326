"""The routes of reports, for the composition root."""

from __future__ import annotations

from reports.pages import blueprint as pages
from reports.routes import blueprint as routes

REPORTS_BLUEPRINTS = (routes, pages)
