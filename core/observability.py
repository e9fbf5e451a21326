"""Structured logs with secrets masked, request ids, and metrics for Prometheus."""

from __future__ import annotations

import functools
import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from werkzeug.datastructures import Headers

from core.settings import Settings

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_SECRET_NAMES = re.compile(r"(?i)(password|secret|token|authorization|cookie|csrf|sealed|(?<!by_)key$)")
_SECRET_PATHS = re.compile(r"(?i)(/v1/(?:key|test|sessions)/)(?!current\b|restore\b)[^/\s]+")
_SECRET_QUERY = re.compile(r"([?&]st=)[^&\s]+")

metrics = CollectorRegistry()
requests_counted = Counter("tidtam_requests", "Requests answered", ["endpoint", "status"], registry=metrics)
requests_timed = Histogram(
    "tidtam_request_seconds",
    "Seconds from request to answer",
    ["endpoint"],
    registry=metrics,
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
)
log = structlog.get_logger(__name__)


def masked(text: str) -> str:
    """A text with device keys and tokens in addresses replaced by dots."""
    return _SECRET_QUERY.sub(r"\1…", _SECRET_PATHS.sub(r"\1…", text))


def configure_logging(settings: Settings) -> None:
    """Set up logs once per process: JSON lines for machines, or readable ones."""
    # One line a request is written for every record that comes in, so lines are made by the fast serializer.
    renderer: Any = structlog.processors.JSONRenderer(serializer=orjson.dumps)
    factory: Any = structlog.BytesLoggerFactory(sys.stderr.buffer)
    if settings.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.log_level)),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


def install_request_log(app: Flask) -> None:
    """Give every request an id, a log line and its place in the metrics."""
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    headers: Headers = response.headers
    headers["X-Request-ID"] = g.get("request_id", "")
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    endpoint = request.endpoint or "-"
    requests_counted.labels(endpoint, str(response.status_code)).inc()
    requests_timed.labels(endpoint).observe(seconds)
    actor = g.get("actor")
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        actor=actor.id if actor else None,
        request_id=g.get("request_id"),
    )
    return response


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if _names_a_secret(name):
            event[name] = "…"
        elif isinstance(value, str) and "/" in value:
            event[name] = masked(value)
    return event


@functools.cache
def _names_a_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None
