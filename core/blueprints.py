"""The routes of core, for the composition root."""

from __future__ import annotations

from core.access.assignment_routes import blueprint as assignment_routes
from core.access.pages import blueprint as access_pages
from core.access.routes import blueprint as access_routes
from core.audit_pages import blueprint as audit_pages
from core.audit_routes import blueprint as audit_routes
from core.auth.pages import blueprint as auth_pages
from core.auth.routes import blueprint as auth_routes
from core.auth.user_pages import blueprint as user_pages
from core.health import blueprint as health

CORE_BLUEPRINTS = (
    health,
    auth_routes,
    access_routes,
    assignment_routes,
    audit_routes,
    auth_pages,
    access_pages,
    user_pages,
    audit_pages,
)
