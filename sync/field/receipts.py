"""Receipts: what the server holds of a record, by name and hash, for the tablet that sent it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.http.json_body import instant_text
from core.storage.models import Blob
from forms.definitions import definition
from forms.models import Form
from sync.attachments import name_key
from sync.compression import decompress
from sync.instance import read_instance
from sync.models import Attachment, Quarantine, QuarantineFile, Submission, SubmissionVersion

STORED, QUARANTINED = "stored", "quarantined"


@dataclass(frozen=True)
class HeldFile:
    """A file that belongs to a record. `sha256` is None for one that the XML names and that has not come."""

    name: str
    sha256: str | None
    size: int | None
    expected: bool
    media_type: str | None = None


@dataclass(frozen=True)
class Own:
    """A record of an actor's own: a filed version, or one in quarantine. `deleted`: the office took it out."""

    instance_id: str
    xml_sha256: str
    version: str
    received_at: dt.datetime
    device_id: str | None
    filed: SubmissionVersion | None
    quarantined: Quarantine | None
    deleted: bool = False

    @property
    def is_open(self) -> bool:
        """Filed, or waiting for a decision."""
        return self.quarantined is None or self.quarantined.outcome is None

    @property
    def reason(self) -> str:
        """Why it is in quarantine; empty for a filed one."""
        return self.quarantined.reason if self.quarantined is not None else ""


def find_form(session: Session, workspace_id: int, xml_form_id: str) -> Form | None:
    """A form of the workspace; a deleted one only where there is no other, since its records can still be asked for."""
    return session.scalars(
        select(Form)
        .where(Form.workspace_id == workspace_id, Form.xml_form_id == xml_form_id)
        .order_by(Form.deleted_at.is_(None).desc(), Form.id.desc())
        .limit(1)
    ).first()


def find_own(session: Session, form_id: int, instance_id: str, actor_id: int | None, *, sha256: str = "") -> Own | None:
    """What an actor sent under an instanceID: what came last and is not settled.

    A record that waits in quarantine, or did, may stand beside one that was filed under the same id. What the office
    corrected in a record of the actor's is the actor's too. With `sha256` it is the content with that SHA-256 and no
    other, whoever sent it: who can name it holds the record.
    """
    found = _all_own(session, form_id, instance_id, actor_id, sha256)
    return _last([own for own in found if sha256 in {"", own.xml_sha256}])


def find_own_naming(session: Session, form_id: int, instance_id: str, actor_id: int | None, name: str) -> Own | None:
    """To what an actor sent under an instanceID a file belongs: to a content whose XML names it, if there is one."""
    found = _all_own(session, form_id, instance_id, actor_id)
    if len(found) > 1:
        found = [own for own in found if _is_named(session, own, name_key(name))] or found
    return _last(found)


def _last(found: list[Own]) -> Own | None:
    return max(found, key=lambda own: (own.is_open, own.received_at), default=None)


def _is_named(session: Session, own: Own, key: str) -> bool:
    if own.filed is not None:
        return any(item.expected and name_key(item.name) == key for item in files_of(session, own))
    root = read_instance(xml_of(session, own)).root
    return any(name_key(element.text or "") == key for element in root.iter())


def _all_own(session: Session, form_id: int, instance_id: str, actor_id: int | None, sha256: str = "") -> list[Own]:
    filed = session.execute(
        select(SubmissionVersion, Submission.deleted_at)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            SubmissionVersion.form_id == form_id,
            SubmissionVersion.is_draft.is_(False),
            SubmissionVersion.instance_id == instance_id,
            (SubmissionVersion.submitter_id == actor_id)
            | (Submission.submitter_id == actor_id)
            | (SubmissionVersion.xml_sha256 == sha256),
        )
    ).first()
    kept = session.scalars(
        select(Quarantine).where(
            Quarantine.form_id == form_id,
            Quarantine.is_draft.is_(False),
            Quarantine.instance_id == instance_id,
            (Quarantine.submitter_id == actor_id) | (Quarantine.xml_sha256 == sha256),
        )
    )
    found = [_kept(row) for row in kept]
    if filed is None:
        return found
    record = _filed(session, filed[0], deleted=filed[1] is not None)
    if not record.deleted:
        # What was kept aside while the record was deleted, or before it could be filed, is the record again.
        found = [own for own in found if own.xml_sha256 != record.xml_sha256]
    return [*found, record]


def _filed(session: Session, row: SubmissionVersion, *, deleted: bool) -> Own:
    version = definition(session, row.form_version_id).version
    return Own(row.instance_id, row.xml_sha256, version, row.received_at, row.device_id, row, None, deleted=deleted)


def _kept(row: Quarantine) -> Own:
    return Own(
        row.instance_id, row.xml_sha256, row.version, row.received_at, row.device_id, filed=None, quarantined=row
    )


def xml_of(session: Session, own: Own) -> bytes:
    """The record's XML, byte for byte."""
    if own.filed is not None:
        return decompress(own.filed.xml, definition(session, own.filed.form_version_id))
    assert own.quarantined is not None
    return decompress(own.quarantined.xml, None)


def files_of(session: Session, own: Own) -> list[HeldFile]:
    """Files that came, and those that a filed record still waits for; in the order of their names."""
    rows = _filed_files(session, own.filed.id) if own.filed is not None else _kept_files(session, own.quarantined)
    return sorted((HeldFile(*row) for row in rows), key=lambda item: (item.name, item.sha256 or ""))


def _filed_files(session: Session, version_id: int) -> Sequence[Any]:
    return session.execute(
        select(Attachment.name, Attachment.blob_sha256, Blob.size, Attachment.expected, Attachment.media_type)
        .outerjoin(Blob, Blob.sha256 == Attachment.blob_sha256)
        .where(Attachment.submission_version_id == version_id, Attachment.replaced_at.is_(None))
    ).all()


def _kept_files(session: Session, kept: Quarantine | None) -> Sequence[Any]:
    assert kept is not None
    rows = session.execute(
        select(QuarantineFile.name, QuarantineFile.blob_sha256, Blob.size, QuarantineFile.media_type)
        .join(Blob, Blob.sha256 == QuarantineFile.blob_sha256)
        .where(QuarantineFile.quarantine_id == kept.id)
    )
    return [(row.name, row.blob_sha256, row.size, True, row.media_type) for row in rows]


def is_complete(own: Own, files: Sequence[HeldFile]) -> bool:
    """Whether everything that the XML names is here; not known of a record that could not be read against its form."""
    return own.filed is not None and all(item.sha256 is not None for item in files)


def receipt_json(
    session: Session, own: Own, xml_form_id: str, epoch: str, *, outcome: str = "", reason: str = ""
) -> dict[str, Any]:
    """The receipt on the wire. `outcome` and `reason` are those of the request it answers, if it was one."""
    files = files_of(session, own)
    return {
        "xmlFormId": xml_form_id,
        "instanceId": own.instance_id,
        "outcome": outcome or (QUARANTINED if own.quarantined is not None else STORED),
        "reason": reason or own.reason,
        "xmlSha256": own.xml_sha256,
        "receivedAt": instant_text(own.received_at),
        "epoch": epoch,
        "files": [
            {"name": item.name, "sha256": item.sha256, "size": item.size, "expected": item.expected} for item in files
        ],
        "missing": [item.name for item in files if item.sha256 is None],
        "complete": is_complete(own, files),
    }


def missing_ids(session: Session, asked: Sequence[tuple[int | None, str, str]], actor_id: int | None) -> list[str]:
    """Of records by (form id, instanceID, SHA-256 of the XML) the instanceIDs that are not wholly here.

    A record counts as here when its very bytes came, whatever became of it since: filed and complete, edited, decided
    on in quarantine, or deleted by the office.
    """
    wanted = {instance_id for _, instance_id, _ in asked}
    filed = session.execute(
        select(SubmissionVersion.form_id, SubmissionVersion.instance_id, SubmissionVersion.xml_sha256)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            SubmissionVersion.instance_id.in_(wanted),
            SubmissionVersion.submitter_id == actor_id,
            SubmissionVersion.is_draft.is_(False),
            SubmissionVersion.current.is_(False) | (Submission.missing_files == 0) | Submission.deleted_at.is_not(None),
        )
    )
    kept = session.execute(
        select(Quarantine.form_id, Quarantine.instance_id, Quarantine.xml_sha256).where(
            Quarantine.instance_id.in_(wanted), Quarantine.submitter_id == actor_id, Quarantine.is_draft.is_(False)
        )
    )
    here = {tuple(row) for row in (*filed, *kept)}
    return [instance_id for form_id, instance_id, sha256 in asked if (form_id, instance_id, sha256) not in here]
