"""The whole server is killed under load, again and again: nothing acknowledged is lost, doubled, torn or half there.

``TIDTAM_FAULT_KILLS`` says how often; ``make faults`` asks for 100 on each engine.
"""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.faults.conftest import NewServer
from tests.faults.records import Load, faults_in, torn_files

pytestmark = pytest.mark.fault
ASKED = os.environ.get("TIDTAM_FAULT_KILLS")
KILLS = {"sqlite": int(ASKED or 5), "postgresql": int(ASKED or 2)}


@pytest.mark.parametrize("engine", KILLS)
def test_nothing_acknowledged_is_lost_doubled_or_torn_when_the_server_is_killed(
    new_server: NewServer, engine: str
) -> None:
    chance = random.Random(20_261_121)
    server = new_server(engine).start()
    load = Load(server, clients=6, seed=1).start()
    ledger = load.ledger
    seen: set[str] = set()
    for kill in range(KILLS[engine]):
        time.sleep(chance.uniform(0.1, 1.2))
        server.kill()
        with load.paused():
            promised = ledger.so_far()
            fresh = set(ledger.offered) - seen
            if kill % 2:
                # Every other time what the dead server left is looked at before it can put anything right.
                assert not (faults := faults_in(server, ledger, promised, only_new=fresh)), f"kill {kill + 1}: {faults}"
            server.start()
            assert not (faults := faults_in(server, ledger, promised, only_new=fresh)), f"kill {kill + 1}: {faults}"
        # Those that were not acknowledged yet are looked at again next time.
        seen |= fresh & set(promised)
    ledger = load.finish()
    server.stop()
    assert ledger.odd_answers == []
    assert set(ledger.offered) == set(ledger.acknowledged)
    faults = faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))
    assert not faults, f"at the end: {faults}"
    assert torn_files(server) == []
    assert '"level":"error"' not in server.log()
    print(
        f"\n{engine}: {KILLS[engine]} kills, {len(ledger.acknowledged)} records, {ledger.count_files()} files, "
        f"{ledger.broken_off} answers broken off, {ledger.refused_for_now} refused for now; "
        f"0 lost, 0 duplicated, 0 torn, 0 half-stored; ready again within {max(server.restart_seconds):.1f} s"
    )


@pytest.mark.parametrize("engine", KILLS)
def test_a_server_that_is_asked_to_end_under_load_ends_soon_and_loses_nothing(
    new_server: NewServer, engine: str
) -> None:
    server = new_server(engine).start()
    load = Load(server, clients=4, seed=2).start()
    for _ in range(3):
        time.sleep(0.4)
        assert server.end() < 10
        promised = load.ledger.so_far()
        fresh = set(load.ledger.offered)
        assert not (faults := faults_in(server, load.ledger, promised, only_new=fresh)), faults
        server.start()
    ledger = load.finish()
    assert ledger.odd_answers == []
    assert not (faults := faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))), faults


def test_a_server_that_stands_still_for_a_while_goes_on_where_it_was(new_server: NewServer) -> None:
    server = new_server("sqlite").start()
    load = Load(server, clients=4, seed=4).start()
    for _ in range(2):
        time.sleep(0.3)
        members = server.processes()
        for member in members:
            member.suspend()
        time.sleep(2)
        for member in reversed(members):
            member.resume()
    time.sleep(0.3)
    ledger = load.finish()
    assert (ledger.odd_answers, ledger.broken_off) == ([], 0)
    assert not (faults := faults_in(server, ledger, ledger.acknowledged, only_new=set(ledger.offered))), faults
