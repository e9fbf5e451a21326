"""Comparing the register of blobs with what lies on the disk and in S3."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from core.storage.queries import known_hashes, places
from core.storage.store import BlobStore

SETTLED_SECONDS = 3600
"""A file younger than this may belong to a record that is being stored right now."""


@dataclass
class StorageReport:
    """What was found. `missing` are blobs that no place holds; `orphans` are local files that nothing names."""

    checked: int = 0
    missing: list[str] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)


def check_storage(session: Session, store: BlobStore, *, ask_s3: bool = False) -> StorageReport:
    """Look for every blob in its place. S3 is asked for each blob there only with `ask_s3`: it takes a request each."""
    report = StorageReport()
    for sha256, place in places(session):
        report.checked += 1
        if store.is_local(sha256):
            continue
        in_s3 = place == "remote" and (not ask_s3 or (store.remote is not None and store.remote.holds(sha256)))
        if not in_s3:
            report.missing.append(sha256)
    old_files = [path for path in _files(store.folder) if time.time() - path.stat().st_mtime > SETTLED_SECONDS]
    known = known_hashes(session, (path.name for path in old_files))
    report.orphans = [path for path in old_files if path.name not in known]
    return report


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
