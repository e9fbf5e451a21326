"""Every select on blobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.models import Blob

BATCH = 500


def find_blob(session: Session, sha256: str) -> Blob | None:
    """A blob by its hash."""
    return session.get(Blob, sha256)


def places(session: Session) -> Iterator[tuple[str, str]]:
    """Hash and place of every blob, in the order of the hashes, `BATCH` read at a time."""
    last = ""
    while True:
        wanted = select(Blob.sha256, Blob.place).where(Blob.sha256 > last).order_by(Blob.sha256).limit(BATCH)
        rows = session.execute(wanted).all()
        yield from ((row[0], row[1]) for row in rows)
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def sizes(session: Session, hashes: Iterable[str]) -> dict[str, int]:
    """The sizes in bytes of blobs, by hash."""
    rows = session.execute(select(Blob.sha256, Blob.size).where(Blob.sha256.in_(set(hashes))))
    return {row[0]: row[1] for row in rows}


def known_hashes(session: Session, hashes: Iterable[str]) -> set[str]:
    """Those of some hashes that the register knows."""
    known: set[str] = set()
    waiting = iter(hashes)
    while batch := list(islice(waiting, BATCH)):
        known.update(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(batch))))
    return known
