"""The routes of collect, for the composition root."""

from __future__ import annotations

from collect.openrosa_routes import blueprint as openrosa_routes
from collect.pages import blueprint as pages
from collect.shell_routes import blueprint as shell_routes

COLLECT_BLUEPRINTS = (openrosa_routes, pages, shell_routes)
