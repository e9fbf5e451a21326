"""The distribution of answers: every figure in it leads to the records it rests on, and they are as many as it says."""

from __future__ import annotations

import html
import re

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from reports import choosers
from tests.personas import Office
from tests.support.records import make_form, question, repeat
from tests.support.report_world import World

YES_NO = {"yes": "ใช่", "no": "ไม่ใช่"}
FIELDS = [
    question("/group_code", dimension="group"),
    question("/school", dimension="school", list_file="schools.csv"),
    question("/mode", dimension="visit_mode", choices={"onsite": "ลงพื้นที่"}, measure="share", label="วิธีติดตาม"),
    question("/problems", control="select", choices={"budget": "งบประมาณ", "time": "เวลา"}, measure="share"),
    repeat("/item"),
    question("/item/project", dimension="project", list_file="projects.csv"),
    question("/item/urgent", choices=YES_NO, measure="share", label="ต้องแก้ไขเร่งด่วนหรือไม่"),
]
BAR = re.compile(
    r'<th scope="row">(?:<a href="([^"]*)">)?([^<]*)(?:</a>)?</th>.*?<td class="figure">([^<]*)</td>', re.DOTALL
)


@pytest.fixture
def world(office: Office, planner: Actor) -> World:
    """Three visits: one about two projects, one of which is urgent, one urgent twice, one of no project at all."""
    world = World(office, planner)
    world.form = unit_of_work(lambda session: make_form(session, office, fields=FIELDS, version="2"))
    mine, other = world.plan.project, world.other

    def item(project: str, urgent: str) -> dict[str, str]:
        return {"project": project, "urgent": urgent}

    world.add(
        {"school": world.plan.school, "mode": "onsite", "problems": ["budget", "time"],
         "item": [item(mine, "no"), item(other, "yes")]}, instance_name="เยี่ยมครั้งแรก",
    )  # fmt: skip
    world.add({"problems": ["time"], "item": [item(other, "yes"), item(other, "yes")]}, instance_name="เยี่ยมครั้งที่สอง")
    world.add({"problems": ["other-<b>"], "item": [{"urgent": "no"}]})
    world.add({"problems": ["time"], "item": [item(other, "yes")]}, review_state="rejected")
    return world


def get(world: World, address: str, persona: str = "pakorn", status: int = 200) -> str:
    answer = world.office.browser(persona).get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def bars(world: World, query: str = "") -> list[tuple[str, str, str]]:
    """Address, choice and figure of every bar in the distribution."""
    text = get(world, f"/w/{world.workspace_id}/forms/visit/report?{query}").partition("การกระจายของคำตอบ")[2]
    return [(html.unescape(url), label, figure) for url, label, figure in BAR.findall(text)]


def records_on(text: str) -> int:
    return int(re.findall(r"([0-9]+) รายการ", text)[0])


@pytest.mark.parametrize(
    "query", ["", "project={mine}", "project={other}", "group=SUP", "fiscal_year=2570&school={school}"]
)
def test_every_choice_that_was_made_leads_to_as_many_answers_as_it_says(world: World, query: str) -> None:
    plan = world.plan
    found = bars(world, query.format(mine=plan.project, other=world.other, school=plan.school))
    assert found
    for url, label, figure in found:
        number = int(figure.partition(" ")[0])
        if not number:
            assert not url, label
        elif "/report/answers?" in url:
            assert f"{number} คำตอบจากทั้งหมด" in get(world, url), (label, query)
        else:
            assert records_on(get(world, url)) == number, (label, query)


def test_a_choice_made_twice_in_a_record_is_two_answers_of_one_record(world: World) -> None:
    (url,) = [url for url, label, figure in bars(world) if label == "ใช่"]
    text = get(world, url)
    assert "3 คำตอบจากทั้งหมด 5 คำตอบ (ร้อยละ 60.00) ใน 2 รายการ" in text
    assert "ต้องแก้ไขเร่งด่วนหรือไม่ – ใช่" in text
    assert text.index("เยี่ยมครั้งที่สอง") < text.index("เยี่ยมครั้งแรก"), "the newest first"
    assert "บ้านห้วยหมอก" in text
    assert "นิเทศบูรณาการ" in text


def test_only_the_turns_of_the_project_asked_for_count(world: World) -> None:
    mine = {label: figure for url, label, figure in bars(world, f"project={world.plan.project}")}
    assert mine["ไม่ใช่"].startswith("1 ")
    assert mine["ใช่"].startswith("0 ")


def test_a_long_list_goes_on_by_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosers, "PAGE", 1)
    (url,) = [url for url, label, figure in bars(world) if label == "เวลา"]
    first = get(world, url)
    assert "เยี่ยมครั้งที่สอง" in first
    assert "เยี่ยมครั้งแรก" not in first
    (further,) = re.findall(r'href="([^"]*)" rel="next"', first)
    last = get(world, html.unescape(further))
    assert "เยี่ยมครั้งแรก" in last
    assert 'rel="next"' not in last
    assert "2 คำตอบจากทั้งหมด" in last, "the figure stays that of the whole"


def test_the_list_says_what_it_is_narrowed_to_and_leads_back(world: World) -> None:
    address = f"/w/{world.workspace_id}/forms/visit/report/answers?question=problems&choice=time&group=SUP&as_of=2027-01-22&quarter=9"
    text = html.unescape(get(world, address))
    assert "เฉพาะ: กลุ่ม/หน่วย กลุ่มนิเทศ" in text
    assert "ข้อมูล ณ วันที่ 22 ม.ค. 2570" in text
    assert "ไตรมาส “9”" in text
    assert f'href="/w/{world.workspace_id}/forms/visit/report?group=SUP&as_of=2027-01-22"' in text
    assert "ไม่พบรายการที่ตรงเงื่อนไข" in get(world, address.replace("choice=time", "choice=never"))


@pytest.mark.parametrize("question_name", ["", "item/project", "colour"])
def test_a_question_without_a_distribution_is_refused_in_words(world: World, question_name: str) -> None:
    address = f"/w/{world.workspace_id}/forms/visit/report/answers?question={question_name}&choice=a"
    assert f"แบบฟอร์มนี้ไม่มีค่า “{question_name}”" in get(world, address, status=400)


@pytest.mark.parametrize("persona", ["stranger", "kwanjai"])
def test_who_may_not_read_reports_is_refused(world: World, persona: str) -> None:
    get(world, f"/w/{world.workspace_id}/forms/visit/report/answers?question=problems&choice=time", persona, 403)
