"""Is there enough evidence? It often comes after the field work, so a record waits for it and is counted apart."""

from __future__ import annotations

from dataclasses import dataclass

from sync.checks.codes import WAITING_EVIDENCE, Finding

PIECES, PHOTOS = "pieces", "photos"


@dataclass(frozen=True)
class Evidence:
    """Pieces of evidence that are here, those whose file is still on its way, and how many there must be.

    A link is here when it is written down, a picture or document when its file has arrived.
    """

    pieces: int = 0
    awaited: int = 0
    least_pieces: int = 0
    photos: int = 0
    least_photos: int = 0


def waiting_evidence(facts: Evidence) -> list[Finding]:
    """Less evidence than asked for; an edit or a late file makes it good by itself."""
    found = []
    for subject, here, least in (
        (PIECES, facts.pieces, facts.least_pieces),
        (PHOTOS, facts.photos, facts.least_photos),
    ):
        if here < least:
            details = {"kind": subject, "here": here, "least": least, "awaited": facts.awaited}
            found.append(Finding(WAITING_EVIDENCE, subject, details))
    return found
