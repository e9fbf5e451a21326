"""What pages of reports say: of filters that mean nothing, of a form's version, and of groups in English."""

from __future__ import annotations

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from plan.queries import find_group
from tests.personas import Office
from tests.support.report_world import World, item


@pytest.fixture
def world(office: Office, planner: Actor) -> World:
    """A visit about a project of each of two groups."""
    world = World(office, planner)
    world.add({"item": [item(world.plan.project, 10, 4), item(world.other, 5, 5)]})
    return world


def page(world: World, path: str, language: str = "th") -> str:
    client = world.office.browser("pakorn")
    client.set_cookie("language", language)
    answer = client.get(f"/w/{world.workspace_id}/{path}")
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "left_out"),
    [
        ("forms/visit/report?fiscal_year=abc", "ปีงบประมาณ “abc”"),
        ("forms/visit/report?as_of=2570-01-32&by=project", "ณ วันที่ “2570-01-32”"),
        ("reports/R01?quarter=9", "ไตรมาส “9”"),
        ("reports/R05?review_state=x&round=1", "รายการข้อมูล “x”"),
    ],
)
def test_a_filter_that_means_nothing_is_left_out_and_named(world: World, path: str, left_out: str) -> None:
    text = page(world, path)
    assert f"ไม่ได้ใช้กรอง เพราะไม่ใช่ค่าที่ใช้ได้: {left_out}</p>" in text
    assert "ไม่ได้ใช้กรอง" not in page(world, path.partition("?")[0])


def test_the_version_of_a_form_is_called_as_everywhere(world: World) -> None:
    assert "แบบฟอร์มฉบับ 1" in page(world, "forms/visit/report")


@pytest.mark.parametrize(
    "path",
    [
        "reports/R01",
        "reports/R01?group=SUP",
        "reports/R05?group=SUP",
        "forms/visit/report?by=group",
        "reports/projects/{other}",
    ],
)
def test_groups_have_their_english_names_on_english_pages(world: World, path: str) -> None:
    thai, english = "กลุ่มนิเทศ ติดตามและประเมินผล", "Supervision and Evaluation Group"
    unit_of_work(lambda session: setattr(find_group(session, world.workspace_id, "SUP"), "name_en", english))
    path = path.format(other=world.other)
    assert thai in page(world, path)
    in_english = page(world, path, language="en")
    assert english in in_english
    assert thai not in in_english
    if "R01?" not in path and "projects" not in path:
        assert "กลุ่มนโยบายและแผน" in in_english, "a group without an English name keeps its Thai one"
