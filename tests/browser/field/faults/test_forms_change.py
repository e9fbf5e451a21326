"""The office changes a form while records of it are on tablets."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.support.field_quick import QuickOffice, QuickTablet


def versions(office: QuickOffice) -> dict[str, str]:
    """The version of the form of each record that is filed, by instance ID."""
    sql = (
        "SELECT v.instance_id, fv.version FROM submission_version v JOIN form_version fv ON fv.id = v.form_version_id"
        " JOIN form f ON f.id = v.form_id WHERE f.xml_form_id = ?"
    )
    return {row[0]: row[1] for row in office.query(sql, office.form)}


def test_a_draft_keeps_its_version_when_the_form_is_republished_and_new_records_have_the_new_one(
    quick: QuickOffice, tablet: QuickTablet, photo: Path
) -> None:
    draft = tablet.begin("เริ่มด้วยรุ่น 1", photo)
    quick.publish("2")
    tablet.send_now()
    tablet.wait_for_form("2")
    new = tablet.record_visit("เริ่มด้วยรุ่น 2", photo, version="2")
    tablet.context.set_offline(True)
    tablet.go(f"/fill/{draft}")
    expect(tablet.note("1")).to_have_value("เริ่มด้วยรุ่น 1")
    expect(tablet.page.get_by_role("img", name="ภาพที่แนบไว้")).to_be_visible()
    tablet.note("1").fill("จบด้วยรุ่น 1")
    assert tablet.finish().instance_id == draft
    tablet.context.set_offline(False)
    tablet.all_arrived()
    assert versions(quick) == {draft: "1", new: "2"}


def test_a_form_that_is_open_on_the_screen_is_not_touched_by_a_new_version_of_it(
    quick: QuickOffice, tablet: QuickTablet, photo: Path
) -> None:
    draft = tablet.begin("กำลังกรอก")
    quick.publish("2")
    # The tablet comes back into the network while somebody types.
    tablet.context.set_offline(True)
    tablet.context.set_offline(False)
    tablet.wait_for_form("2")
    expect(tablet.note("1")).to_have_value("กำลังกรอก")
    tablet.note("1").fill("กรอกต่อจนจบ")
    tablet.attach(photo)
    assert tablet.finish().instance_id == draft
    tablet.all_arrived()
    assert versions(quick) == {draft: "1"}


def test_a_record_of_a_form_that_was_closed_meanwhile_is_received_and_the_reason_is_shown(
    quick: QuickOffice, tablet: QuickTablet, photo: Path
) -> None:
    draft = tablet.begin("ก่อนปิดแบบ", photo)
    tablet.go("/")
    quick.close_form()
    tablet.send_now()
    tablet.until(lambda: not any(form["current"] for form in tablet.forms()), "the form is not offered any more")
    expect(tablet.page.get_by_role("link", name=f"ด่วน {quick.form}")).to_have_count(0)
    tablet.go(f"/fill/{draft}")
    expect(tablet.note()).to_have_value("ก่อนปิดแบบ")
    done = tablet.finish()
    row = tablet.becomes(draft, "complete")
    assert (row["receipt"]["outcome"], row["receipt"]["reason"]) == ("quarantined", "form_closed")
    tablet.go(f"/record/{draft}")
    expect(tablet.page.get_by_text("สำนักงานได้รับแล้ว รอเจ้าหน้าที่ตรวจดู")).to_be_visible()
    expect(tablet.page.get_by_text("แบบนี้ปิดรับแล้ว")).to_be_visible()
    assert quick.instances() == []
    assert quick.quarantined() == [(draft, "form_closed")]
    # Somebody at the office accepts it: it is filed once, with every byte.
    waits = quick.query("SELECT id FROM quarantine WHERE instance_id = ?", draft)[0][0]
    quick.console(f"/w/{quick.server.office.workspace_id}/quarantine/{waits}/accept", {})
    assert quick.held(draft) == (done.xml_sha256, done.files)
    tablet.all_arrived()
