"""What arrives: a record with the files that came with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from core.access.actor import Actor
from sync.attachments import ReceivedFile
from sync.instance import Instance
from sync.queries import Target


@dataclass
class Arrival:
    """A record with the files of one POST, parsed, spooled and flushed, ready to be filed."""

    actor: Actor
    workspace_id: int
    target: Target
    instance: Instance
    xml: bytes
    received_at: dt.datetime
    zone: ZoneInfo
    files: list[ReceivedFile] = field(default_factory=list)
    is_draft: bool = False
    device_id: str | None = None
    user_agent: str | None = None
