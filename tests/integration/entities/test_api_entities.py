"""Entities over REST: reading, creating, changing, deleting and restoring them, and whatever may be wrong with that."""

from __future__ import annotations

import gzip
import time
import uuid
from typing import Any

import pytest

from core.audit import AuditEntry
from core.transaction import reading
from sync.entities.models import Entity, EntityVersion
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import deliver, effects_now, publish_form, tree_form, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"
OTHER = "12345678-1234-4123-8234-123456789def"


@pytest.fixture
def planner_client(office: Office) -> Any:
    client = office.client("wanna")
    client.post(f"/v1/projects/{office.workspace_id}/datasets", json={"name": "trees"})
    for name in ("species", "height"):
        client.post(f"/v1/projects/{office.workspace_id}/datasets/trees/properties", json={"name": name})
    return client


def at(office: Office, rest: str = "", name: str = "trees") -> str:
    return f"/v1/projects/{office.workspace_id}/datasets/{name}/entities{rest}"


def code(answer: Any) -> Any:
    return answer.status_code, answer.json["code"]


def stored() -> tuple[int, int]:
    session = reading()
    session.expire_all()
    return session.query(Entity).count(), session.query(EntityVersion).count()


def test_an_entity_is_made_with_centrals_fields(office: Office, planner_client: Any) -> None:
    body = {"uuid": TREE, "label": "ต้นจามจุรี", "data": {"species": "จามจุรี"}}
    made = planner_client.post(at(office), json=body, headers={"User-Agent": "script/1"}).json
    created = made["createdAt"]
    assert made == {
        "uuid": TREE,
        "createdAt": created,
        "updatedAt": None,
        "deletedAt": None,
        "creatorId": office.ids["wanna"],
        "conflict": None,
        "currentVersion": {
            "label": "ต้นจามจุรี",
            "current": True,
            "createdAt": created,
            "creatorId": office.ids["wanna"],
            "userAgent": "script/1",
            "version": 1,
            "baseVersion": None,
            "branchId": None,
            "trunkVersion": None,
            "branchBaseVersion": None,
            "conflictingProperties": None,
            "data": {"species": "จามจุรี"},
            "dataReceived": {"species": "จามจุรี", "label": "ต้นจามจุรี"},
        },
    }
    assert planner_client.get(at(office, f"/{TREE}")).json == made


def test_extended_metadata_tells_who_made_it(office: Office, planner_client: Any) -> None:
    planner_client.post(at(office), json={"uuid": TREE, "label": "ก"})
    headers = {"X-Extended-Metadata": "true"}
    one = planner_client.get(at(office, f"/{TREE}"), headers=headers).json
    assert one["creator"]["displayName"] == one["currentVersion"]["creator"]["displayName"] == "Wanna"
    listed = planner_client.get(at(office), headers=headers).json[0]
    assert listed["creator"]["id"] == office.ids["wanna"]
    assert "data" not in listed["currentVersion"]


def test_entities_are_listed_newest_first_and_the_trash_apart(office: Office, planner_client: Any) -> None:
    planner_client.post(at(office), json={"uuid": TREE, "label": "ก"})
    planner_client.post(at(office), json={"uuid": OTHER, "label": "ข"})
    assert [row["uuid"] for row in planner_client.get(at(office)).json] == [OTHER, TREE]
    planner_client.delete(at(office, f"/{TREE}"))
    assert [row["uuid"] for row in planner_client.get(at(office)).json] == [OTHER]
    assert [row["uuid"] for row in planner_client.get(at(office, "?deleted=true")).json] == [TREE]
    assert planner_client.get(at(office, f"/{TREE}")).status_code == 404
    assert planner_client.get(at(office, f"/{TREE}?deleted=true")).json["deletedAt"] is not None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, 400.2)),
        ({"label": None}, (400, 400.2)),
        ({"label": ""}, (400, 400.8)),
        ({"label": "  "}, (400, 400.8)),
        ({"label": 5}, (400, 400.11)),
        ({"label": "ก", "data": []}, (400, 400.11)),
        ({"label": "ก", "data": None}, (400, 400.11)),
        ({"label": "ก", "data": {"height": 5}}, (400, 400.11)),
        ({"label": "ก", "data": {"height": None}}, (400, 400.11)),
        ({"label": "ก", "data": {"colour": "x"}}, (400, 400.28)),
        ({"label": "ก", "data": {"Height": "x"}}, (400, 400.28)),
        ({"label": "ก", "data": {"label": "x"}}, (400, 400.28)),
        ({"label": "ก", "height": "5"}, (400, 400.28)),
        ({"label": "ก", "uuid": ""}, (400, 400.11)),
        ({"label": "ก", "uuid": "no"}, (400, 400.11)),
        ({"label": "ก", "uuid": 5}, (400, 400.11)),
        ({"label": "ก\u0001"}, (400, 400.8)),
        ({"label": "ก", "data": {"height": "\ufffe"}}, (400, 400.8)),
        ({"label": "ก" * 501}, (400, 400.8)),
        ({"label": "\u200b\ufeff"}, (400, 400.8)),
        ({"label": "ก", "data": {"height": "x" * 5_001}}, (400, 400.8)),
        ({"label": "ก", "uuid": OTHER}, (409, 409.3)),
        ({"label": "ก", "uuid": f"uuid:{OTHER.upper()}"}, (409, 409.3)),
        ([], (400, 400.11)),
        ("x", (400, 400.11)),
        (7, (400, 400.11)),
    ],
)
def test_an_entity_that_cannot_be_is_refused_and_nothing_stored(
    office: Office, planner_client: Any, body: Any, expected: Any
) -> None:
    planner_client.post(at(office), json={"label": "ข", "uuid": OTHER})
    assert code(planner_client.post(at(office), json=body)) == expected
    assert stored() == (1, 1)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'"\\ud800"', b'{"label": "\\u0000"}', b"[" * 100_000, b"NaN"])
def test_a_body_that_is_no_json_is_refused(office: Office, planner_client: Any, raw: bytes) -> None:
    answer = planner_client.post(at(office), data=raw, content_type="application/json")
    assert code(answer) == ((400, 400.2) if raw == b"" else (400, 400.1))


def test_many_entities_are_made_at_once(office: Office, planner_client: Any) -> None:
    entities = [{"label": f"ต้น {n}", "data": {"height": str(n)}} for n in range(1500)]
    body = {"entities": entities, "source": {"name": "trees.csv", "size": 100}}
    assert planner_client.post(at(office), json=body, headers={"X-Action-Notes": "from last year"}).json == {
        "success": True
    }
    assert stored() == (1500, 1500)
    noted = reading().query(AuditEntry).filter_by(action="entity.bulk.create").one()
    assert noted.details == {
        "dataset": "trees", "version": 1, "count": 1500, "notes": "from last year",
        "source": {"name": "trees.csv", "size": 100},
    }  # fmt: skip
    listed = planner_client.get(at(office)).json
    assert [row["currentVersion"]["label"] for row in listed[:2]] == ["ต้น 1499", "ต้น 1498"]
    assert sorted(row.changed for row in reading().query(Entity)) == list(range(3, 1503))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"source": None}, (400, 400.2)),
        ({"source": {}}, (400, 400.2)),
        ({"source": {"name": 5}}, (400, 400.11)),
        ({"source": {"name": "x", "size": []}}, (400, 400.11)),
        ({"source": {"name": "x", "size": -1}}, (400, 400.11)),
        ({"source": {"name": "x", "size": 10**30}}, (400, 400.11)),
        ({"entities": []}, (400, 400.8)),
        ({"entities": {}}, (400, 400.11)),
        ({"entities": None}, (400, 400.11)),
        ({"entities": [{"label": "ก"}, 5]}, (400, 400.11)),
        ({"entities": [{"label": "ก"}, {"label": ""}]}, (400, 400.8)),
        ({"entities": [{"label": "ก"}, {"label": "ข", "data": {"colour": "x"}}]}, (400, 400.28)),
        ({"entities": [{"label": "ก", "uuid": TREE}, {"label": "ข", "uuid": TREE.upper()}]}, (409, 409.3)),
        ({"entities": [{"label": "ก", "uuid": TREE}, {"label": "ข", "uuid": OTHER}]}, (409, 409.3)),
        ({"more": 1}, (400, 400.28)),
    ],
)
def test_many_entities_of_which_one_cannot_be_are_refused_and_none_is_stored(
    office: Office, planner_client: Any, change: Any, expected: Any
) -> None:
    planner_client.post(at(office), json={"label": "ข", "uuid": OTHER})
    body = {"entities": [{"label": "ก"}], "source": {"name": "x"}, **change}
    assert code(planner_client.post(at(office), json=body)) == expected
    assert stored() == (1, 1)


def test_the_answer_says_which_of_many_is_wrong(office: Office, planner_client: Any) -> None:
    body = {"entities": [{"label": "ก"}, {"label": "ข"}, {"label": 3}], "source": {"name": "x"}}
    assert planner_client.post(at(office), json=body).json["details"]["entity"] == 2


def test_a_hundred_thousand_entities_are_made_in_one_go_and_more_are_refused(
    office: Office, planner_client: Any
) -> None:
    entities = [{"label": f"ต้น {n}", "data": {"height": str(n)}} for n in range(100_000)]
    started = time.monotonic()
    answer = planner_client.post(at(office), json={"entities": entities, "source": {"name": "x"}})
    assert answer.json == {"success": True}
    assert time.monotonic() - started < 120
    assert stored() == (100_000, 100_000)
    entities.append({"label": "one more", "data": {}})
    assert code(planner_client.post(at(office), json={"entities": entities, "source": {"name": "x"}})) == (400, 400.8)
    assert stored() == (100_000, 100_000)
    told = planner_client.get(f"/v1/projects/{office.workspace_id}/datasets/trees.svc/Entities?$top=1&$count=true").json
    assert told["@odata.count"] == 100_000


def test_a_body_that_is_too_long_is_refused_before_it_is_read(office: Office, planner_client: Any) -> None:
    answer = planner_client.post(at(office), environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024)})
    assert code(answer) == (413, "413.100")
    other = planner_client.patch(at(office, f"/{TREE}?force=true"), json={"label": "x" * 300_000})
    assert code(other) == (413, "413.100")


def test_an_update_names_its_base_or_is_forced(office: Office, planner_client: Any) -> None:
    planner_client.post(at(office), json={"uuid": TREE, "label": "ก", "data": {"species": "จามจุรี", "height": "1"}})
    for query in ("", "?baseVersion=2", "?force=false"):
        assert code(planner_client.patch(at(office, f"/{TREE}{query}"), json={"data": {"height": "2"}})) == (
            409,
            409.15,
        )
    done = planner_client.patch(at(office, f"/{TREE}?baseVersion=1"), json={"data": {"height": ""}}).json
    version = done["currentVersion"]
    assert (version["version"], version["baseVersion"]) == (2, 1)
    assert version["data"] == {"species": "จามจุรี", "height": ""}
    assert version["dataReceived"] == {"height": ""}
    assert done["updatedAt"] is not None
    done = planner_client.patch(at(office, f"/{TREE}?force=true&baseVersion=1"), json={"label": "ข"}).json
    assert (done["currentVersion"]["label"], done["currentVersion"]["version"]) == ("ข", 3)


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("?force=true", {}, (400, 400.2)),
        ("?force=true", {"data": {}}, (400, 400.2)),
        ("?force=true", {"label": ""}, (400, 400.8)),
        ("?force=true", {"label": None}, (400, 400.11)),
        ("?force=true", {"data": {"height": None}}, (400, 400.11)),
        ("?force=true", {"data": {"colour": "x"}}, (400, 400.28)),
        ("?force=true", {"uuid": OTHER, "label": "ข"}, (400, 400.28)),
        ("?force=true", [], (400, 400.11)),
        ("?baseVersion=one", {"label": "ข"}, (400, 400.8)),
        ("?baseVersion=-1", {"label": "ข"}, (400, 400.8)),
        (f"?baseVersion={10**30}", {"label": "ข"}, (400, 400.8)),
        ("?resolve=true&force=true", {}, (400, 400.32)),
        ("?resolve=true&force=true", {"label": "ข"}, (400, 400.32)),
    ],
)
def test_an_update_that_cannot_be_is_refused_and_makes_no_version(
    office: Office, planner_client: Any, query: str, body: Any, expected: Any
) -> None:
    planner_client.post(at(office), json={"uuid": TREE, "label": "ก"})
    assert code(planner_client.patch(at(office, f"/{TREE}{query}"), json=body)) == expected
    assert stored() == (1, 1)


def test_a_conflict_is_resolved_with_and_without_a_change(office: Office, planner_client: Any) -> None:
    _conflict(office)
    resolved = planner_client.patch(at(office, f"/{TREE}?resolve=true&baseVersion=3")).json
    assert (resolved["conflict"], resolved["currentVersion"]["version"]) == (None, 3)
    deliver(office, tree_record(TREE, action="update", base=1, trunk=1, branch="b3", height="15"))
    assert planner_client.get(at(office, f"/{TREE}")).json["conflict"] == "hard"
    assert code(planner_client.patch(at(office, f"/{TREE}?resolve=true&baseVersion=3"))) == (409, 409.15)
    body = {"data": {"height": "16"}}
    resolved = planner_client.patch(at(office, f"/{TREE}?resolve=true&force=true"), json=body).json
    assert (resolved["conflict"], resolved["currentVersion"]["version"]) == (None, 5)


def test_entities_are_deleted_and_restored(office: Office, planner_client: Any) -> None:
    planner_client.post(at(office), json={"uuid": TREE, "label": "ก"})
    assert code(planner_client.post(at(office, f"/{TREE}/restore"))) == (404, 404.1)
    assert planner_client.delete(at(office, f"/{TREE}")).json == {"success": True}
    assert code(planner_client.delete(at(office, f"/{TREE}"))) == (404, 404.1)
    assert code(planner_client.patch(at(office, f"/{TREE}?force=true"), json={"label": "ข"})) == (404, 404.1)
    assert code(planner_client.post(at(office), json={"uuid": TREE, "label": "ก"})) == (409, 409.3)
    assert planner_client.post(at(office, f"/{TREE}/restore")).json == {"success": True}
    assert planner_client.get(at(office, f"/{TREE}")).json["deletedAt"] is None


def test_many_are_deleted_and_restored_at_once_or_none(office: Office, planner_client: Any) -> None:
    ids = [str(uuid.uuid4()) for _ in range(150)]
    entities = [{"uuid": item, "label": "ก"} for item in ids]
    planner_client.post(at(office), json={"entities": entities, "source": {"name": "x"}})
    wrong = planner_client.post(at(office, "/bulk-delete"), json={"ids": [*ids, TREE]})
    assert (code(wrong), wrong.json["details"]["ids"]) == ((404, 404.1), [TREE])
    assert len(planner_client.get(at(office)).json) == 150
    for _ in range(2):
        assert planner_client.post(at(office, "/bulk-delete"), json={"ids": [*ids, ids[0]]}).json == {"success": True}
        assert planner_client.get(at(office)).json == []
    for _ in range(2):
        assert planner_client.post(at(office, "/bulk-restore"), json={"ids": ids[:100]}).json == {"success": True}
        assert len(planner_client.get(at(office)).json) == 100
    assert reading().query(AuditEntry).filter_by(action="entity.bulk.delete").one().details["count"] == 150


@pytest.mark.parametrize(
    ("body", "expected"),
    [({}, 400.2), ({"ids": None}, 400.2), ({"ids": "x"}, 400.11), ({"ids": [5]}, 400.11), ([], 400.11),
     ({"ids": ["no uuid"]}, 404.1), ({"ids": [""]}, 404.1)],
)  # fmt: skip
def test_deleting_many_says_what_is_wrong(office: Office, planner_client: Any, body: Any, expected: Any) -> None:
    for rest in ("/bulk-delete", "/bulk-restore"):
        assert planner_client.post(at(office, rest), json=body).json["code"] == expected


def test_an_entity_of_another_list_is_not_found_in_this_one(office: Office, planner_client: Any) -> None:
    planner_client.post(f"/v1/projects/{office.workspace_id}/datasets", json={"name": "wells"})
    planner_client.post(at(office), json={"uuid": TREE, "label": "ก"})
    assert planner_client.get(at(office, f"/{TREE}", "wells")).status_code == 404
    assert planner_client.delete(at(office, f"/{TREE}", "wells")).status_code == 404
    assert planner_client.post(at(office, "/bulk-delete", "wells"), json={"ids": [TREE]}).status_code == 404
    assert planner_client.post(at(office, "", "nothing"), json={"label": "ก"}).status_code == 404
    assert planner_client.post(at(office, "", "Trees"), json={"label": "ก"}).status_code == 404
    for odd in ("no-uuid", "%E0%B8%81", "a" * 5000, "..%2f"):
        assert planner_client.get(at(office, f"/{odd}")).status_code == 404


def test_what_waited_for_an_entity_is_done_when_it_is_made_together_with_others(
    office: Office, planner_client: Any
) -> None:
    publish_form(office, tree_form())
    run_jobs()
    deliver(office, tree_record(TREE, action="update", base=1, height="5"))
    assert effects_now()[0].state == "failed"
    body = {"entities": [{"uuid": TREE, "label": "ก"}, {"label": "ข"}], "source": {"name": "x"}}
    planner_client.post(at(office), json=body)
    run_jobs()
    assert planner_client.get(at(office, f"/{TREE}")).json["currentVersion"]["data"]["height"] == "5"


def test_a_viewer_reads_and_changes_nothing(office: Office, planner_client: Any) -> None:
    planner_client.post(at(office), json={"uuid": TREE, "label": "ก"})
    viewer = office.client("pakorn")
    assert viewer.get(at(office, f"/{TREE}")).status_code == 200
    for answer in (
        viewer.post(at(office), json={"label": "ข"}),
        viewer.patch(at(office, f"/{TREE}?force=true"), json={"label": "ข"}),
        viewer.delete(at(office, f"/{TREE}")),
        viewer.post(at(office, "/bulk-delete"), json={"ids": [TREE]}),
    ):
        assert code(answer) == (403, 403.1)


def test_a_browser_needs_its_token_against_forgery(office: Office, planner_client: Any) -> None:
    browser = office.browser("wanna")
    assert browser.post(at(office), json={"label": "ก"}).status_code == 200
    del browser.environ_base["HTTP_X_CSRF_TOKEN"]
    assert browser.post(at(office), json={"label": "ก"}).status_code in {401, 403}


def test_a_squeezed_body_is_not_taken_for_json(office: Office, planner_client: Any) -> None:
    squeezed = gzip.compress(b'{"label": "x"}')
    answer = planner_client.post(at(office), data=squeezed, headers={"Content-Encoding": "gzip"})
    assert code(answer) == (400, 400.1)


def _conflict(office: Office) -> None:
    publish_form(office, tree_form())
    run_jobs()
    deliver(
        office,
        tree_record(TREE, label="ก", height="12"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b2", height="14"),
    )
