"""One class for every refusal, and the catalogue of their sentences.

A code is ``<HTTP status>.<number>``. Where ODK Central has a number for the case, it is Central's, since clients match
on it; our own numbers begin at ``.100``. Each package adds its own codes with `add_to_catalogue` in ``problems.py``.
Sentences are English message ids with ``{named}`` parts; the writers translate them for the reader.
"""

from __future__ import annotations

from typing import Any, Self

CATALOGUE: dict[str, str] = {}


def add_to_catalogue(sentences: dict[str, str]) -> None:
    """Add a package's codes.

    Raises:
        ValueError: a code is taken already.

    """
    taken = sentences.keys() & CATALOGUE.keys()
    if taken:
        raise ValueError(f"Problem codes are taken already: {sorted(taken)}")
    CATALOGUE.update(sentences)


class Problem(Exception):  # noqa: N818 - the domain's word, as in ODK Central
    """A refusal that its reader can act on.

    `details` fill the sentence's named parts and travel with it on ``/v1``.
    """

    def __init__(self, code: str, *, headers: dict[str, str] | None = None, **details: Any) -> None:
        if code not in CATALOGUE:
            raise KeyError(f"Problem code {code} is not in the catalogue")
        super().__init__(code)
        self.code = code
        self.details = details
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """HTTP status."""
        return int(self.code.partition(".")[0])

    @property
    def template(self) -> str:
        """The sentence as English message id, with its named parts unfilled."""
        return CATALOGUE[self.code]

    @property
    def message(self) -> str:
        """The sentence in English, filled."""
        return self.template.format_map(_Readable(self.details))

    def __str__(self) -> str:
        """The filled sentence with its code."""
        return f"{self.code}: {self.message}"


class Reason(str):
    """A reason inside a problem's sentence: English text that a page can still translate.

    `template` is an English message id, whose named parts are filled with `parts`.
    """

    __slots__ = ("parts", "template")
    template: str
    parts: dict[str, Any]

    def __new__(cls, template: str, **parts: Any) -> Self:
        """The filled text, which knows what it was made from."""
        made = super().__new__(cls, template.format_map(parts))
        made.template, made.parts = template, parts
        return made


class StorageBusy(Problem):
    """The database or the disk cannot take writes now; nothing was stored, trying again is right."""

    def __init__(self) -> None:
        super().__init__("503.100", headers={"Retry-After": "30"})


class _Readable(dict[str, Any]):
    """Details as text for a sentence; a part that is missing shows as its name and not as a crash."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


add_to_catalogue(
    {
        "400.1": "The request body could not be parsed as {format}.",
        "400.2": "A required parameter is missing: {field}.",
        "400.3": "Unexpected parameters were given: {fields}.",
        "400.8": "The value of {field} cannot be used: {reason}",
        "400.11": "The value of {field} has the wrong type: {expected} is expected.",
        "400.100": "The request cannot be understood: {reason}",
        "400.101": "The XML is not well formed ({reason}). Please send it again or report it to the office.",
        "400.102": "XML with a DOCTYPE is not taken.",
        "400.103": "The XML is nested too deeply or has too many elements.",
        "400.104": "The form parts of this request could not be read to the end. Please send it again.",
        "401.2": "Could not authenticate with the provided credentials.",
        "401.3": "Name and password are taken over HTTPS only.",
        "401.100": "Sign in to continue.",
        "403.1": "The signed-in person or device does not have the right to do this.",
        "403.100": "This page was open for too long or came from elsewhere. Please reload it and try again.",
        "404.1": "Could not find what you were looking for.",
        "405.1": "This address does not take the method {method}.",
        "406.1": "This address cannot answer in the format asked for.",
        "409.3": "A record already exists with {fields} = {values}.",
        "409.100": "Someone else changed this in the meantime. Reload it and try again.",
        "411.1": "Say how long the body is (Content-Length).",
        "413.100": "This is larger than this server takes: the limit is {limit} bytes.",
        "415.100": "The content type {given} is not taken here; send {expected}.",
        "429.1": "Too many attempts. Please wait {seconds} seconds and try again.",
        "500.1": "Something went wrong on the server. Please tell the office the number {request_id}.",
        "503.100": "The server cannot store anything right now. Nothing was lost; please send again in a while.",
        "507.100": "The server is nearly out of disk space. Please tell the office and send again later.",
    }
)
