"""A link that is cut again and again, and a server that dies in the middle of an upload."""

from __future__ import annotations

from pathlib import Path

from tests.faults.server import RealServer
from tests.support.field_app import FieldTablet
from tests.support.field_link import Link
from tests.support.field_office import large_document

MEGABYTE = 1024 * 1024
CUT_EVERY = 5 * MEGABYTE
"""What a link of 2 Mbit/s carries in 20 seconds."""


def test_fifty_megabytes_over_a_link_that_is_cut_again_and_again_arrive_whole_and_hardly_anything_goes_twice(
    tablet: FieldTablet, link: Link, tmp_path: Path
) -> None:
    document = large_document(tmp_path, 50)
    link.away()
    instance_id = tablet.start("บ้านห้วยหมอก")
    tablet.next()
    tablet.take("เอกสาร", document)
    tablet.finish()
    before = link.sent
    link.back()
    link.cut_every(CUT_EVERY)
    tablet.go("/")
    tablet.until(lambda: tablet.states()[instance_id] == "complete", "it is there", patience_ms=90_000)
    assert link.cuts >= 9
    assert link.sent - before <= 1.10 * document.stat().st_size
    tablet.all_arrived()
    assert [finished for _, finished in tablet.office.uploads()] == [True]


def test_a_server_killed_during_an_upload_gets_the_rest_when_it_runs_again(
    tablet: FieldTablet, link: Link, field_server: RealServer, photos: list[Path]
) -> None:
    link.away()
    instance_id = tablet.whole_record("บ้านห้วยหมอก", photos)
    size = photos[0].stat().st_size
    link.back()
    link.stand_still_after(size + size // 2)
    tablet.go("/")
    tablet.until(link.stands_still, "a photo is on its way")
    field_server.kill()
    link.away()
    link.back()
    tablet.until(lambda: tablet.record(instance_id)["trouble"], "the tablet notices")
    field_server.start()
    tablet.becomes(instance_id, "complete")
    tablet.all_arrived()
    names = [name for name, _ in tablet.office.uploads()]
    assert sorted(names) == sorted(tablet.finished[instance_id].files), "an upload was begun anew"
