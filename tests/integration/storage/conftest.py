"""One S3 service for all the tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from core.storage import BlobStore
from core.storage.remote import S3Store
from tests.support.s3 import LocalS3


@pytest.fixture(scope="session")
def one_s3() -> Iterator[LocalS3]:
    service = LocalS3()
    yield service
    service.stop()


@pytest.fixture
def s3(one_s3: LocalS3) -> LocalS3:
    """The service, with an empty bucket."""
    one_s3.start()
    one_s3.empty()
    return one_s3


@pytest.fixture
def store(app: Flask, s3: LocalS3) -> Iterator[BlobStore]:
    """The application's store, with S3 behind it."""
    before: BlobStore = app.extensions["tidtam_blob_store"]
    store = BlobStore(before.folder, S3Store(s3.settings()))
    app.extensions["tidtam_blob_store"] = store
    yield store
    app.extensions["tidtam_blob_store"] = before
