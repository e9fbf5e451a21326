"""An S3 service on this machine, and a way to take it away for a while without losing what it holds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

from core.settings import Settings, load_settings
from tests.support.postgres import free_port

BUCKET = "evidence"
ACCESS_KEY, SECRET_KEY = "tester", "testing"


class LocalS3:
    """moto's server on a port of its own. What it holds outlives `away`, as with a real service behind a bad line."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._port = free_port()
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self._server: ThreadedMotoServer | None = None
        self.start()
        self.client.create_bucket(Bucket=BUCKET)

    @property
    def client(self) -> Any:
        """A plain client, to look into the bucket from outside."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )

    def start(self) -> None:
        if self._server is None:
            self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self._port, verbose=False)
            self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nothing listens on its port while the block runs."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def empty(self) -> None:
        """Drop every object."""
        for name in self.names():
            self.client.delete_object(Bucket=BUCKET, Key=name)

    def names(self) -> list[str]:
        """Keys of the objects in the bucket."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def variables(self) -> dict[str, str]:
        """Settings of a server that keeps its evidence here, as ``name: text``."""
        return {
            "s3_bucket": BUCKET,
            "s3_endpoint": self.endpoint,
            "s3_access_key": ACCESS_KEY,
            "s3_secret_key": SECRET_KEY,
        }

    def settings(self, **others: Any) -> Settings:
        """The same as an object."""
        return load_settings({}, **self.variables(), **others)
