"""The field client under ``/app/``: the files that `deploy/build_client.py` built from ``collect/client/``."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response
from werkzeug.security import safe_join

from collect import problems  # noqa: F401 - adds its codes to the catalogue
from collect.client_build import BUILT
from core.access.guard import public
from core.errors import Problem
from core.http.assets import send_asset

blueprint = Blueprint("field_client", __name__, url_prefix="/app")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        # The engine's XPath parser is WebAssembly.
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HASHED = "assets/"
"""Files whose names carry a hash of their content."""


@blueprint.get("/")
@public
def shell() -> Response:
    """The page of the client. It holds nothing of anybody: who is signed in is known on the tablet alone."""
    return _send("index.html")


@blueprint.get("/<path:name>")
@public
def file(name: str) -> Response:
    """A file of the client."""
    return _send(name)


def _send(name: str) -> Response:
    """A built file.

    Raises:
        Problem 503.201: the client was not built. 404.1: it has no such file.

    """
    if not (BUILT / "index.html").is_file():
        raise Problem("503.201")
    joined = safe_join(str(BUILT), name)
    path = Path(joined) if joined else None
    if path is None or not path.is_file() or path.name.startswith("."):
        raise Problem("404.1")
    answer = send_asset(path, forever=name.startswith(_HASHED))
    answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    if not name.startswith(_HASHED):
        answer.headers["Cache-Control"] = "no-cache"
    return answer
