"""What records still have to do to entities, over REST; and what is known of those whose lists are cut."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import deliver, publish_form, tree_form, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"
OTHER = "12345678-1234-4123-8234-123456789def"


@pytest.fixture
def planner_client(office: Office) -> Any:
    publish_form(office, tree_form())
    run_jobs()
    return office.client("wanna")


def at(office: Office, rest: str) -> str:
    return f"/v1/projects/{office.workspace_id}{rest}"


def test_what_waits_and_what_failed_is_listed_with_its_record(office: Office, planner_client: Any) -> None:
    deliver(
        office,
        tree_record(TREE, action="update", base=1, branch="b", height="1", instance_id="uuid:waits"),
        tree_record(OTHER, action="update", base=1, trunk=1, branch="b", instance_id="uuid:fails"),
        tree_record("12345678-1234-4123-8234-000000000001", label="ก"),
    )
    told = planner_client.get(at(office, "/entity-effects")).json
    assert [(row["state"], row["problem"], row["uuid"], row["instanceId"]) for row in told] == [
        ("waiting", None, TREE, "uuid:waits"),
        ("failed", "404.8", OTHER, "uuid:fails"),
    ]
    assert (told[0]["dataset"], told[0]["xmlFormId"], told[0]["baseVersion"]) == ("trees", "tree", 1)
    assert planner_client.get(at(office, "/datasets/trees/effects")).json == told
    assert planner_client.get(at(office, "/datasets/trees/effects?state=failed")).json == told[1:]
    assert planner_client.get(at(office, "/datasets/trees/effects?state=approval")).json == []
    assert planner_client.get(at(office, "/datasets/trees/effects?state=applied")).status_code == 400
    assert planner_client.get(at(office, "/datasets/nothing/effects")).status_code == 404


def test_the_list_is_paged(office: Office, planner_client: Any) -> None:
    deliver(office, *(tree_record(TREE, action="update", base=n, branch="b", height="1") for n in (1, 2, 3)))
    first = planner_client.get(at(office, "/entity-effects?limit=2"))
    assert [row["baseVersion"] for row in first.json] == [1, 2]
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    second = planner_client.get(following)
    assert [row["baseVersion"] for row in second.json] == [3]
    assert "Link" not in second.headers
    for query in ("?limit=x", "?limit=100000", "?after=-1", f"?after={10**30}"):
        assert planner_client.get(at(office, f"/entity-effects{query}")).status_code == 400


def test_what_failed_is_tried_once_more(office: Office, planner_client: Any) -> None:
    planner_client.post(at(office, "/datasets/trees/entities"), json={"uuid": TREE, "label": "ก"})
    planner_client.delete(at(office, f"/datasets/trees/entities/{TREE}"))
    deliver(office, tree_record(TREE, action="update", base=1, height="5", instance_id="uuid:one"))
    failed = planner_client.get(at(office, "/entity-effects")).json[0]
    retry = at(office, f"/entity-effects/{failed['id']}/retry")
    assert planner_client.post(retry).json == {"success": True}
    run_jobs()
    assert planner_client.get(at(office, "/entity-effects")).json[0]["problem"] == "409.163"
    planner_client.post(at(office, f"/datasets/trees/entities/{TREE}/restore"))
    run_jobs()
    assert planner_client.get(at(office, "/entity-effects")).json == []
    done = planner_client.get(at(office, "/forms/tree/submissions/uuid:one/entity-effects")).json
    assert [(row["state"], row["version"], row["uuid"]) for row in done] == [("applied", 2, TREE)]
    assert planner_client.post(retry).json["code"] == 409.151
    assert planner_client.post(at(office, "/entity-effects/999/retry")).status_code == 404
    assert office.client("pakorn").post(retry).status_code == 403


def test_a_record_that_is_not_there_has_no_effects(office: Office, planner_client: Any) -> None:
    assert planner_client.get(at(office, "/forms/tree/submissions/uuid:none/entity-effects")).status_code == 404
    assert planner_client.get(at(office, "/forms/none/submissions/uuid:none/entity-effects")).status_code == 404


def test_properties_of_people_are_entered_and_read(office: Office, planner_client: Any) -> None:
    mine = at(office, f"/actor-properties/{office.ids['kwanjai']}")
    assert planner_client.get(mine).json["properties"] == {}
    planner_client.put(mine, json={"properties": {"district": "D1", "zone": "เหนือ"}})
    told = planner_client.put(mine, json={"properties": {"district": "D2", "zone": None}}).json
    assert told["properties"] == {"district": "D2"}
    names = planner_client.get(at(office, "/actor-properties")).json
    assert names == [{"name": "district"}, {"name": "group"}, {"name": "officer"}]
    extended = planner_client.get(at(office, "/actor-properties"), headers={"X-Extended-Metadata": "true"}).json
    assert extended[0] == {"name": "district", "values": ["D2"]}
    assert office.client("pakorn").get(mine).status_code == 200
    assert office.client("pakorn").put(mine, json={"properties": {}}).status_code == 403


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, 400.2),
        ({"properties": []}, 400.11),
        ({"properties": {"district": 5}}, 400.11),
        ({"properties": {"": "x"}}, 400.165),
        ({"properties": {"a b": "x"}}, 400.165),
        ({"properties": {"group": "x"}}, 400.8),
        ({"properties": {"district": "x" * 1001}}, 400.8),
        ({"properties": {"district": "\u0001"}}, 400.8),
        ({"properties": {f"p{n}": "x" for n in range(51)}}, 400.8),
    ],
)
def test_properties_that_cannot_be_are_refused_and_nothing_changes(
    office: Office, planner_client: Any, body: Any, expected: Any
) -> None:
    mine = at(office, f"/actor-properties/{office.device_id}")
    planner_client.put(mine, json={"properties": {"district": "D1"}})
    assert planner_client.put(mine, json=body).json["code"] == expected
    assert planner_client.get(mine).json["properties"] == {"district": "D1"}


def test_properties_are_only_of_those_who_belong_to_the_workspace(office: Office, planner_client: Any) -> None:
    for actor_id in (office.ids["stranger"], 424_242):
        path = at(office, f"/actor-properties/{actor_id}")
        assert planner_client.get(path).status_code == 404
        assert planner_client.put(path, json={"properties": {"district": "D1"}}).status_code == 404
