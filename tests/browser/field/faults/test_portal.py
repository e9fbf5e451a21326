"""A captive portal answers in the server's place: the Wi-Fi of a school or hotel that wants its terms accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.field_faults import FILES, RECORDS, UPLOADS, FaultProxy
from tests.support.field_quick import QuickOffice, QuickTablet


@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_a_page_of_a_portal_is_neither_a_receipt_nor_a_refusal(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, status: int
) -> None:
    portal = proxy.portal(status=status)
    ids = [tablet.record_visit(f"ผ่านพอร์ทัล {number}", photo) for number in (1, 2)]
    tablet.until(lambda: any(tablet.record(one)["trouble"] for one in ids), "the portal was noticed")
    tablet.go("/")
    expect(tablet.page.get_by_text("ไม่มีสัญญาณ ใช้งานได้ตามปกติ")).to_be_visible()
    assert set(tablet.states().values()) <= {"ready", "sending"}
    assert all(not file["confirmed"] for one in ids for file in tablet.files(one).values())
    assert tablet.rows("profiles")[0]["tokenWorks"]
    assert quick.instances() == []
    portal.end()
    tablet.send_now()
    tablet.all_arrived()


@pytest.mark.parametrize("where", [RECORDS, FILES, UPLOADS], ids=["record", "file", "bytes"])
def test_a_portal_that_comes_in_the_middle_of_a_record_loses_nothing_of_it(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, where: str
) -> None:
    portal = proxy.portal(where)
    instance_id = tablet.record_visit("พอร์ทัลกลางทาง", photo)
    tablet.until(lambda: tablet.record(instance_id)["trouble"], "the portal was noticed")
    assert tablet.states()[instance_id] != "complete"
    assert not any(file["confirmed"] for file in tablet.files(instance_id).values())
    portal.end()
    tablet.send_now()
    tablet.all_arrived()


def test_json_that_is_no_receipt_confirms_nothing(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path
) -> None:
    other = proxy.fail(RECORDS, 200, body=b'{"status": "ok"}')
    instance_id = tablet.record_visit("คำตอบแปลก", photo)
    tablet.until(lambda: tablet.record(instance_id)["trouble"], "it was noticed")
    assert tablet.states()[instance_id] in ("ready", "sending")
    other.end()
    tablet.send_now()
    tablet.all_arrived()


def test_the_client_opens_behind_a_portal_and_forms_and_lists_stay_as_they_were(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet
) -> None:
    tablet.page.wait_for_function("navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready")
    before = [tablet.rows(store) for store in ("forms", "lists", "entities")]
    portal = proxy.portal()
    tablet.page.reload()
    instance_id = tablet.record_visit("หลังพอร์ทัล")
    tablet.send_now()
    assert [tablet.rows(store) for store in ("forms", "lists", "entities")] == before
    portal.end()
    tablet.send_now()
    tablet.becomes(instance_id, "complete")
    tablet.all_arrived()
