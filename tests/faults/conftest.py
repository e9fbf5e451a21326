"""Servers for the faults: each on SQLite, and on a PostgreSQL that keeps every commit on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faults.server import RealServer
from tests.support.postgres import database_address, start_postgres

ENGINES = ("sqlite", "postgresql")
NewServer = Callable[..., RealServer]


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[str]:
    """A PostgreSQL of its own with fsync on, which stays up while servers die."""
    before = os.environ.get("TIDTAM_TEST_DURABLE")
    os.environ["TIDTAM_TEST_DURABLE"] = "1"
    try:
        address, stop = start_postgres()
    finally:
        if before is None:
            del os.environ["TIDTAM_TEST_DURABLE"]
    yield address
    stop()


@pytest.fixture(scope="module")
def new_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[NewServer]:
    """Make a server for an engine, with further settings; started ones are stopped when the module is done."""
    made: list[RealServer] = []

    def make(engine: str, **settings: str) -> RealServer:
        folder = tmp_path_factory.mktemp("server", numbered=True) / "data"
        url = ""
        if engine == "postgresql":
            server = request.getfixturevalue("durable_postgres")
            name = f"{Path(request.module.__file__).stem}_{len(made)}"
            with psycopg.connect(database_address(server, "postgres"), autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                connection.execute(f'CREATE DATABASE "{name}"')
            url = database_address(server, name)
        made.append(RealServer(folder, url, **settings))
        return made[-1]

    yield make
    for server in made:
        server.stop()
