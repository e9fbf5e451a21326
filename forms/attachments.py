"""Services on the files a form refers to: pictures, sounds and lists."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import utc_now
from core.errors import Problem
from core.settings import Settings
from core.storage import Spooled, blob_store
from core.storage.spool import SpoolWriter
from core.storage.store import CHUNK
from forms import lists, media_checks, queries
from forms.models import Form, FormAttachment, FormVersion
from forms.trail import note

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,80}", re.ASCII)


@dataclass(frozen=True)
class MediaFile:
    """A file that arrived: its bytes, MD5 and media type, durable in the blob store."""

    content: Spooled
    md5: str
    media_type: str


def take_file(
    pieces: Iterable[bytes],
    *,
    name: str,
    media_type: str,
    settings: Settings,
    check: Callable[[Spooled], None] | None = None,
) -> MediaFile:
    """Take a file as it arrives and make it durable, before any transaction. `check` may refuse it before that.

    Raises:
        Problem 413.100: larger than a body may be. Whatever `check` raises.

    """
    writer = SpoolWriter(settings.spool_dir)
    md5 = hashlib.md5(usedforsecurity=False)
    try:
        for piece in pieces:
            _require_room(writer.size + len(piece), settings.max_body_bytes)
            writer.write(piece)
            md5.update(piece)
        content = writer.finish()
        if check is not None:
            check(content)
    except BaseException:
        writer.abandon()
        raise
    blob_store().keep([content])
    given = media_type.partition(";")[0].strip().lower()
    chosen = given if _MEDIA_TYPE.fullmatch(given) else lists.type_by_name(name)
    return MediaFile(content, md5.hexdigest(), chosen)


def _require_room(size: int, limit: int) -> None:
    if size > limit:
        raise Problem("413.100", limit=limit)


def pieces_of(content: Spooled) -> Iterator[bytes]:
    """Bytes that were spooled, in pieces."""
    if content.path is None:
        yield content.read()
        return
    with content.path.open("rb") as source:
        yield from iter(lambda: source.read(CHUNK), b"")


def check_for(session: Session, form: Form, name: str) -> Callable[[Spooled], None]:
    """What refuses a file that cannot be the one of this name that the draft asks for: see `media_checks`.

    Raises:
        Problem 404.1: there is no draft, or it refers to no file of this name.

    """
    draft = queries.draft_version(session, form)
    return partial(media_checks.require_fitting, file=queries.find_attachment(session, draft.id, name), form=draft.xml)


def set_file(session: Session, actor: Actor, *, form: Form, name: str, file: MediaFile) -> FormAttachment:
    """Put a file where the draft asks for it; it also takes the place of a list.

    Raises:
        Problem 404.1: there is no draft, or it refers to no file of this name.

    """
    row = _draft_attachment(session, form, name)
    blob_store().register(session, [(file.content, file.media_type)])
    before = row.blob_sha256
    row.blob_sha256, row.blob_md5, row.media_type = file.content.sha256, file.md5, file.media_type
    row.list_name = None
    row.updated_at = utc_now()
    _note(session, actor, form, row, before)
    return row


def clear_file(session: Session, actor: Actor, *, form: Form, name: str) -> FormAttachment:
    """Take a file away again. Where one was uploaded over a list, the list serves again; a list is unlinked.

    Raises:
        Problem 404.1: there is no draft, no such file, or nothing to take away.

    """
    row = _draft_attachment(session, form, name)
    if not lists.exists(row):
        raise Problem("404.1")
    before = row.blob_sha256
    row.list_name = _list_for(session, form, row) if row.blob_sha256 is not None else None
    row.blob_sha256 = row.blob_md5 = row.media_type = None
    row.updated_at = utc_now()
    _note(session, actor, form, row, before)
    return row


def link_list(session: Session, actor: Actor, *, form: Form, name: str, linked: bool) -> FormAttachment:
    """Serve a file from the list of its name, or no more.

    Raises:
        Problem 404.1: there is no draft, no such file or no such list. 400.26: it is no data file.

    """
    row = _draft_attachment(session, form, name)
    if linked and row.kind != "file":
        raise Problem("400.26", name=row.name)
    found = _list_for(session, form, row) if linked else None
    if linked and found is None:
        raise Problem("404.1")
    before = row.blob_sha256
    row.list_name = found
    row.blob_sha256 = row.blob_md5 = row.media_type = None
    row.updated_at = utc_now()
    _note(session, actor, form, row, before)
    return row


def expect_files(
    session: Session,
    form: Form,
    version: FormVersion,
    media: Iterable[tuple[str, str]],
    earlier: Iterable[FormAttachment],
) -> list[FormAttachment]:
    """Write down the files a new version refers to, with what earlier versions had under the same names.

    A later one of `earlier` wins over one before it.
    """
    had = {_key(row.name): row for row in earlier if row.blob_sha256 is not None}
    made = []
    for name, kind in _unique(media):
        row = FormAttachment(form_version_id=version.id, name=name, kind=kind)
        before = had.get(_key(name))
        if before is not None:
            row.blob_sha256, row.blob_md5, row.media_type = before.blob_sha256, before.blob_md5, before.media_type
            row.updated_at = before.updated_at
        else:
            row.list_name = lists.list_for(session, form.workspace_id, version, name) if kind == "file" else None
        session.add(row)
        made.append(row)
    session.flush()
    return made


def missing_files(session: Session, version: FormVersion) -> list[str]:
    """Names of files that a version refers to and that are not there."""
    return [row.name for row in queries.attachments(session, version.id) if not lists.exists(row)]


def forget_files(session: Session, version_ids: Iterable[int]) -> None:
    """Remove what versions refer to; the bytes stay in the blob store."""
    session.execute(delete(FormAttachment).where(FormAttachment.form_version_id.in_(list(version_ids))))


def _unique(media: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen = set()
    for name, kind in media:
        if _key(name) not in seen:
            seen.add(_key(name))
            yield name, kind


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _draft_attachment(session: Session, form: Form, name: str) -> FormAttachment:
    return queries.find_attachment(session, queries.draft_version(session, form).id, name)


def _list_for(session: Session, form: Form, row: FormAttachment) -> str | None:
    return lists.list_for(session, form.workspace_id, queries.draft_version(session, form), row.name)


def _note(session: Session, actor: Actor, form: Form, row: FormAttachment, before: str | None) -> None:
    note(
        session,
        actor,
        form,
        "form.attachment.update",
        formDefId=row.form_version_id,
        name=row.name,
        oldBlob=before,
        newBlob=row.blob_sha256,
        list=row.list_name,
    )
