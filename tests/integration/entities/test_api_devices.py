"""What devices ask of entity lists: which entities were deleted, and what changed since they last asked."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest

from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import deliver, publish_form, tree_form, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"
OTHER = "12345678-1234-4123-8234-123456789def"
CHOOSES = b'<instance id="t" src="jr://file-csv/trees.csv"/></model>'


@pytest.fixture
def planner_client(office: Office) -> Any:
    publish_form(office, tree_form().replace(b"</model>", CHOOSES))
    run_jobs()
    client = office.client("wanna")
    for uuid, label in ((TREE, "ก"), (OTHER, "ข")):
        client.post(at(office, "/entities"), json={"uuid": uuid, "label": label, "data": {"height": "1"}})
    return client


def at(office: Office, rest: str) -> str:
    return f"/v1/projects/{office.workspace_id}/datasets/trees{rest}"


def from_device(office: Office, rest: str, **headers: str) -> Any:
    path = office.device(f"projects/{office.workspace_id}/datasets/trees{rest}")
    return office.app.test_client().get(path, headers=headers)


def deleted_in(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.mimetype == "text/xml"
    return dict(re.findall(r'<entity id="([^"]*)">\s*<deleted>(\w+)</deleted>', answer.text))


def test_integrity_tells_a_device_which_of_its_entities_were_deleted(office: Office, planner_client: Any) -> None:
    planner_client.delete(at(office, f"/entities/{OTHER}"))
    unknown = "12345678-1234-4123-8234-000000000000"
    asked = f"?id={TREE},{OTHER.upper()},uuid:{unknown},,nonsense"
    assert deleted_in(from_device(office, f"/integrity{asked}")) == {TREE: "false", OTHER: "true"}
    assert deleted_in(from_device(office, "/integrity")) == {TREE: "false", OTHER: "true"}
    assert deleted_in(from_device(office, "/integrity?id=")) == {}


def test_the_address_in_the_manifest_is_the_one_to_ask(office: Office, planner_client: Any) -> None:
    client = office.app.test_client()
    for start in (office.device("projects"), "/v1/projects"):
        session = client if "key" in start else office.client("kwanjai")
        manifest = session.get(f"{start}/{office.workspace_id}/forms/tree/manifest")
        address = re.findall(r"<integrityUrl>(.*?)</integrityUrl>", manifest.text)[0].removeprefix("http://localhost")
        assert deleted_in(session.get(f"{address}?id={TREE}")) == {TREE: "false"}


def test_integrity_is_for_whoever_may_read_a_form_that_uses_the_list(office: Office, planner_client: Any) -> None:
    assert deleted_in(office.client("kwanjai").get(at(office, "/integrity")))
    assert deleted_in(office.client("pakorn").get(at(office, "/integrity")))
    for persona in ("stranger", None):
        assert office.client(persona).get(at(office, "/integrity")).status_code == 401
    planner_client.post(f"/v1/projects/{office.workspace_id}/datasets", json={"name": "secrets"})
    hidden = f"/v1/projects/{office.workspace_id}/datasets/secrets/integrity"
    assert office.client("kwanjai").get(hidden).status_code == 401
    assert deleted_in(planner_client.get(hidden)) == {}
    assert from_device(office, "x/integrity").status_code == 404


def test_the_token_of_a_draft_opens_the_lists_that_it_chooses_from(office: Office, planner_client: Any) -> None:
    forms = f"/v1/projects/{office.workspace_id}/forms"
    draft = tree_form("draft", list_name="other").replace(b"</model>", CHOOSES)
    made = planner_client.post(forms, data=draft, content_type="application/xml")
    assert made.status_code == 200
    token = planner_client.get(f"{forms}/draft/draft").json["draftToken"]
    client = office.app.test_client()
    path = f"projects/{office.workspace_id}/datasets/trees/integrity"
    assert deleted_in(client.get(f"/v1/test/{token}/{path}")) == {TREE: "false", OTHER: "false"}
    assert client.get(f"/v1/test/wrong/{path}").status_code == 401
    other = f"projects/{office.workspace_id}/datasets/other/integrity"
    assert client.get(f"/v1/test/{token}/{other}").status_code == 401


def test_a_device_is_told_everything_first_and_then_only_what_changed(office: Office, planner_client: Any) -> None:
    first = from_device(office, "/changes").json
    assert (first["whole"], first["properties"], first["deleted"]) == (True, ["species", "height"], [])
    assert first["entities"] == [
        {"uuid": TREE, "version": 1, "label": "ก", "data": {"height": "1"}},
        {"uuid": OTHER, "version": 1, "label": "ข", "data": {"height": "1"}},
    ]
    deliver(office, tree_record(TREE, action="update", base=1, trunk=1, branch="b", height="2"))
    planner_client.delete(at(office, f"/entities/{OTHER}"))
    answer = from_device(office, f"/changes?since={first['cursor']}")
    assert len(answer.data) < 2000
    assert answer.json | {"cursor": ""} == {
        "cursor": "",
        "whole": False,
        "properties": ["species", "height"],
        "entities": [{"uuid": TREE, "version": 2, "label": "ก", "data": {"height": "2"}}],
        "deleted": [OTHER],
    }


def test_who_has_everything_is_told_so_in_a_few_bytes(office: Office, planner_client: Any) -> None:
    first = from_device(office, "/changes")
    tag = first.headers["ETag"]
    again = from_device(office, f"/changes?since={first.json['cursor']}", **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    planner_client.patch(at(office, f"/entities/{TREE}?force=true"), json={"label": "ค"})
    changed = from_device(office, f"/changes?since={first.json['cursor']}", **{"If-None-Match": tag})
    assert [row["label"] for row in changed.json["entities"]] == ["ค"]
    assert changed.headers["ETag"] != tag


def test_changes_are_squeezed_for_whom_that_suits(office: Office, planner_client: Any) -> None:
    entities = [{"label": f"ต้น {n}", "data": {"height": "5"}} for n in range(200)]
    planner_client.post(at(office, "/entities"), json={"entities": entities, "source": {"name": "x"}})
    answer = from_device(office, "/changes", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert len(json.loads(gzip.decompress(answer.data))["entities"]) == 202
    assert "Content-Encoding" not in from_device(office, "/changes").headers


@pytest.mark.parametrize(
    "since", ["x", "x.y.z", "a.b.999999999999999999999999", "..", "%F0%9F%8C%B3", "a" * 4000, "-1"]
)
def test_a_cursor_that_is_not_ours_gives_everything(office: Office, planner_client: Any, since: str) -> None:
    answer = from_device(office, f"/changes?since={since}").json
    assert (answer["whole"], len(answer["entities"])) == (True, 2)


def test_a_device_is_told_only_of_the_entities_it_may_have(office: Office, planner_client: Any) -> None:
    planner_client.patch(at(office, ""), json={"ownerOnly": True})
    assert from_device(office, "/changes").json["entities"] == []
    assert len(planner_client.get(at(office, "/changes")).json["entities"]) == 2
    mine = "12345678-1234-4123-8234-000000000001"
    deliver(office, tree_record(mine, label="ของฉัน"))
    assert [row["uuid"] for row in from_device(office, "/changes").json["entities"]] == [mine]
    assert deleted_in(from_device(office, "/integrity")) == {mine: "false"}


def test_a_device_that_moves_to_another_district_is_given_its_rows_anew(office: Office, planner_client: Any) -> None:
    rule = {"datasetProperty": "height", "actorProperty": "district"}
    planner_client.patch(at(office, ""), json={"accessFilter": {"type": "property", "rules": [rule]}})
    assert from_device(office, "/changes").json["entities"] == []
    put = planner_client.put(
        f"/v1/projects/{office.workspace_id}/actor-properties/{office.device_id}",
        json={"properties": {"district": "1"}},
    )
    assert put.json == {"actorId": office.device_id, "properties": {"district": "1"}, "fromPlan": {}}
    told = from_device(office, "/changes").json
    assert (told["whole"], len(told["entities"])) == (True, 2)
    planner_client.patch(at(office, f"/entities/{TREE}?force=true"), json={"data": {"height": "2"}})
    told = from_device(office, f"/changes?since={told['cursor']}").json
    assert (told["entities"], told["deleted"]) == ([], [TREE])


def test_changes_are_not_for_everybody(office: Office, planner_client: Any) -> None:
    assert office.client("stranger").get(at(office, "/changes")).status_code == 403
    assert office.client().get(at(office, "/changes")).status_code == 401
    planner_client.post(f"/v1/projects/{office.workspace_id}/datasets", json={"name": "secrets"})
    hidden = f"/v1/projects/{office.workspace_id}/datasets/secrets/changes"
    assert office.client("kwanjai").get(hidden).status_code == 403
