"""The loop that runs background jobs: a thread of the server, or a process of its own (``tidtam worker``)."""

from __future__ import annotations

import threading

import structlog
from flask import Flask

from core import jobs

PAUSE_SECONDS = 2.0
log = structlog.get_logger(__name__)


def start_worker_thread(app: Flask) -> threading.Event:
    """Run jobs beside the requests of this process. Setting the event returned ends it."""
    stop = threading.Event()
    threading.Thread(target=work_until, args=(app, stop), name="tidtam-worker", daemon=True).start()
    return stop


def work_until(app: Flask, stop: threading.Event) -> None:
    """Run jobs until `stop` is set; look at once when this process enqueued one, else every `PAUSE_SECONDS`."""
    asked: dict[str, float] = {}
    while not stop.is_set():
        jobs.work_waits.clear()
        try:
            with app.app_context():
                jobs.ask_for_recurring(asked)
                while not stop.is_set() and (claim := jobs.claim_next()) is not None:
                    jobs.run_claimed(claim)
        except Exception as error:  # noqa: BLE001 - a database that is away must not end the worker
            log.warning("worker.waits", error=f"{type(error).__name__}: {error}"[:300])
            stop.wait(PAUSE_SECONDS)
        jobs.work_waits.wait(PAUSE_SECONDS)
