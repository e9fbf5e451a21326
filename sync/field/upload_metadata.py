"""What a client says of a file that it uploads: the header ``Upload-Metadata`` of tus 1.0.0."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from core.errors import Problem
from core.xml import without_control_characters
from sync.field import uploads
from sync.field.common_routes import SHA256

_MEDIA_TYPE = re.compile(r"[a-z0-9.+_-]{1,60}/[a-z0-9.+_-]{1,100}")


@dataclass(frozen=True)
class About:
    """What a client says of a file."""

    name: str
    media_type: str
    sha256: str


def read_metadata(given: str) -> About:
    """The metadata of an upload: pairs of a name and a text in base64.

    Raises:
        Problem 400.8: not such pairs, or without the name or the hash of the file.

    """
    pairs: dict[str, str] = {}
    for part in given.split(","):
        name, _, encoded = part.strip().partition(" ")
        try:
            pairs[name] = base64.b64decode(encoded, validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise Problem("400.8", field="Upload-Metadata", reason="its values are texts in base64.") from error
    name = without_control_characters(pairs.get("filename", ""))
    sha256 = pairs.get("sha256", "").lower()
    media_type = pairs.get("filetype", "").partition(";")[0].strip().lower()
    if not name.strip() or len(name) > uploads.LONGEST_NAME:
        raise Problem("400.8", field="filename", reason="the file needs a name, and not too long a one.")
    if not SHA256.fullmatch(sha256):
        raise Problem("400.8", field="sha256", reason="it is the SHA-256 of the file, 64 hexadecimal digits.")
    return About(name, media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream", sha256)
