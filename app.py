"""The composition root: the only file that knows every package."""

from __future__ import annotations

from flask import Flask

from core.health import blueprint as health
from core.settings import Settings, load_settings
from core.web import build_app


def create_app(settings: Settings | None = None) -> Flask:
    """The application with all its routes, jobs and tables."""
    import core.audit  # tables of core
    import core.access.models
    import core.auth.models
    import core.jobs
    import core.storage.jobs  # registers its jobs
    import forms.models
    import sync.models  # noqa: F401

    return build_app(settings or load_settings(), [health])
