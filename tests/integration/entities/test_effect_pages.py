"""What records could not do to entity lists is shown with its reason, and can be tried again."""

from __future__ import annotations

import pytest

from core.transaction import reading, unit_of_work
from sync.entities import queries
from sync.entities.models import EntityEffect
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import deliver, effects_now, publish_form, tree_form, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"
OTHER = "22345678-1234-4123-8234-123456789abc"


@pytest.fixture(autouse=True)
def _form(office: Office) -> None:
    publish_form(office, tree_form())
    run_jobs()


def page(office: Office, path: str, persona: str = "wanna") -> str:
    answer = office.browser(persona).get(f"/w/{office.workspace_id}{path}")
    assert answer.status_code == 200
    return answer.text


def test_nothing_waits_at_first(office: Office) -> None:
    assert "ไม่มีรายการค้าง" in page(office, "/entity-effects")


def test_what_failed_is_shown_with_its_reason_and_leads_to_the_record(office: Office) -> None:
    deliver(office, tree_record("ไม่ใช่รหัส", label="ก", instance_id="uuid:bad"))
    text = page(office, "/entity-effects?state=failed")
    assert "/forms/tree/submissions/uuid%3Abad" in text or "/forms/tree/submissions/uuid:bad" in text
    assert "ทำไม่สำเร็จ" in text
    assert "UUID" in text
    assert "uuid:bad" not in page(office, "/entity-effects?state=waiting")


def test_what_waits_says_for_what(office: Office) -> None:
    deliver(office, tree_record(TREE, action="update", base=1, branch="b", height="2"))
    assert "รอการเปลี่ยนแปลงก่อนหน้า" in page(office, "/entity-effects?state=waiting")
    assert "การเปลี่ยนแปลงที่รอรายการก่อนหน้า" in page(office, "")


def test_the_record_says_what_it_did_and_what_it_could_not(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", instance_id="uuid:good"),
        tree_record(OTHER, action="update", base=1, instance_id="uuid:bad"),
    )
    good = page(office, "/forms/tree/submissions/uuid:good")
    assert f"/lists/trees/{TREE}" in good
    assert "เสร็จแล้ว" in good
    assert "ทำไม่สำเร็จ" in page(office, "/forms/tree/submissions/uuid:bad")


def test_what_failed_can_be_tried_again_by_those_who_may_change_lists(office: Office) -> None:
    deliver(office, tree_record(TREE, label="ก"))

    def fail(session: object) -> None:
        session.query(EntityEffect).update({"state": "failed", "problem": "500.161"})  # type: ignore[attr-defined]

    unit_of_work(fail)
    effect = effects_now()[0]
    path = f"/w/{office.workspace_id}/entity-effects/{effect.id}/retry"
    assert office.browser("pakorn").post(path).status_code == 403
    assert office.browser("wanna").post(path).status_code == 303
    run_jobs()
    assert effects_now()[0].problem == "409.14"
    assert office.browser("wanna").post(f"/w/{office.workspace_id}/entity-effects/999999/retry").status_code == 404


@pytest.mark.parametrize("query", ["state=nonsense", "after=x", "after=99999999999999999999", "after=-1"])
def test_an_address_that_makes_no_sense_is_no_server_error(office: Office, query: str) -> None:
    answer = office.browser("wanna").get(f"/w/{office.workspace_id}/entity-effects?{query}")
    assert answer.status_code in {200, 400}


def test_collectors_do_not_see_it(office: Office) -> None:
    assert office.browser("kwanjai").get(f"/w/{office.workspace_id}/entity-effects").status_code == 403


def test_conflicts_are_counted_for_the_home_page(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", height="12"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b2", height="14"),
    )
    assert queries.conflict_count(reading(), office.workspace_id) == 1
    assert "รายการที่สองฝ่ายแก้ไขไม่ตรงกัน" in page(office, "")
