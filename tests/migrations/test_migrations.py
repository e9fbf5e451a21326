"""The migrations give the tables of the models, on both engines; twice does no harm, and the way back works."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, inspect, text

from app import create_app
from core.access.actor import SYSTEM
from core.access.workspaces import create_workspace, find_workspace
from core.database import Base, db, writing_engine
from core.schema import MIGRATIONS, _config, upgrade_database
from core.settings import load_settings
from core.transaction import reading, unit_of_work
from tests.conftest import ENGINES, postgres_database

NewDatabase = Callable[[str], Flask]
VERSION_TABLE = "alembic_version"
REVISIONS = sorted(path for path in (MIGRATIONS / "versions").glob("*.py") if path.stem != "__init__")


@pytest.fixture
def new_database(tmp_path: Path, worker_name: str) -> Iterator[NewDatabase]:
    """Makes an application over an empty database of an engine."""
    made: list[Flask] = []

    def make(engine: str) -> Flask:
        url = postgres_database(f"migrations_{worker_name}_{len(made)}") if engine == "postgresql" else ""
        folder = tmp_path / f"{engine}-{len(made)}"
        app = create_app(load_settings({}, data_dir=folder, database_url=url, log_level="ERROR", min_free_bytes=0))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("engine", ENGINES)
def test_upgrading_an_empty_database_gives_the_tables_and_columns_of_the_models(
    new_database: NewDatabase, engine: str
) -> None:
    app = new_database(engine)
    with app.app_context():
        upgrade_database()
        found = inspect(db.engine)
        tables = set(found.get_table_names()) - {VERSION_TABLE}
        assert tables == set(Base.metadata.tables)
        columns = {name: {(item["name"], item["nullable"]) for item in found.get_columns(name)} for name in tables}
    wanted = {
        name: {(item.name, item.nullable) for item in table.columns} for name, table in Base.metadata.tables.items()
    }
    assert columns == wanted


def test_on_postgresql_nothing_differs_from_the_models(new_database: NewDatabase) -> None:
    with new_database("postgresql").app_context():
        upgrade_database()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, Base.metadata)
    assert not differences, "\n".join(map(str, differences))


def test_on_sqlite_the_same_statements_make_tables_and_indexes_as_the_models_do(new_database: NewDatabase) -> None:
    with new_database("sqlite").app_context():
        upgrade_database()
        migrated = _sqlite_schema()
    with new_database("sqlite").app_context():
        Base.metadata.create_all(db.engine)
        direct = _sqlite_schema()
    assert set(migrated) == set(direct)
    differing = [f"{name}:\n  {migrated[name]}\n  {direct[name]}" for name in direct if migrated[name] != direct[name]]
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("engine", ENGINES)
def test_upgrading_twice_does_no_harm_and_keeps_what_is_there(new_database: NewDatabase, engine: str) -> None:
    with new_database(engine).app_context():
        upgrade_database()
        kept = unit_of_work(lambda session: create_workspace(session, SYSTEM, name="สพป.ธารานคร เขต 1").id)
        upgrade_database()
        assert find_workspace(reading(), kept).name == "สพป.ธารานคร เขต 1"


def test_the_way_back_to_nothing_works_on_postgresql(new_database: NewDatabase) -> None:
    with new_database("postgresql").app_context():
        upgrade_database()
        with writing_engine(db.engine).begin() as connection:
            command.downgrade(_config(connection), "base")
        assert set(inspect(db.engine).get_table_names()) <= {VERSION_TABLE}
        # And forth again, so that nothing was left that would stand in the way.
        upgrade_database()
        assert set(inspect(db.engine).get_table_names()) - {VERSION_TABLE} == set(Base.metadata.tables)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_failed_migration_leaves_nothing_behind(
    new_database: NewDatabase, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both engines take back a half-made schema, so the version before can still be started."""
    original = Base.metadata.tables["workspace"]

    def fail(*_arguments: Any) -> None:
        raise RuntimeError("The machine went away")

    with new_database(engine).app_context():
        with writing_engine(db.engine).begin() as connection:
            config = _config(connection)
            monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
            with pytest.raises(RuntimeError, match="went away"):
                command.upgrade(config, "head")
            connection.rollback()
        assert original.name not in inspect(db.engine).get_table_names()
        monkeypatch.undo()
        upgrade_database()
        assert original.name in inspect(db.engine).get_table_names()


def test_the_revisions_are_one_line_with_a_way_back() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    for revision in script.walk_revisions():
        assert callable(revision.module.downgrade), revision.revision


@pytest.mark.parametrize("path", REVISIONS, ids=lambda path: path.stem)
def test_a_migration_outlives_the_code(path: Path) -> None:
    """It names plain column types and nothing of ours, which later versions may rename or drop."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {item.name for node in ast.walk(tree) if isinstance(node, ast.Import) for item in node.names}
    assert {str(name).split(".")[0] for name in modules} <= {"sqlalchemy", "alembic", "__future__"}


def _sqlite_schema() -> dict[str, str]:
    """What SQLite says made each table and index, by name; in one spelling, and columns in one order."""
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
        return {row.name: _spelled(connection, row.name, row.sql) for row in rows if row.name != VERSION_TABLE}


def _spelled(connection: Connection, name: str, statement: str) -> str:
    if statement.upper().startswith("CREATE TABLE"):
        columns = connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()
        keys = connection.exec_driver_sql(f'PRAGMA foreign_key_list("{name}")').all()
        described = sorted((row[1], row[2], row[3], row[5]) for row in columns)
        without_rowid = statement.rstrip().upper().endswith("WITHOUT ROWID")
        checks = sorted(re.findall(r"CONSTRAINT (\S+) CHECK", statement))
        return f"{described} {sorted((row[3], row[2], row[4]) for row in keys)} {checks} {without_rowid}"
    return re.sub(r"\s+", " ", statement.replace('"', "")).lower()
