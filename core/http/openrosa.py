"""OpenRosa envelopes and headers (docs.getodk.org/openrosa)."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Response

NAMESPACE = "http://openrosa.org/http/response"


def openrosa_response(
    message: str, status: int, *, nature: str = "", headers: dict[str, str] | None = None
) -> Response:
    """An ``OpenRosaResponse`` envelope. Only 201 and 202 mean success to ODK Collect."""
    nature_attribute = f' nature="{nature}"' if nature else ""
    body = (
        f'<OpenRosaResponse xmlns="{NAMESPACE}" items="0">'
        f"<message{nature_attribute}>{escape(message)}</message></OpenRosaResponse>"
    )
    return xml_response(body, status, headers=headers)


def xml_response(body: str | bytes, status: int = 200, *, headers: dict[str, str] | None = None) -> Response:
    """XML with the headers every OpenRosa answer carries."""
    response = Response(body, status=status, content_type="text/xml; charset=utf-8")
    response.headers["X-OpenRosa-Version"] = "1.0"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
