"""A new version of the client while records wait and a draft is open."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from collect.shell_routes import BUILT
from tests.support.field_faults import RECORDS, FaultProxy
from tests.support.field_quick import QuickOffice, QuickTablet

OFFERED = "มีแอปรุ่นใหม่"


@pytest.fixture
def next_build(tmp_path: Path) -> Path:
    """The client as the next version would be: the shell and the worker are other files."""
    folder = tmp_path / "next"
    shutil.copytree(BUILT, folder)
    shell = folder / "index.html"
    shell.write_text(shell.read_text("utf-8").replace("<head>", '<head><meta name="build" content="next" />'), "utf-8")
    worker = folder / "sw.js"
    text, found = re.subn(
        r'("revision":")[0-9a-f]{32}(","url":"index\.html")', r"\g<1>next\2", worker.read_text("utf-8")
    )
    assert found == 1
    worker.write_text(text, "utf-8")
    return folder


def look_for_update(page: Page) -> None:
    """What the client does every hour."""
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => null)")
    page.wait_for_function("navigator.serviceWorker.getRegistration().then((found) => found.waiting !== null)")


def build_of(page: Page) -> str | None:
    return page.evaluate("document.querySelector('meta[name=build]')?.content ?? null")  # type: ignore[no-any-return]


def test_an_update_is_offered_never_forced_while_a_form_is_open_and_strands_nothing(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, next_build: Path
) -> None:
    page = tablet.page
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    broken = proxy.fail(RECORDS, 500)
    queued = tablet.record_visit("รอส่งข้ามรุ่น", photo)
    draft = tablet.begin("ร่างข้ามรุ่น", photo)
    proxy.client_folder = next_build
    look_for_update(page)
    expect(page.get_by_text(OFFERED)).to_have_count(0)
    tablet.note().fill("พิมพ์ต่อระหว่างมีรุ่นใหม่")
    tablet.saved()
    assert build_of(page) is None
    page.get_by_role("button", name="หน้าแรก").click()
    expect(page.get_by_text(OFFERED)).to_be_visible()
    # Another tab has a form open: the update waits for it.
    second = tablet.context.new_page()
    second.goto(f"{tablet.address}/app/#/fill/{draft}")
    expect(second.get_by_label("ข้อความ 1")).to_be_visible()
    page.get_by_role("button", name="อัปเดต").click()
    expect(page.get_by_text("มีแบบเปิดค้างอยู่ในอีกแท็บหนึ่ง")).to_be_visible()
    assert (build_of(page), build_of(second)) == (None, None)
    second.close()
    with page.expect_navigation():
        page.get_by_role("button", name="อัปเดต").click()
    page.wait_for_function("document.querySelector('meta[name=build]')?.content === 'next'")
    expect(page.get_by_text(OFFERED)).to_have_count(0)
    assert tablet.states()[queued] == "ready"
    broken.end()
    tablet.context.set_offline(True)
    tablet.go(f"/fill/{draft}")
    expect(tablet.note()).to_have_value("พิมพ์ต่อระหว่างมีรุ่นใหม่")
    expect(page.get_by_role("img", name="ภาพที่แนบไว้")).to_be_visible()
    tablet.finish()
    tablet.context.set_offline(False)
    tablet.all_arrived()
    assert len(quick.instances()) == 2


def test_a_new_version_waits_until_it_is_taken_through_reloads_and_the_queue_goes_on_under_the_old_one(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, next_build: Path
) -> None:
    page = tablet.page
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    proxy.client_folder = next_build
    look_for_update(page)
    draft = tablet.begin("ร่างใต้รุ่นเดิม", photo)
    page.reload()
    expect(tablet.note()).to_have_value("ร่างใต้รุ่นเดิม")
    assert build_of(page) is None
    tablet.finish()
    tablet.becomes(draft, "complete")
    expect(page.get_by_text(OFFERED)).to_be_visible()
    tablet.all_arrived()
