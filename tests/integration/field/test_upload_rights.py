"""Uploads prove that their bytes came, end with the right to send, and leave nothing behind."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.access.actor import SYSTEM
from core.access.models import Assignment
from core.transaction import reading, unit_of_work
from sync import queries, review
from sync.field import jobs as upload_jobs
from sync.field import upload_filing, upload_routes, upload_store
from sync.field import uploads as upload_rows
from sync.field.jobs import HOUR, expire_uploads
from sync.models import Attachment, QuarantineFile, Submission
from tests.personas import Office
from tests.support.field import hand_in, tablet_of
from tests.support.forms import publish, visit_instance
from tests.support.tus import PIECE, TUS, begin, offset_of, place_of, send, whole

ID = "uuid:51111111-1111-4111-8111-111111111111"
OTHER = "uuid:52222222-2222-4222-8222-222222222222"
NAME = "ประตู.jpg"


def folder_of(office: Office) -> Path:
    return upload_store.folder_of(office.app.config["TIDTAM_SETTINGS"])


@pytest.fixture
def tablet(office: Office) -> FlaskClient:
    """A tablet whose visit waits for one photo; no other test's bytes are on the disk."""
    folder_of(office).mkdir(exist_ok=True)
    for path in folder_of(office).glob("*"):
        path.unlink()
    publish(office)
    hand_in(office, visit_instance(ID, photo=NAME))
    return tablet_of(office).client


def files_of(office: Office, instance_id: str = ID) -> Any:
    path = f"/v1/projects/{office.workspace_id}/field/records/visit/{instance_id}"
    return {item["name"]: item["sha256"] for item in tablet_of(office).client.get(path).json["files"]}


def secret_of_somebody_else(office: Office) -> bytes:
    """A photo that another person's record has."""
    content = secrets.token_bytes(5000)
    hand_in(office, visit_instance(OTHER, photo="secret.jpg"), "device")
    whole(tablet_of(office, "device").client, place_of(office, OTHER), "secret.jpg", content)
    return content


def test_knowing_the_hash_of_a_photo_is_not_having_it(office: Office, tablet: FlaskClient) -> None:
    content = secret_of_somebody_else(office)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]
    assert offset_of(tablet, upload) == 0
    (folder_of(office) / upload.rpartition("/")[2]).unlink()
    assert tablet.head(upload, headers=TUS).status_code == 404
    assert send(tablet, upload, 0, b"").status_code == 404
    assert files_of(office) == {NAME: None}


def test_an_upload_given_up_while_its_last_piece_comes_is_not_filed(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = secret_of_somebody_else(office)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]
    append = upload_store.append

    def given_up_meanwhile(*given: Any) -> bool:
        done = append(*given)
        assert tablet_of(office).client.delete(upload, headers=TUS).status_code == 204
        return done

    with monkeypatch.context() as patch:
        patch.setattr(upload_routes.upload_store, "append", given_up_meanwhile)
        assert send(tablet, upload, 0, content[:1]).status_code == 404
    assert files_of(office) == {NAME: None}


def test_an_upload_given_up_while_it_is_filed_leaves_nothing(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    kept = upload_filing._kept

    def given_up_meanwhile(*given: Any) -> Any:
        done = kept(*given)
        unit_of_work(lambda session: upload_rows.forget(session, [upload.rpartition("/")[2]]))
        return done

    with monkeypatch.context() as patch:
        patch.setattr(upload_filing, "_kept", given_up_meanwhile)
        assert send(tablet, upload, 0, b"12345").status_code == 404
    assert files_of(office) == {NAME: None}


def test_who_asks_while_another_request_files_it_is_told_that_it_is_whole(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    finish = upload_filing.file_upload

    def filed_by_another_first(*given: Any) -> None:
        with monkeypatch.context() as inner:
            inner.setattr(upload_filing, "file_upload", finish)
            assert offset_of(tablet_of(office).client, upload) == 5
        finish(*given)

    with monkeypatch.context() as patch:
        patch.setattr(upload_filing, "file_upload", filed_by_another_first)
        assert send(tablet, upload, 0, b"12345").status_code == 204
    assert reading().scalar(select(func.count()).select_from(Attachment)) == 1


def test_an_upload_ends_with_the_right_on_its_form_though_another_form_stays(
    office: Office, tablet: FlaskClient
) -> None:
    upload = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"]
    other = publish(office, xml_form_id="other")

    def narrow_down(session: Any) -> None:
        row = session.query(Assignment).filter_by(actor_id=office.ids["kwanjai"]).one()
        row.form_id = other.id

    unit_of_work(narrow_down)
    mine = tablet_of(office).client
    assert mine.head(upload, headers=TUS).status_code == 403
    assert send(mine, upload, 0, b"12345").status_code == 403
    assert mine.delete(upload, headers=TUS).status_code == 403
    assert reading().scalar(select(func.count()).where(Attachment.blob_sha256.is_not(None))) == 0


def test_bytes_of_uploads_that_are_gone_are_removed_and_others_stay(office: Office, tablet: FlaskClient) -> None:
    living = begin(tablet, place_of(office, ID), NAME, b"12345").headers["Location"].rpartition("/")[2]
    dead, fresh, link = (folder_of(office) / name for name in ("a" * 40, "b" * 40, f"{living}.whole"))
    for path in (dead, fresh, link):
        path.write_bytes(b"left by a server that was killed")
    long_ago = time.time() - 2 * HOUR
    for path in (folder_of(office) / living, dead, link):
        os.utime(path, (long_ago, long_ago))
    assert upload_jobs.something_to_remove()
    expire_uploads({})
    assert {path.name for path in folder_of(office).glob("*")} == {living, fresh.name}
    assert not upload_jobs.something_to_remove()


def test_a_disk_that_does_not_keep_the_file_leaves_the_upload_as_it_was(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = secrets.token_bytes(90_000)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", full)
        assert send(tablet, upload, 0, content).status_code == 507
    assert offset_of(tablet, upload) == len(content)
    assert files_of(office)[NAME] is not None


def test_a_disk_without_links_takes_uploads_too(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    content = secrets.token_bytes(90_000)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]
    monkeypatch.setattr(os, "link", refused)
    assert send(tablet, upload, 0, content).status_code == 204
    assert files_of(office)[NAME] is not None
    assert list(folder_of(office).glob("*")) == []


def test_a_line_that_breaks_within_a_piece_costs_only_what_did_not_arrive(
    office: Office, tablet: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = secrets.token_bytes(10_000)
    upload = begin(tablet, place_of(office, ID), NAME, content).headers["Location"]
    pieces = iter([content[:4000], None])
    with monkeypatch.context() as patch:
        patch.setattr(upload_routes, "_next_bytes", lambda: next(pieces))
        headers = {**PIECE, "Upload-Offset": "0"}
        assert tablet.patch(upload, data=content, headers=headers).status_code == 400
    assert offset_of(tablet, upload) == 4000
    assert send(tablet, upload, 4000, content[4000:]).status_code == 204


def test_a_photo_that_ends_after_the_record_was_deleted_is_kept_aside(office: Office, tablet: FlaskClient) -> None:

    upload = begin(tablet, place_of(office, ID), NAME, b"late").headers["Location"]
    form_id = reading().scalars(select(Submission.form_id)).one()
    unit_of_work(
        lambda session: review.delete(session, SYSTEM, submission=queries.find_submission(session, form_id, ID))
    )
    assert send(tablet, upload, 0, b"late").status_code == 204
    assert reading().scalar(select(func.count()).select_from(QuarantineFile)) == 1
