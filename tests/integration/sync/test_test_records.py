"""Test records of a draft: where a planner finds them, apart from the real ones."""

from __future__ import annotations

import html
import io
import re

from core.transaction import reading
from tests.integration.sync.test_intake import ID
from tests.integration.sync.test_record_lists import LIST, shown
from tests.integration.sync.test_record_pages import page
from tests.personas import Office
from tests.support.forms import publish, visit_instance, visit_xform
from tests.support.openrosa import send

TESTS = f"{LIST}?draft=1"
SAID = "รายการทดลองกรอกกับฉบับร่าง ไม่นับในรายงานหรือตัวเลขใด"


def draft(office: Office, version: str = "2") -> None:
    answer = office.client("wanna").post(
        f"/v1/projects/{office.workspace_id}/forms/visit/draft?ignoreWarnings=true",
        data=visit_xform(version=version),
        content_type="application/xml",
    )
    assert answer.status_code == 200, answer.json
    reading().expire_all()


def send_test(office: Office, *instance_ids: str, **answers: str) -> None:
    for instance_id in instance_ids:
        file = (io.BytesIO(visit_instance(instance_id, version="2", **answers)), "a.xml", "text/xml")
        address = f"/v1/projects/{office.workspace_id}/forms/visit/draft/submission"
        sent = office.client("wanna").post(address, data={"xml_submission_file": file})
        assert sent.status_code == 201
    reading().expire_all()


def a_draft_with_records(office: Office) -> None:
    """A published form with a real record, and its draft with two test records."""
    publish(office)
    send(office, visit_instance("uuid:real", group_code="PLN"))
    draft(office)
    send_test(office, "uuid:first", "uuid:second", group_code="TST")


def test_the_form_says_how_many_there_are_and_leads_to_them(office: Office) -> None:
    a_draft_with_records(office)
    _, text = page(office, "/forms/visit")
    link = re.search(rf'<a [^>]*href="/w/{office.workspace_id}({re.escape(TESTS)})"[^>]*>\s*([^<]*?)\s*</a>', text)
    assert link is not None
    assert link[2] == "รายการทดลองกรอก 2 รายการ"
    assert shown_tests(page(office, link[1])[1]) == {"first", "second"}


def test_a_draft_that_nobody_tried_yet_has_no_such_link(office: Office) -> None:
    publish(office)
    draft(office)
    _, text = page(office, "/forms/visit")
    assert "draft=1" not in text
    assert "ยังไม่มีรายการทดลองกรอก" in text


def shown_tests(text: str) -> set[str]:
    """The ids of the test records that a list leads to."""
    return set(re.findall(r"/submissions/uuid%3A([a-z]+)\?draft=1\"", text))


def test_their_list_shows_them_alone_and_says_what_they_are(office: Office) -> None:
    a_draft_with_records(office)
    status, text = page(office, TESTS)
    assert status == 200
    assert (shown(text), shown_tests(text)) == (set(), {"first", "second"})
    assert SAID in text
    assert ">2 รายการ" in text
    assert "submissions.csv.zip" not in text
    assert "/forms/visit/report" not in text
    _, real = page(office, LIST)
    assert (shown(real), shown_tests(real)) == ({"real"}, set())
    assert SAID not in real


def test_its_links_open_test_records(office: Office) -> None:
    a_draft_with_records(office)
    send_test(office, ID, note="ทดลองกรอกดู")
    address = re.findall(
        rf'href="/w/{office.workspace_id}(/forms/visit/submissions/uuid[^"]*)"', page(office, TESTS)[1]
    )
    status, text = page(office, html.unescape(address[0]))
    assert status == 200
    assert "ทดลองกรอกดู" in text


def test_the_page_of_one_says_what_it_is_and_asks_for_no_review(office: Office) -> None:
    a_draft_with_records(office)
    status, text = page(office, f"{LIST}/uuid:first?draft=1")
    assert status == 200
    assert "นี่คือรายการทดลองกรอกของฉบับร่าง" in text
    assert 'submissions?draft=1">' in text
    for offered in ("/review", "/delete", "ตรวจพิจารณา"):
        assert offered not in text
    (source,) = re.findall(r'href="/w/[0-9]+(/[^"]+)">XML<', text)
    status, xml = page(office, html.unescape(source))
    assert status == 200
    assert "uuid:first" in xml


def test_filter_and_paging_stay_with_the_test_records(office: Office) -> None:
    publish(office)
    draft(office)
    send_test(office, *(f"uuid:{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(51)), group_code="TST")
    _, text = page(office, f"{TESTS}&received_from=2026-01-01&group=TST")
    assert '<input type="hidden" name="draft" value="1">' in text
    addresses = [html.unescape(found) for found in re.findall(rf'href="((?:/w/[0-9]+{LIST})?\?[^"]*)"', text)]
    assert [address for address in addresses if "before=" in address]
    assert [address for address in addresses if "received_from" not in address]
    assert not [address for address in addresses if "draft=1" not in address]
    following = next(address for address in addresses if "before=" in address)
    assert len(shown_tests(page(office, following.removeprefix(f"/w/{office.workspace_id}"))[1])) == 1


def groups_to_choose(text: str) -> list[str]:
    choices = re.search(r'(?s)<select class="form-select" name="group">(.*?)</select>', text)
    return re.findall(r'value="([^"]+)"', choices[1]) if choices else []


def test_each_list_offers_the_values_of_its_own_records_only(office: Office) -> None:
    a_draft_with_records(office)
    assert groups_to_choose(page(office, LIST)[1]) == ["PLN"]
    assert groups_to_choose(page(office, TESTS)[1]) == ["TST"]


def test_a_deleted_record_gives_the_filter_nothing_to_choose(office: Office) -> None:
    publish(office)
    send(office, visit_instance("uuid:here", group_code="PLN"))
    send(office, visit_instance("uuid:gone", group_code="SUP"))
    deleted = office.browser("wanna").post(f"/w/{office.workspace_id}/forms/visit/submissions/uuid:gone/delete")
    assert deleted.status_code == 303
    reading().expire_all()
    assert groups_to_choose(page(office, LIST)[1]) == ["PLN"]
    assert groups_to_choose(page(office, f"{LIST}?review_state=deleted")[1]) == ["SUP"]


def test_who_may_not_see_records_sees_no_test_records(office: Office) -> None:
    a_draft_with_records(office)
    for persona in ("kwanjai", "stranger"):
        assert page(office, TESTS, persona)[0] == 403
