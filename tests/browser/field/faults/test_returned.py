"""The reviewer's word reaches the tablet: returned, rejected, approved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.field.faults.conftest import NewTablet
from tests.support.field_quick import QuickOffice, QuickTablet

WORDS = "ขอภาพป้ายโรงเรียนที่ชัดกว่านี้\nและระบุชื่อผู้ให้ข้อมูล"


def correct(tablet: QuickTablet, instance_id: str, before: str, after: str) -> str:
    """Correct a returned record as an officer does, from its page; the instance ID of the correction."""
    tablet.go(f"/record/{instance_id}")
    expect(tablet.page.get_by_text("ขอภาพป้ายโรงเรียนที่ชัดกว่านี้")).to_be_visible()
    tablet.page.get_by_role("button", name="แก้ไขและส่งใหม่").click()
    expect(tablet.note()).to_have_value(before)
    expect(tablet.page.get_by_role("complementary", name="ผู้ตรวจส่งกลับให้แก้ไข")).to_contain_text("ระบุชื่อผู้ให้ข้อมูล")
    picture = tablet.page.get_by_role("img", name="ภาพที่แนบไว้")
    expect(picture).to_be_visible()
    tablet.until(lambda: picture.evaluate("image => image.complete && image.naturalWidth > 0"), "the picture is shown")
    tablet.note().fill(after)
    return tablet.finish().instance_id


def test_a_returned_record_opens_offline_with_words_and_photo_and_the_correction_arrives_as_an_edit(
    quick: QuickOffice, tablet: QuickTablet, photo: Path
) -> None:
    original = tablet.record_visit("ฉบับแรก", photo)
    tablet.becomes(original, "complete")
    quick.decide(original, "has_issues", WORDS)
    tablet.send_now()
    tablet.becomes(original, "returned")
    tablet.context.set_offline(True)
    correction = correct(tablet, original, "ฉบับแรก", "ฉบับแก้ไข")
    assert correction != original
    tablet.context.set_offline(False)
    tablet.becomes(correction, "complete")
    assert quick.instances() == [original]
    assert quick.versions(original) == [(original, None), (correction, original)]
    tablet.all_arrived(apart=(correction,))
    state = quick.query("SELECT review_state FROM submission WHERE instance_id = ?", original)
    assert state == [("edited",)]
    tablet.go("/records?tab=returned")
    expect(tablet.page.get_by_text("ไม่มีรายการที่ส่งกลับ")).to_be_visible()
    # The verdict on the correction comes under its own number.
    quick.decide(original, "approved", "เรียบร้อย")
    tablet.send_now()
    tablet.until(lambda: tablet.record(correction)["verdict"]["state"] == "approved", "the verdict is there")
    tablet.go(f"/record/{correction}")
    expect(tablet.page.get_by_text("ผู้ตรวจรับรองแล้ว")).to_be_visible()


def test_a_record_returned_twice_is_corrected_twice_and_stays_one_record(
    quick: QuickOffice, tablet: QuickTablet, photo: Path
) -> None:
    original = tablet.record_visit("หนึ่ง", photo)
    latest, chain = original, [(original, None)]
    for before, after in (("หนึ่ง", "สอง"), ("สอง", "สาม")):
        tablet.becomes(latest, "complete")
        quick.decide(original, "has_issues", WORDS)
        tablet.send_now()
        tablet.becomes(latest, "returned")
        correction = correct(tablet, latest, before, after)
        chain.append((correction, latest))
        latest = correction
    tablet.becomes(latest, "complete")
    assert quick.instances() == [original]
    assert quick.versions(original) == chain
    tablet.all_arrived(apart=tuple(one for one, before in chain if before))


def test_a_returned_record_comes_to_another_tablet_of_the_officer_with_its_photo(
    quick: QuickOffice, tablet: QuickTablet, new_tablet: NewTablet, officer: str, photo: Path
) -> None:
    original = tablet.record_visit("จากเครื่องแรก", photo)
    tablet.becomes(original, "complete")
    quick.decide(original, "has_issues", WORDS)
    second = new_tablet()
    second.sign_in(officer)
    second.until(
        lambda: second.states().get(original) == "returned" and second.files(original), "it came with its file"
    )
    second.context.set_offline(True)
    correction = correct(second, original, "จากเครื่องแรก", "จากเครื่องที่สอง")
    second.context.set_offline(False)
    second.becomes(correction, "complete")
    assert quick.versions(original) == [(original, None), (correction, original)]
    assert quick.held(correction)[1] == second.finished[correction].files == quick.held(original)[1]


@pytest.mark.parametrize(("state", "sentence"), [("rejected", "ผู้ตรวจไม่รับรายการนี้"), ("approved", "ผู้ตรวจรับรองแล้ว")])
def test_a_verdict_is_shown_with_its_words(
    quick: QuickOffice, tablet: QuickTablet, photo: Path, state: str, sentence: str
) -> None:
    instance_id = tablet.record_visit("รอผล", photo)
    tablet.becomes(instance_id, "complete")
    quick.decide(instance_id, state, "ตามระเบียบข้อ 7")
    tablet.send_now()
    tablet.until(lambda: tablet.record(instance_id)["verdict"], "the verdict is there")
    tablet.go(f"/record/{instance_id}")
    expect(tablet.page.get_by_text(sentence)).to_be_visible()
    expect(tablet.page.get_by_text("ตามระเบียบข้อ 7")).to_be_visible()
    assert tablet.states()[instance_id] == "complete"
    tablet.all_arrived()
