"""Credentials in the path, as OpenRosa clients send them.

``/v1/key/{token}/…`` acts with a device key and ``/v1/test/{token}/…`` with the token of a draft. The token is taken
out of the path before routing, so that every ``/v1`` route works both ways and no log line ever holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

KEY = "tidtam.key"
DRAFT_TOKEN = "tidtam.draft_token"  # noqa: S105 - the name of a place, not a secret
PREFIX = "tidtam.path_prefix"
_PLACES = (("/v1/key/", KEY), ("/v1/test/", DRAFT_TOKEN))

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class KeyInPath:
    """WSGI middleware that moves the token from the path to the environment."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        path: str = environ.get("PATH_INFO", "")
        for prefix, place in _PLACES:
            if path.startswith(prefix):
                token, slash, rest = path[len(prefix) :].partition("/")
                if token and slash:
                    environ[place] = token
                    environ[PREFIX] = prefix + token
                    environ["PATH_INFO"] = "/v1/" + rest
                break
        return self._app(environ, start_response)
