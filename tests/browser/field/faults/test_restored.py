"""The server was restored from a backup: the new epoch is noticed, and what it lost is offered again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.faults.server import RealServer
from tests.support.field_faults import RECORDS, FaultProxy
from tests.support.field_quick import QuickOffice, QuickTablet


@pytest.fixture
def quick_server(tmp_path: Path) -> Iterator[RealServer]:
    """A server that only this test restores."""
    server = RealServer(tmp_path / "data").start()
    yield server
    server.stop()


class Backup:
    """A copy of the server's folder, made while it stood still."""

    def __init__(self, office: QuickOffice, place: Path) -> None:
        self.office, self.place = office, place
        office.server.stop()
        shutil.copytree(office.server.folder, place)
        office.server.start()

    def restore(self) -> None:
        """As docs/operating.md says: stop, put the copy in place, say so, start."""
        server = self.office.server
        server.stop()
        shutil.rmtree(server.folder)
        shutil.copytree(self.place, server.folder)
        assert "epoch" in self.office.command("db", "restored")
        server.start()


def test_what_a_restored_server_lost_is_offered_again_and_is_there_once(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, tmp_path: Path
) -> None:
    before = tablet.record_visit("ก่อนสำรองข้อมูล", photo)
    tablet.becomes(before, "complete")
    backup = Backup(quick, tmp_path / "backup")
    after = [tablet.record_visit("หลังสำรอง 1", photo), tablet.record_visit("หลังสำรอง 2")]
    for one in after:
        tablet.becomes(one, "complete")
    draft = tablet.begin("ร่างระหว่างกู้คืน", photo)
    epoch = tablet.rows("profiles")[0]["epoch"]
    backup.restore()
    assert quick.instances() == [before]
    sent = proxy.count("POST", RECORDS)
    tablet.send_now()
    tablet.until(lambda: tablet.rows("profiles")[0]["epoch"] != epoch, "the new epoch is noticed")
    tablet.until(lambda: len(quick.instances()) == 3, "what was lost is there again")
    tablet.all_arrived()
    # What the backup holds is not sent again.
    assert proxy.count("POST", RECORDS) - sent == len(after)
    tablet.go(f"/fill/{draft}")
    expect(tablet.note()).to_have_value("ร่างระหว่างกู้คืน")
    tablet.finish()
    tablet.all_arrived()
    assert len(quick.instances()) == 4


def test_a_record_whose_files_alone_were_lost_gets_them_again(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, tmp_path: Path
) -> None:
    stuck = proxy.fail("/field/uploads/", 503)
    instance_id = tablet.record_visit("ไฟล์มาทีหลัง", photo)
    tablet.until(lambda: quick.instances() == [instance_id], "its XML is there")
    backup = Backup(quick, tmp_path / "backup")
    stuck.end()
    tablet.send_now()
    tablet.all_arrived()
    backup.restore()
    assert quick.query("SELECT missing_files FROM submission WHERE instance_id = ?", instance_id) == [(1,)]
    tablet.send_now()
    tablet.until(
        lambda: quick.query("SELECT missing_files FROM submission WHERE instance_id = ?", instance_id) == [(0,)],
        "the file is there again",
    )
    tablet.all_arrived()


def test_a_lost_record_whose_content_has_left_the_tablet_is_told_of(
    quick: QuickOffice, proxy: FaultProxy, tablet: QuickTablet, photo: Path, tmp_path: Path
) -> None:
    backup = Backup(quick, tmp_path / "backup")
    gone = tablet.record_visit("ลบจากเครื่องแล้ว", photo)
    tablet.becomes(gone, "complete")
    # Two weeks later.
    tablet.context.clock.install()
    tablet.page.reload()
    tablet.context.clock.fast_forward(15 * 86_400_000)
    tablet.send_now()
    tablet.until(lambda: tablet.record(gone).get("emptied"), "its content was given up")
    backup.restore()
    tablet.send_now()
    row = tablet.becomes(gone, "needs_attention")
    assert row["trouble"]["code"] == "lost_by_server"
    tablet.go(f"/record/{gone}")
    expect(tablet.page.get_by_text("สำนักงานกู้ข้อมูลจากชุดสำรองและไม่มีรายการนี้แล้ว")).to_be_visible()
