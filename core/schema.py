"""Bringing the database to the tables this version works with."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from core.database import db, writing_engine

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def upgrade_database(revision: str = "head") -> None:
    """Run the migrations that are missing, in one transaction where the database can."""
    with writing_engine(db.engine).begin() as connection:
        command.upgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
