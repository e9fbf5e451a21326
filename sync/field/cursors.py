"""The cursor of the change feed: what a tablet has, as a short text that only the server reads.

It is not signed: whoever invents one only keeps news from their own tablet.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass, field

LONGEST = 4000
MOST_LISTS = 120
"""Lists whose places a cursor has room for, whatever they are."""
_MOST_UNPACKED = 64_000
_LONGEST_KEY = 18


@dataclass(frozen=True)
class Cursor:
    """What a tablet has: marks of the forms and the person, the cursor of each list by its key, and the verdicts'.

    `owner` keeps the cursor of one person from being gone on from by another.
    """

    owner: str
    forms: str = ""
    person: str = ""
    lists: dict[int, str] = field(default_factory=dict)
    verdicts: str = ""

    def written(self) -> str:
        """The cursor as text for an address, shorter than `LONGEST`."""
        lists = self.lists if len(self.lists) <= MOST_LISTS else {}
        places = ";".join(f"{key}:{place}" for key, place in sorted(lists.items()))
        packed = json.dumps([self.owner, self.forms, self.person, places, self.verdicts], separators=(",", ":"))
        return base64.urlsafe_b64encode(zlib.compress(packed.encode(), 9)).decode().rstrip("=")


def read_cursor(text: str, owner: str) -> Cursor:
    """The cursor in a text; an empty one when it cannot be read or is not this owner's."""
    if not text or len(text) > LONGEST:
        return Cursor(owner)
    unpacker = zlib.decompressobj()
    try:
        packed = unpacker.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _MOST_UNPACKED)
        if not unpacker.eof:
            return Cursor(owner)
        whose, forms, person, places, told = json.loads(packed)
        pairs = (item.partition(":") for item in places.split(";") if item)
        lists = {int(key[:_LONGEST_KEY]): place for key, _, place in pairs}
    except (ValueError, TypeError, AttributeError, zlib.error, RecursionError):
        return Cursor(owner)
    if whose != owner or not all(isinstance(item, str) for item in (forms, person, told)):
        return Cursor(owner)
    return Cursor(owner, forms, person, lists, told)
