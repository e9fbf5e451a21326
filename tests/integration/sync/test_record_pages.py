"""Pages on records."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from core.transaction import reading
from sync.models import Attachment
from tests.conftest import run_jobs
from tests.integration.sync.test_intake import ID
from tests.personas import Office
from tests.support.forms import publish, visit_instance, visit_xform
from tests.support.openrosa import send


def page(office: Office, rest: str = "", persona: str = "wanna") -> tuple[int, str]:
    answer = office.browser(persona).get(f"/w/{office.workspace_id}{rest}")
    return answer.status_code, answer.get_data(as_text=True)


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 700), "teal").save(out, "JPEG")
    return out.getvalue()


def test_the_home_page_shows_what_came_in_and_what_is_incomplete(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, photo="a.jpg"))
    status, text = page(office)
    assert status == 200
    assert "รายการเข้ามาวันนี้" in text
    assert "ขาดไฟล์ 1 ไฟล์" in text


def test_a_record_shows_answers_with_labels_and_its_files(office: Office) -> None:
    publish(office)
    send(
        office,
        visit_instance(ID, note="ครูไม่ครบชั้น", pupils="1234", rooms=[("ป.1", 30)], photo="a.jpg"),
        ("a.jpg", jpeg()),
    )
    status, text = page(office, f"/forms/visit/submissions/{ID}")
    assert status == 200
    for part in ("ครูไม่ครบชั้น", "1,234", "ป.1", "/thumbnail", "ส่งรายการ"):
        assert part in text


@pytest.mark.parametrize(("spent", "shown"), [("1240.0", "1,240"), ("1240.50", "1,240.5"), ("0.25", "0.25")])
def test_an_amount_is_shown_without_an_empty_decimal_place(office: Office, spent: str, shown: str) -> None:
    publish(office)
    send(office, visit_instance(ID, spent=spent))
    _, text = page(office, f"/forms/visit/submissions/{ID}")
    assert f">{shown}<" in "".join(text.split())


def test_markup_in_answers_is_shown_as_text(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="&lt;script&gt;alert(1)&lt;/script&gt;"))
    _, text = page(office, f"/forms/visit/submissions/{ID}")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_a_thumbnail_is_made_by_the_job_when_somebody_looks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync import attachment_pages

    publish(office)
    send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", jpeg()))
    attachment = reading().scalars(select(Attachment.id)).one()
    monkeypatch.setattr(attachment_pages, "PATIENCE", 0.0)
    address = f"/w/{office.workspace_id}/attachments/{attachment}"
    first = office.browser("wanna").get(f"{address}/thumbnail")
    assert first.headers["Location"].endswith(address)
    run_jobs()
    small = office.browser("wanna").get(f"{address}/thumbnail")
    assert Image.open(io.BytesIO(small.data)).size == (480, 373)
    assert office.browser("wanna").get(address).data == jpeg()


def test_the_table_is_filtered_by_what_records_speak_of(office: Office) -> None:
    publish(office)
    send(office, visit_instance("uuid:a", report_date="2026-10-05", group_code="PLN", project="p1"))
    send(office, visit_instance("uuid:b", report_date="2026-09-05", group_code="SUP", project="p2", photo="x.jpg"))
    for query, shown in (
        ("group=PLN", "uuid:a"), ("project=p2", "uuid:b"), ("fiscal_year=2569", "uuid:b"), ("quarter=1", "uuid:a"),
        ("incomplete=1", "uuid:b"), ("search=uuid:a", "uuid:a"), ("review_state=received&group=SUP", "uuid:b"),
    ):  # fmt: skip
        _, text = page(office, f"/forms/visit/submissions?{query}")
        other = "uuid:b" if shown == "uuid:a" else "uuid:a"
        assert f"submissions/{shown.replace(':', '%3A')}" in text, query
        assert f"submissions/{other.replace(':', '%3A')}" not in text, query


@pytest.mark.parametrize("query", ["before=abc", "before=" + "9" * 30])
def test_nonsense_in_a_link_is_explained(office: Office, query: str) -> None:
    publish(office)
    status, text = page(office, f"/forms/visit/submissions?{query}")
    assert status == 400
    assert "โปรดเปิดรายการใหม่อีกครั้ง" in text


def test_a_review_is_written_into_the_history(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID))
    address = f"/w/{office.workspace_id}/forms/visit/submissions/{ID}"
    answer = office.browser("wanna").post(f"{address}/review", data={"state": "approved", "comment": "ครบถ้วน"})
    assert answer.status_code == 303
    _, text = page(office, f"/forms/visit/submissions/{ID}")
    assert "ครบถ้วน" in text
    assert "เห็นชอบแล้ว" in text


def test_the_quarantine_says_why_and_shows_both_sides(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, note="ฉบับแรก"))
    send(office, visit_instance(ID, note="ฉบับสอง"))
    status, text = page(office, "/quarantine")
    assert status == 200
    assert "รหัสซ้ำแต่เนื้อหาต่างกัน" in text
    row = text.partition(f"/w/{office.workspace_id}/quarantine/")[2]
    number = next(part.partition('"')[0] for part in text.split("/quarantine/") if part[:1].isdigit())
    assert row
    _, detail = page(office, f"/quarantine/{number}")
    assert "ฉบับแรก" in detail
    assert "ฉบับสอง" in detail


def test_strangers_see_nothing(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID, photo="a.jpg"), ("a.jpg", b"x"))
    attachment = reading().scalars(select(Attachment.id)).one()
    for rest in ("", "/submissions", f"/forms/visit/submissions/{ID}", "/quarantine", f"/attachments/{attachment}"):
        assert page(office, rest, "stranger")[0] == 403


NINE, HALF_PAST = "2026-11-20T09:00:00+07:00", "2026-11-20T09:30:00+07:00"


@pytest.mark.parametrize(
    ("clock", "shown"),
    [
        ({}, []),
        ({"start": NINE}, ["20 พ.ย. 2569 09:00"]),
        ({"end": HALF_PAST}, ["20 พ.ย. 2569 09:30"]),
        ({"start": NINE, "end": HALF_PAST}, ["20 พ.ย. 2569 09:00 – 20 พ.ย. 2569 09:30"]),
    ],
)
def test_when_it_was_filled_is_said_as_far_as_it_is_known(
    office: Office, clock: dict[str, str], shown: list[str]
) -> None:
    clocks = "".join(f'<bind nodeset="/data/{name}" type="dateTime"/>' for name in ("start", "end")).encode()
    xform = visit_xform().replace(b"<report_date/>", b"<start/><end/><report_date/>", 1)
    publish(office, xml=xform.replace(b"<bind ", clocks + b"<bind ", 1))
    send(office, visit_instance(ID, **clock))
    _, text = page(office, f"/forms/visit/submissions/{ID}")
    assert re.findall(r"<dt>กรอกบนอุปกรณ์</dt><dd>(.*?)</dd>", text) == shown
