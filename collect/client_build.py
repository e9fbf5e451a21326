"""The field client as it was built: where its files are, and which version they are."""

from __future__ import annotations

import functools
import json
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
BUILT = _FOLDER / "static" / "client"


@functools.cache
def client_version() -> str:
    """The version that `deploy/build_client.py` builds and tablets announce; empty where the sources are not there."""
    try:
        package = json.loads((_FOLDER / "client" / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(package.get("version", ""))
