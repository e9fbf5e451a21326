"""S3 behind four verbs. The only module that imports boto3, and only when a bucket is configured."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from core.errors import Problem
from core.settings import Settings
from core.storage import problems

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["problems"]


_THESE_BYTES = frozenset(
    {"BadDigest", "InvalidDigest", "EntityTooLarge", "InvalidRequest", "XAmzContentChecksumMismatch"}
)
"""What services say when they refuse one object and would take others."""


class RemoteMismatch(Exception):  # noqa: N818 - it says what was found
    """S3 holds something else than was sent."""


class RemoteAway(Problem):
    """S3 is out of reach or refuses us; what lies only there cannot be read now."""

    def __init__(self) -> None:
        super().__init__("503.101", headers={"Retry-After": "60"})


class S3Store:
    """Blobs in a bucket, under ``<prefix>blobs/<sha256>``. The bucket is private; downloads go by signed address."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.bucket = settings.s3_bucket
        self._made: S3Client | None = None

    def key(self, sha256: str) -> str:
        """Object key of a blob."""
        return f"{self._settings.s3_prefix}blobs/{sha256}"

    def put(self, sha256: str, path: Path) -> None:
        """Send a blob and prove that the bucket holds just these bytes.

        A service that answers with the SHA-256 it computed is believed; from any other the bytes are read back.

        Raises:
            RemoteMismatch: the object stored is not the one sent, or the service does not take these bytes.

        """
        from botocore.exceptions import ClientError

        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        key = self.key(sha256)
        checksum = {"ChecksumSHA256": digest} if self._settings.s3_checksums == "when_supported" else {}
        try:
            with path.open("rb") as body:
                self._client.put_object(Bucket=self.bucket, Key=key, Body=body, **checksum)  # type: ignore[arg-type]
        except ClientError as error:
            if error.response["Error"]["Code"] in _THESE_BYTES:
                raise RemoteMismatch(f"{key}: {error}") from error
            raise
        head = self._client.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        if head["ContentLength"] != path.stat().st_size:
            raise RemoteMismatch(f"{key}: {head['ContentLength']} bytes stored")
        if head.get("ChecksumSHA256") != digest and self._hash_of(sha256) != sha256:
            raise RemoteMismatch(f"{key}: other bytes stored")

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream.

        Raises:
            FileNotFoundError: the bucket does not hold them. RemoteAway: it cannot be asked.

        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self.key(sha256))
        except self._client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(sha256) from error
        except (BotoCoreError, ClientError) as error:
            raise RemoteAway from error
        return cast("BinaryIO", answer["Body"])

    def holds(self, sha256: str) -> bool:
        """Whether the bucket has the object.

        Raises:
            RemoteAway: it cannot be asked.

        """
        try:
            self.open(sha256).close()
        except FileNotFoundError:
            return False
        return True

    def proves(self, sha256: str) -> bool:
        """Whether the bucket holds just these bytes; all of them are read.

        Raises:
            RemoteAway: it cannot be asked.

        """
        try:
            return self._hash_of(sha256) == sha256
        except FileNotFoundError:
            return False

    def signed_address(self, sha256: str, *, media_type: str, disposition: str, seconds: int = 300) -> str:
        """Address from which anyone may fetch the blob for some seconds, with safe headers."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": self.key(sha256),
                "ResponseContentType": media_type,
                "ResponseContentDisposition": disposition,
            },
            ExpiresIn=seconds,
        )

    def check(self) -> None:
        """Raise botocore's error when the bucket is out of reach."""
        self._client.head_bucket(Bucket=self.bucket)

    def _hash_of(self, sha256: str) -> str:
        with self.open(sha256) as stored:
            digest = hashlib.sha256()
            while piece := stored.read(1024 * 1024):
                digest.update(piece)
        return digest.hexdigest()

    @property
    def _client(self) -> S3Client:
        if self._made is None:
            self._made = _connect(self._settings)
        return self._made


def _connect(settings: Settings) -> S3Client:
    import boto3
    from botocore.config import Config

    checksums = cast("Literal['when_supported', 'when_required']", settings.s3_checksums)
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint or None,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key or None,
        aws_secret_access_key=settings.s3_secret_key or None,
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 2, "mode": "standard"},
            request_checksum_calculation=checksums,
            response_checksum_validation=checksums,
            s3={"addressing_style": "path" if settings.s3_path_style else "virtual"},
        ),
    )
