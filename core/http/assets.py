"""Static files: addresses that carry a hash of the content, long caching, and gzip made once per file."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from werkzeug.security import safe_join

YEAR_SECONDS = 31_536_000
_SQUEEZED = (".css", ".js", ".svg", ".json")
_HASH_DIGITS = 12


def install_assets(app: Flask) -> None:
    """Serve the static folder, and give templates `static_url`."""

    def serve(filename: str) -> Response:
        path = _path(app, filename)
        if path is None or path.suffix not in _SQUEEZED or not request.accept_encodings["gzip"]:
            response = app.send_static_file(filename)
        else:
            response = _squeezed_response(path)
        if path is not None and request.args.get("v") == _version(path):
            response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        response.headers.add("Vary", "Accept-Encoding")
        return response

    def static_url(filename: str) -> str:
        path = _path(app, filename)
        if path is None:
            raise FileNotFoundError(f"There is no static file {filename}")
        return url_for("static", filename=filename, v=_version(path))

    app.view_functions["static"] = serve
    app.jinja_env.globals["static_url"] = static_url


def _path(app: Flask, filename: str) -> Path | None:
    joined = safe_join(app.static_folder or "", filename)
    path = Path(joined) if joined else None
    return path if path is not None and path.is_file() else None


def _version(path: Path) -> str:
    return _hash_of(path, path.stat().st_mtime_ns)


def _squeezed_response(path: Path) -> Response:
    kinds = {
        ".css": "text/css",
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
        ".json": "application/json",
    }
    body = _squeezed(path, path.stat().st_mtime_ns)
    response = Response(body, content_type=f"{kinds[path.suffix]}; charset=utf-8")
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
