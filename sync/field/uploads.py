"""Uploads of files to records: beginning one, and filing it when its last byte is here."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from forms.models import Form
from sync.attachments import name_key
from sync.field.models import Upload
from sync.field.receipts import Own, files_of

RANDOM_BYTES = 20
"""Of an id, which nobody can guess; the SHA-256 of the XML for which the upload was begun follows in it."""
LIFE = dt.timedelta(days=14)
LONGEST_NAME = 500


def new_upload(
    session: Session, actor: Actor, *, form: Form, own: Own, name: str, media_type: str, sha256: str, length: int
) -> Upload:
    """A new upload for a record; finished at once when the record has this very file already."""
    now = utc_now()
    here = any(item.sha256 == sha256 and name_key(item.name) == name_key(name) for item in files_of(session, own))
    row = Upload(
        id=secrets.token_hex(RANDOM_BYTES) + own.xml_sha256,
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
        Problem 404.1: there is none, or it is over. 403.1: the right to hand in records of its form is gone.

    """
    row = session.get(Upload, upload_id)
    if row is None or row.workspace_id != workspace_id or row.actor_id != actor.id or row.expires_at <= utc_now():
        raise Problem("404.1")
    actor.require("submission.create", workspace_id, row.form_id)
    return row


def content_of(upload_id: str) -> str:
    """The SHA-256 of the XML for which an upload was begun; no other content under its instanceID gets it."""
    return upload_id[2 * RANDOM_BYTES :]


def finish(session: Session, upload_id: str) -> None:
    """The file is with its record.

    Raises:
        Problem 404.1: it was given up in the meantime; the transaction is not to be committed.

    """
    changed = update(Upload).where(Upload.id == upload_id).values(finished_at=utc_now()).returning(Upload.id)
    if session.scalar(changed) is None:
        raise Problem("404.1")


def is_finished(connection: Connection, upload_id: str) -> bool:
    """Whether the file is with its record by now."""
    wanted = select(Upload.id).where(Upload.id == upload_id, Upload.finished_at.is_not(None))
    return connection.execute(wanted).first() is not None


def unfinished(session: Session, upload_ids: Sequence[str]) -> set[str]:
    """Those of some uploads whose bytes are still needed."""
    return set(session.scalars(select(Upload.id).where(Upload.id.in_(upload_ids), Upload.finished_at.is_(None))))


def forget(session: Session, upload_ids: Sequence[str]) -> None:
    """Uploads that are over."""
    session.execute(delete(Upload).where(Upload.id.in_(upload_ids)))


def over(session: Session, limit: int) -> Sequence[str]:
    """Ids of uploads whose time has passed."""
    return session.scalars(
        select(Upload.id).where(Upload.expires_at <= utc_now()).order_by(Upload.expires_at).limit(limit)
    ).all()
