"""Fixtures. `app` runs every test that asks for it on SQLite and on PostgreSQL, with tables emptied in between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from core import jobs
from core.access.actor import Actor, Grant
from core.database import Base, db
from core.kept import forget_kept
from core.settings import load_settings
from tests.personas import Office, found_office
from tests.support.clients import FreshContextClient
from tests.support.postgres import database_address, start_postgres

# No test of ours times a clock: on a busy machine an example may take its time, and so may making it.
hypothesis.settings.register_profile("tidtam", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tidtam")

ENGINES = ("sqlite", "postgresql")
_POSTGRES = "TIDTAM_TEST_POSTGRES"
_stop_postgres = None


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all test processes, before they begin."""
    global _stop_postgres
    if hasattr(config, "workerinput") or os.environ.get(_POSTGRES):
        return
    os.environ[_POSTGRES], _stop_postgres = start_postgres()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it when all are done."""
    if _stop_postgres is not None and not hasattr(config, "workerinput"):
        os.environ.pop(_POSTGRES, None)
        _stop_postgres()


def postgres_database(name: str) -> str:
    """Address of a fresh, empty database."""
    server = os.environ[_POSTGRES]
    with psycopg.connect(database_address(server, "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return database_address(server, name)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Which of the parallel test processes this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session", params=ENGINES)
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Flask:
    """One application per engine and test process."""
    folder = tmp_path_factory.mktemp(f"data-{request.param}")
    url = postgres_database(f"tidtam_{worker_name}") if request.param == "postgresql" else ""
    settings = load_settings(
        {}, data_dir=folder, database_url=url, log_level="ERROR", allow_basic_over_http=True, min_free_bytes=0
    )
    app = create_app(settings)
    app.testing = True
    app.test_client_class = FreshContextClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application, with empty tables, inside its context."""
    forget_kept(shared_app)
    with shared_app.app_context():
        _empty_tables()
    with shared_app.app_context():
        yield shared_app
        db.session.remove()


@pytest.fixture
def office(app: Flask) -> Office:
    """A workspace with its people and a device."""
    return found_office(app)


@pytest.fixture
def planner(office: Office) -> Actor:
    """The manager of the office's workspace, for calling services."""
    return Actor(id=office.ids["wanna"], kind="user", display_name="Wanna", grants=(Grant(5, office.workspace_id),))


@pytest.fixture
def data_dir(app: Flask) -> Path:
    """Folder of the application's files."""
    folder: Path = app.config["TIDTAM_SETTINGS"].data_dir
    return folder


def run_jobs() -> int:
    """Do all the background work that waits."""
    return jobs.run_pending()


def _empty_tables() -> None:
    tables = [table.name for table in Base.metadata.sorted_tables]
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(f'"{name}"' for name in tables)
            # A test that leaves a transaction open is to fail the next one, and not to hang it.
            connection.execute(text("SET lock_timeout = '20s'"))
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            connection.commit()
            return
        raw = connection.connection.driver_connection
        assert raw is not None
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        for name in tables:
            raw.execute(f'DELETE FROM "{name}"')
        raw.execute("PRAGMA foreign_keys=ON")
