"""Did this request come from a page of this server? For what no CSRF token can guard, such as a sign-in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from core.errors import Problem

VISITED = "sign_in"
"""Name of the mark that a visit to the sign-in page leaves in the signed cookie."""


def refuse_other_origins(*, came_by_page: bool = True) -> None:
    """Refuse a request that a browser sent on behalf of another site.

    Browsers say so in ``Sec-Fetch-Site``; older ones in ``Origin``, which our own pages send as ``null``
    because they allow no referrer. For these `came_by_page` decides: whether the reader holds a cookie that
    only a visit to the page sets. A request with neither header comes from no browser.

    Raises:
        Problem 403.100: another site sent it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        own = site in {"same-origin", "none"}
    elif origin is None:
        own = True
    elif origin == "null":
        own = came_by_page
    else:
        own = _host_of(origin) == request.host
    if not own:
        raise Problem("403.100")


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
