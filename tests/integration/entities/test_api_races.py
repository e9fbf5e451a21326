"""Several programs at once: each UUID is made once, each version follows one other, and devices miss nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from core.transaction import reading
from sync.entities.models import Entity, EntityVersion
from tests.personas import Office
from tests.support.live_server import live_server

TREE = "12345678-1234-4123-8234-123456789abc"
THREADS = 6


@pytest.fixture
def server(office: Office) -> Iterator[str]:
    with live_server(office.app) as url:
        root = f"{url}/v1/projects/{office.workspace_id}/datasets"
        headers = {"Authorization": f"Bearer {office.tokens['wanna']}"}
        requests.post(root, json={"name": "trees"}, headers=headers, timeout=30).raise_for_status()
        requests.post(f"{root}/trees/properties", json={"name": "height"}, headers=headers, timeout=30)
        yield f"{root}/trees"


def at_once(office: Office, call: Callable[[Any, int], requests.Response]) -> list[int]:
    """The statuses of several calls made at the same time."""

    def one(number: int) -> int:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {office.tokens['wanna']}"
            return call(session, number).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        return sorted(pool.map(one, range(THREADS)))


def test_one_of_many_makes_an_entity_and_the_others_are_told_that_it_is_there(office: Office, server: str) -> None:
    statuses = at_once(
        office, lambda client, n: client.post(f"{server}/entities", json={"uuid": TREE, "label": str(n)}, timeout=60)
    )
    assert statuses == [200] + [409] * (THREADS - 1)
    assert (reading().query(Entity).count(), reading().query(EntityVersion).count()) == (1, 1)


def test_one_of_many_changes_a_version_and_the_others_are_told_of_it(office: Office, server: str) -> None:
    at_once(office, lambda client, _n: client.post(f"{server}/entities", json={"uuid": TREE, "label": "ก"}, timeout=60))
    statuses = at_once(
        office,
        lambda client, n: client.patch(
            f"{server}/entities/{TREE}?baseVersion=1", json={"data": {"height": str(n)}}, timeout=60
        ),
    )
    assert statuses == [200] + [409] * (THREADS - 1)
    forced = at_once(
        office,
        lambda client, n: client.patch(
            f"{server}/entities/{TREE}?force=true", json={"data": {"height": str(n)}}, timeout=60
        ),
    )
    assert forced == [200] * THREADS
    reading().expire_all()
    assert sorted(row.version for row in reading().query(EntityVersion)) == list(range(1, 3 + THREADS))


def test_revisions_are_counted_without_gaps_and_whoever_follows_them_has_everything(
    office: Office, server: str
) -> None:
    cursor, known = "", set()
    entities = [{"label": f"ต้น {n}"} for n in range(20)]
    body = {"entities": entities, "source": {"name": "x"}}
    for _ in range(3):
        assert (
            at_once(office, lambda client, _n: client.post(f"{server}/entities", json=body, timeout=60))
            == [200] * THREADS
        )
        told = office.client("wanna").get(server[server.index("/v1") :] + f"/changes?since={cursor}").json
        cursor = told["cursor"]
        known |= {row["uuid"] for row in told["entities"]}
    assert len(known) == 3 * THREADS * len(entities)
    changed = sorted(row.changed for row in reading().query(Entity))
    assert changed == list(range(changed[0], changed[0] + len(known)))


def test_one_of_many_makes_a_list_or_a_property(office: Office, server: str) -> None:
    root = server.rpartition("/")[0]
    assert at_once(office, lambda client, _n: client.post(root, json={"name": "wells"}, timeout=60)) == (
        [200] + [409] * (THREADS - 1)
    )
    assert at_once(
        office, lambda client, _n: client.post(f"{server}/properties", json={"name": "age"}, timeout=60)
    ) == ([200] + [409] * (THREADS - 1))
