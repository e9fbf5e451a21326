"""Addresses that devices are given: absolute, and with the credential of the request kept in the path."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app, request

from core.http.key_in_path import PREFIX
from core.web import settings_of


def server_address() -> str:
    """Scheme and host that people and devices use, without a slash at the end."""
    return (settings_of(current_app).public_url or request.host_url).rstrip("/")


def wire_address(workspace_id: int, rest: str) -> str:
    """An address under ``/v1`` for whoever makes this request: with their key or draft token, when it came by path."""
    return f"{server_address()}{_prefix()}/projects/{workspace_id}/{rest}"


def form_path(xml_form_id: str, rest: str = "") -> str:
    """The part of an address that names a form."""
    return f"forms/{quote(xml_form_id, safe='')}{rest}"


def _prefix() -> str:
    in_path = request.environ.get(PREFIX)
    if in_path:
        return quote(str(in_path), safe="/")
    in_query = request.args.get("st")
    return f"/v1/key/{quote(in_query, safe='')}" if in_query else "/v1"
