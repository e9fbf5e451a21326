"""OpenStack Swift with its S3 interface: a service that really refuses, which moto does not.

It needs a virtual environment of its own (``pip install swift pyeclib``), since it pins libraries that we use in other
versions. ``TIDTAM_SWIFT`` names the folder of its programs; without it the tests that need it are left out.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.settings import Settings, load_settings
from tests.support.postgres import free_port

BUCKET = "evidence"
ACCESS_KEY, SECRET_KEY = "test:tester", "testing"
_COMMON = "[DEFAULT]\nbind_ip = 127.0.0.1\nuser = root\nworkers = 0\nmount_check = false\ndisable_fallocate = true\nlog_level = ERROR\n"
_PIPELINE = "catch_errors cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server"
_FILTERS = ("catch_errors", "listing_formats", "bulk", "copy", "slo", "dlo", "versioned_writes", "symlink")


class Swift:
    """A running Swift on this machine with one bucket."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def settings(self, **others: Any) -> Settings:
        """Settings of a server that keeps its evidence here."""
        given = {"s3_access_key": ACCESS_KEY, "s3_secret_key": SECRET_KEY} | others
        return load_settings({}, s3_bucket=BUCKET, s3_endpoint=self.endpoint, **given)

    @property
    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )


@contextmanager
def swift(programs: Path, folder: Path) -> Iterator[Swift]:
    """Start the four servers of a smallest Swift; `folder` lies on a file system with extended attributes."""
    ports = {name: free_port() for name in ("proxy", "account", "container", "object")}
    (folder / "disks" / "sdb1").mkdir(parents=True)
    _configure(folder, ports)
    _make_rings(programs, folder, ports)
    environ = os.environ | {"SWIFT_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        running = [
            subprocess.Popen(
                [programs / "python", programs / f"swift-{name}-server", folder / f"{name}.conf"],
                env=environ, cwd=folder, stdout=log, stderr=log,
            )
            for name in ports
        ]  # fmt: skip
        try:
            service = Swift(f"http://127.0.0.1:{ports['proxy']}")
            _wait_for(service, folder)
            yield service
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(20)


def _configure(folder: Path, ports: dict[str, int]) -> None:
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = tidtam\nswift_hash_path_prefix = tests\n"
    )
    for name in ("account", "container", "object"):
        (folder / f"{name}.conf").write_text(
            f"{_COMMON}bind_port = {ports[name]}\nswift_dir = {folder}\ndevices = {folder}/disks\n"
            f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
        )
    filters = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in _FILTERS)
    (folder / "proxy.conf").write_text(
        f"{_COMMON}bind_port = {ports['proxy']}\nswift_dir = {folder}\n[pipeline:main]\npipeline = {_PIPELINE}\n"
        "[app:proxy-server]\nuse = egg:swift#proxy\nallow_account_management = true\naccount_autocreate = true\n"
        "[filter:tempauth]\nuse = egg:swift#tempauth\nuser_test_tester = testing .admin\n"
        "[filter:s3api]\nuse = egg:swift#s3api\nlocation = us-east-1\ns3_acl = false\ncheck_bucket_owner = false\n"
        f"[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = 127.0.0.1:{free_port()}\n{filters}"
    )


def _make_rings(programs: Path, folder: Path, ports: dict[str, int]) -> None:
    for name in ("account", "container", "object"):
        builder = str(folder / f"{name}.builder")
        for step in (["create", "6", "1", "1"], ["add", f"r1z1-127.0.0.1:{ports[name]}/sdb1", "1"], ["rebalance"]):
            command = [programs / "python", programs / "swift-ring-builder", builder, *step]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            # 1 is a warning: one disk is no redundancy.
            assert done.returncode in {0, 1}, done.stdout + done.stderr


def _wait_for(service: Swift, folder: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(BotoCoreError, ClientError):
            service.client.create_bucket(Bucket=BUCKET)
            return
        time.sleep(0.5)
    raise RuntimeError((folder / "log").read_text(errors="replace")[-3000:])
