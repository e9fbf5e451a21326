"""Who reads an answer: ODK Collect (OpenRosa XML), an OData tool, a program (JSON), or a person (HTML)."""

from __future__ import annotations

import enum

_OPENROSA_ENDINGS = ("/submission", "/formList", "/manifest", "/integrity")


class Audience(enum.Enum):
    """The four wires."""

    OPENROSA = "openrosa"
    ODATA = "odata"
    PROGRAM = "program"
    PERSON = "person"


def audience_of(path: str) -> Audience:
    """The audience of an address; known also when no route takes it."""
    if not path.startswith("/v1/"):
        return Audience.PERSON
    if path.rstrip("/").endswith(_OPENROSA_ENDINGS):
        return Audience.OPENROSA
    if ".svc" in path:
        return Audience.ODATA
    return Audience.PROGRAM
