"""Static files: addresses that carry a hash of the content, long caching, and gzip made once per file."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, send_file, url_for
from werkzeug.security import safe_join

YEAR_SECONDS = 31_536_000
_SQUEEZED = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_HASH_DIGITS = 12


def install_assets(app: Flask) -> None:
    """Serve the static folder, and give templates `static_url`."""

    def serve(filename: str) -> Response:
        path = _path(app, filename)
        if path is None:
            return app.send_static_file(filename)
        return send_asset(path, forever=request.args.get("v") == _version(path))

    def static_url(filename: str) -> str:
        path = _path(app, filename)
        if path is None:
            raise FileNotFoundError(f"There is no static file {filename}")
        return url_for("static", filename=filename, v=_version(path))

    app.view_functions["static"] = serve
    app.jinja_env.globals["static_url"] = static_url


def send_asset(path: Path, *, forever: bool) -> Response:
    """A file that came with the program; `forever` when its address changes with its content."""
    if path.suffix in _SQUEEZED and request.accept_encodings["gzip"]:
        response = _squeezed_response(path)
    else:
        response = send_file(path, mimetype=_SQUEEZED.get(path.suffix), max_age=3600)
    if forever:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.headers.add("Vary", "Accept-Encoding")
    return response


def _path(app: Flask, filename: str) -> Path | None:
    joined = safe_join(app.static_folder or "", filename)
    path = Path(joined) if joined else None
    return path if path is not None and path.is_file() else None


def _version(path: Path) -> str:
    return _hash_of(path, path.stat().st_mtime_ns)


def _squeezed_response(path: Path) -> Response:
    body = _squeezed(path, path.stat().st_mtime_ns)
    response = Response(body, content_type=f"{_SQUEEZED[path.suffix]}; charset=utf-8")
    response.headers["Content-Encoding"] = "gzip"
    response.cache_control.max_age = 3600
    response.set_etag(_version(path) + "-gzip")
    return response.make_conditional(request)  # type: ignore[return-value]  # werkzeug answers itself


@lru_cache(maxsize=256)
def _hash_of(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_DIGITS]


@lru_cache(maxsize=64)
def _squeezed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
