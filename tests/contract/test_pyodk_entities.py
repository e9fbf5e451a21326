"""Every call of pyODK on entity lists and entities works against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyodk.client import Client
from pyodk.errors import PyODKError

from core.access.actor import Actor
from core.transaction import unit_of_work
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from sync.entities.jobs import mirror_plan
from tests.conftest import run_jobs
from tests.personas import PASSWORD, Office
from tests.support.credentials import give_password
from tests.support.entities import deliver, publish_form, tree_form, tree_record
from tests.support.live_server import live_server

CONFIG = """[central]
base_url = "{url}"
username = "{email}"
password = "{password}"
default_project_id = {workspace_id}
"""
TREE = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture
def client(office: Office, tmp_path: Path) -> Iterator[Client]:
    """A pyODK client of the planner, with the list ``trees`` (species, height) there."""
    with live_server(office.app) as url:
        email = give_password(office, "wanna")
        config = tmp_path / "pyodk.toml"
        config.write_text(CONFIG.format(url=url, email=email, password=PASSWORD, workspace_id=office.workspace_id))
        with Client(config_path=str(config), cache_path=str(tmp_path / "cache.toml")) as connected:
            connected.entity_lists.create(entity_list_name="trees")
            connected.entity_lists.default_entity_list_name = "trees"
            connected.entities.default_entity_list_name = "trees"
            connected.entity_lists.add_property(name="species")
            connected.entity_lists.add_property(name="height")
            yield connected


def test_lists_are_created_listed_and_read(client: Client) -> None:
    made = client.entity_lists.create(approval_required=True, entity_list_name="โรงเรียน")
    assert (made.name, made.approvalRequired, made.properties) == ("โรงเรียน", True, [])
    assert [row.name for row in client.entity_lists.list()] == ["trees", "โรงเรียน"]
    read = client.entity_lists.get()
    assert [item.name for item in read.properties or ()] == ["species", "height"]
    assert client.entity_lists.get(entity_list_name="โรงเรียน").name == "โรงเรียน"


def test_a_list_that_is_there_is_refused_with_centrals_code(client: Client) -> None:
    with pytest.raises(PyODKError) as refused:
        client.entity_lists.create(entity_list_name="trees")
    assert refused.value.is_central_error("409.3")
    with pytest.raises(PyODKError) as refused:
        client.entity_lists.create(entity_list_name="TREES")
    assert refused.value.is_central_error("409.16")


def test_a_property_that_is_there_is_refused_with_centrals_code(client: Client) -> None:
    with pytest.raises(PyODKError) as refused:
        client.entity_lists.add_property(name="height")
    assert refused.value.is_central_error("409.3")
    with pytest.raises(PyODKError) as refused:
        client.entity_lists.add_property(name="Height")
    assert refused.value.is_central_error("409.24")


def test_an_entity_is_created_listed_updated_and_deleted(client: Client) -> None:
    made = client.entities.create(label="ต้นจามจุรี", data={"species": "จามจุรี", "height": "12"})
    assert made.currentVersion.data == {"species": "จามจุรี", "height": "12"}
    assert made.currentVersion.userAgent.startswith("pyodk")
    assert [row.uuid for row in client.entities.list()] == [made.uuid]
    changed = client.entities.update(uuid=made.uuid, data={"height": "13"}, base_version=1)
    assert (changed.currentVersion.version, changed.currentVersion.baseVersion) == (2, 1)
    changed = client.entities.update(uuid=made.uuid, label="ต้นใหญ่", force=True)
    assert (changed.currentVersion.label, changed.currentVersion.version) == ("ต้นใหญ่", 3)
    assert client.entities.delete(uuid=made.uuid) is True
    assert client.entities.list() == []


def test_an_entity_is_created_with_the_uuid_given(client: Client) -> None:
    assert client.entities.create(label="ก", data={}, uuid=TREE).uuid == TREE
    with pytest.raises(PyODKError) as refused:
        client.entities.create(label="ข", data={}, uuid=TREE)
    assert refused.value.is_central_error("409.3")


def test_an_update_of_an_older_version_is_refused_with_centrals_code(client: Client) -> None:
    client.entities.create(label="ก", data={}, uuid=TREE)
    with pytest.raises(PyODKError) as refused:
        client.entities.update(uuid=TREE, data={"height": "1"}, base_version=7)
    assert refused.value.is_central_error("409.15")


def test_many_entities_are_created_at_once_and_read_as_a_table(client: Client) -> None:
    rows = [{"label": f"ต้น {n}", "species": "จามจุรี", "height": str(n)} for n in range(25)]
    assert client.entities.create_many(data=rows, create_source="trees.csv", source_size="1kB") is True
    table = client.entities.get_table()
    assert table["@odata.context"].endswith("/trees.svc/$metadata#Entities")
    assert {row["label"] for row in table["value"]} == {row["label"] for row in rows}
    assert {row["__system"]["version"] for row in table["value"]} == {1}


def test_a_table_is_paged_counted_filtered_and_cut_to_fields(client: Client) -> None:
    client.entities.create_many(data=[{"label": str(n), "height": str(n)} for n in range(5)])
    page = client.entities.get_table(skip=1, top=2, count=True, select="__id,height")
    assert page["@odata.count"] == 5
    assert [row["height"] for row in page["value"]] == ["3", "2"]
    assert set(page["value"][0]) == {"__id", "height"}
    following = client.session.get(page["@odata.nextLink"]).json()
    assert [row["height"] for row in following["value"]] == ["1", "0"]
    assert "@odata.nextLink" not in following
    none = client.entities.get_table(filter="year(__system/createdAt) lt 2020")
    assert none["value"] == []


def test_a_merge_creates_updates_and_deletes(client: Client) -> None:
    client.entities.create_many(
        data=[{"label": "ก", "height": "1"}, {"label": "ข", "height": "2"}, {"label": "ค", "height": "3"}]
    )
    client.entities.merge(
        data=[{"label": "ก", "height": "1"}, {"label": "ข", "height": "9"}, {"label": "ง", "colour": "เขียว"}],
        delete_not_matched=True,
    )
    rows = {row["label"]: row for row in client.entities.get_table()["value"]}
    assert set(rows) == {"ก", "ข", "ง"}
    assert (rows["ข"]["height"], rows["ข"]["__system"]["version"]) == ("9", 2)
    assert rows["ง"]["colour"] == "เขียว"
    assert rows["ก"]["__system"]["version"] == 1


def test_what_records_did_is_read_like_everything_else(client: Client, office: Office) -> None:
    publish_form(office, tree_form())
    run_jobs()
    deliver(office, tree_record(TREE, label="ก", species="จามจุรี", height="12"))
    deliver(office, tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"))
    entity = client.entities.list()[0]
    assert (entity.uuid, entity.currentVersion.version) == (TREE, 2)
    assert entity.creatorId == office.device_id
    assert client.entities.get_table()["value"][0]["height"] == "13"


def test_the_forms_of_a_property_are_told_as_central_documents_them(client: Client, office: Office) -> None:
    """pyODK's own model of a property (1.3) takes texts here, so it cannot read such a list, of Central's either."""
    publish_form(office, tree_form())
    told = client.get(f"projects/{office.workspace_id}/datasets/trees").json()
    assert told["properties"][0]["forms"] == [{"xmlFormId": "tree", "name": "ต้นไม้"}]
    assert {row.name for row in client.entity_lists.list()} == {"trees"}


def test_the_rows_of_the_plan_are_read_too(client: Client, office: Office, planner: Actor) -> None:
    demo = generate_office()
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, demo))
    mirror_plan({"workspace_id": office.workspace_id})
    read = client.entity_lists.get(entity_list_name="schools")
    assert "district_code" in {item.name for item in read.properties or ()}
    rows = client.entities.list(entity_list_name="schools")
    assert (len(rows), {row.creatorId for row in rows}) == (len(demo.schools), {0})
    table = client.entities.get_table(entity_list_name="schools", filter="__system/creatorId eq 0", top=1, count=True)
    assert table["@odata.count"] == 0
    with pytest.raises(PyODKError) as refused:
        client.entities.create(label="ก", data={}, entity_list_name="schools")
    assert refused.value.is_central_error("409.161")


def test_a_list_that_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(PyODKError) as refused:
        client.entities.list(entity_list_name="nothing")
    assert refused.value.is_central_error("404.1")
