"""Where to go next: only to addresses of this server, whatever a link says."""

from __future__ import annotations

import re

_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def own_path(given: str | None, default: str = "/") -> str:
    """`given` when it is a path of this server (one leading slash, no backslash, no control character)."""
    return given if given and _OWN.fullmatch(given) else default
