"""Pages on records that wait: whoever decides sees what such a record says and shows, as on a record's page."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from sync import attachment_pages
from sync.models import Attachment, Quarantine, QuarantineFile
from tests.conftest import run_jobs
from tests.integration.sync.test_intake import ID, only, set_state
from tests.integration.sync.test_record_pages import jpeg, page
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send
from tests.support.small_plan import SmallPlan, found_small_plan

NOT_YET_HERE = "ยังมาไม่ถึง"


def named(xml: bytes, name: str) -> bytes:
    """A record that says what it is called."""
    return xml.replace(b"</orx:meta>", f"<orx:instanceName>{name}</orx:instanceName></orx:meta>".encode())


def planned(office: Office, planner: Actor) -> SmallPlan:
    return unit_of_work(lambda session: found_small_plan(session, planner, office.workspace_id))


def file_address(office: Office, name: str = "a.jpg") -> str:
    waiting = only(Quarantine).id
    item = reading().scalars(select(QuarantineFile.id).where(QuarantineFile.name == name)).one()
    return f"/w/{office.workspace_id}/quarantine/{waiting}/files/{item}"


def waiting_with_a_picture(office: Office) -> str:
    """The address of a picture that came with a record of an unknown version."""
    publish(office)
    send(office, visit_instance(ID, version="9999.9", photo="a.jpg", photo2="b.jpg"), ("a.jpg", jpeg()))
    return file_address(office)


def test_a_picture_of_a_waiting_record_is_shown_in_its_answers(office: Office) -> None:
    picture = waiting_with_a_picture(office)
    _, text = page(office, f"/quarantine/{only(Quarantine).id}")
    answers = text.partition('<dl class="answers">')[2].partition("</dl>")[0]
    assert f'href="{picture}"' in answers
    assert f'src="{picture}/thumbnail"' in answers
    assert answers.count(NOT_YET_HERE) == 1, "only b.jpg has not come"


def test_a_picture_of_a_waiting_record_can_be_opened_and_made_small(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = waiting_with_a_picture(office)
    monkeypatch.setattr(attachment_pages, "PATIENCE", 0.0)
    assert office.browser("wanna").get(f"{picture}/thumbnail").headers["Location"].endswith(picture)
    run_jobs()
    small = office.browser("wanna").get(f"{picture}/thumbnail")
    assert Image.open(io.BytesIO(small.data)).size == (480, 373)
    whole = office.browser("wanna").get(picture)
    assert whole.data == jpeg()
    assert whole.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(("persona", "status"), [("pakorn", 200), ("kwanjai", 403), ("stranger", 403)])
def test_who_may_read_the_quarantine_may_see_its_files_and_nobody_else(
    office: Office, persona: str, status: int
) -> None:
    picture = waiting_with_a_picture(office)
    run_jobs()
    assert page(office, f"/quarantine/{only(Quarantine).id}", persona)[0] == status
    for address in (picture, f"{picture}/thumbnail"):
        assert office.browser(persona).get(address, follow_redirects=True).status_code == status


def test_a_file_is_found_under_its_own_record_only(office: Office) -> None:
    picture = waiting_with_a_picture(office)
    number = only(Quarantine).id
    send(office, visit_instance("uuid:other", version="9999.9"))
    other = only(Quarantine, Quarantine.instance_id == "uuid:other").id
    address = picture.replace(f"/quarantine/{number}/", f"/quarantine/{other}/")
    assert office.browser("wanna").get(address).status_code == 404


def test_a_file_that_the_waiting_record_does_not_name_is_listed_as_such(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, version="9999.9", photo="a.jpg"), ("a.jpg", jpeg()), ("more.pdf", b"%PDF"))
    _, text = page(office, f"/quarantine/{only(Quarantine).id}")
    files = text.partition('<ul class="evidence-list">')[2].partition("</ul>")[0]
    assert f'href="{file_address(office, "more.pdf")}"' in files
    assert files.count("ไม่ได้ระบุในรายการ") == 1


def test_the_later_of_two_files_with_one_name_is_shown_as_it_would_be_filed(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, version="9999.9", photo="a.jpg")
    send(office, xml, ("a.jpg", b"before"))
    send(office, xml, ("a.jpg", b"after"))
    ids = reading().scalars(select(QuarantineFile.id).order_by(QuarantineFile.id)).all()
    _, text = page(office, f"/quarantine/{only(Quarantine).id}")
    answers = text.partition('<dl class="answers">')[2].partition("</dl>")[0]
    assert re.findall(r"/files/([0-9]+)\"", answers) == [str(ids[-1])]


def test_a_picture_that_the_waiting_edit_did_not_send_again_is_shown_from_the_record_that_it_edits(
    office: Office,
) -> None:
    publish(office)
    send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", jpeg()))
    send(office, visit_instance("uuid:one", deprecated=ID, photo="a.jpg", note="one"))
    send(office, visit_instance("uuid:two", deprecated=ID, photo="a.jpg", note="two"))
    here = reading().scalars(select(Attachment.id).order_by(Attachment.id.desc())).first()
    _, text = page(office, f"/quarantine/{only(Quarantine).id}")
    answers = text.partition('<dl class="answers">')[2].partition("</dl>")[0]
    assert f'href="/w/{office.workspace_id}/attachments/{here}"' in answers
    assert NOT_YET_HERE not in text


@pytest.mark.parametrize("files", [(), (("a.jpg", b"picture"),)])
def test_adding_files_only_is_offered_when_there_are_files(
    office: Office, files: tuple[tuple[str, bytes], ...]
) -> None:
    publish(office)
    send(office, visit_instance(ID, note="first"))
    send(office, visit_instance(ID, note="second", photo="a.jpg"), *files)
    _, text = page(office, f"/quarantine/{only(Quarantine).id}")
    assert ('/merge"' in text) == bool(files)


def test_the_waiting_list_says_what_a_list_of_records_says(office: Office, planner: Actor) -> None:
    plan = planned(office, planner)
    publish(office)
    xml = visit_instance(ID, version="9999.9", school=plan.school, project=plan.project)
    send(office, named(xml, "ติดตามครั้งที่ 1"))
    for rest in ("/quarantine", f"/quarantine/{only(Quarantine).id}"):
        _, text = page(office, rest)
        shown = text.partition("<main")[2]
        for part in ("ติดตามครั้งที่ 1", "แบบติดตาม", "9999.9", "พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์", "บ้านห้วยหมอก"):
            assert part in shown, (rest, part)


def test_a_waiting_record_that_no_version_can_read_is_listed_all_the_same(office: Office) -> None:
    form = publish(office)
    send(office, visit_instance(ID, version="9999.9", note="said"))
    set_state(form.id, current_version_id=None)
    for rest in ("/quarantine", f"/quarantine/{only(Quarantine).id}"):
        status, text = page(office, rest)
        assert (status, "visit" in text) == (200, True)


def test_a_decision_on_what_was_decided_meanwhile_shows_the_record_as_decided(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, version="9999.9", note="said"))
    address = f"/w/{office.workspace_id}/quarantine/{only(Quarantine).id}"
    assert office.browser("wanna").post(f"{address}/reject").status_code == 303
    reading().expire_all()
    again = office.browser("wanna").post(f"{address}/accept")
    text = again.get_data(as_text=True)
    assert again.status_code == 409
    for part in (f'href="/w/{office.workspace_id}/quarantine"', "said", "ไม่นำเข้า", "Wanna", "รายการนี้พิจารณาไปแล้ว"):
        assert part in text, part
    assert f'action="{address}/' not in text
    assert only(Quarantine).outcome == "rejected"


def test_a_decision_that_something_stands_in_the_way_of_leaves_the_reader_on_the_record(office: Office) -> None:
    form = publish(office)
    send(office, visit_instance(ID, version="9999.9"))
    set_state(form.id, current_version_id=None)
    address = f"/w/{office.workspace_id}/quarantine/{only(Quarantine).id}"
    answer = office.browser("wanna").post(f"{address}/accept")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, f'action="{address}/accept"' in text) == (400, True)
    assert only(Quarantine).outcome is None
