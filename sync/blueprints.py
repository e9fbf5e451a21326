"""The routes of sync, for the composition root."""

from __future__ import annotations

from sync import figures, trail
from sync.attachment_pages import blueprint as attachment_pages
from sync.checks.pages import blueprint as check_pages
from sync.checks.routes import blueprint as check_api
from sync.entities import (  # noqa: F401 - importing is what puts their routes on the blueprint
    device_routes,
    effect_routes,
    entity_routes,
    history_routes,
    import_pages,
    pages,
    person_pages,
    routes,
    row_pages,
    settings_pages,
    table_routes,
)
from sync.entities.common_pages import blueprint as entity_pages
from sync.entities.common_routes import blueprint as entity_api
from sync.entities.effect_pages import blueprint as entity_effect_pages
from sync.field import changes_routes, openapi_routes, records_routes, sign_in_routes, upload_routes  # noqa: F401 - same
from sync.field import device_routes as field_device_routes  # noqa: F401 - same
from sync.field.common_routes import blueprint as field_api
from sync.field.tablet_pages import blueprint as tablet_pages
from sync.openrosa_routes import blueprint as openrosa_submissions
from sync.pages import blueprint as submission_pages
from sync.quarantine_pages import blueprint as quarantine_pages
from sync.record_pages import blueprint as record_pages
from sync.routes import blueprint as submission_api

SYNC_BLUEPRINTS = (
    openrosa_submissions,
    submission_api,
    submission_pages,
    record_pages,
    quarantine_pages,
    attachment_pages,
    check_api,
    check_pages,
    entity_api,
    entity_effect_pages,
    entity_pages,
    field_api,
    tablet_pages,
)

__all__ = ["SYNC_BLUEPRINTS", "figures", "trail"]
