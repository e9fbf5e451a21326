"""Problem codes of collect."""

from __future__ import annotations

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "503.201": "The field client was not built on this server. The operator builds it with: make client",
    }
)
