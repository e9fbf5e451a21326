"""Write a migration from the difference between the models and an empty, migrated PostgreSQL database.

    TIDTAM_DATABASE_URL=postgresql://… .venv/bin/python deploy/new_migration.py 0002 "Add what was missing"

PostgreSQL and not SQLite, since only there can Alembic see every index.

Read what it wrote before committing it: column types are spelled by core.database.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from alembic import command

from app import create_app
from core.database import db, writing_engine
from core.schema import _config, upgrade_database
from core.settings import load_settings


def main() -> None:
    """Make the migration named on the command line."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings(data_dir=Path(folder)))
        with app.app_context():
            upgrade_database()
            with writing_engine(db.engine).begin() as connection:
                command.revision(_config(connection), message=sys.argv[2], rev_id=sys.argv[1], autogenerate=True)


if __name__ == "__main__":
    main()
