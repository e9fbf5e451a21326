"""A real server on a free port of this machine, in threads of the test's own process.

The test and the server share the application, so a test may look into the database while a client talks to it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_arguments: object) -> None:
        """The application logs requests itself."""


@contextmanager
def live_server(app: Flask) -> Iterator[str]:
    """Serve `app` until the block ends; its address without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="live-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
