"""The server answers with errors, once or for a while."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.field_faults import API, FILES, RECORDS, UPLOADS, FaultProxy
from tests.support.field_quick import QuickOffice, QuickTablet

LEAST_WAIT = 0.9
"""Seconds between two tries of the queue, at least; it waits 1 s or more."""


def too_soon(proxy: FaultProxy, method: str, path: str, status: int) -> list[float]:
    """Gaps between requests that are shorter than any back-off; right after a finish one is asked for."""
    times = [one.at for one in proxy.requests(method, path, status)]
    gaps = [after - before for before, after in pairwise(times)]
    return [gap for gap in gaps[1:] if gap < LEAST_WAIT]


@pytest.mark.parametrize(
    ("where", "status"),
    [(RECORDS, 500), (RECORDS, 507), (RECORDS, 503), (FILES, 507), (FILES, 429), (UPLOADS, 500), (UPLOADS, 507)],
)
def test_a_record_goes_by_itself_after_an_error_of_the_server(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, where: str, status: int
) -> None:
    fault = proxy.fail(where, status, times=1)
    instance_id = tablet.record_visit("หลังเซิร์ฟเวอร์ขัดข้อง", photo)
    row = tablet.becomes(instance_id, "complete")
    assert (fault.hits, row["trouble"]) == (1, None)
    tablet.all_arrived()


def test_an_answer_that_is_lost_after_the_server_stored_the_record_makes_no_second_one(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path
) -> None:
    lost = [proxy.fail(where, 504, times=1, reaches=True) for where in (RECORDS, FILES, UPLOADS)]
    tablet.record_visit("คำตอบหายกลางทาง", photo)
    tablet.all_arrived()
    assert [fault.hits for fault in lost] == [1, 1, 1]
    assert proxy.count("POST", RECORDS) == 2


def test_a_full_server_is_told_in_words_and_the_record_waits_for_it(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path
) -> None:
    full = proxy.fail(RECORDS, 507)
    instance_id = tablet.record_visit("เซิร์ฟเวอร์เต็ม", photo)
    tablet.until(lambda: tablet.record(instance_id)["trouble"], "the failure is noted")
    tablet.go(f"/record/{instance_id}")
    expect(tablet.page.get_by_text("พื้นที่ของเซิร์ฟเวอร์เต็ม")).to_be_visible()
    assert tablet.states()[instance_id] == "ready"
    full.end()
    tablet.page.get_by_role("button", name="ส่งเดี๋ยวนี้").click()
    tablet.all_arrived()


@pytest.mark.parametrize("where", [RECORDS, UPLOADS], ids=["its XML", "a file of it"])
def test_a_record_too_large_for_the_server_asks_for_attention_and_the_others_go(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, where: str
) -> None:
    fault = proxy.fail(
        where, 413, times=1, body=b"<html>nginx: too large</html>", headers={"Content-Type": "text/html"}
    )
    large = tablet.record_visit("ใหญ่เกินไป", photo)
    other = tablet.record_visit("ขนาดปกติ", photo)
    tablet.becomes(large, "needs_attention")
    tablet.becomes(other, "complete")
    tablet.go(f"/record/{large}")
    expect(tablet.page.get_by_text("ใหญ่เกินกว่าที่เซิร์ฟเวอร์รับได้")).to_be_visible()
    with tablet.page.expect_download() as download:
        tablet.page.get_by_role("button", name="ส่งออกเป็นไฟล์").click()
    assert download.value.path().stat().st_size > photo.stat().st_size
    assert fault.hits == 1
    # The office raised its limit.
    tablet.page.get_by_role("button", name="ลองส่งอีกครั้ง").click()
    tablet.all_arrived()


def test_one_record_that_the_server_chokes_on_keeps_no_other_from_going_and_makes_no_storm(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path
) -> None:
    chokes = proxy.fail(RECORDS, 500)
    stuck = tablet.record_visit("ติดค้าง", photo)
    tablet.until(lambda: tablet.record(stuck)["attempts"] >= 1, "it was tried")
    chokes.end()
    # From now on only this one fails: its file is not taken.
    path = FILES.replace("[^/]+/files", stuck.replace(":", "%3A") + "/files")
    chokes = proxy.fail(path, 500)
    others = [tablet.record_visit(f"ผ่านได้ {number}") for number in (1, 2)]
    for one in others:
        tablet.becomes(one, "complete")
    row = tablet.until(
        lambda: (found := tablet.record(stuck))["attempts"] >= 4 and found["state"] != "sending" and found,
        "it is tried again",
    )
    assert row["state"] in ("ready", "xml_sent")
    assert row["nextTryAt"] > row["trouble"]["at"]
    assert not too_soon(proxy, "POST", path, 500)[len(others) :]
    chokes.end()
    tablet.send_now()
    tablet.all_arrived()


@pytest.mark.parametrize(("status", "kind"), [(501, "text/html"), (404, "text/html"), (500, "application/json")])
def test_a_server_that_refuses_everything_for_a_while_is_asked_seldom_and_gets_everything_afterwards(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, status: int, kind: str
) -> None:
    broken = proxy.fail(API, status, body=b"<h1>Not here</h1>", headers={"Content-Type": kind})
    ids = [tablet.record_visit(f"รอเซิร์ฟเวอร์ {number}", photo) for number in (1, 2)]

    def tries() -> int:
        return sum(tablet.record(one)["attempts"] for one in ids)

    tablet.until(lambda: tries() >= 3, "they were tried three times")
    assert set(tablet.states().values()) <= {"ready", "sending"}
    # Every try is one request; a wish after each finish, and nothing else but the back-off.
    assert broken.hits <= tries() + 2
    broken.end()
    tablet.send_now()
    tablet.all_arrived()
