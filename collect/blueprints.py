"""The routes of collect, for the composition root."""

from __future__ import annotations

from collect.openrosa_routes import blueprint as openrosa_routes
from collect.pages import blueprint as pages

COLLECT_BLUEPRINTS = (openrosa_routes, pages)
