"""A client of the resumable uploads, as plain requests."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.personas import Office

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(name: str, content: bytes, kind: str = "image/jpeg", **others: str) -> str:
    """The header that says what a file is."""
    given = {"filename": name, "filetype": kind, "sha256": hashlib.sha256(content).hexdigest(), **others}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in given.items())


def place_of(office: Office, instance_id: str, form: str = "visit") -> str:
    """Where files of a record are handed in."""
    return f"/v1/projects/{office.workspace_id}/field/records/{form}/{instance_id}/files"


def begin(client: FlaskClient, place: str, name: str, content: bytes, **headers: str) -> TestResponse:
    """Announce a file."""
    given = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": metadata(name, content), **headers}
    return client.post(place, headers=given)


def send(client: FlaskClient, upload: str, offset: int, piece: bytes, **headers: str) -> TestResponse:
    """Send a piece."""
    return client.patch(upload, data=piece, headers={**PIECE, "Upload-Offset": str(offset), **headers})


def offset_of(client: FlaskClient, upload: str) -> int:
    """How far the server says it is."""
    answer = client.head(upload, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


def whole(client: FlaskClient, place: str, name: str, content: bytes) -> Any:
    """Announce a file and send it in one piece; where it was sent to."""
    upload = begin(client, place, name, content).headers["Location"]
    assert send(client, upload, 0, content).status_code == 204
    return upload
