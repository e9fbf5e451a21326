"""The plan's lists as entity lists: what tablets fetch, what they fetch again, and what records change of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import event

from core.access.actor import SYSTEM, Actor
from core.database import db
from core.transaction import reading, unit_of_work
from plan import queries as plan_queries
from plan import schools
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from plan.models import District
from sync.entities import device_lists, lists, persons, queries
from sync.entities.jobs import mirror_plan
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import deliver, effects_now, entity_now, publish_form, tree_form, tree_record, versions_now

OFFICE = generate_office()
SCHOOL = str(OFFICE.schools[10].uuid)


@pytest.fixture
def loaded(office: Office, planner: Actor) -> Office:
    """The demo office's plan, shown as entities."""
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, OFFICE))
    mirror_plan({"workspace_id": office.workspace_id})
    return office


def school_form(office: Office) -> None:
    form = tree_form("visit", list_name="schools", level="last_visit_level", day="last_visit_date")
    instance = b'<instance id="schools" src="jr://file-csv/schools.csv"/></model>'
    publish_form(office, form.replace(b"</model>", instance))
    run_jobs()


def visit(**answers: Any) -> bytes:
    return tree_record(SCHOOL, action="update", xml_form_id="visit", **answers)


def change_school(office: Office, planner: Actor, name: str) -> None:
    row = plan_queries.find_school(reading(), office.workspace_id, SCHOOL)
    version = row.version
    reading().rollback()
    unit_of_work(
        lambda session: schools.update_school(
            session, planner, workspace_id=office.workspace_id, uuid=SCHOOL, version=version, changes={"name": name}
        )
    )
    mirror_plan({"workspace_id": office.workspace_id})


def fetch(office: Office, name: str = "schools") -> bytes:
    found = queries.find_list(reading(), office.workspace_id, name)
    reading().refresh(found)
    return device_lists.list_file(reading(), SYSTEM, found).csv


def test_the_lists_of_a_whole_office_reach_a_tablet_in_under_400_kilobytes(loaded: Office) -> None:
    rows = {name: fetch(loaded, name) for name in lists.PLAN_NAMES}
    assert [rows[name].count(b"\n") - 1 for name in ("schools", "projects", "activities", "officers")] == [
        250, 80, 280, 60,
    ]  # fmt: skip
    assert sum(len(gzip.compress(content)) for content in rows.values()) < 400_000


def test_a_list_has_the_columns_that_the_specification_asks_for(loaded: Office) -> None:
    first = next(csv.DictReader(io.StringIO(fetch(loaded).decode())))
    assert list(first)[:3] == ["name", "label", "__version"]
    assert (first["name"], first["__version"]) == (str(OFFICE.schools[0].uuid), "1")


def test_showing_the_plan_again_changes_nothing(loaded: Office) -> None:
    before = {name: queries.find_list(reading(), loaded.workspace_id, name).revision for name in lists.PLAN_NAMES}
    mirror_plan({"workspace_id": loaded.workspace_id})
    reading().expire_all()
    after = {name: queries.find_list(reading(), loaded.workspace_id, name).revision for name in lists.PLAN_NAMES}
    assert after == before


def test_the_manifest_says_that_the_file_is_an_entity_list_and_where_to_ask_what_is_gone(loaded: Office) -> None:
    school_form(loaded)
    body = loaded.app.test_client().get(
        loaded.device(f"projects/{loaded.workspace_id}/forms/visit/manifest"), headers={"X-OpenRosa-Version": "1.0"}
    )
    assert '<mediaFile type="entityList">' in body.text
    assert re.search(r"<integrityUrl>[^<]*/datasets/schools/integrity</integrityUrl>", body.text)


def test_a_tablet_gets_a_list_squeezed_and_nothing_when_it_has_it(loaded: Office) -> None:
    school_form(loaded)
    path = loaded.device(f"projects/{loaded.workspace_id}/forms/visit/attachments/schools.csv")
    client = loaded.app.test_client()
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(first.data) == client.get(path).data == fetch(loaded)
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_change_of_one_school_costs_under_2_kilobytes_in_the_next_pull(loaded: Office, planner: Actor) -> None:
    found = queries.find_list(reading(), loaded.workspace_id, "schools")
    cursor = device_lists.changes_since(reading(), SYSTEM, found, "").cursor
    change_school(loaded, planner, "บ้านใหม่")
    reading().refresh(found)
    changes = device_lists.changes_since(reading(), SYSTEM, found, cursor)
    assert [(row.uuid, row.label, row.version) for row in changes.rows] == [(SCHOOL, "บ้านใหม่", 2)]
    assert not changes.whole
    wire = json.dumps([[row.uuid, row.version, row.label, row.data] for row in changes.rows], ensure_ascii=False)
    assert len(wire.encode()) < 2_000


@pytest.mark.parametrize("cursor", ["", "x", "1", ".1", "nonsense.99999999999999999999999", "ๆ.๑"])
def test_whoever_cannot_say_what_it_has_gets_everything(loaded: Office, cursor: str) -> None:
    found = queries.find_list(reading(), loaded.workspace_id, "schools")
    changes = device_lists.changes_since(reading(), SYSTEM, found, cursor)
    assert changes.whole
    assert len(changes.rows) == 250


def test_a_cursor_beyond_what_is_here_gets_everything_as_after_a_restored_backup(loaded: Office) -> None:
    found = queries.find_list(reading(), loaded.workspace_id, "schools")
    mark = device_lists.changes_since(reading(), SYSTEM, found, "").cursor.rpartition(".")[0]
    assert device_lists.changes_since(reading(), SYSTEM, found, f"{mark}.999999").whole


def test_a_visit_changes_what_the_forms_own_and_the_plan_shows_it(loaded: Office) -> None:
    school_form(loaded)
    deliver(loaded, visit(base=1, trunk=1, branch="b", level="4", day="2027-01-05", report_date="2027-01-05"))
    entity = entity_now(loaded, SCHOOL, "schools")
    assert entity is not None
    assert (entity.data["last_visit_level"], entity.data["last_visit_date"]) == ("4", "2027-01-05")
    row = plan_queries.find_school(reading(), loaded.workspace_id, SCHOOL)
    assert (str(row.last_visit_date), row.last_visit_level) == ("2027-01-05", 4)
    mirror_plan({"workspace_id": loaded.workspace_id})
    assert [item.source for item in versions_now(loaded, SCHOOL, "schools")] == ["plan", "record"]


def test_two_visits_synced_in_the_wrong_order_leave_the_later_one(loaded: Office) -> None:
    school_form(loaded)
    deliver(
        loaded,
        visit(base=1, trunk=1, branch="b1", level="4", day="2027-01-20", report_date="2027-01-20"),
        visit(base=1, trunk=1, branch="b2", level="2", day="2027-01-05", report_date="2027-01-05"),
    )
    entity = entity_now(loaded, SCHOOL, "schools")
    assert entity is not None
    assert entity.data["last_visit_date"] == "2027-01-20"
    row = plan_queries.find_school(reading(), loaded.workspace_id, SCHOOL)
    assert (str(row.last_visit_date), row.last_visit_level) == ("2027-01-20", 4)


def test_a_change_in_the_plan_is_no_conflict_with_a_visit(loaded: Office, planner: Actor) -> None:
    school_form(loaded)
    change_school(loaded, planner, "บ้านใหม่")
    deliver(loaded, visit(base=1, trunk=1, branch="b", level="4", day="2027-01-05"))
    entity = entity_now(loaded, SCHOOL, "schools")
    assert entity is not None
    assert (entity.label, entity.data["last_visit_level"], entity.conflict) == ("บ้านใหม่", "4", None)


def test_a_form_that_would_write_to_what_the_plan_owns_is_not_published(loaded: Office) -> None:
    with pytest.raises(Exception, match="belongs to the plan"):
        publish_form(loaded, tree_form("bad", list_name="schools", students="students"))


def test_a_form_may_add_a_property_of_its_own_to_a_list_of_the_plan(loaded: Office, planner: Actor) -> None:
    publish_form(loaded, tree_form("roof", list_name="schools", roof="roof"))
    deliver(loaded, tree_record(SCHOOL, action="update", xml_form_id="roof", base=1, trunk=1, branch="b", roof="รั่ว"))
    change_school(loaded, planner, "บ้านใหม่")
    entity = entity_now(loaded, SCHOOL, "schools")
    assert entity is not None
    assert (entity.data["roof"], entity.label) == ("รั่ว", "บ้านใหม่")


def test_a_record_cannot_add_a_school(loaded: Office) -> None:
    publish_form(loaded, tree_form("roof", list_name="schools", roof="roof"))
    deliver(loaded, tree_record("12345678-1234-4123-8234-123456789abc", xml_form_id="roof", label="ใหม่"))
    assert [(row.state, row.problem) for row in effects_now()] == [("failed", "409.161")]


def test_an_officer_gets_only_the_projects_of_the_own_group(loaded: Office) -> None:
    found = queries.find_list(reading(), loaded.workspace_id, "projects")
    unit_of_work(
        lambda session: lists.change_settings(
            session,
            SYSTEM,
            entity_list=queries.find_list(session, loaded.workspace_id, "projects"),
            settings={"scope": {"property": "group_code", "person": "group"}},
        )
    )
    device = Actor(id=loaded.device_id, kind="app_user")
    reading().refresh(found)
    assert device_lists.list_file(reading(), device, found).csv.count(b"\n") == 1
    unit_of_work(
        lambda session: persons.enter(
            session, SYSTEM, workspace_id=loaded.workspace_id, actor_id=loaded.device_id, values={"group": "PLN"}
        )
    )
    rows = list(csv.DictReader(io.StringIO(device_lists.list_file(reading(), device, found).csv.decode())))
    assert len(rows) == 9
    assert {row["group_code"] for row in rows} == {"PLN"}


def test_a_list_is_made_once_until_it_changes(loaded: Office) -> None:
    before = fetch(loaded)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert fetch(loaded) == before
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [text for text in statements if "FROM entity \n" in text or "FROM entity WHERE" in text] == []


def test_a_district_that_left_the_plan_is_taken_away_and_comes_back_with_it(loaded: Office) -> None:
    found = queries.find_list(reading(), loaded.workspace_id, "districts")
    cursor = device_lists.changes_since(reading(), SYSTEM, found, "").cursor

    def rename(session: Any, before: str, after: str) -> None:
        session.query(District).filter_by(workspace_id=loaded.workspace_id, code=before).one().code = after

    unit_of_work(lambda session: rename(session, "D06", "D99"))
    mirror_plan({"workspace_id": loaded.workspace_id})
    reading().expire_all()
    changes = device_lists.changes_since(reading(), SYSTEM, found, cursor)
    assert ([row.uuid for row in changes.rows], list(changes.gone)) == (["D99"], ["D06"])
    unit_of_work(lambda session: rename(session, "D99", "D06"))
    mirror_plan({"workspace_id": loaded.workspace_id})
    reading().expire_all()
    back = device_lists.changes_since(reading(), SYSTEM, found, changes.cursor)
    assert ([row.uuid for row in back.rows], list(back.gone)) == (["D06"], ["D99"])
