"""The test client: every request gets a context of its own, as on a server.

Tests run inside an application context, which Flask would share with each request, and with it ``flask.g``, the
language and the database session of the request before.
"""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class FreshContextClient(FlaskClient):
    """A client whose requests know nothing of one another."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)
