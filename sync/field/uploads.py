"""Uploads of files to records: beginning one, and filing it when its last byte is here."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from forms.models import Form
from sync.attachments import name_key
from sync.field.models import Upload
from sync.field.receipts import Own, files_of

LIFE = dt.timedelta(days=14)
LONGEST_NAME = 500


def new_upload(
    session: Session, actor: Actor, *, form: Form, own: Own, name: str, media_type: str, sha256: str, length: int
) -> Upload:
    """A new upload for a record; finished at once when the record has this very file already."""
    now = utc_now()
    here = any(item.sha256 == sha256 and name_key(item.name) == name_key(name) for item in files_of(session, own))
    row = Upload(
        id=secrets.token_hex(20),
        workspace_id=form.workspace_id,
        form_id=form.id,
        instance_id=own.instance_id,
        actor_id=actor.id,
        name=name,
        media_type=media_type,
        sha256=sha256,
        length=length,
        created_at=now,
        expires_at=now + LIFE,
        finished_at=now if here else None,
    )
    session.add(row)
    return row


def find(session: Session, actor: Actor, workspace_id: int, upload_id: str) -> Upload:
    """An upload of the actor's own.

    Raises:
        Problem 404.1: there is none, or it is over.

    """
    row = session.get(Upload, upload_id)
    if row is None or row.workspace_id != workspace_id or row.actor_id != actor.id or row.expires_at <= utc_now():
        raise Problem("404.1")
    return row


def finish(session: Session, upload_id: str) -> None:
    """The file is with its record."""
    session.execute(update(Upload).where(Upload.id == upload_id).values(finished_at=utc_now()))


def forget(session: Session, upload_ids: Sequence[str]) -> None:
    """Uploads that are over."""
    session.execute(delete(Upload).where(Upload.id.in_(upload_ids)))


def over(session: Session, limit: int) -> Sequence[str]:
    """Ids of uploads whose time has passed."""
    return session.scalars(
        select(Upload.id).where(Upload.expires_at <= utc_now()).order_by(Upload.expires_at).limit(limit)
    ).all()
