"""What stands behind a file that a form refers to: bytes somebody uploaded, or a list of the plan."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass

from sqlalchemy.orm import Session

from forms.models import FormAttachment
from plan.lists import LIST_NAMES, list_content

CSV = "text/csv"


@dataclass(frozen=True)
class Content:
    """The bytes of an attachment, by blob or at hand. `md5` is the hash of exactly these bytes."""

    name: str
    media_type: str
    md5: str
    blob_sha256: str | None = None
    data: bytes | None = None


def list_for(name: str) -> str | None:
    """The list of the plan that serves a file of this name, if any."""
    return name if name in LIST_NAMES else None


def exists(attachment: FormAttachment) -> bool:
    """Whether there is something to serve."""
    return attachment.blob_sha256 is not None or attachment.list_name is not None


def content_of(session: Session, workspace_id: int, attachment: FormAttachment) -> Content | None:
    """What is served for an attachment; None while it is missing."""
    if attachment.blob_sha256 is not None:
        return Content(
            name=attachment.name,
            media_type=attachment.media_type or type_by_name(attachment.name),
            md5=attachment.blob_md5 or "",
            blob_sha256=attachment.blob_sha256,
        )
    if attachment.list_name is None or attachment.list_name not in LIST_NAMES:
        return None
    found = list_content(session, workspace_id, attachment.list_name)
    return Content(attachment.name, CSV, found.md5, data=found.csv)


def type_by_name(name: str) -> str:
    """Media type of a file by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
