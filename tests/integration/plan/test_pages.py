"""The plan's pages, as a planner and a viewer see them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from plan import checks, queries
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from plan.models import Group
from tests.personas import Office
from tests.support.messages import thai_of
from tests.support.small_plan import SmallPlan

OFFICE = generate_office()


@pytest.fixture
def loaded(office: Office, planner: Actor) -> Office:
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, OFFICE))
    return office


def root(office: Office) -> str:
    return f"/w/{office.workspace_id}/plan"


def page(office: Office, path: str, persona: str = "wanna", status: int = 200) -> str:
    answer = office.browser(persona).get(f"{root(office)}{path}")
    assert answer.status_code == status, answer.text
    return answer.text


def form_values(html: str) -> dict[str, Any]:
    """What a browser would send for the form of a page as it stands."""
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is None or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        values.setdefault(name[1], []).append(value[1] if value else "")
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner) or re.search(r'value="([^"]*)"', inner)
        values[name] = [chosen[1] if chosen else ""]
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html, re.DOTALL):
        values[name] = [inner]
    return values


def sent(office: Office, path: str, **changed: Any) -> Any:
    """Open a form, change some fields, send it."""
    browser = office.browser("wanna")
    values = form_values(browser.get(f"{root(office)}{path}").text) | changed
    return browser.post(f"{root(office)}{path}", data=values)


def project_uuid(office: Office, code: str) -> str:
    wanted = queries.ProjectFilter(search=code)
    return queries.projects(reading(), office.workspace_id, wanted)[0].uuid


PAGES = (
    "", "/projects", "/projects?status=delayed&group=SUP&search=นิเทศ", "/indicators", "/indicators?framework=pmqa",
    "/schools", "/schools?district=D05&search=บ้าน", "/districts", "/officers", "/groups", "/years/2570", "/years/2569",
)  # fmt: skip
FORMS = (
    "/new-project", "/new-school", "/new-officer", "/new-group", "/new-district", "/new-network", "/new-indicator",
    "/new-year",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_readers_of_the_plan_see_its_pages_and_nobody_else_does(loaded: Office, path: str) -> None:
    manager, viewer = page(loaded, path), page(loaded, path, "pakorn")
    assert "<h1>" in manager
    assert "/new-" not in viewer
    assert "/edit" not in viewer
    page(loaded, path, "stranger", 403)
    page(loaded, path, "kwanjai", 403)
    assert loaded.client().get(f"{root(loaded)}{path}").status_code == 302


@pytest.mark.parametrize("path", FORMS)
def test_forms_are_for_who_may_change_the_plan(loaded: Office, path: str) -> None:
    assert '<form method="post"' in page(loaded, path)
    page(loaded, path, "pakorn", 403)
    assert loaded.browser("pakorn").post(f"{root(loaded)}{path}", data={}).status_code == 403


@pytest.mark.parametrize("path", [*PAGES, *FORMS])
def test_pages_speak_english_too_and_keep_to_the_content_policy(loaded: Office, path: str) -> None:
    separator = "&" if "?" in path else "?"
    html = page(loaded, f"{path}{separator}lang=en")
    body = re.sub(r"<h1>.*?</h1>", "", html, flags=re.DOTALL)
    assert "style=" not in body
    assert " onclick" not in body
    assert not re.search(r"<script(?![^>]*src=)", body)


@pytest.mark.parametrize(
    "path", ["", "/projects", "/groups", "/schools", "/officers", "/districts", "/indicators", *FORMS]
)
def test_an_empty_workspace_says_what_to_do_first(office: Office, path: str) -> None:
    assert "<h1>" in page(office, path)


def test_the_overview_counts_the_year(loaded: Office) -> None:
    html = page(loaded, "")
    assert "แผนปีงบประมาณ 2570" in html
    assert "9,500,000.00 บาท" in html
    for text in ("ล่าช้ากว่าแผน", "ไตรมาส 1 (ต.ค.–ธ.ค.)", "15 ม.ค. 2570"):
        assert text in html


def test_projects_are_narrowed_by_group_state_and_search(loaded: Office) -> None:
    html = page(loaded, "/projects?group=LAW")
    assert html.count("/plan/projects/") == 3
    assert "ให้ความรู้กฎหมายแก่ผู้บริหาร" in html
    assert page(loaded, "/projects?status=cancelled").count("/plan/projects/") == 2
    assert "ไม่พบโครงการตามเงื่อนไข" in page(loaded, "/projects?search=ไม่มีแน่นอน")
    first = page(loaded, "/projects")
    assert first.count("/plan/projects/") == 50
    following = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first)
    assert following is not None
    rest = loaded.browser("wanna").get(following[1].replace("&amp;", "&")).text
    assert rest.count("/plan/projects/") == 30


def test_a_project_shows_its_facts_money_activities_and_the_way_to_its_report(loaded: Office) -> None:
    made = next(item for item in OFFICE.projects if len(item.budget_lines) > 1)
    html = page(loaded, f"/projects/{made.uuid}")
    for text in (made.title, f"{made.budget_total:,.2f} บาท", made.objectives[0], made.quality_target):
        assert text in html
    for step in OFFICE.activities_of(made.code):
        assert step.name in html
    assert f"/w/{loaded.workspace_id}/reports/projects/{made.uuid}" in html
    for code in made.indicator_codes:
        assert code in html


def test_a_form_that_is_saved_unchanged_changes_nothing(loaded: Office) -> None:
    for made in OFFICE.projects[:12]:
        path = f"/projects/{made.uuid}/edit"
        before = queries.find_project(reading(), loaded.workspace_id, str(made.uuid))
        kept = (before.budget_total, before.targets, before.objectives, before.status, before.indicator_uuids)
        reading().rollback()
        assert sent(loaded, path).status_code == 303
        reading().expire_all()
        after = queries.find_project(reading(), loaded.workspace_id, str(made.uuid))
        assert (after.budget_total, after.targets, after.objectives, after.status, after.indicator_uuids) == kept
        assert after.version == 2
        assert [line.amount for line in after.budgets] == [line.allocated for line in made.budget_lines]


def test_a_project_is_added_by_hand_with_thai_digits_and_thousands(office: Office, plan: SmallPlan) -> None:
    answer = sent(
        office,
        "/new-project",
        name="โครงการใหม่",
        code="PLN-70-77",
        groupCode="PLN",
        budgetAreaOffice="๑๒,๕๐๐.๕๐",
        budgetOther="500",
        budgetOtherName="เงินบริจาค",
        objectives="ข้อหนึ่ง\r\n\r\nข้อสอง",
        targetText="ครู",
        targetValue="40",
        targetUnit="คน",
        indicatorUuids=[plan.indicator],
    )
    assert answer.status_code == 303
    row = queries.find_project(reading(), office.workspace_id, answer.location.rpartition("/")[2])
    assert (str(row.budget_total), row.objectives) == ("13000.50", ["ข้อหนึ่ง", "ข้อสอง"])
    assert [(line.source, line.source_other) for line in row.budgets] == [("area_office", ""), ("other", "เงินบริจาค")]
    assert row.indicator_uuids == [plan.indicator]


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(office: Office, plan: SmallPlan) -> None:
    answer = sent(
        office,
        "/new-project",
        name="",
        code="PLN-70-78",
        groupCode="PLN",
        startsOn="2026-09-01",
        budgetObec="มาก",
        budgetOther="5",
        statusReason="<b>เพราะ</b>",
        status="postponed",
    )
    assert answer.status_code == 400

    def told(name: str) -> str:
        found = re.search(rf'id="about-{name}" class="invalid-feedback d-block">([^<]*)<', answer.text)
        return found[1] if found else ""

    assert told("name") == "โปรดกรอกข้อมูลในช่องนี้"
    assert told("budgetObec") == "อ่านค่านี้ไม่ได้ โปรดกรอกตามรูปแบบ 1250.50"
    assert 'value="มาก"' in answer.text
    assert "&lt;b&gt;เพราะ" in answer.text
    again = sent(
        office, "/new-project", name="ก", code="PLN-70-78", groupCode="PLN", startsOn="2026-09-01", budgetOther="5"
    )
    assert "1 ต.ค. 2569 ถึง 30 ก.ย. 2570" in again.text
    assert 'id="about-budgetOtherName" class="invalid-feedback d-block"' in again.text
    taken = sent(office, "/new-project", name="ก", code="PLN-70-01", groupCode="PLN")
    assert (taken.status_code, "รหัสนี้ถูกใช้แล้ว" in taken.text) == (409, True)


def test_two_planners_at_the_same_form_do_not_overwrite_each_other(office: Office, plan: SmallPlan) -> None:
    path = f"/schools/{plan.school}/edit"
    values = form_values(page(office, path))
    assert sent(office, path, name="บ้านใหม่").status_code == 303
    late = office.browser("wanna").post(f"{root(office)}{path}", data=values | {"name": "บ้านช้า"})
    assert late.status_code == 409
    assert "บ้านช้า" in late.text
    assert queries.find_school(reading(), office.workspace_id, plan.school).name == "บ้านใหม่"
    broken = office.browser("wanna").post(f"{root(office)}{path}", data=values | {"version": "๙"})
    assert broken.status_code == 409


def test_who_was_overtaken_sees_what_the_other_saved_and_can_save_over_it(office: Office, plan: SmallPlan) -> None:
    for path, field, others, mine in (
        (f"/schools/{plan.school}/edit", "name", "บ้านใหม่", "บ้านช้า"),
        (f"/officers/{plan.officer}/edit", "name", "ข เร็ว", "ค ช้า"),
        (f"/activities/{plan.activity}/edit", "name", "อบรมรอบใหม่", "อบรมรอบช้า"),
        (f"/projects/{plan.project}/edit", "name", "โครงการเร็ว", "โครงการช้า"),
    ):
        values = form_values(page(office, path))
        assert sent(office, path, **{field: others}).status_code == 303, path
        browser = office.browser("wanna")
        late = browser.post(f"{root(office)}{path}", data=values | {field: mine})
        assert late.status_code == 409
        assert f"ค่าที่บันทึกอยู่ขณะนี้: <strong>{others}</strong>" in late.text
        assert late.text.count("ค่าที่บันทึกอยู่ขณะนี้:") == 1, path
        again = form_values(late.text)
        assert again[field] == [mine]
        assert browser.post(f"{root(office)}{path}", data=again).status_code == 303
        assert form_values(page(office, path))[field] == [mine]


def test_a_fault_in_the_second_try_does_not_bring_the_old_version_back(office: Office, plan: SmallPlan) -> None:
    path = f"/schools/{plan.school}/edit"
    values = form_values(page(office, path))
    assert sent(office, path, name="บ้านใหม่").status_code == 303
    browser = office.browser("wanna")
    again = form_values(browser.post(f"{root(office)}{path}", data=values).text)
    wrong = browser.post(f"{root(office)}{path}", data=again | {"students": "มาก"})
    assert wrong.status_code == 400
    assert form_values(wrong.text)["version"] == again["version"]


def test_schools_officers_groups_districts_and_networks_are_added_by_hand(office: Office, plan: SmallPlan) -> None:
    assert sent(office, "/new-group", code="ICT", nameTh="กลุ่มส่งเสริมการศึกษาทางไกล").status_code == 303
    assert sent(office, "/new-officer", code="OFF-010", name="ก สมมติ", groupCode="ICT").status_code == 303
    assert sent(office, "/new-district", code="D03", name="ห้วยดาวเรียง", province="ธารานคร").status_code == 303
    assert sent(office, "/new-network", code="NW03", name="เครือข่าย", districtCode="D03").status_code == 303
    made = sent(office, "/new-school", code="99010009", name="บ้านดอน", districtCode="D03", networkCode="NW03")
    assert made.status_code == 303
    assert "บ้านดอน" in page(office, "/schools?district=D03")
    assert sent(office, "/groups/ICT/edit", nameEn="ICT").status_code == 303
    assert sent(office, "/districts/D03/edit", province="แสงเดือน").status_code == 303
    moved = sent(office, f"/officers/{plan.officer}/edit", groupCode="SUP", userActorId=str(office.ids["kwanjai"]))
    assert moved.status_code == 303
    officer = queries.find_officer(reading(), office.workspace_id, plan.officer)
    assert (officer.group_code, officer.user_actor_id) == ("SUP", office.ids["kwanjai"])
    odd = sent(office, "/new-group", code="A/B", nameTh="ก")
    assert "อ่านค่านี้ไม่ได้" in odd.text


def test_a_code_that_looks_like_another_is_that_other_and_one_that_nobody_sees_is_none(
    office: Office, plan: SmallPlan
) -> None:
    assert sent(office, "/new-group", code="ICT", nameTh="กลุ่ม\u200bส่งเสริม").status_code == 303
    listed = page(office, "/groups")
    assert "กลุ่มส่งเสริม" in listed
    assert sent(office, "/new-group", code="ICT\u200b", nameTh="กลุ่มส่งเสริม").status_code == 409
    assert sent(office, "/new-group", code="\u200b", nameTh="\u200b").status_code == 400
    assert page(office, "/groups") == listed


def test_a_code_that_was_stored_with_what_nobody_sees_still_means_its_own_row(office: Office, plan: SmallPlan) -> None:
    def stored_long_ago(session: Any) -> None:
        session.query(Group).filter_by(code="ICT").one().code = "PLN\u200b"

    assert sent(office, "/new-group", code="ICT", nameTh="กลุ่มเดิม").status_code == 303
    unit_of_work(stored_long_ago)
    assert sent(office, f"/officers/{plan.officer}/edit", groupCode="PLN\u200b").status_code == 303
    assert sent(office, f"/officers/{plan.officer}/edit", position="นักวิเคราะห์").status_code == 303
    officer = queries.find_officer(reading(), office.workspace_id, plan.officer)
    assert (officer.group_code, officer.position) == ("PLN\u200b", "นักวิเคราะห์")


def test_activities_and_indicators_are_kept_by_hand(office: Office, plan: SmallPlan) -> None:
    added = sent(office, f"/projects/{plan.project}/new-activity", name="สรุปผล", weight="60")
    assert added.status_code == 303
    assert "สรุปผล" in page(office, f"/projects/{plan.project}")
    too_dear = sent(office, f"/activities/{plan.activity}/edit", budget="100000.01")
    assert "งบประมาณของกิจกรรมรวม 100,000.01 บาท" in too_dear.text
    changed = sent(office, f"/indicators/{plan.indicator}/edit", t1="60", t2="65", t3="64", t4="75", t5="80")
    assert "โปรดแก้ไขระดับ 3" in changed.text
    right = sent(
        office, f"/indicators/{plan.indicator}/edit", t1="60", t2="65", t3="70", t4="75", t5="80", framework="area_std"
    )
    assert right.status_code == 303
    path = f"{root(office)}/indicators/{plan.indicator}"
    kept = office.browser("wanna").post(f"{path}/issues", data={"version": "2", "names": "มีแผน\r\nมีผล\r\n"})
    assert kept.status_code == 303
    assert "มีแผน\nมีผล" in page(office, f"/indicators/{plan.indicator}")
    late = office.browser("wanna").post(f"{path}/issues", data={"version": "2", "names": "อื่น"})
    assert late.status_code == 409


def test_a_year_is_opened_closed_and_reopened_with_a_reason(office: Office, plan: SmallPlan) -> None:
    browser, path = office.browser("wanna"), f"{root(office)}/years/2570"

    def turn(**values: str) -> int:
        version = form_values(browser.get(path).text)["version"][0]
        return browser.post(path, data={"version": version, **values}).status_code

    assert turn(status="closing") == 303
    assert turn(status="closed") == 303
    assert "/edit" not in page(office, f"/projects/{plan.project}")
    assert turn(status="closing") == 400
    assert turn(status="closing", reason="แก้ไขตามข้อสังเกต") == 303
    assert turn(status="anything") == 400
    assert sent(office, "/new-year", yearBe="2570").status_code == 409
    assert sent(office, "/new-year", yearBe="2571").status_code == 303


def test_a_page_without_its_proof_changes_nothing(office: Office, plan: SmallPlan) -> None:
    browser = office.browser("wanna")
    browser.environ_base.pop("HTTP_X_CSRF_TOKEN")
    answer = browser.post(f"{root(office)}/new-group", data={"code": "X", "nameTh": "ก"})
    assert answer.status_code == 403


def test_every_hint_is_in_thai() -> None:
    hints = [value for name, value in vars(checks).items() if name.isupper() and isinstance(value, str)]
    assert len(hints) == 8
    assert set(hints) <= thai_of("plan").keys()


def test_the_history_tells_changes_in_words(office: Office, plan: SmallPlan) -> None:
    html = office.browser("wanna").get(f"/w/{office.workspace_id}/audit").text
    assert "เพิ่มโครงการ PLN-70-01" in html
    assert "เพิ่มกิจกรรมที่ 1 ในโครงการ PLN-70-01" in html
