"""Entity lists over REST: making, reading, changing, deleting them, and what forms have to do with them."""

from __future__ import annotations

from typing import Any

import pytest

from core.transaction import unit_of_work
from forms import lifecycle
from forms import queries as form_queries
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from sync.entities.jobs import mirror_plan
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import TREES, deliver, effects_now, entity_now, publish_form, tree_form, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"


def lists(office: Office, rest: str = "") -> str:
    return f"/v1/projects/{office.workspace_id}/datasets{rest}"


def code(answer: Any) -> Any:
    return answer.status_code, answer.json["code"]


@pytest.fixture
def planner_client(office: Office) -> Any:
    return office.client("wanna")


def test_a_list_is_made_with_its_settings_and_has_nothing_in_it(office: Office, planner_client: Any) -> None:
    made = planner_client.post(lists(office), json={"name": "wells", "approvalRequired": True})
    assert made.status_code == 200
    assert {**made.json, "createdAt": "", "lastUpdate": ""} == {
        "name": "wells",
        "projectId": office.workspace_id,
        "createdAt": "",
        "lastUpdate": "",
        "approvalRequired": True,
        "ownerOnly": False,
        "linkedForms": [],
        "sourceForms": [],
        "properties": [],
    }
    assert planner_client.get(lists(office, "/wells")).json == made.json


def test_lists_are_told_by_name_and_with_figures_when_asked(office: Office, planner_client: Any) -> None:
    for name in ("wells", "trees"):
        planner_client.post(lists(office), json={"name": name})
    planner_client.post(lists(office, "/trees/entities"), json={"label": "ก"})
    assert [row["name"] for row in planner_client.get(lists(office)).json] == ["trees", "wells"]
    trees, wells = planner_client.get(lists(office), headers={"X-Extended-Metadata": "true"}).json
    assert (trees["entities"], trees["conflicts"], trees["lastEntity"] is None) == (1, 0, False)
    assert (wells["entities"], wells["conflicts"], wells["lastEntity"]) == (0, 0, None)
    one = planner_client.get(lists(office, "/trees"), headers={"X-Extended-Metadata": "true"}).json
    assert (one["entities"], one["lastUpdate"]) == (1, one["lastEntity"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, 400.2)),
        ({"name": 5}, (400, 400.11)),
        ({"name": None}, (400, 400.2)),
        ({"name": "wells", "approvalRequired": "yes"}, (400, 400.11)),
        ({"name": ""}, (400, 400.164)),
        ({"name": "a b"}, (400, 400.164)),
        ({"name": "__x"}, (400, 400.164)),
        ({"name": "x" * 300}, (400, 400.164)),
        ({"name": "schools"}, (409, 409.164)),
        ({"name": "wells"}, (409, 409.3)),
        ({"name": "Wells"}, (409, 409.16)),
        ([], (400, 400.11)),
        ("x", (400, 400.11)),
    ],
)
def test_a_list_that_cannot_be_is_refused(office: Office, planner_client: Any, body: Any, expected: Any) -> None:
    planner_client.post(lists(office), json={"name": "wells"})
    assert code(planner_client.post(lists(office), json=body)) == expected


def test_a_body_that_is_no_json_is_refused(office: Office, planner_client: Any) -> None:
    for body in (b"{", b"\xff", b"[" * 5000, b'{"name": "a\\u0000"}', b'{"name": NaN}'):
        assert code(planner_client.post(lists(office), data=body)) == (400, 400.1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("height", (409, 409.3)), ("HEIGHT", (409, 409.24)), ("label", (400, 400.165)), ("Name", (400, 400.165)),
     ("a.b", (400, 400.165)), (7, (400, 400.11))],
)  # fmt: skip
def test_a_property_that_cannot_be_is_refused(office: Office, planner_client: Any, name: Any, expected: Any) -> None:
    planner_client.post(lists(office), json={"name": "trees"})
    assert planner_client.post(lists(office, "/trees/properties"), json={"name": "height"}).json == {"success": True}
    assert code(planner_client.post(lists(office, "/trees/properties"), json={"name": name})) == expected


def test_a_property_that_is_empty_and_unused_is_taken_away(office: Office, planner_client: Any) -> None:
    publish_form(office, tree_form())
    for name in ("age", "สี"):
        assert planner_client.post(lists(office, "/trees/properties"), json={"name": name}).status_code == 200
    planner_client.post(lists(office, "/trees/entities"), json={"uuid": TREE, "label": "ก", "data": {"สี": "เขียว"}})
    assert code(planner_client.delete(lists(office, "/trees/properties/height"))) == (409, 409.168)
    assert code(planner_client.delete(lists(office, "/trees/properties/สี"))) == (409, 409.169)
    assert code(planner_client.delete(lists(office, "/trees/properties/none"))) == (404, 404.1)
    planner_client.patch(lists(office, f"/trees/entities/{TREE}?force=true"), json={"data": {"สี": ""}})
    for name in ("age", "สี"):
        assert planner_client.delete(lists(office, f"/trees/properties/{name}")).json == {"success": True}
    told = planner_client.get(lists(office, "/trees")).json["properties"]
    assert [item["name"] for item in told] == ["species", "height"]
    table = planner_client.get(lists(office, "/trees.svc/Entities")).json["value"][0]
    assert "สี" not in table


def test_a_workspace_tells_how_many_lists_it_has(office: Office, planner_client: Any) -> None:
    headers = {"X-Extended-Metadata": "true"}
    path = f"/v1/projects/{office.workspace_id}"
    told = planner_client.get(path, headers=headers).json
    assert (told["datasets"], told["lastEntity"]) == (0, None)
    for name in ("wells", "trees"):
        planner_client.post(lists(office), json={"name": name})
    planner_client.post(lists(office, "/trees/entities"), json={"label": "ก"})
    planner_client.post(lists(office, "/trees/entities"), json={"label": "ข"})
    told = planner_client.get(path, headers=headers).json
    assert (told["datasets"], told["lastEntity"] is None) == (2, False)


def test_what_the_forms_own_of_the_plan_is_changed_and_stays(office: Office, planner: Any, planner_client: Any) -> None:
    demo = generate_office()
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, demo))
    mirror_plan({"workspace_id": office.workspace_id})
    path = lists(office, f"/schools/entities/{demo.schools[0].uuid}")
    changed = planner_client.patch(f"{path}?force=true", json={"data": {"last_visit_level": "4"}})
    assert changed.json["currentVersion"]["data"]["last_visit_level"] == "4"
    mirror_plan({"workspace_id": office.workspace_id})
    assert planner_client.get(path).json["currentVersion"]["data"]["last_visit_level"] == "4"
    for body, expected in (({"data": {"code": "x"}}, 409.162), ({"label": "x"}, 409.162)):
        assert code(planner_client.patch(f"{path}?force=true", json=body)) == (409, expected)
    assert code(planner_client.delete(path)) == (409, 409.161)


def test_a_list_tells_which_forms_write_to_it_and_which_choose_from_it(office: Office, planner_client: Any) -> None:
    choosing = tree_form("visit", list_name="visits").replace(
        b"</model>", b'<instance id="t" src="jr://file-csv/trees.csv"/></model>'
    )
    publish_form(office, tree_form())
    publish_form(office, choosing)
    told = planner_client.get(lists(office, "/trees")).json
    assert told["sourceForms"] == [{"xmlFormId": "tree", "name": "ต้นไม้"}]
    assert told["linkedForms"] == [{"xmlFormId": "visit", "name": "ต้นไม้"}]
    assert [(item["name"], item["odataName"], item["forms"]) for item in told["properties"]] == [
        ("species", "species", [{"xmlFormId": "tree", "name": "ต้นไม้"}]),
        ("height", "height", [{"xmlFormId": "tree", "name": "ต้นไม้"}]),
    ]


def test_a_list_that_forms_use_is_not_deleted(office: Office, planner_client: Any) -> None:
    publish_form(office, tree_form())
    assert code(planner_client.delete(lists(office, "/trees"))) == (409, 409.168)
    unit_of_work(
        lambda session: lifecycle.delete_form(
            session, _actor(office), form=form_queries.form_by_id(session, office.workspace_id, "tree")
        )
    )
    assert planner_client.delete(lists(office, "/trees")).json == {"success": True}
    assert planner_client.get(lists(office, "/trees")).status_code == 404
    assert planner_client.post(lists(office), json={"name": "trees"}).status_code == 200


def test_a_list_of_the_plan_is_read_and_its_rows_are_changed_only_in_the_plan(
    office: Office, planner_client: Any
) -> None:
    mirror_plan({"workspace_id": office.workspace_id})
    assert planner_client.get(lists(office, "/schools")).json["properties"][0]["planOwned"] is True
    assert code(planner_client.delete(lists(office, "/schools"))) == (409, 409.164)
    assert code(planner_client.post(lists(office, "/schools/entities"), json={"label": "ก"})) == (409, 409.161)


@pytest.mark.parametrize(
    ("change", "owner_only", "shown"),
    [
        ({"ownerOnly": True}, True, {"type": "ownerOnly"}),
        ({"accessFilter": {"type": "ownerOnly"}}, True, {"type": "ownerOnly"}),
        (
            {"accessFilter": {"type": "property", "rules": [{"datasetProperty": "zone", "actorProperty": "district"}]}},
            False,
            {"type": "property", "rules": [{"datasetProperty": "zone", "actorProperty": "district"}]},
        ),
        ({"accessFilter": None}, False, None),
        ({"ownerOnly": False}, False, None),
    ],
)
def test_which_entities_devices_get_is_set_as_in_central(
    office: Office, planner_client: Any, change: Any, owner_only: bool, shown: Any
) -> None:
    planner_client.post(lists(office), json={"name": "trees"})
    planner_client.post(lists(office, "/trees/properties"), json={"name": "zone"})
    told = planner_client.patch(lists(office, "/trees"), json=change).json
    assert (told["ownerOnly"], told.get("accessFilter")) == (owner_only, shown)


@pytest.mark.parametrize(
    "change",
    [
        {"accessFilter": 5},
        {"accessFilter": {}},
        {"accessFilter": {"type": "property"}},
        {"accessFilter": {"type": "property", "rules": []}},
        {"accessFilter": {"type": "property", "rules": [5]}},
        {"accessFilter": {"type": "property", "rules": [{"datasetProperty": "nothing", "actorProperty": "x"}]}},
        {"accessFilter": {"type": "property", "rules": [{"datasetProperty": ["zone"], "actorProperty": "x"}]}},
        {"accessFilter": None, "ownerOnly": True},
        {"approvalRequired": None},
        {"approvalRequired": "true"},
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(office: Office, planner_client: Any, change: Any) -> None:
    before = planner_client.post(lists(office), json={"name": "trees"}).json
    assert planner_client.patch(lists(office, "/trees"), json=change).status_code == 400
    assert planner_client.patch(lists(office, "/nothing"), json={"ownerOnly": True}).status_code == 404
    assert planner_client.get(lists(office, "/trees")).json == before


@pytest.mark.parametrize("converts", [True, False])
def test_what_waits_for_approval_is_made_when_none_is_needed_and_it_is_asked_for(
    office: Office, planner_client: Any, converts: bool
) -> None:
    publish_form(office, tree_form())
    run_jobs()
    planner_client.patch(lists(office, "/trees"), json={"approvalRequired": True})
    deliver(office, tree_record(TREE, label="ก"))
    assert [row.state for row in effects_now()] == ["approval"]
    query = "?convert=true" if converts else ""
    planner_client.patch(lists(office, f"/trees{query}"), json={"approvalRequired": False})
    run_jobs()
    assert (entity_now(office, TREE, TREES) is not None) is converts


def test_a_form_tells_what_it_writes_to_and_a_draft_what_it_would_make(office: Office, planner_client: Any) -> None:
    forms = f"/v1/projects/{office.workspace_id}/forms/tree"
    planner_client.post(lists(office), json={"name": "trees"})
    planner_client.post(lists(office, "/trees/properties"), json={"name": "age"})
    headers = {"Content-Type": "application/xml"}
    planner_client.post(f"/v1/projects/{office.workspace_id}/forms", data=tree_form(), headers=headers)
    assert planner_client.get(f"{forms}/draft/dataset-diff").json == [
        {
            "name": "trees",
            "isNew": False,
            "properties": [
                {"name": "age", "inForm": False, "isNew": False},
                {"name": "species", "inForm": True, "isNew": True},
                {"name": "height", "inForm": True, "isNew": True},
            ],
        }
    ]
    assert planner_client.get(f"{forms}/dataset-diff").status_code == 404
    planner_client.post(f"{forms}/draft/publish")
    assert planner_client.get(f"{forms}/dataset-diff").json == [
        {
            "name": "trees",
            "properties": [
                {"name": "age", "inForm": False},
                {"name": "species", "inForm": True},
                {"name": "height", "inForm": True},
            ],
        }
    ]


def test_a_viewer_reads_and_a_collector_does_not(office: Office, planner_client: Any) -> None:
    planner_client.post(lists(office), json={"name": "trees"})
    assert office.client("pakorn").get(lists(office, "/trees")).status_code == 200
    assert office.client("pakorn").patch(lists(office, "/trees"), json={"ownerOnly": True}).status_code == 403
    assert office.client("kwanjai").get(lists(office, "/trees")).status_code == 403
    assert office.client().get(lists(office)).status_code == 401


def test_a_verb_that_an_address_does_not_take_is_refused(office: Office, planner_client: Any) -> None:
    for method, rest in (("put", ""), ("post", "/trees"), ("put", "/trees/properties"), ("delete", "/trees/entities")):
        assert code(getattr(planner_client, method)(lists(office, rest), json={})) == (405, 405.1)


def _actor(office: Office) -> Any:
    from core.access.actor import SYSTEM

    return SYSTEM
