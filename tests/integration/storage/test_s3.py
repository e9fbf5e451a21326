"""Blobs in S3: moved once proven, read from either place, waiting when the service is away."""

from __future__ import annotations

import datetime as dt
import os
import urllib.request
from typing import Any

import pytest
from sqlalchemy import select, update

from core.database import utc_now
from core.jobs import Job, registry
from core.storage import Blob, BlobStore, spool_bytes
from core.storage.remote import RemoteAway, RemoteMismatch, S3Store
from core.transaction import reading, unit_of_work
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send
from tests.support.s3 import BUCKET, LocalS3

pytestmark = pytest.mark.s3


def keep(store: BlobStore, content: bytes, media_type: str = "image/jpeg") -> str:
    part = spool_bytes(content)
    store.keep([part])
    unit_of_work(lambda session: store.register(session, [(part, media_type)]))
    return part.sha256


def places() -> dict[str, str]:
    return {row.sha256: row.place for row in reading().execute(select(Blob.sha256, Blob.place))}


def due_now() -> None:
    """Let no job wait for its turn any longer."""
    unit_of_work(lambda session: session.execute(update(Job).values(run_after=utc_now() - dt.timedelta(seconds=1))))


def put(s3: LocalS3, store: BlobStore, sha256: str, content: bytes) -> None:
    assert store.remote is not None
    s3.client.put_object(Bucket=BUCKET, Key=store.remote.key(sha256), Body=content)


@pytest.mark.parametrize("size", [0, 1, 100_000, 9_000_000])
def test_a_blob_moves_to_s3_and_is_read_from_there(store: BlobStore, s3: LocalS3, size: int) -> None:
    content = os.urandom(size)
    sha256 = keep(store, content)
    assert store.is_local(sha256)
    run_jobs()
    assert places() == {sha256: "remote"}
    assert not store.is_local(sha256)
    assert store.read(sha256) == content
    assert s3.names() == [f"blobs/{sha256}"]


def test_evidence_of_a_record_moves_at_once(office: Office, store: BlobStore) -> None:
    publish(office)
    photo = os.urandom(80_000)
    assert send(office, visit_instance(photo="a.jpg"), ("a.jpg", photo)).status_code == 201
    assert set(places().values()) == {"local"}
    run_jobs()
    assert [(place, store.read(sha256)) for sha256, place in places().items()] == [("remote", photo)]


def test_while_s3_is_away_blobs_are_read_from_the_disk_and_move_when_it_returns(store: BlobStore, s3: LocalS3) -> None:
    with s3.away():
        kept = [keep(store, os.urandom(1000)) for _ in range(3)]
        run_jobs()
        assert set(places().values()) == {"local"}
        assert all(len(store.read(sha256)) == 1000 for sha256 in kept)
        job = reading().scalars(select(Job).where(Job.name == "core.move_blobs")).one()
        assert "EndpointConnectionError" in (job.last_error or "")
        assert job.run_after - utc_now() < dt.timedelta(seconds=31)
    due_now()
    run_jobs()
    assert set(places().values()) == {"remote"}
    assert len(s3.names()) == 3


def test_what_lies_only_in_s3_cannot_be_read_while_it_is_away_and_says_so(store: BlobStore, s3: LocalS3) -> None:
    sha256 = keep(store, b"evidence")
    run_jobs()
    with s3.away(), pytest.raises(RemoteAway) as refusal:
        store.read(sha256)
    assert (refusal.value.status, refusal.value.headers) == (503, {"Retry-After": "60"})
    assert store.read(sha256) == b"evidence"


def test_a_bucket_that_does_not_exist_keeps_everything_local(app: Any, store: BlobStore, s3: LocalS3) -> None:
    from dataclasses import replace

    store.remote = S3Store(replace(s3.settings(), s3_bucket="nowhere"))
    sha256 = keep(store, b"evidence")
    run_jobs()
    assert places() == {sha256: "local"}
    assert store.read(sha256) == b"evidence"


class _Garbling:
    """A client that stores other bytes than it was given."""

    def __init__(self, client: Any, garbled: bytes, only: str = "") -> None:
        self._client, self._garbled, self._only = client, garbled, only

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_object(self, **given: Any) -> Any:
        if self._only in given["Key"]:
            given.pop("ChecksumSHA256", None)
            given["Body"] = self._garbled
        return self._client.put_object(**given)


@pytest.mark.parametrize("garbled", [b"other bytes, as long", b"shorter", b""])
def test_wrong_bytes_in_the_bucket_are_noticed_and_the_local_copy_stays(
    store: BlobStore, garbled: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    remote = store.remote
    assert remote is not None
    content = b"these are the bytes."
    sha256 = keep(store, content)
    remote._made = _Garbling(remote._client, garbled)
    with pytest.raises(RemoteMismatch):
        remote.put(sha256, store.path_of(sha256))
    run_jobs()
    assert places() == {sha256: "local"}
    assert store.is_local(sha256)
    assert store.read(sha256) == content
    job = reading().scalars(select(Job).where(Job.name == "core.move_blobs")).one()
    assert sha256 in (job.last_error or "")


def test_a_service_that_gives_no_checksum_back_is_read_back_itself(store: BlobStore, s3: LocalS3) -> None:
    from dataclasses import replace

    store.remote = S3Store(replace(s3.settings(), s3_checksums="when_required"))
    sha256 = keep(store, b"plain")
    store.remote.put(sha256, store.path_of(sha256))
    store.remote._made = _Garbling(store.remote._client, b"plaim")
    with pytest.raises(RemoteMismatch):
        store.remote.put(sha256, store.path_of(sha256))


def test_one_blob_that_will_not_move_does_not_hold_up_the_others(store: BlobStore) -> None:
    remote = store.remote
    assert remote is not None
    bad = keep(store, b"first in the row")
    good = [keep(store, os.urandom(100)) for _ in range(60)]
    remote._made = _Garbling(remote._client, b"nonsense", only=bad)
    run_jobs()
    assert places() == {bad: "local"} | dict.fromkeys(good, "remote")
    remote._made = None
    due_now()
    run_jobs()
    assert places()[bad] == "remote"


def test_a_local_file_that_rotted_does_not_move_and_does_not_hold_up_the_others(store: BlobStore) -> None:
    rotten = keep(store, b"these are the bytes")
    store.path_of(rotten).write_bytes(b"these are the bytez")
    sound = [keep(store, os.urandom(50)) for _ in range(3)]
    run_jobs()
    assert places() == {rotten: "local"} | dict.fromkeys(sound, "remote")


def test_a_service_that_refuses_one_object_is_still_sent_the_others(store: BlobStore) -> None:
    from botocore.exceptions import ClientError

    remote = store.remote
    assert remote is not None
    bad = keep(store, b"refused")
    sound = [keep(store, os.urandom(50)) for _ in range(3)]

    class Refusing(_Garbling):
        def put_object(self, **given: Any) -> Any:
            if bad in given["Key"]:
                raise ClientError({"Error": {"Code": "BadDigest", "Message": "no"}}, "PutObject")
            return self._client.put_object(**given)

    remote._made = Refusing(remote._client, b"")
    run_jobs()
    assert places() == {bad: "local"} | dict.fromkeys(sound, "remote")


def test_a_blob_found_nowhere_is_marked_missing_and_comes_back_when_it_is_sent_again(store: BlobStore) -> None:
    sha256 = keep(store, b"lost")
    store.path_of(sha256).unlink()
    run_jobs()
    assert places() == {sha256: "missing"}
    keep(store, b"lost")
    run_jobs()
    assert places() == {sha256: "remote"}
    assert store.read(sha256) == b"lost"


def test_other_bytes_in_the_bucket_do_not_stand_for_a_blob_that_the_disk_lost(store: BlobStore, s3: LocalS3) -> None:
    sha256 = keep(store, b"lost")
    store.path_of(sha256).unlink()
    put(s3, store, sha256, b"cost")
    run_jobs()
    assert places() == {sha256: "missing"}
    keep(store, b"lost")
    run_jobs()
    assert (places(), store.read(sha256)) == ({sha256: "remote"}, b"lost")


def test_bytes_that_come_again_after_they_moved_do_not_stay_on_the_disk(store: BlobStore) -> None:
    sha256 = keep(store, b"again")
    run_jobs()
    assert keep(store, b"again") == sha256
    assert store.is_local(sha256)
    run_jobs()
    assert places() == {sha256: "remote"}
    assert not store.is_local(sha256)


def test_moving_again_after_a_crash_between_proof_and_commit_does_no_harm(store: BlobStore, s3: LocalS3) -> None:
    sha256 = keep(store, b"twice")
    assert store.remote is not None
    store.remote.put(sha256, store.path_of(sha256))
    registry["core.move_blobs"]({})
    assert places() == {sha256: "remote"}
    assert s3.client.get_object(Bucket=BUCKET, Key=f"blobs/{sha256}")["Body"].read() == b"twice"


def test_a_signed_address_opens_the_blob_with_type_and_disposition(store: BlobStore) -> None:
    sha256 = keep(store, b"<b>report</b>")
    run_jobs()
    assert store.remote is not None
    disposition = "attachment; filename=\"report.html\"; filename*=UTF-8''%E0%B8%A3.html"
    address = store.remote.signed_address(
        sha256, media_type="application/octet-stream", disposition=disposition, seconds=60
    )
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.read() == b"<b>report</b>"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == disposition
    assert "testing" not in address


def test_evidence_in_s3_is_handed_out_by_a_signed_address(office: Office, store: BlobStore) -> None:
    publish(office)
    send(office, visit_instance("uuid:1", photo="ภาพ.jpg"), ("ภาพ.jpg", b"\xff\xd8 photo"))
    run_jobs()
    answer = office.client("wanna").get(
        f"/v1/projects/{office.workspace_id}/forms/visit/submissions/uuid:1/attachments/ภาพ.jpg"
    )
    assert answer.status_code == 302
    with urllib.request.urlopen(answer.headers["Location"], timeout=10) as found:
        assert found.read() == b"\xff\xd8 photo"
        assert found.headers["Content-Type"] == "image/jpeg"
        assert "filename*=UTF-8''%E0%B8%A0" in found.headers["Content-Disposition"]


def test_reading_a_record_of_evidence_while_s3_is_away_is_answered_503_and_never_500(
    office: Office, store: BlobStore, s3: LocalS3
) -> None:
    publish(office)
    send(office, visit_instance("uuid:1", photo="a.jpg"), ("a.jpg", b"\xff\xd8 photo"))
    run_jobs()
    sha256 = next(iter(places()))
    with s3.away():
        with pytest.raises(RemoteAway):
            store.read(sha256)
        # The browser is sent to S3 itself; the server stays out of it.
        path = f"/v1/projects/{office.workspace_id}/forms/visit/submissions/uuid:1/attachments/a.jpg"
        assert office.client("wanna").get(path).status_code == 302


def test_a_prefix_and_names_of_keys_are_kept_to(store: BlobStore, s3: LocalS3) -> None:
    from dataclasses import replace

    store.remote = S3Store(replace(s3.settings(), s3_prefix="office-1/"))
    sha256 = keep(store, b"x")
    run_jobs()
    assert s3.names() == [f"office-1/blobs/{sha256}"]
