"""Who reads a report: the language of the request."""

from __future__ import annotations

from flask_babel import get_locale


def reader_language() -> str:
    """``th`` or ``en``."""
    return str(get_locale() or "en")[:2]
