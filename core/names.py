"""Names that people give to workspaces, devices and accounts: to be seen, and short enough for a line of a table."""

from __future__ import annotations

import re

from core.errors import Problem, Reason

LONGEST = 200
# What Unicode calls ignorable when shown: soft hyphens, spaces of no width, marks of direction, fillers. Texts copied
# from the web are full of them, and Thai ones of U+200B between words. U+2800 is a blank that is no space.
_UNSEEN = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_JOINERS, _VARIANTS = r"\u200c\u200d", r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Joiners and variants belong to letters of other scripts and to emoji; on Latin and Thai letters they change nothing.
_JOINED = rf"[^\x00-\u024f\u0e00-\u0e7f\s{_UNSEEN}{_JOINERS}{_VARIANTS}]"
_REMOVED = re.compile(rf"[{_UNSEEN}]+")
_ALONE = re.compile(
    rf"(?<!{_JOINED})[{_VARIANTS}]|[{_JOINERS}](?!{_JOINED})|(?<!{_JOINED})(?<!{_JOINED}[{_VARIANTS}])[{_JOINERS}]"
)


def visible_text(given: str) -> str:
    """The text without characters that nobody sees, and without blanks around it.

    Two texts that look alike would be two names, and a name of nothing else a row that nobody can click.
    """
    return _ALONE.sub("", _REMOVED.sub("", given)).strip()


def checked_name(given: str, field: str) -> str:
    """The name as `visible_text` leaves it; `field` is what the wire calls it.

    Raises:
        Problem 400.2: there is nothing to see. 400.8: it is too long.
    """
    name = visible_text(given)
    if not any(character.isprintable() for character in name):
        raise Problem("400.2", field=field)
    if len(name) > LONGEST:
        reason = Reason("It is longer than {limit} characters. Shorten it.", limit=LONGEST)
        raise Problem("400.8", field=field, reason=reason)
    return name
