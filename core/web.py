"""Building the Flask application around the packages that `app.py` hands in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, g
from sqlalchemy.orm import configure_mappers
from werkzeug.middleware.proxy_fix import ProxyFix

from core.access.actor import ANONYMOUS
from core.access.guard import check_access, looks_at_credentials
from core.auth.resolve import resolve_actor
from core.database import db, engine_options, prepare_engine
from core.http.error_writers import install_error_writers
from core.http.key_in_path import KeyInPath
from core.http.page_context import install_page_context, load_workspace, refuse_null_characters
from core.http.turns import InTurn
from core.i18n import install_languages
from core.observability import configure_logging, install_request_log
from core.security_headers import install_security_headers
from core.settings import Settings
from core.storage.remote import S3Store
from core.storage.store import BlobStore

_HERE = Path(__file__).resolve().parent


def build_app(settings: Settings, blueprints: Iterable[Blueprint]) -> Flask:
    """A ready application. Blueprints bring the routes; everything else here is the same for all of them."""
    configure_logging(settings)
    app = Flask("tidtam", template_folder=str(_HERE / "templates"), static_folder=str(_HERE / "static"))
    app.config.update(
        TIDTAM_SETTINGS=settings,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url, settings.threads),
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_xml_bytes,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = False
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    remote = S3Store(settings) if settings.s3_bucket else None
    app.extensions["tidtam_blob_store"] = BlobStore(settings.blob_dir, remote)
    _install_request_steps(app, settings)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    configure_mappers()
    _wrap(app, settings)
    return app


def settings_of(app: Flask) -> Settings:
    """The settings an application was built with."""
    settings: Settings = app.config["TIDTAM_SETTINGS"]
    return settings


def _install_request_steps(app: Flask, settings: Settings) -> None:
    install_request_log(app)
    install_error_writers(app)
    install_languages(app, settings)
    install_security_headers(app)
    install_page_context(app, settings)

    @app.before_request
    def _know_the_actor() -> None:
        g.actor = ANONYMOUS
        if looks_at_credentials():
            resolve_actor(settings)
        check_access()
        refuse_null_characters()
        load_workspace()


def _wrap(app: Flask, settings: Settings) -> None:
    wrapped: Any = KeyInPath(InTurn(app.wsgi_app))
    if settings.trust_proxy:
        wrapped = ProxyFix(wrapped, x_for=1, x_proto=1, x_host=1)
    app.wsgi_app = wrapped  # type: ignore[method-assign]  # the documented way to add middleware
