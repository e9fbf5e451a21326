"""Where the things that the audit trail speaks of can be looked at.

An entry names its subject as ``kind:id``. What a kind is lies in packages above this one; each registers its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.audit import AuditEntry

Pages = Callable[[Session, Actor, frozenset[int]], Mapping[int, str]]
"""From the ids of one kind to the addresses of their pages; what the reader may not open, or is gone, is left out."""


@dataclass(frozen=True)
class Link:
    """A page, and the detail of the entry that names what is on it, such as ``xmlFormId``."""

    detail: str
    url: str


@dataclass(frozen=True)
class _Kind:
    detail: str
    pages: Pages


_kinds: dict[str, _Kind] = {}


def add_subjects(kind: str, pages: Pages, *, detail: str) -> None:
    """Have the subjects of a kind linked from their entries, which name them in `detail`."""
    _kinds[kind] = _Kind(detail, pages)


def links_of(session: Session, actor: Actor, entries: Iterable[AuditEntry]) -> dict[str, Link]:
    """By subject, where the reader may look at it. Each kind is asked for once."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        kind, _, number = (entry.subject or "").partition(":")
        if kind in _kinds and number.isascii() and number.isdigit():
            wanted.setdefault(kind, set()).add(int(number))
    return {
        f"{kind}:{number}": Link(_kinds[kind].detail, url)
        for kind, ids in wanted.items()
        for number, url in _kinds[kind].pages(session, actor, frozenset(ids)).items()
    }
