"""The store of blobs on the local disk: kept whole, kept once, and never torn."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.errors import Problem
from core.storage import Blob, BlobStore, Spooled, blob_store, spool_bytes
from core.storage.spool import IN_MEMORY, SpoolWriter, require_free_space
from core.transaction import reading, unit_of_work
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

SMALL, LARGE = b"small" * 100, os.urandom(3 * IN_MEMORY)


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def spool(folder: Path, content: bytes) -> Spooled:
    writer = SpoolWriter(folder)
    for first in range(0, len(content), 10_000):
        writer.write(content[first : first + 10_000])
    return writer.finish()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [b"", b"x", SMALL, b"y" * IN_MEMORY, b"z" * (IN_MEMORY + 1), LARGE])
def test_bytes_of_any_size_come_back_as_they_were(store: BlobStore, tmp_path: Path, content: bytes) -> None:
    part = spool(tmp_path / "spool", content)
    assert (part.sha256, part.size) == (hashlib.sha256(content).hexdigest(), len(content))
    store.keep([part])
    assert store.read(part.sha256) == content
    assert b"".join(store.stream(part.sha256)) == content
    assert store.is_local(part.sha256)


@pytest.mark.parametrize("content", [SMALL, LARGE])
def test_discarding_what_was_kept_does_not_take_it_out_of_the_store(
    store: BlobStore, tmp_path: Path, content: bytes
) -> None:
    part = spool(tmp_path / "spool", content)
    store.keep([part])
    part.discard()
    assert store.read(part.sha256) == content
    assert part.read() == content


def test_discarding_a_second_copy_leaves_the_first(store: BlobStore, tmp_path: Path) -> None:
    first, second = spool(tmp_path / "spool", LARGE), spool(tmp_path / "spool", LARGE)
    store.keep([first, second])
    first.discard()
    second.discard()
    assert store.read(first.sha256) == LARGE
    assert files_in(tmp_path) == [store.path_of(first.sha256)]


def test_what_is_not_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    spool(tmp_path / "spool", LARGE).discard()
    writer = SpoolWriter(tmp_path / "spool")
    writer.write(LARGE)
    writer.abandon()
    assert files_in(tmp_path) == []


def test_a_photo_sent_by_a_device_is_still_there_after_the_answer(office: Office) -> None:
    publish(office)
    assert send(office, visit_instance(photo="a.jpg"), ("a.jpg", LARGE)).status_code == 201
    assert blob_store().read(hashlib.sha256(LARGE).hexdigest()) == LARGE


def test_a_blob_that_nothing_has_is_not_found(store: BlobStore) -> None:
    with pytest.raises(FileNotFoundError):
        store.read("0" * 64)


def test_many_at_once_keeping_the_same_bytes_keep_them_once(store: BlobStore, tmp_path: Path) -> None:
    parts = [spool(tmp_path / "spool", LARGE) for _ in range(16)]
    threads = [threading.Thread(target=store.keep, args=([part],)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files_in(tmp_path) == [store.path_of(parts[0].sha256)]
    assert store.read(parts[0].sha256) == LARGE


class _ShortWrites:
    """`os.write` on a disk that fills up: it takes some of the bytes, and the next call fails."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._write = os.write

    def __call__(self, descriptor: int, data: bytes) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self._write(descriptor, bytes(data)[: self._room])
        self._room -= taken
        return taken


@pytest.fixture
def short_writes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def with_room(room: int) -> None:
        monkeypatch.setattr(os, "write", _ShortWrites(room))

    yield with_room
    monkeypatch.undo()


def test_a_disk_that_takes_only_part_of_the_last_bytes_refuses_the_file(tmp_path: Path, short_writes: Any) -> None:
    writer = SpoolWriter(tmp_path / "spool")
    short_writes(len(LARGE) - 7)
    with pytest.raises(Problem) as refusal:
        writer.write(LARGE)
    assert refusal.value.code == "507.100"
    assert refusal.value.headers["Retry-After"]
    writer.abandon()
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("content", [SMALL, LARGE])
def test_a_disk_that_fills_up_while_a_file_is_kept_leaves_no_torn_blob(
    store: BlobStore, tmp_path: Path, short_writes: Any, content: bytes
) -> None:
    part = spool_bytes(content)
    short_writes(len(content) - 1)
    with pytest.raises(Problem) as refusal:
        store.keep([part])
    assert refusal.value.code == "507.100"
    assert files_in(tmp_path) == []


def test_below_the_floor_of_free_space_nothing_is_taken(tmp_path: Path) -> None:
    require_free_space(tmp_path / "not" / "there" / "yet", 1)
    with pytest.raises(Problem) as refusal:
        require_free_space(tmp_path, 2**60)
    assert refusal.value.headers == {"Retry-After": "600"}


def test_a_blob_is_registered_once_whoever_else_registers_it(app: Flask) -> None:
    store = blob_store()
    part = spool_bytes(SMALL)
    store.keep([part])
    threads = [threading.Thread(target=_register, args=(app, part)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reading().scalar(select(func.count()).select_from(Blob)) == 1


def _register(app: Flask, part: Spooled) -> None:
    with app.app_context():
        unit_of_work(lambda session: blob_store().register(session, [(part, "image/jpeg"), (part, "image/jpeg")]))
