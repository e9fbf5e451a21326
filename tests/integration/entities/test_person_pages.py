"""What is known of people and devices is entered on a page, and lists are cut by it."""

from __future__ import annotations

from typing import Any

import pytest

from core.access.actor import SYSTEM, Actor
from core.transaction import reading, unit_of_work
from sync.entities import device_lists, lists, persons, queries, service
from sync.entities.service import Author, NewEntity
from tests.personas import Office


@pytest.fixture
def cut(office: Office) -> Office:
    """A list that gives each person the rows of the own district."""

    def work(session: Any) -> None:
        made = lists.create_list(session, SYSTEM, workspace_id=office.workspace_id, name="shops")
        lists.add_property(session, SYSTEM, entity_list=made, name="district")
        rows = [NewEntity(label, {"district": district}) for label, district in (("ก", "D01"), ("ข", "D02"))]
        service.create_entities(session, Author(SYSTEM), entity_list=made, new=rows)
        scope = {"property": "district", "person": "district"}
        lists.change_settings(session, SYSTEM, entity_list=made, settings={"scope": scope})

    unit_of_work(work)
    return office


def address(office: Office, actor_id: int | None = None) -> str:
    return f"/w/{office.workspace_id}/list-people" + (f"/{actor_id}" if actor_id is not None else "")


def test_a_property_that_a_list_asks_for_has_a_column_for_everybody(cut: Office) -> None:
    text = cut.browser("wanna").get(address(cut)).text
    assert "แท็บเล็ต 1" in text
    assert text.count('name="p.district"') >= 3


def test_what_is_entered_decides_which_rows_a_tablet_gets(cut: Office) -> None:
    answer = cut.browser("wanna").post(address(cut, cut.device_id), data={"p.district": " D02 "})
    assert answer.status_code == 303
    assert persons.entered_for(reading(), cut.workspace_id, cut.device_id) == {"district": "D02"}
    found = queries.find_list(reading(), cut.workspace_id, "shops")
    text = device_lists.list_file(reading(), Actor(id=cut.device_id, kind="app_user"), found).csv.decode()
    assert ("ข" in text, "ก," in text) == (True, False)


def test_an_empty_value_takes_it_away(cut: Office) -> None:
    for value in ("D01", ""):
        cut.browser("wanna").post(address(cut, cut.device_id), data={"p.district": value})
    assert persons.entered_for(reading(), cut.workspace_id, cut.device_id) == {}


@pytest.mark.parametrize(
    "fields", [{"p.group": "PLN"}, {"p.a b": "x"}, {"p.district": "x" * 50_000}, {"p.district": "\x07"}]
)
def test_what_cannot_be_entered_is_said_and_changes_nothing(cut: Office, fields: dict[str, str]) -> None:
    assert cut.browser("wanna").post(address(cut, cut.device_id), data=fields).status_code == 303
    assert persons.entered_for(reading(), cut.workspace_id, cut.device_id) == {}


def test_only_those_who_manage_may_change_it(cut: Office) -> None:
    assert cut.browser("pakorn").post(address(cut, cut.device_id), data={}).status_code == 403
    assert "<input" not in cut.browser("pakorn").get(address(cut)).text.split("<main")[1]
    assert cut.browser("kwanjai").get(address(cut)).status_code == 403
    assert cut.browser("wanna").post(address(cut, 999_999), data={}).status_code == 404
