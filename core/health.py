"""Is the server alive, is it ready, and how is it doing."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from core.access.guard import public
from core.observability import metrics
from core.queries import database_answers
from core.storage import blob_store
from core.storage.spool import require_free_space
from core.transaction import reading

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Database and disk can take a record. S3 being away does not make the server unready: evidence waits."""
    settings = current_app.config["TIDTAM_SETTINGS"]
    checks = {"database": "ok", "disk": "ok"}
    try:
        database_answers(reading())
    except Exception:  # noqa: BLE001 - whatever the driver raises, the answer is no
        checks["database"] = "away"
    try:
        require_free_space(blob_store().folder, settings.min_free_bytes)
    except Exception:  # noqa: BLE001 - full or not readable
        checks["disk"] = "full"
    well = set(checks.values()) == {"ok"}
    return jsonify(status="ok" if well else "unready", **checks), 200 if well else 503


@blueprint.get("/metrics")
@public
def prometheus() -> Response:
    """Metrics in Prometheus' text format. They name no person and no record."""
    return Response(generate_latest(metrics), content_type=CONTENT_TYPE_LATEST)
