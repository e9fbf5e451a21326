"""Records on the ``/v1`` wire, in ODK Central's words."""

from __future__ import annotations

from typing import Any

from core.http.json_body import Text, WireSchema, instant_text
from core.storage import Blob
from sync.models import Attachment, Submission, SubmissionVersion
from sync.review import WIRE_STATES


class ReviewChange(WireSchema):
    """A new review state, in ODK Central's words."""

    review_state = Text(data_key="reviewState", load_default="")


def submission_to_json(row: Submission, version: SubmissionVersion | None = None) -> dict[str, Any]:
    """A record."""
    body: dict[str, Any] = {
        "instanceId": row.instance_id,
        "submitterId": row.submitter_id,
        "deviceId": row.device_id,
        "createdAt": instant_text(row.received_at),
        "updatedAt": instant_text(row.updated_at),
        "reviewState": WIRE_STATES[row.review_state],
        "instanceName": row.instance_name,
        "missingFiles": row.missing_files,
    }
    if version is not None:
        body["currentVersion"] = version_to_json(version)
    return body


def version_to_json(row: SubmissionVersion) -> dict[str, Any]:
    """A version of a record."""
    return {
        "instanceId": row.instance_id,
        "submitterId": row.submitter_id,
        "deviceId": row.device_id,
        "userAgent": row.user_agent,
        "createdAt": instant_text(row.received_at),
        "current": row.current,
    }


def attachment_to_json(row: Attachment, blob: Blob | None) -> dict[str, Any]:
    """A file of a record; `sha256` is the proof that the server holds it."""
    return {
        "name": row.name,
        "exists": blob is not None,
        "expected": row.expected,
        "sha256": row.blob_sha256,
        "size": blob.size if blob else None,
    }
