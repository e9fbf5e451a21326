"""Names that people give to workspaces, devices and accounts: never blank, and short enough for a line of a table."""

from __future__ import annotations

from core.errors import Problem, Reason

LONGEST = 200


def checked_name(given: str, field: str) -> str:
    """The name without blanks around it; `field` is what the wire calls it.

    Raises:
        Problem 400.2: it is blank. 400.8: it is too long.
    """
    name = given.strip()
    if not name:
        raise Problem("400.2", field=field)
    if len(name) > LONGEST:
        reason = Reason("It is longer than {limit} characters. Shorten it.", limit=LONGEST)
        raise Problem("400.8", field=field, reason=reason)
    return name
