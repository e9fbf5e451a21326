"""Headers that keep what is stored from running in a browser."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
}


def install_security_headers(app: Flask) -> None:
    """Add the headers to every answer; pages also get the content security policy."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    # `add` and not `set`: no view sets these, and looking for each name in every answer costs more than writing it.
    for name, value in _ALWAYS.items():
        headers.add(name, value)
    if "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    if "Cache-Control" not in headers and not request.path.startswith("/static/"):
        headers.add("Cache-Control", "no-store" if request.path.startswith("/v1/") else "private, no-cache")
    if request.is_secure:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    return response
