"""Resumable uploads: every byte once, whatever is cut, killed or sent again."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from core.access.actor import SYSTEM
from core.auth import accounts
from core.database import utc_now
from core.storage import blob_store
from core.transaction import reading, unit_of_work
from sync.field import upload_filing, upload_store
from sync.field.jobs import expire_uploads
from sync.field.models import Upload
from sync.models import Attachment, Quarantine, QuarantineFile
from tests.personas import Office
from tests.support.field import hand_in, tablet_of
from tests.support.forms import publish, visit_instance
from tests.support.tus import PIECE, TUS, begin, metadata, offset_of, place_of, send, whole

ID = "uuid:31111111-1111-4111-8111-111111111111"
EDIT = "uuid:32222222-2222-4222-8222-222222222222"
NAME = "ประตู.jpg"


@pytest.fixture
def tablet(office: Office) -> FlaskClient:
    """A tablet whose visit waits for one photo; no other test's bytes are on the disk."""
    for path in on_disk(office):
        path.unlink()
    publish(office)
    hand_in(office, visit_instance(ID, photo=NAME))
    return tablet_of(office).client


def receipt(office: Office, instance_id: str = ID) -> Any:
    return tablet_of(office).client.get(f"/v1/projects/{office.workspace_id}/field/records/visit/{instance_id}").json


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def on_disk(office: Office) -> list[Path]:
    folder = upload_store.folder_of(office.app.config["TIDTAM_SETTINGS"])
    return sorted(folder.glob("*")) if folder.exists() else []


def test_a_file_in_pieces_becomes_an_attachment_when_the_last_one_came(office: Office, tablet: FlaskClient) -> None:
    content = secrets.token_bytes(200_001)
    answer = begin(tablet, place_of(office, ID), NAME, content)
    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (201, "1.0.0")
    assert answer.headers["Upload-Expires"].endswith("GMT")
    upload = answer.headers["Location"]
    assert send(tablet, upload, 0, content[:150_000]).headers["Upload-Offset"] == "150000"
    assert not receipt(office)["complete"]
    assert send(tablet, upload, 150_000, content[150_000:]).status_code == 204
    held = receipt(office)
    assert held["complete"]
    assert held["files"] == [{"name": NAME, "sha256": sha256(content), "size": 200_001, "expected": True}]
    assert blob_store().read(sha256(content)) == content
    assert on_disk(office) == []


def test_what_the_server_can_do_is_told(office: Office, tablet: FlaskClient) -> None:
    answer = tablet.options(place_of(office, ID), headers=TUS)
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "expiration", "termination"}


def test_a_piece_at_another_place_is_refused_and_the_right_place_is_told(office: Office, tablet: FlaskClient) -> None:
    content = secrets.token_bytes(1000)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]
    assert send(tablet, upload, 0, content[:400]).status_code == 204
    for wrong in (0, 399, 401, 1000):
        answer = send(tablet, upload, wrong, content[wrong:])
        assert (answer.status_code, answer.json["code"]) == (409, 409.153)
        assert "400" in answer.json["message"]
    assert send(tablet, upload, 400, content[400:]).status_code == 204
    assert receipt(office)["complete"]


def test_a_file_that_is_here_already_costs_no_bytes(office: Office, tablet: FlaskClient) -> None:
    content = b"a photo"
    whole(tablet, place_of(office, ID), NAME, content)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]
    assert offset_of(tablet, upload) == len(content)
    assert send(tablet, upload, 0, content).headers["Upload-Offset"] == str(len(content))
    assert reading().scalar(select(func.count()).select_from(Attachment)) == 1


def test_an_empty_file_is_a_file(office: Office, tablet: FlaskClient) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"").headers["Location"]
    assert offset_of(tablet, upload) == 0
    assert receipt(office)["complete"]


def test_a_name_in_another_spelling_is_the_same_file(office: Office, tablet: FlaskClient) -> None:
    hand_in(office, visit_instance(EDIT, photo="คำสั่ง.jpg"))
    whole(tablet, place_of(office, EDIT), "คําสั่ง.jpg", b"order")
    assert receipt(office, EDIT)["complete"]


def test_other_bytes_than_announced_are_given_up_and_the_record_waits_on(office: Office, tablet: FlaskClient) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"right").headers["Location"]
    answer = send(tablet, upload, 0, b"wrong")
    assert (answer.status_code, answer.json["code"]) == (460, 460.153)
    assert tablet.head(upload, headers=TUS).status_code == 404
    assert (receipt(office)["missing"], on_disk(office)) == ([NAME], [])
    whole(tablet, place_of(office, ID), NAME, b"right")
    assert receipt(office)["complete"]


def test_more_bytes_than_announced_change_nothing(office: Office, tablet: FlaskClient) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    assert send(tablet, upload, 0, b"123").status_code == 204
    assert send(tablet, upload, 3, b"45678").status_code == 413
    assert offset_of(tablet, upload) == 3


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_server_killed_around_the_filing_files_it_when_it_is_asked_again(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    class Killed(BaseException):
        """What ends a test as a kill ends a server."""

    def dies(*_: Any) -> None:
        raise Killed

    content = secrets.token_bytes(70_000)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]
    with monkeypatch.context() as patch:
        patch.setattr(upload_filing, "file_upload" if when == "before" else "unit_of_work", dies)
        with pytest.raises(Killed):
            send(tablet, upload, 0, content)
    assert not receipt(office)["complete"]
    assert offset_of(tablet, upload) == len(content)
    assert receipt(office)["files"][0]["sha256"] == sha256(content)
    assert reading().scalar(select(func.count()).select_from(Attachment)) == 1


def test_two_requests_do_not_write_to_one_upload(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_store, "PATIENCE_SECONDS", 0.05)
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    folder = upload_store.folder_of(office.app.config["TIDTAM_SETTINGS"])
    with upload_store.held(folder, upload.rpartition("/")[2]):
        answer = send(tablet, upload, 0, b"12345")
    assert (answer.status_code, answer.headers["Retry-After"]) == (423, "1")
    assert send(tablet, upload, 0, b"12345").status_code == 204


def test_files_of_a_quarantined_record_are_kept_with_it(office: Office, tablet: FlaskClient) -> None:
    assert hand_in(office, visit_instance(EDIT, version="99", photo=NAME))["reason"] == "unknown_version"
    whole(tablet, place_of(office, EDIT), NAME, b"kept")
    assert reading().scalars(select(QuarantineFile.blob_sha256)).all() == [sha256(b"kept")]
    assert [item["sha256"] for item in receipt(office, EDIT)["files"]] == [sha256(b"kept")]
    assert reading().scalar(select(func.count()).select_from(Quarantine)) == 1


def test_a_photo_that_comes_after_the_record_was_corrected_fills_the_gap_of_both(
    office: Office, tablet: FlaskClient
) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"late").headers["Location"]
    assert hand_in(office, visit_instance(EDIT, deprecated=ID, photo=NAME, note="x"))["outcome"] == "edited"
    assert send(tablet, upload, 0, b"late").status_code == 204
    assert receipt(office)["complete"]
    assert receipt(office, EDIT)["complete"]


def test_nobody_else_can_see_or_touch_an_upload(office: Office, tablet: FlaskClient) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    others = [tablet_of(office, "device").client, office.client("wanna")]
    for client in others:
        assert client.head(upload, headers=TUS).status_code == 404
        assert send(client, upload, 0, b"12345").status_code == 404
        assert client.delete(upload, headers=TUS).status_code == 404
        assert begin(client, place_of(office, ID), NAME, b"x").status_code == 404
    assert office.client("pakorn").head(upload, headers=TUS).status_code == 403
    assert office.client().head(upload, headers=TUS).status_code == 401
    assert offset_of(tablet, upload) == 0


def test_an_upload_ends_with_the_right_to_send(office: Office) -> None:
    publish(office)
    hand_in(office, visit_instance(ID, photo=NAME), "device")
    client = tablet_of(office, "device").client
    upload = begin(client, place_of(office, ID), NAME, b"12345").headers["Location"]
    unit_of_work(
        lambda session: accounts.revoke_app_user(
            session, SYSTEM, workspace_id=office.workspace_id, actor_id=office.device_id
        )
    )
    assert send(client, upload, 0, b"12345").status_code == 401


def test_one_can_give_an_upload_up(office: Office, tablet: FlaskClient) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    assert tablet.delete(upload, headers=TUS).status_code == 204
    assert tablet.head(upload, headers=TUS).status_code == 404
    assert on_disk(office) == []


def test_uploads_end_after_their_time_and_not_before(office: Office, tablet: FlaskClient) -> None:
    old = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    unit_of_work(lambda session: session.execute(update(Upload).values(expires_at=utc_now() - dt.timedelta(seconds=1))))
    fresh = begin(tablet, place_of(office, ID), NAME, b"67890").headers["Location"]
    assert tablet.head(old, headers=TUS).status_code == 404
    expire_uploads({})
    assert [path.name for path in on_disk(office)] == [fresh.rpartition("/")[2]]
    assert offset_of(tablet, fresh) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.1"}, 412),
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "ห้า"}, 400),
        ({"Upload-Length": "9" * 40}, 400),
        ({"Upload-Length": str(10**14)}, 413),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "filename ***"}, 400),
        ({"Upload-Metadata": "filename /////w=="}, 400),
        ({"Upload-Metadata": metadata("a.jpg", b"", sha256="zz")}, 400),
        ({"Upload-Metadata": metadata("", b"")}, 400),
        ({"Upload-Metadata": metadata("\0\x01", b"")}, 400),
        ({"Upload-Metadata": metadata("ก" * 5000, b"")}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_understood_is_refused_with_a_reason(
    office: Office, tablet: FlaskClient, headers: dict[str, str], status: int
) -> None:
    answer = begin(
        tablet, place_of(office, ID), NAME, b"12345", **{key: _header(item) for key, item in headers.items()}
    )
    assert answer.status_code == status
    assert answer.json["message"]
    assert on_disk(office) == []


def _header(text: str) -> str:
    return text if text.isascii() else base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b/c.jpg", "C:\\x.exe", "." * 200, "ไฟล์ ลับ.pdf"])
def test_a_name_is_only_a_name(office: Office, tablet: FlaskClient, name: str) -> None:
    whole(tablet, place_of(office, ID), name, b"content")
    held = {item["name"]: item for item in receipt(office)["files"]}
    assert (held[name]["sha256"], held[name]["expected"]) == (sha256(b"content"), False)
    assert on_disk(office) == []


def test_a_record_that_is_not_here_takes_no_files(office: Office, tablet: FlaskClient) -> None:
    assert begin(tablet, place_of(office, "uuid:none"), NAME, b"x").status_code == 404
    assert begin(tablet, place_of(office, ID, "nothing"), NAME, b"x").status_code == 404


def test_a_piece_says_what_it_is(office: Office, tablet: FlaskClient) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    answer = tablet.patch(upload, data=b"12345", headers={**TUS, "Upload-Offset": "0", "Content-Type": "image/jpeg"})
    assert answer.status_code == 415
    assert tablet.patch(upload, data=b"12345", headers=PIECE).status_code == 400


STEPS = st.lists(st.tuples(st.sampled_from(["piece", "again", "wrong"]), st.integers(1, 60)), max_size=25)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=120), steps=STEPS)
def test_whatever_happens_on_the_way_the_very_bytes_arrive_once(
    office: Office, content: bytes, steps: list[tuple[str, int]]
) -> None:
    record, version = f"uuid:{secrets.token_hex(16)}", secrets.token_hex(8)
    publish(office, version=version)
    hand_in(office, visit_instance(record, version=version, photo=NAME))
    tablet = tablet_of(office).client
    place = place_of(office, record)
    upload = begin(tablet, place, NAME, content).headers["Location"]
    for kind, size in steps:
        here = offset_of(tablet, upload)
        if kind == "piece":
            assert send(tablet, upload, here, content[here : here + size]).status_code == 204
        elif kind == "wrong" and here < len(content):
            assert send(tablet, upload, here + size, b"x").status_code == 409
        elif kind == "again":
            upload = begin(tablet, place, NAME, content).headers["Location"]
    here = offset_of(tablet, upload)
    assert send(tablet, upload, here, content[here:]).status_code == 204
    held = receipt(office, record)
    assert [(item["name"], item["sha256"]) for item in held["files"]] == [(NAME, sha256(content))]
