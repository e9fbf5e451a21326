"""PostgreSQL restarts under the running server: clients are asked to wait, and nobody has to restart anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from defusedxml import ElementTree

from tests.faults.conftest import NewServer
from tests.faults.records import Load, faults_in
from tests.faults.server import RealServer
from tests.support.raw_http import ENVELOPE, bearer

pytestmark = pytest.mark.fault


@contextmanager
def database_away(server: RealServer) -> Iterator[None]:
    """Every connection is cut, and no new one is let in while the block runs."""
    base, _, name = server.database_url.rpartition("/")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


def test_a_database_that_restarts_under_load_costs_nobody_a_record(new_server: NewServer) -> None:
    server = new_server("postgresql").start()
    load = Load(server, clients=4, seed=13).start()
    for pause in (0.0, 0.5, 0.0, 0.5):
        time.sleep(0.4)
        with database_away(server):
            time.sleep(pause)
    time.sleep(0.4)
    ledger = load.finish()
    assert ledger.odd_answers == []
    assert ledger.broken_off == 0
    assert ledger.refused_for_now > 0
    faults = faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))
    assert not faults, faults


def test_while_the_database_is_away_every_wire_says_so_in_its_own_way(new_server: NewServer) -> None:
    server = new_server("postgresql").start()
    office = server.office
    with database_away(server):
        time.sleep(0.1)
        assert server.alive
        assert server.request("GET", "/readyz")[0] == 503
        status, body, headers = server.request("HEAD", server.path)
        assert (status, body) == (503, b"")
        assert int(headers["retry-after"]) > 0
        status, body, headers = server.request("POST", server.path)
        assert (status, ElementTree.fromstring(body).tag) == (503, ENVELOPE)
        status, body, headers = server.request(
            "GET", f"/v1/projects/{office.workspace_id}/forms", headers=bearer(server)
        )
        assert (status, headers["content-type"]) == (503, "application/json")
        status, _, headers = server.request("GET", "/", headers={"Cookie": f"session={office.tokens['wanna']}"})
        assert (status, headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert server.request("HEAD", server.path)[0] == 204
