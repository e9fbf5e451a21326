"""The history of entities over REST: versions with their conflicts and sources, differences, audits, creators."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import deliver, publish_form, tree_form, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture
def planner_client(office: Office) -> Any:
    publish_form(office, tree_form())
    run_jobs()
    return office.client("wanna")


def at(office: Office, rest: str = f"/{TREE}") -> str:
    return f"/v1/projects/{office.workspace_id}/datasets/trees/entities{rest}"


def hard_conflict(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", species="จามจุรี", height="12", instance_id="uuid:one"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b2", height="14", species="ฉำฉา"),
    )


def test_versions_tell_what_each_changed_and_which_are_in_conflict(office: Office, planner_client: Any) -> None:
    hard_conflict(office)
    versions = planner_client.get(at(office, f"/{TREE}/versions")).json
    assert [
        (v["version"], v["baseVersion"], v["conflict"], v["resolved"], v["lastGoodVersion"], v["relevantToConflict"])
        for v in versions
    ] == [
        (1, None, None, False, False, True),
        (2, 1, None, False, True, True),
        (3, 1, "hard", False, False, True),
    ]
    assert [sorted(v["baseDiff"]) for v in versions] == [[], ["height"], ["height", "species"]]
    assert [sorted(v["serverDiff"]) for v in versions] == [[], ["height"], ["height", "species"]]
    assert versions[2]["conflictingProperties"] == ["height"]
    assert versions[2]["dataReceived"] == {"height": "14", "species": "ฉำฉา"}
    assert (versions[2]["branchId"], versions[2]["trunkVersion"], versions[2]["branchBaseVersion"]) == ("b2", 1, 1)
    assert [v["current"] for v in versions] == [False, False, True]


def test_only_the_versions_that_a_conflict_is_about_are_told_when_asked(office: Office, planner_client: Any) -> None:
    deliver(office, tree_record(TREE, label="ก", height="1"))
    for number in (1, 2, 3):
        planner_client.patch(at(office, f"/{TREE}?baseVersion={number}"), json={"data": {"height": str(number)}})
    relevant = at(office, f"/{TREE}/versions?relevantToConflict=true")
    assert planner_client.get(relevant).json == []
    deliver(office, tree_record(TREE, action="update", base=2, trunk=2, branch="b", height="9"))
    assert [v["version"] for v in planner_client.get(relevant).json] == [2, 4, 5]
    planner_client.patch(at(office, f"/{TREE}?resolve=true&force=true"))
    assert planner_client.get(relevant).json == []
    versions = planner_client.get(at(office, f"/{TREE}/versions")).json
    assert [v["resolved"] for v in versions] == [False] * 4 + [True]
    assert versions[-1]["lastGoodVersion"] is True


def test_a_version_tells_the_record_or_the_upload_that_it_comes_from(office: Office, planner_client: Any) -> None:
    hard_conflict(office)
    first = planner_client.get(at(office, f"/{TREE}/versions")).json[0]["source"]
    assert first["submission"]["instanceId"] == "uuid:one"
    assert first["submission"]["xmlFormId"] == "tree"
    assert first["event"]["action"] == "submission.create"
    source = {"name": "trees.csv", "size": 7}
    planner_client.post(at(office, ""), json={"entities": [{"label": "ข"}], "source": source})
    planner_client.post(at(office, ""), json={"label": "ค"})
    newest = [row["uuid"] for row in planner_client.get(at(office, "")).json]
    assert planner_client.get(at(office, f"/{newest[1]}/versions")).json[0]["source"] == source
    assert planner_client.get(at(office, f"/{newest[0]}/versions")).json[0]["source"] == {}


def test_extended_versions_tell_who_made_them(office: Office, planner_client: Any) -> None:
    hard_conflict(office)
    versions = planner_client.get(at(office, f"/{TREE}/versions"), headers={"X-Extended-Metadata": "true"}).json
    assert {(v["creatorId"], v["creator"]["type"]) for v in versions} == {(office.device_id, "field_key")}


def test_differences_are_told_from_version_to_version(office: Office, planner_client: Any) -> None:
    deliver(office, tree_record(TREE, label="ก", height="12"))
    planner_client.patch(at(office, f"/{TREE}?baseVersion=1"), json={"label": "ข", "data": {"height": "13"}})
    planner_client.patch(at(office, f"/{TREE}?baseVersion=2"), json={"data": {"species": "ฉำฉา"}})
    assert planner_client.get(at(office, f"/{TREE}/diffs")).json == [
        [
            {"propertyName": "label", "old": "ก", "new": "ข"},
            {"propertyName": "height", "old": "12", "new": "13"},
        ],
        [{"propertyName": "species", "old": None, "new": "ฉำฉา"}],
    ]


def test_audits_tell_everything_that_happened_newest_first(office: Office, planner_client: Any) -> None:
    hard_conflict(office)
    planner_client.patch(at(office, f"/{TREE}?resolve=true&force=true"))
    planner_client.patch(
        at(office, f"/{TREE}?force=true"), json={"label": "ข"}, headers={"X-Action-Notes": quote("เขียน\0ใหม่")}
    )
    planner_client.delete(at(office))
    planner_client.post(at(office, f"/{TREE}/restore"))
    planner_client.delete(at(office))
    audits = planner_client.get(at(office, f"/{TREE}/audits")).json
    assert [entry["action"] for entry in audits] == [
        "entity.delete",
        "entity.restore",
        "entity.delete",
        "entity.update.version",
        "entity.update.resolve",
        "entity.update.version",
        "entity.update.version",
        "entity.create",
    ]
    assert audits[3]["notes"] == "เขียนใหม่"
    assert audits[3]["details"] == {"entity": {"uuid": TREE, "dataset": "trees"}, "source": {}, "version": 4}
    assert audits[-1]["details"]["source"]["submission"]["instanceId"] == "uuid:one"
    assert audits[-1]["actorId"] == office.device_id
    extended = planner_client.get(at(office, f"/{TREE}/audits"), headers={"X-Extended-Metadata": "true"}).json
    assert extended[0]["actor"]["displayName"] == "Wanna"


def test_creators_are_told_by_name_and_once(office: Office, planner_client: Any) -> None:
    hard_conflict(office)
    planner_client.post(at(office, ""), json={"label": "ข"})
    planner_client.post(at(office, ""), json={"label": "ค"})
    office.client("admin").post(at(office, ""), json={"label": "ง"})
    told = planner_client.get(at(office, "/creators")).json
    assert [(row["displayName"], row["type"]) for row in told] == [
        ("Admin", "user"), ("Wanna", "user"), ("แท็บเล็ต 1", "field_key"),
    ]  # fmt: skip


def test_the_history_of_what_is_not_there_is_not_found(office: Office, planner_client: Any) -> None:
    for rest in ("versions", "diffs", "audits"):
        assert planner_client.get(at(office, f"/{TREE}/{rest}")).status_code == 404
        assert planner_client.get(at(office, f"/no-uuid/{rest}")).status_code == 404
