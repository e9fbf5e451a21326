"""Pages of reports: what they show, where their figures lead, who may open them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from plan.clock import office_today
from tests.personas import Office
from tests.support.records import File, make_form, make_submission, question
from tests.support.report_world import FIELDS, World, item

LINK = re.compile(r'href="([^"]*)"')
PROGRESS_FIELDS = [
    question("/project", dimension="project", list_file="projects.csv"),
    question("/disbursed_total", "decimal", measure="latest", label="เบิกจ่ายสะสม (บาท)"),
    question("/progress_percent", "int", measure="latest", label="ร้อยละความก้าวหน้า"),
    question("/photo", "binary", media="image/*"),
    question("/signature", "binary", media="image/*", appearance="signature"),
]


@pytest.fixture
def world(office: Office, planner: Actor) -> World:
    """A small plan, two visits and two progress reports."""
    world = World(office, planner)
    plan = world.plan
    world.add(
        {
            "officer": "OFF-001", "group_code": "PLN", "school": plan.school, "mode": "onsite", "pupils": 1200,
            "spent": 12.345, "problems": ["budget", "time"],
            "item": [item(plan.project, 10, 4, one="5", two="4"), item(world.other, 5, 5, one="4")],
        },
        report_date=dt.date(2026, 12, 1), files=[File("late.jpg")],
    )  # fmt: skip
    world.add({"pupils": "สิบ", "item": [item(plan.project, 0, 1, one="4")]}, flags=[
        {"path": "/pupils", "reason": "not_int", "value": "สิบ"}
    ])  # fmt: skip

    def work(session: Any) -> None:
        form = make_form(
            session, office, fields=PROGRESS_FIELDS, xml_form_id="project_progress", title="รายงานความก้าวหน้า"
        )
        for day, disbursed, progress in ((1, 10_000, 10), (20, 25_000.5, 30)):
            files = [File(f"{day}.jpg", b"jpeg" * day), File(f"sign{day}.jpg", b"sign" * day, path="/signature")]
            make_submission(
                session, form,
                {"project": plan.project, "disbursed_total": disbursed, "progress_percent": progress},
                report_date=dt.date(2026, 12, day), files=files,
            )  # fmt: skip

    unit_of_work(work)
    return world


def page(world: World, path: str, persona: str = "pakorn", status: int = 200, language: str = "th") -> str:
    client = world.office.browser(persona)
    client.set_cookie("language", language)
    answer = client.get(f"/w/{world.workspace_id}/{path}")
    assert answer.status_code == status, path
    text = answer.get_data(as_text=True)
    assert "style=" not in text.replace('rel="stylesheet"', "")
    assert "onclick" not in text
    return text


def links(text: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in LINK.findall(text)]


def test_the_index_leads_to_the_reports_and_to_every_form(world: World) -> None:
    text = page(world, "reports")
    root = f"/w/{world.workspace_id}"
    assert {f"{root}/reports/R01", f"{root}/reports/R05", f"{root}/forms/visit/report"} <= set(links(text))
    assert "แบบติดตาม" in text
    assert "2 รายการ" in text


def test_a_form_is_shown_by_project_with_figures_that_lead_to_their_records(world: World) -> None:
    text = page(world, "forms/visit/report?fiscal_year=2570")
    project, other = world.plan.project, world.other
    assert "พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์" in text
    assert "ใช้ข้อมูล 2 รายการ" in text
    assert "ในจำนวนนี้ยังรอไฟล์หรือหลักฐาน 1 รายการ" in text
    assert "1 คำตอบ" in text
    records = f"/w/{world.workspace_id}/forms/visit/submissions"
    found = set(links(text))
    assert f"{records}?review_state=counted&fiscal_year=2570&project={project}" in found
    assert f"{records}?incomplete=1&review_state=counted&fiscal_year=2570&project={other}" in found
    assert f"/w/{world.workspace_id}/reports/projects/{project}" in found
    assert "ไม่นำมาคำนวณ 1" in text, "a planned number of zero gives no percentage"
    assert "4.33" in text
    assert "S.D. 0.58" in text
    assert "มากที่สุด" in text
    assert "งบประมาณ" in text
    assert "1 (100.00%)" in text


def test_every_link_of_every_page_opens(world: World) -> None:
    paths = ["reports", "reports/R01", "reports/R01?group=PLN", "reports/R05", f"reports/projects/{world.plan.project}"]
    groupings = ("project", "group", "school", "officer", "visit_mode", "fiscal_year", "quarter")
    paths += [f"forms/visit/report?by={by}&figure=pupils" for by in groupings]
    paths += ["forms/visit/report/answers?question=problems&choice=budget"]
    client = world.office.browser("pakorn")
    seen: set[str] = set()
    for path in paths:
        seen.update(link for link in links(page(world, path)) if link.startswith(("/w/", "/v1/")))
    assert len(seen) > 40
    for link in sorted(seen):
        assert client.get(link, buffered=True).status_code == 200, link


def test_the_number_of_records_is_that_of_the_list_behind_it(world: World) -> None:
    for by in ("project", "group", "school", "officer", "quarter"):
        body = world.get(query=f"by={by}").get_json()
        for row in body["rows"]:
            if row["submissions"] is None:
                assert row["key"] is None
                continue
            text = world.office.browser("pakorn").get(row["submissions"]).get_data(as_text=True)
            assert re.search(rf"\b{row['records']} รายการ", text), (by, row["key"])


def test_a_chart_shows_the_figure_that_was_chosen(world: World) -> None:
    text = page(world, "forms/visit/report?by=group&figure=item/planned")
    assert re.search(r"<caption>\s*planned \(รวม\)", text)
    assert any("figure=item%2Fplanned" in link and "by=quarter" in link for link in links(text)), "tabs keep it"


def test_the_csv_of_a_report_holds_the_records_it_counts(world: World) -> None:
    text = page(world, "forms/visit/report?quarter=1&project=" + world.plan.project)
    (csv,) = [link for link in links(text) if link.endswith(("counted", "counted&quarter=1")) or "csv.zip" in link]
    asked = parse_qs(urlsplit(csv).query)
    assert asked["review_state"] == ["counted"]
    assert asked["project"] == [world.plan.project]
    assert world.office.browser("pakorn").get(csv, buffered=True).status_code == 200


def test_progress_is_shown_by_group_and_then_by_project(world: World) -> None:
    text = page(world, "reports/R01?fiscal_year=2570&as_of=2027-01-22")
    assert "22 ม.ค. 2570" in text
    assert "25,000.50" in text
    assert "กลุ่มนโยบายและแผน" in text
    assert "25.00" in text
    drill = f"/w/{world.workspace_id}/reports/R01?fiscal_year=2570&as_of=2027-01-22&group=PLN"
    assert drill in links(text)
    detail = page(world, "reports/R01?fiscal_year=2570&group=PLN")
    assert "PLN-70-01" in detail
    assert "20 ธ.ค. 2569" in detail
    records = next(
        link for link in links(detail) if f"submissions?review_state=counted&project={world.plan.project}" in link
    )
    asked = parse_qs(urlsplit(records).query)
    assert (asked["project"], asked["review_state"]) == ([world.plan.project], ["counted"])
    assert "as_of" not in asked, "R01 cuts nothing off unless it is asked to"
    assert "SUP-70-01" not in detail
    assert "ยังไม่รายงาน" in page(world, "reports/R01?fiscal_year=2570&group=SUP")


def test_money_and_percentages_of_progress_lead_to_projects_and_reports(world: World) -> None:
    text = page(world, "reports/R01?fiscal_year=2570&as_of=2027-01-22")
    drill = f"/w/{world.workspace_id}/reports/R01?fiscal_year=2570&as_of=2027-01-22&group=PLN"
    row = re.search(r"<tr>\s*<th[^>]*><a href=[^>]*>กลุ่มนโยบายและแผน.*?</tr>", text.partition("เงินและ")[2], re.DOTALL)
    assert row
    assert row[0].count("<td") == links(row[0]).count(drill) - 1, "every figure of a group leads to its projects"
    detail = page(world, "reports/R01?fiscal_year=2570&group=PLN")
    cells = re.findall(
        r'<td class="figure">(.*?)</td>', detail.partition("เงินและ")[2].partition("<tfoot>")[0], re.DOTALL
    )
    assert cells
    assert all("<a " in cell for cell in cells if cell.strip() != "–")
    project = page(world, f"reports/projects/{world.plan.project}")
    assert re.search(r'tile-figure"><a href="[^"]*/project_progress/submissions/[^"]*">30.00%</a>', project)


def records_behind(world: World, link: str) -> int:
    """How many records the list at an address says that it has."""
    text = world.office.browser("pakorn").get(link).get_data(as_text=True)
    return int(re.findall(r"([0-9]+) รายการ", text)[0])


def test_a_report_dated_ahead_is_in_the_list_behind_progress(world: World) -> None:
    ahead = office_today() + dt.timedelta(days=40)
    world.form = unit_of_work(
        lambda session: make_form(
            session, world.office, fields=PROGRESS_FIELDS, xml_form_id="project_progress", version="2"
        )
    )
    world.add({"project": world.other, "progress_percent": 50}, report_date=ahead, review_state="approved")
    behind = f"submissions?project={world.other}&review_state=approved"
    page_of_group = page(world, "reports/R01?fiscal_year=2570&group=SUP&review_state=approved")
    link = next(link for link in links(page_of_group) if behind in link)
    assert records_behind(world, link) == 1
    day = ahead.isoformat()
    cut = page(world, f"reports/R01?fiscal_year=2570&group=SUP&as_of={day}")
    assert any(f"project={world.other}&as_of={day}" in link for link in links(cut))
    quarter = page(world, "reports/R01?fiscal_year=2570&group=PLN&quarter=2")
    assert any(f"project={world.plan.project}&as_of=2027-03-31" in link for link in links(quarter))


def test_the_word_for_what_was_reported_is_not_that_for_what_was_computed(world: World) -> None:
    text = page(world, "reports/R01?fiscal_year=2570&as_of=2027-09-30&group=PLN", language="en")
    assert "Progress below plan" in text
    assert "Behind plan" not in text


def test_a_calculation_of_the_library_without_a_label_has_a_thai_name(world: World) -> None:
    nameless = question("/evidence_count", "int", measure="sum", label="")
    world.form = unit_of_work(
        lambda session: make_form(
            session, world.office, fields=[*FIELDS, replace(nameless, labels={})], xml_form_id="visit", version="2"
        )
    )
    text = page(world, "forms/visit/report?by=group")
    assert "จำนวนหลักฐาน (รวม)" in text
    assert "evidence_count (" not in text


def test_a_choice_leads_to_exactly_the_records_that_chose_it(world: World) -> None:
    mode = question("/mode", dimension="visit_mode", measure="share", choices={"onsite": "ลงพื้นที่", "phone": "โทรศัพท์"})
    world.form = unit_of_work(
        lambda session: make_form(session, world.office, fields=[mode], xml_form_id="visit", version="2")
    )
    for chosen in ("onsite", "phone", "phone"):
        world.add({"mode": chosen})
    found = {
        parse_qs(urlsplit(link).query)["value"][0]: records_behind(world, link)
        for link in links(page(world, "forms/visit/report?by=quarter"))
        if "by=visit_mode" in link and "value=" in link
    }
    assert found == {"onsite": 2, "phone": 2}, "one of the visits was there before"


def test_coverage_lists_the_schools_that_wait(world: World) -> None:
    assert "บ้านห้วยหมอก" in page(world, "reports/R05")
    world.form = unit_of_work(
        lambda session: make_form(session, world.office, fields=FIELDS, xml_form_id="school_followup_visit")
    )
    world.add({"school": world.plan.school}, report_date=dt.date(2026, 12, 3))
    text = page(world, "reports/R05?fiscal_year=2570")
    assert "100.00" in text
    assert "บ้านห้วยหมอก" not in text


def test_one_project_shows_how_it_stands_its_forms_and_its_pictures_without_signatures(world: World) -> None:
    text = page(world, f"reports/projects/{world.plan.project}")
    assert "30.00%" in text
    assert "25,000.50" in text
    assert "20 ธ.ค. 2569" in text
    assert text.count("/thumbnail") == 2
    assert "sign1.jpg" not in text
    assert "แบบติดตาม" in text
    assert "รายงานความก้าวหน้า" in text
    counted = f"submissions?review_state=counted&project={world.plan.project}"
    assert f"/w/{world.workspace_id}/forms/visit/{counted}" in links(text)
    assert "ยังไม่รายงาน" in page(world, f"reports/projects/{world.other}")


def test_pages_can_be_read_in_english(world: World) -> None:
    text = page(world, "reports/R01?fiscal_year=2570", language="en")
    assert "Project progress and disbursement" in text
    assert "Mean progress (percent)" in text
    assert "Summed up by: Group" in page(world, "forms/visit/report?by=group", language="en")


def test_what_people_wrote_cannot_run_in_a_page(world: World) -> None:
    evil = "<script>alert(1)</script>"
    world.add({"mode": evil, "school": evil, "problems": [evil], "item": [item(evil, 1)]})
    for by in ("visit_mode", "school", "project"):
        assert evil not in page(world, f"forms/visit/report?by={by}")
    assert evil not in page(world, f"forms/visit/report?school={evil}")


@pytest.mark.parametrize("path", ["reports", "reports/R01", "reports/R05", "reports/projects/x", "forms/visit/report"])
def test_strangers_and_collectors_are_refused(world: World, path: str) -> None:
    for persona in ("stranger", "kwanjai"):
        page(world, path, persona, 403)
    answer = world.office.client(None).get(f"/w/{world.workspace_id}/{path}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("forms/visit/report?by=colour", 400), ("forms/visit/report?figure=colour", 400),
        ("forms/missing/report", 404),
        ("reports/projects/not-there", 404), ("reports/R99", 404), ("reports/projects/%F0%9F%98%80", 404),
        ("reports/R01?fiscal_year=2450", 200), ("reports/R05?fiscal_year=2799&round=99", 200),
        ("forms/visit/report?group=%3Cb%3E&school=%00", 400), ("reports/R01?as_of=9999-12-31", 200),
        ("reports/R05?as_of=0001-01-01", 200),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words_and_never_breaks(world: World, path: str, status: int) -> None:
    page(world, path, status=status)


def test_an_office_without_anything_has_pages_that_say_what_to_do(office: Office) -> None:
    client = office.browser("pakorn")
    for path, sentence in (
        ("reports", "ยังไม่มีแบบฟอร์มที่เผยแพร่"),
        ("reports/R01", "แผนไม่มีโครงการตามเงื่อนไขนี้"),
        ("reports/R05", "แผนไม่มีสถานศึกษาที่เปิดอยู่ตามเงื่อนไขนี้"),
    ):
        answer = client.get(f"/w/{office.workspace_id}/{path}")
        assert answer.status_code == 200
        assert sentence in answer.get_data(as_text=True)
