"""Taking records in: every line of the table in docs/sync.md."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.storage import blob_store
from core.transaction import reading, unit_of_work
from forms.definitions import definition
from forms.models import Form
from sync.compression import decompress
from sync.models import Attachment, Quarantine, Submission, SubmissionDimension, SubmissionVersion
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.forms import publish, visit_instance, visit_xform
from tests.support.openrosa import send

ID = "uuid:11111111-1111-4111-8111-111111111111"


def count(model: Any, *where: Any) -> int:
    return reading().scalar(select(func.count()).select_from(model).where(*where)) or 0


def only(model: Any, *where: Any) -> Any:
    return reading().scalars(select(model).where(*where)).one()


def set_state(form_id: int, **changes: Any) -> None:
    def work(session: Any) -> None:
        form = session.get(Form, form_id)
        for name, value in changes.items():
            setattr(form, name, value)

    unit_of_work(work)


def test_a_new_record_is_answered_201_and_read_into_typed_answers(office: Office) -> None:
    publish(office)
    xml = visit_instance(
        ID, report_date="2026-11-20", note="ดี ๑๒๓", pupils="42", spent="1234.50", place="7.1 99.2 5 3",
        rooms=[("ป.1", 30), ("ป.2", 28)],
    )  # fmt: skip
    answer = send(office, xml, query="?deviceID=collect%3Aabc")
    assert answer.status_code == 201
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.headers["Location"].startswith("http://")
    assert b'xmlns="http://openrosa.org/http/response"' in answer.data
    record = only(SubmissionVersion)
    assert record.answers == {
        "report_date": "2026-11-20", "note": "ดี ๑๒๓", "pupils": 42, "spent": 1234.5,
        "place": {"lat": 7.1, "lon": 99.2, "alt": 5.0, "acc": 3.0},
        "room": [{"name": "ป.1", "seats": 30}, {"name": "ป.2", "seats": 28}],
    }  # fmt: skip
    assert record.device_id == "collect:abc"
    submission = only(Submission)
    assert (str(submission.report_date), submission.fiscal_year, submission.quarter) == ("2026-11-20", 2570, 1)


def test_the_xml_is_kept_byte_for_byte(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, note="ก็🏫 &amp; &lt;ok&gt;  spaced ")
    send(office, xml)
    record = only(SubmissionVersion)
    assert decompress(record.xml, definition(reading(), record.form_version_id)) == xml


def test_a_value_that_does_not_fit_is_kept_as_text_and_flagged(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, pupils="many", spent="1e999", report_date="tomorrow", mystery="x"))
    record = only(SubmissionVersion)
    assert record.answers["pupils"] == "many"
    assert {flag["reason"] for flag in record.flags} == {"not_int", "not_decimal", "not_date", "unknown_question"}
    assert only(Submission).odd_answers == 4


def test_the_same_record_again_is_answered_201_and_stored_once(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, note="a")
    assert [send(office, xml).status_code for _ in range(3)] == [201, 201, 201]
    assert (count(Submission), count(SubmissionVersion), count(Quarantine)) == (1, 1, 0)


def test_thirty_two_equal_posts_at_once_give_one_record_and_201_each(office: Office) -> None:
    publish(office)
    xml, photo = visit_instance(ID, photo="a.jpg"), b"\xff\xd8 photo" * 500
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(send(office, xml, ("a.jpg", photo)).status_code))
        for _ in range(32)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [201] * 32
    assert (count(Submission), count(SubmissionVersion), count(Attachment)) == (1, 1, 1)
    assert only(Submission).missing_files == 0


def test_files_of_one_record_sent_in_parallel_posts_all_arrive(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, photo="a.jpg", photo2="b.jpg")
    files = [("a.jpg", b"a" * 90_000), ("b.jpg", b"b" * 90_000)] * 4
    answers: list[int] = []
    threads = [threading.Thread(target=lambda f=f: answers.append(send(office, xml, f).status_code)) for f in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {201}
    assert only(Submission).missing_files == 0
    assert count(Attachment) == 2


def test_a_record_split_over_two_posts_is_incomplete_in_between(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, photo="a.jpg", photo2="b.jpg")
    first = send(office, xml, ("a.jpg", b"first"))
    assert first.status_code == 201
    assert "1" in first.get_data(as_text=True)
    assert only(Submission).missing_files == 1
    assert send(office, xml, ("b.jpg", b"second")).status_code == 201
    assert only(Submission).missing_files == 0
    stored = {item.name: item.blob_sha256 for item in reading().scalars(select(Attachment))}
    assert {name: blob_store().read(sha) for name, sha in stored.items()} == {"a.jpg": b"first", "b.jpg": b"second"}


def test_a_file_the_xml_does_not_name_is_kept_as_unexpected(office: Office) -> None:
    publish(office)
    assert send(office, visit_instance(ID), ("extra.pdf", b"%PDF")).status_code == 201
    extra = only(Attachment)
    assert (extra.name, extra.expected) == ("extra.pdf", False)
    assert only(Submission).missing_files == 0


@pytest.mark.parametrize(
    ("named", "sent"),
    [("ผู้เรียน.jpg", "ผู้เรียน.jpg"), ("e\u0301cole.jpg", "\u00e9cole.jpg"), ("ดำ.jpg", "ด\u0e4dา.jpg")],
)
def test_names_are_matched_however_unicode_spells_them(office: Office, named: str, sent: str) -> None:
    publish(office)
    send(office, visit_instance(ID, photo=named), (sent, b"x"))
    assert only(Submission).missing_files == 0
    assert only(Attachment).expected


def test_other_bytes_under_a_known_name_keep_the_old_ones_retrievable(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, photo="a.jpg")
    send(office, xml, ("a.jpg", b"old"))
    assert send(office, xml, ("a.jpg", b"new")).status_code == 201
    current = only(Attachment, Attachment.replaced_at.is_(None))
    old = only(Attachment, Attachment.replaced_at.is_not(None))
    assert (blob_store().read(current.blob_sha256), blob_store().read(old.blob_sha256)) == (b"new", b"old")


def test_two_files_of_one_name_in_one_post_are_both_kept(office: Office) -> None:
    publish(office)
    assert send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"one"), ("a.jpg", b"two")).status_code == 201
    assert {blob_store().read(item.blob_sha256) for item in reading().scalars(select(Attachment))} == {b"one", b"two"}


def test_a_record_without_instance_id_gets_one_from_its_content(office: Office) -> None:
    publish(office)
    xml = visit_instance("", note="no id")
    assert {send(office, xml).status_code for _ in range(2)} == {201}
    assert only(Submission).instance_id.startswith("uuid:")


def test_other_content_under_a_known_id_is_kept_in_quarantine(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a"))
    answer = send(office, visit_instance(ID, note="b"), ("x.jpg", b"x"))
    assert answer.status_code == 202
    assert only(Quarantine).reason == "conflict"
    assert count(Submission) == 1
    assert send(office, visit_instance(ID, note="b")).status_code == 202
    assert count(Quarantine) == 1


def test_an_edit_becomes_the_current_version_and_keeps_its_files(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="a", photo="a.jpg", school="s1"), ("a.jpg", b"pic"))
    edit = visit_instance("uuid:edit-1", deprecated=ID, note="b", photo="a.jpg", school="s2")
    assert send(office, edit).status_code == 201
    submission = only(Submission)
    assert (submission.review_state, submission.missing_files, submission.instance_id) == ("edited", 0, ID)
    assert only(SubmissionVersion, SubmissionVersion.current).answers["note"] == "b"
    assert count(SubmissionVersion) == 2
    schools = reading().scalars(select(SubmissionDimension.value).where(SubmissionDimension.dimension == "school"))
    assert list(schools) == ["s2"]
    assert send(office, edit).status_code == 201
    assert count(SubmissionVersion) == 2


def test_a_late_file_of_the_first_version_also_completes_the_edit(office: Office) -> None:
    publish(office)
    original = visit_instance(ID, photo="a.jpg")
    send(office, original)
    send(office, visit_instance("uuid:edit-1", deprecated=ID, photo="a.jpg", note="b"))
    assert only(Submission).missing_files == 1
    assert send(office, original, ("a.jpg", b"late")).status_code == 201
    assert only(Submission).missing_files == 0


def test_an_edit_of_an_older_version_is_kept_in_quarantine(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID))
    send(office, visit_instance("uuid:edit-1", deprecated=ID, note="one"))
    assert send(office, visit_instance("uuid:edit-2", deprecated=ID, note="two")).status_code == 202
    assert only(Quarantine).reason == "edit_conflict"


def test_an_edit_that_comes_before_its_original_is_filed_when_that_arrives(office: Office) -> None:
    publish(office)
    assert send(office, visit_instance("uuid:edit-1", deprecated=ID, note="later")).status_code == 202
    assert only(Quarantine).reason == "waiting_for_original"
    assert send(office, visit_instance(ID, note="first")).status_code == 201
    run_jobs()
    assert only(SubmissionVersion, SubmissionVersion.current).answers["note"] == "later"
    reading().expire_all()
    assert only(Quarantine).outcome == "filed"


def test_a_record_of_an_unknown_version_waits_and_is_filed_when_it_is_published(office: Office) -> None:
    form = publish(office)
    assert send(office, visit_instance(ID, version="2", photo="a.jpg"), ("a.jpg", b"x")).status_code == 202
    assert only(Quarantine).reason == "unknown_version"
    publish(office, version="2", xml=visit_xform(version="2"))
    unit_of_work(lambda session: _ask(session, form.id))
    run_jobs()
    assert only(Submission).missing_files == 0
    assert count(Attachment) == 1


def _ask(session: Any, form_id: int) -> None:
    from core.jobs import enqueue

    enqueue(session, "sync.file_waiting", {"form_id": form_id})


def test_a_closing_form_still_takes_records_and_a_closed_one_quarantines_them(office: Office) -> None:
    form = publish(office)
    set_state(form.id, state="closing")
    assert send(office, visit_instance(ID)).status_code == 201
    set_state(form.id, state="closed")
    assert send(office, visit_instance("uuid:other")).status_code == 202
    assert only(Quarantine).reason == "form_closed"


def test_a_deleted_record_that_is_sent_again_is_not_revived(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID)
    send(office, xml)

    def delete_it(session: Any) -> None:
        from core.database import utc_now

        session.scalars(select(Submission)).one().deleted_at = utc_now()

    unit_of_work(delete_it)
    assert send(office, xml).status_code == 202
    assert only(Quarantine).reason == "deleted"


def test_an_unknown_form_is_answered_404(office: Office) -> None:
    assert send(office, visit_instance(ID, xml_form_id="nobody")).status_code == 404
    assert count(Quarantine) == 0


def test_head_says_how_large_a_post_may_be(office: Office) -> None:
    answer = office.client().head(office.device(f"projects/{office.workspace_id}/submission"))
    assert answer.status_code == 204
    assert answer.headers["X-OpenRosa-Accept-Content-Length"] == str(10 * 1024 * 1024)


def test_a_revoked_key_is_refused_on_the_next_request(office: Office) -> None:
    from core.access.actor import SYSTEM
    from core.auth.accounts import revoke_app_user

    publish(office)
    unit_of_work(
        lambda session: revoke_app_user(session, SYSTEM, workspace_id=office.workspace_id, actor_id=office.device_id)
    )
    answer = send(office, visit_instance(ID))
    assert answer.status_code == 401
    assert b"OpenRosaResponse" in answer.data


def test_nothing_is_left_in_the_spool(office: Office, data_dir: Path) -> None:
    publish(office)
    send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"x" * 200_000))
    send(office, b"<broken", ("a.jpg", b"y" * 200_000))
    assert list((data_dir / "spool").glob("*")) == []
