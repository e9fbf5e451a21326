"""The routes of the plan, for the composition root."""

from __future__ import annotations

from plan.pages import blueprint as plan_pages
from plan.routes import blueprint as plan_routes

PLAN_BLUEPRINTS = (plan_routes, plan_pages)
