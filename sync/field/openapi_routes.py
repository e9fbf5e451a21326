"""What the field client's wire looks like, for programs: the document of ``static/openapi.yaml``."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import yaml
from flask import Response, request

from core.access.guard import public
from sync.field.common_routes import blueprint

SOURCE = Path(__file__).resolve().parent / "static" / "openapi.yaml"
AN_HOUR = 3600


@functools.cache
def document() -> bytes:
    """The document as JSON; it is the same for everybody, and names nobody."""
    return json.dumps(yaml.safe_load(SOURCE.read_text(encoding="utf-8")), ensure_ascii=False).encode()


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """The OpenAPI document."""
    answer = Response(document(), content_type="application/json; charset=utf-8")
    answer.cache_control.public = True
    answer.cache_control.max_age = AN_HOUR
    answer.add_etag()
    conditional: Response = answer.make_conditional(request)  # type: ignore[assignment]  # werkzeug's response
    return conditional
