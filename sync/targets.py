"""Where an arriving record goes: the form and the version that it names, remembered by this process.

What is remembered may be old. The statement that stores a plain record looks once more whether the form still takes it
(`record_insert.insert_plain`), and whatever it does not take goes the long way, which asks anew.
"""

from __future__ import annotations

from dataclasses import replace

from core.kept import Kept
from core.transaction import reading_once
from sync import queries
from sync.queries import Target

KEPT = 500
_targets: Kept[tuple[int, str, str], Target] = Kept("targets", KEPT)


def find(workspace_id: int, xml_form_id: str, version: str) -> Target:
    """The target as it was when last asked for, or as it is now.

    Raises:
        Problem 404.1: the workspace never had such a form.

    """
    return _targets.get((workspace_id, xml_form_id, version)) or find_now(workspace_id, xml_form_id, version)


def find_now(workspace_id: int, xml_form_id: str, version: str) -> Target:
    """The target as it is now; kept when plain records may go there.

    Raises:
        Problem 404.1: the workspace never had such a form.

    """
    with reading_once() as connection:
        found = queries.find_target(connection, workspace_id, xml_form_id, version)
    key = (workspace_id, xml_form_id, version)
    plain = found.version_id is not None and found.state != "closed" and not (found.deleted or found.edits_wait)
    if plain:
        _targets.put(key, replace(found, remembered=True))
    else:
        _targets.drop(key)
    return found
