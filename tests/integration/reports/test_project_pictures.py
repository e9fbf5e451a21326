"""Evidence in pictures of a project: whose a picture is, how many there are, and what is said below each."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from tests.personas import Office
from tests.support.records import File, make_form, question, repeat
from tests.support.report_world import World

NO_PROJECT = "โครงการที่ไม่มีในแผน"
VISIT = [
    question("/school", dimension="school", list_file="schools.csv"),
    question("/front", "binary", media="image/*", label="ภาพหน้าโรงเรียน"),
    repeat("/item"),
    question("/item/project", dimension="project", list_file="projects.csv"),
    question("/item/photo", "binary", media="image/*"),
    question("/item/signed", "binary", media="image/*", appearance="signature"),
    repeat("/item/step"),
    question("/item/step/photo", "binary", media="image/*"),
    repeat("/meeting"),
    question("/meeting/photo", "binary", media="image/*"),
]


@pytest.fixture
def world(office: Office, planner: Actor) -> World:
    world = World(office, planner)
    world.form = unit_of_work(
        lambda session: make_form(session, office, fields=VISIT, xml_form_id="school_visit", title="แบบเยี่ยมโรงเรียน")
    )
    return world


def page_of(world: World, project: str, query: str = "", language: str = "th") -> str:
    client = world.office.browser("pakorn")
    client.set_cookie("language", language)
    answer = client.get(f"/w/{world.workspace_id}/reports/projects/{project}{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def pictures(text: str) -> set[str]:
    return set(re.findall(r'<img [^>]*alt="([^"]+)"', text))


def picture(name: str, path: str) -> File:
    return File(name, name.encode(), path=path)


def visit(world: World, *items: dict[str, Any], files: list[File], **answers: Any) -> None:
    world.add({"school": world.plan.school, "item": list(items)} | answers, files=files)


def test_a_picture_of_an_item_is_evidence_of_the_project_of_this_item_alone(world: World) -> None:
    visit(
        world,
        {"project": world.plan.project, "photo": "one.jpg"},
        {"project": world.other, "photo": "two.jpg"},
        {"project": NO_PROJECT, "photo": "three.jpg"},
        files=[picture(name, "/item/photo") for name in ("one.jpg", "two.jpg", "three.jpg")],
    )
    assert pictures(page_of(world, world.plan.project)) == {"one.jpg"}
    assert pictures(page_of(world, world.other)) == {"two.jpg"}


def test_a_picture_of_the_whole_record_is_evidence_of_each_of_its_projects(world: World) -> None:
    visit(
        world,
        {"project": world.plan.project},
        {"project": world.other},
        front="front.jpg",
        meeting=[{"photo": "meeting.jpg"}],
        files=[
            picture("front.jpg", "/front"),
            picture("meeting.jpg", "/meeting/photo"),
            File("unnamed.jpg", b"unnamed", path=None, expected=False),
        ],
    )
    for project in (world.plan.project, world.other):
        assert pictures(page_of(world, project)) == {"front.jpg", "meeting.jpg", "unnamed.jpg"}


def test_a_picture_deeper_in_an_item_is_evidence_of_the_project_of_this_item(world: World) -> None:
    visit(
        world,
        {"project": world.plan.project, "step": [{"photo": "first.jpg"}, {"photo": "second.jpg"}]},
        {"project": world.other, "step": [{"photo": "third.jpg"}]},
        files=[picture(f"{name}.jpg", "/item/step/photo") for name in ("first", "second", "third")],
    )
    assert pictures(page_of(world, world.plan.project)) == {"first.jpg", "second.jpg"}
    assert pictures(page_of(world, world.other)) == {"third.jpg"}


def test_a_picture_of_an_item_without_a_project_is_evidence_of_none(world: World) -> None:
    visit(world, {"project": world.plan.project}, {"photo": "nobody.jpg"}, files=[picture("nobody.jpg", "/item/photo")])
    assert pictures(page_of(world, world.plan.project)) == set()


def test_the_form_by_which_a_record_was_filled_in_says_whose_its_pictures_are(world: World) -> None:
    visit(
        world,
        {"project": world.plan.project, "photo": "one.jpg"},
        {"project": world.other, "photo": "two.jpg", "signed": "name.png"},
        files=[
            picture("one.jpg", "/item/photo"),
            picture("two.jpg", "/item/photo"),
            picture("name.png", "/item/signed"),
        ],
    )
    later = [question("/project", dimension="project"), question("/front", "binary", appearance="signature")]
    unit_of_work(
        lambda session: make_form(session, world.office, fields=later, xml_form_id="school_visit", version="2")
    )
    assert pictures(page_of(world, world.other)) == {"two.jpg"}


def test_a_file_name_in_another_unicode_form_is_the_same_picture(world: World) -> None:
    visit(
        world,
        {"project": world.plan.project, "photo": "cafe\u0301.jpg"},
        {"project": world.other},
        files=[picture("caf\u00e9.jpg", "/item/photo")],
    )
    assert pictures(page_of(world, world.plan.project)) == {"caf\u00e9.jpg"}
    assert pictures(page_of(world, world.other)) == set()


def test_many_pictures_are_counted_and_all_of_them_can_be_seen(world: World) -> None:
    for day in range(1, 28):
        world.add(
            {"item": [{"project": world.plan.project, "photo": f"{day}.jpg"}]},
            files=[picture(f"{day}.jpg", "/item/photo")],
            report_date=dt.date(2026, 12, day),
        )
    text = page_of(world, world.plan.project)
    assert len(pictures(text)) == 24
    assert "27.jpg" in pictures(text), "the newest come first"
    assert "แสดง 24 ภาพจากทั้งหมด 27 ภาพ" in text
    assert 'href="?photos=all#photos"' in text
    everything = page_of(world, world.plan.project, "?photos=all")
    assert len(pictures(everything)) == 27
    assert "ทั้งหมด 27 ภาพ" in everything
    assert "?photos=all" not in everything


def test_a_picture_says_day_school_and_form_and_leads_to_its_record(world: World) -> None:
    shown = {"project": world.plan.project, "photo": "one.jpg"}
    visit(world, shown, files=[picture("one.jpg", "/item/photo")])
    world.add(
        {"item": [shown | {"photo": "two.jpg"}]},
        files=[picture("two.jpg", "/item/photo")],
        instance_id="uuid:two",
        instance_name="เยี่ยมครั้งที่สอง",
    )
    text = page_of(world, world.plan.project)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text, re.DOTALL)
    first, second = sorted((re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", caption)) for caption in captions), key=len)
    for caption, name in ((first, "บ้านห้วยหมอก"), (second, "เยี่ยมครั้งที่สอง")):
        assert "15 ธ.ค. 2569" in caption
        assert name in caption
        assert "แบบเยี่ยมโรงเรียน" in caption
    assert f'href="/w/{world.workspace_id}/forms/school_visit/submissions/uuid%3Atwo"' in text
