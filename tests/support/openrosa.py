"""Sending records as ODK Collect does."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.test import TestResponse

from tests.personas import Office


def send(office: Office, xml: bytes, *files: tuple[str, bytes], query: str = "", **headers: str) -> TestResponse:
    """One POST with the device's key: the XML and some files, as ``("photo.jpg", b"…")``."""
    data: dict[str, Any] = {"xml_submission_file": (io.BytesIO(xml), "form.xml", "text/xml")}
    parts: list[tuple[str, Any]] = list(data.items())
    parts += [(name, (io.BytesIO(content), name, "image/jpeg")) for name, content in files]
    return office.app.test_client().post(
        office.device(f"projects/{office.workspace_id}/submission") + query,
        data=_multi(parts),
        content_type="multipart/form-data",
        headers={"X-OpenRosa-Version": "1.0", **headers},
    )


def _multi(parts: list[tuple[str, Any]]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for name, value in parts:
        grouped.setdefault(name, []).append(value)
    return grouped
