"""The tablet is full. Browsers tell no more how much room there is: they say that something did not fit."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.field.faults.conftest import NewTablet
from tests.support.field_faults import RECORDS, FaultProxy
from tests.support.field_quick import QuickOffice, QuickTablet

MEBIBYTE = 1024 * 1024
DISK = 24 * MEBIBYTE
TEXT = 20_000
"""Characters of a text that needs more room than there is on a full tablet."""
_FILL = """
async ({ disk, spare }) => {
  const open = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open('other things', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('things');
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const database = await open();
  const change = (work) => new Promise((resolve) => {
    const transaction = database.transaction('things', 'readwrite');
    work(transaction.objectStore('things'));
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => resolve(false);
  });
  const put = (key, size) => change((store) => store.put(new Blob([new Uint8Array(size)]), key));
  if (spare > 0 && !(await put('spare', spare))) throw new Error('There is no room already');
  // What a page let go of is freed a little later: there is no more room only when it stays so for a while.
  for (let n = 0, quiet = 0; quiet < 3; ) {
    const before = n;
    for (let size = disk / 4; size >= 256; size = Math.floor(size / 2)) {
      while (await put(n, size)) n += 1;
    }
    quiet = n === before ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  if (spare > 0) await change((store) => store.delete('spare'));
  database.close();
}
"""
_FREE = """
() => new Promise((resolve, reject) => {
  const asked = indexedDB.deleteDatabase('other things');
  asked.onsuccess = () => resolve(null);
  asked.onerror = () => reject(asked.error);
})
"""

Fill = Callable[..., None]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of about 1.5 MB that is kept as it is."""
    path = tmp_path / "gate.png"
    Image.frombytes("RGB", (700, 700), random.Random(7).randbytes(700 * 700 * 3)).save(path)
    return path


@pytest.fixture
def tablet(new_tablet: NewTablet, officer: str, tmp_path: Path) -> QuickTablet:
    """A tablet on which the browser gives the client little room."""
    made = new_tablet(disk=tmp_path / "disk")
    session = made.context.new_cdp_session(made.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": made.address, "quotaSize": DISK})
    made.sign_in(officer)
    return made


@pytest.fixture
def fill(tablet: QuickTablet) -> Fill:
    """Fill the tablet with other things until so many bytes are left; -1 takes them away again."""

    def work(spare: int, *, away: bool = False) -> None:
        """While the application is `away` it makes no room for itself, and holds nothing that might be freed."""
        place = tablet.page.url
        if away:
            tablet.page.goto(f"{tablet.address}/app/icon.svg")
            tablet.page.request_gc()
        if spare < 0:
            tablet.page.evaluate(_FREE)
        else:
            tablet.page.evaluate(_FILL, {"disk": DISK, "spare": spare})
        tablet.page.request_gc()
        if away:
            tablet.page.goto(place)

    return work


def content(tablet: QuickTablet, instance_id: str) -> tuple[bool, int]:
    """Whether the answers of a record are on the tablet, and how many of its files."""
    return tablet.record(instance_id)["xml"] != "", len(tablet.files(instance_id))


def test_a_photo_takes_the_room_of_what_was_sent_and_without_any_the_answers_are_still_kept(
    quick: QuickOffice, tablet: QuickTablet, fill: Fill, photo: Path
) -> None:
    page = tablet.page
    sent = [tablet.record_visit(f"ส่งแล้ว {number}", photo) for number in range(3)]
    for one in sent:
        tablet.becomes(one, "complete")
    tablet.context.set_offline(True)
    waiting = tablet.record_visit("รอส่ง", photo)
    earlier = tablet.begin("ร่างก่อนหน้า", photo)
    new = tablet.begin("ร่างตอนเต็ม")
    fill(photo.stat().st_size // 4, away=True)
    expect(tablet.note()).to_have_value("ร่างตอนเต็ม")
    tablet.attach(photo)
    assert [content(tablet, one) for one in sent] == [(False, 0)] * 3
    # Nothing else may go now.
    last = tablet.begin("ไม่มีที่แล้ว")
    fill(photo.stat().st_size // 4)
    tablet.choose_photo(photo)
    expect(page.get_by_text("พื้นที่ในแท็บเล็ตเต็ม ไฟล์ใหม่ยังไม่ได้เก็บ ไฟล์เดิมยังอยู่ครบ ส่งแบบฟอร์มที่ค้างอยู่")).to_be_visible()
    tablet.note().fill("ข้อความยังบันทึกได้")
    tablet.until(lambda: "ข้อความยังบันทึกได้" in tablet.record(last)["xml"], "the text is on the disk")
    assert [content(tablet, one) for one in (waiting, earlier, new)] == [(True, 1)] * 3
    tablet.go(f"/fill/{earlier}")
    expect(tablet.note()).to_have_value("ร่างก่อนหน้า")
    expect(page.get_by_role("img", name="ภาพที่แนบไว้")).to_be_visible()
    tablet.finish()
    # Somebody deletes other things from the tablet.
    fill(-1)
    for draft in (last, new):
        tablet.go(f"/fill/{draft}")
        expect(tablet.note()).not_to_have_value("")
        if draft == last:
            tablet.attach(photo)
        tablet.finish()
    tablet.context.set_offline(False)
    tablet.send_now()
    tablet.all_arrived()
    assert len(quick.instances()) == 7


def test_a_draft_takes_the_room_of_what_was_sent(
    quick: QuickOffice, tablet: QuickTablet, fill: Fill, photo: Path
) -> None:
    sent = tablet.record_visit("ส่งแล้ว", photo)
    tablet.becomes(sent, "complete")
    tablet.context.set_offline(True)
    new = tablet.begin("ก่อนเต็ม")
    fill(0, away=True)
    expect(tablet.note()).to_have_value("ก่อนเต็ม")
    long = "พิมพ์ตอนเต็ม " + "ก" * TEXT
    tablet.note().fill(long)
    tablet.until(lambda: long in tablet.record(new)["xml"], "the text is on the disk")
    assert content(tablet, sent) == (False, 0)
    tablet.finish()
    tablet.context.set_offline(False)
    # The emulation forgot at the reload to tell the page that it is offline, so it does not hear that it no longer is.
    tablet.send_now()
    tablet.all_arrived()


def test_a_draft_that_cannot_be_written_stays_on_the_screen_and_is_written_when_there_is_room(
    quick: QuickOffice, tablet: QuickTablet, fill: Fill, photo: Path
) -> None:
    page = tablet.page
    tablet.context.set_offline(True)
    earlier = tablet.begin("ร่างก่อนหน้า", photo)
    new = tablet.begin("ก่อนเต็ม")
    fill(0)
    tablet.note().fill("พิมพ์ตอนเต็ม " + "ก" * TEXT)
    expect(page.get_by_text("บันทึกลงเครื่องไม่ได้เพราะพื้นที่เต็ม อย่าเพิ่งปิดหน้านี้")).to_be_visible()
    expect(page.get_by_text("บันทึกไม่ได้", exact=True)).to_be_visible()
    # What was there is whole, and can be read.
    assert "ก่อนเต็ม" in tablet.record(new)["xml"]
    assert "ร่างก่อนหน้า" in tablet.record(earlier)["xml"]
    assert all(file["found"] == file["sha256"] for file in tablet.files(earlier).values())
    fill(-1)
    # It is tried again by itself every ten seconds, and at once when somebody asks.
    page.keyboard.press("Control+s")
    tablet.saved()
    assert "พิมพ์ตอนเต็ม" in tablet.record(new)["xml"]
    tablet.finish()
    tablet.go(f"/fill/{earlier}")
    expect(page.get_by_role("img", name="ภาพที่แนบไว้")).to_be_visible()
    tablet.finish()
    tablet.context.set_offline(False)
    tablet.all_arrived()
    assert len(quick.instances()) == 2


def test_a_queue_on_a_tablet_without_any_room_loses_nothing_and_goes_when_there_is_some(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, fill: Fill, photo: Path
) -> None:
    tablet.context.set_offline(True)
    waiting = [tablet.record_visit(f"รอส่ง {number}", photo) for number in (1, 2)]
    fill(0)
    tablet.context.set_offline(False)
    tablet.go("/")
    tablet.send_now()
    assert all(state in ("ready", "sending", "xml_sent", "complete") for state in tablet.states().values())
    assert proxy.count("POST", RECORDS) <= 2 * len(waiting)
    fill(-1)
    tablet.send_now()
    tablet.all_arrived()
