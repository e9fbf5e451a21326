"""Codes that set up devices. ODK Collect's is its settings as JSON, deflated, in base64, in a QR code.

The format and the names of the settings are those of docs.getodk.org/collect-import-export. Settings that a code
leaves out are set back to Collect's defaults, so only what differs is named. Our own client's is a link.
"""

from __future__ import annotations

import base64
import json
import zlib
from io import BytesIO
from typing import Any
from urllib.parse import quote

COLOUR = "#0b4f5c"
DRAFT_COLOUR = "#8a5a00"
DRAFT_ICON = "📝"
MOST_DECODED = 100_000


def settings_json(
    *, server_url: str, project_name: str, icon: str = "", colour: str = COLOUR, user_name: str = ""
) -> dict[str, Any]:
    """Settings for a device: it holds just the forms it may open, and sends by itself as soon as it can.

    `user_name` is what forms get that ask for the user's name.
    """
    general = {
        "protocol": "odk_default",
        "server_url": server_url,
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
    }
    if user_name:
        general["metadata_username"] = user_name
    return {
        "general": general,
        "admin": {},
        "project": {"name": project_name, "icon": icon or project_name[:1], "color": colour},
    }


def device_url(server_address: str, workspace_id: int, key: str) -> str:
    """The server address of a device."""
    return f"{server_address}/v1/key/{key}/projects/{workspace_id}"


def client_link(server_address: str, workspace_id: int, key: str) -> str:
    """The link that sets our own client up. The key is in the fragment, which browsers send to no server."""
    return f"{server_address}/app/#/enrol?w={workspace_id}&k={quote(key, safe='')}"


def draft_url(server_address: str, workspace_id: int, token: str, form_path: str) -> str:
    """The server address under which a device gets one draft. `form_path` is ``forms/<id>/draft``."""
    return f"{server_address}/v1/test/{token}/projects/{workspace_id}/{form_path}"


def settings_qr_payload(settings: dict[str, Any]) -> str:
    """The text of the code."""
    written = json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(written, 9)).decode("ascii")


def decode_payload(payload: str) -> dict[str, Any]:
    """The settings in the text of a code.

    Raises:
        ValueError: it is no such text.

    """
    try:
        unpacker = zlib.decompressobj()
        written = unpacker.decompress(base64.b64decode(payload, validate=True), MOST_DECODED)
        found = json.loads(written)
    except (ValueError, zlib.error) as error:
        raise ValueError("Not the text of a settings code") from error
    if not isinstance(found, dict):
        raise ValueError("Not the text of a settings code")  # noqa: TRY004 - one kind of error for one kind of fault
    return found


def qr_svg(payload: str, *, scale: int = 4) -> bytes:
    """The code as an SVG picture, black on white with the quiet zone that scanners need."""
    import segno

    out = BytesIO()
    segno.make(payload, error="m", micro=False).save(
        out, kind="svg", scale=scale, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return out.getvalue()
