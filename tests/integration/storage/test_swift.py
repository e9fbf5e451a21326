"""The store on a service that really checks what it is given. Needs ``TIDTAM_SWIFT`` (see `tests.support.swift`)."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.storage import BlobStore
from core.storage.remote import RemoteAway, RemoteMismatch, S3Store
from tests.conftest import run_jobs
from tests.integration.storage.test_s3 import keep, places
from tests.support.swift import BUCKET, Swift, swift

PROGRAMS = os.environ.get("TIDTAM_SWIFT", "")
pytestmark = [pytest.mark.s3, pytest.mark.skipif(not PROGRAMS, reason="TIDTAM_SWIFT names no Swift")]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    with swift(Path(PROGRAMS), tmp_path_factory.mktemp("swift")) as running:
        yield running


@pytest.fixture
def swift_store(app: Flask, service: Swift) -> Iterator[BlobStore]:
    before: BlobStore = app.extensions["tidtam_blob_store"]
    store = BlobStore(before.folder, S3Store(service.settings()))
    app.extensions["tidtam_blob_store"] = store
    yield store
    app.extensions["tidtam_blob_store"] = before


@pytest.mark.parametrize("size", [0, 1, 200_000])
def test_blobs_move_and_are_read_back(swift_store: BlobStore, size: int) -> None:
    content = os.urandom(size)
    sha256 = keep(swift_store, content)
    run_jobs()
    assert places()[sha256] == "remote"
    assert not swift_store.is_local(sha256)
    assert swift_store.read(sha256) == content


def test_a_wrong_checksum_is_refused_and_the_local_copy_stays(swift_store: BlobStore) -> None:
    remote = swift_store.remote
    assert remote is not None
    sha256 = keep(swift_store, b"these are the bytes")

    class Garbling:
        def __init__(self, client: Any) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def put_object(self, **given: Any) -> Any:
            return self._client.put_object(**(given | {"Body": b"these are not"}))

    remote._made = Garbling(remote._client)
    with pytest.raises(RemoteMismatch):
        remote.put(sha256, swift_store.path_of(sha256))
    run_jobs()
    assert places() == {sha256: "local"}
    remote._made = None


def test_a_local_file_that_rotted_is_refused_and_does_not_hold_up_the_others(swift_store: BlobStore) -> None:
    rotten = keep(swift_store, b"these are the bytes")
    swift_store.path_of(rotten).write_bytes(b"these are the bytez")
    sound = [keep(swift_store, os.urandom(50)) for _ in range(3)]
    run_jobs()
    assert places() == {rotten: "local"} | dict.fromkeys(sound, "remote")


def test_a_wrong_secret_moves_nothing_and_reads_nothing(swift_store: BlobStore, service: Swift) -> None:
    sha256 = keep(swift_store, b"secret evidence")
    run_jobs()
    swift_store.remote = S3Store(service.settings(s3_secret_key="wrong"))
    with pytest.raises(RemoteAway):
        swift_store.read(sha256)
    other = keep(swift_store, b"more evidence")
    run_jobs()
    assert places() == {sha256: "remote", other: "local"}
    assert swift_store.read(other) == b"more evidence"


def test_a_signed_address_opens_and_a_tampered_or_old_one_does_not(swift_store: BlobStore) -> None:
    import time

    assert swift_store.remote is not None
    sha256 = keep(swift_store, b"report")
    run_jobs()
    headers = {"media_type": "application/octet-stream", "disposition": 'attachment; filename="r.html"'}
    address = swift_store.remote.signed_address(sha256, **headers, seconds=60)
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.read() == b"report"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="r.html"'
    old = swift_store.remote.signed_address(sha256, **headers, seconds=1)
    time.sleep(2.5)
    for bad in (address.replace("octet-stream", "html"), address[:-4] + "0000", address.split("?")[0], old):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(bad, timeout=20)
        assert refusal.value.code in {400, 401, 403}, bad


def test_a_blob_that_is_not_there_is_not_found(swift_store: BlobStore, service: Swift) -> None:
    sha256 = keep(swift_store, b"gone")
    run_jobs()
    service.client.delete_object(Bucket=BUCKET, Key=f"blobs/{sha256}")
    with pytest.raises(FileNotFoundError):
        swift_store.read(sha256)
