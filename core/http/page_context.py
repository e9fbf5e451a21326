"""What every page has at hand: its workspace, the navigation, notices, and addresses of static files."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Flask, Request, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.routing import IntegerConverter, ValidationError

from core.access.workspaces import find_workspace
from core.errors import Problem
from core.http.assets import install_assets
from core.navigation import navigation
from core.settings import Settings
from core.transaction import reading

GREATEST_KEY = 2**63 - 1


class KeyConverter(IntegerConverter):
    """A number in an address, no greater than a database key can be; anything greater is found nowhere."""

    def to_python(self, value: str) -> int:
        """The number, when it can be a key."""
        number: int = super().to_python(value)
        if number > GREATEST_KEY:
            raise ValidationError
        return number


class NoticeCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, which holds nothing but the notices shown on the next page."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The notices of a page. Programs and devices get none, and pay nothing for it."""
        if request.path.startswith("/v1/"):
            return self.make_null_session(app)
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - the interface is Flask's
        """Secure over https, and usable on a closed network without it."""
        return request.is_secure


def install_page_context(app: Flask, settings: Settings) -> None:
    """Prepare `app` for pages; call before any blueprint is registered."""
    app.url_map.converters["int"] = KeyConverter
    app.secret_key = hashlib.sha256(b"tidtam notices " + settings.sealing_key().encode()).digest()
    app.config.update(SESSION_COOKIE_NAME="notices", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.session_interface = NoticeCookie()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    install_assets(app)

    @app.context_processor
    def _for_pages() -> dict[str, Any]:
        workspace = g.get("workspace")
        return {"actor": g.get("actor"), "workspace": workspace, "navigation": navigation, "here": _here()}


def load_workspace() -> None:
    """Set ``g.workspace`` for addresses with a `workspace_id`; call after the guard.

    Raises:
        Problem 404.1: there is no such workspace, or it was deleted.
    """
    workspace_id = (request.view_args or {}).get("workspace_id")
    # A device's key opens the one workspace it belongs to, and no longer when that is deleted (`auth.queries`).
    # Nobody in particular learns nothing here either: public views find by a token what they show.
    if isinstance(workspace_id, int) and g.actor.kind not in {"app_user", "anonymous"}:
        g.workspace = find_workspace(reading(), workspace_id)


def refuse_null_characters() -> None:
    """Refuse U+0000 in addresses and page forms: PostgreSQL cannot hold it, and nobody types it.

    Raises:
        Problem 404.1: in the path. 400.100: in the query or in a form.
    """
    if "\0" in request.path:
        raise Problem("404.1")
    if request.endpoint is None:
        return
    fields = [request.args] if request.path.startswith("/v1/") else [request.args, request.form]
    for field in fields:
        if any("\0" in name or "\0" in value for name, value in field.items(multi=True)):
            raise Problem("400.100", reason="U+0000")


def _here() -> str:
    """Address of this page, to come back to after a change of language."""
    return request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else request.path
