"""The console, through click's runner on a real database; the server is started as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import inspect

import core.schema
from app import create_app
from core.cli import cli
from core.database import db
from core.settings import SettingsError, load_settings
from core.storage import blob_store, spool_bytes
from core.storage.models import Blob
from core.transaction import unit_of_work
from tests.personas import Office
from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = """
from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
"""
MIGRATION = """
import sqlalchemy
from alembic import op

revision, down_revision = "0001", None


def upgrade():
    op.create_table("made_by_a_migration", sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True))
"""


def run(app: Flask, *words: str, answers: str = "") -> Result:
    return CliRunner().invoke(cli, words, obj=lambda: app, input=answers, prog_name="tidtam")


def password_in(result: Result) -> str:
    found = re.search(r"has the password: (\S+)", result.output)
    assert found is not None, result.output
    return found[1]


def signs_in(app: Flask, email: str, password: str) -> bool:
    answer = app.test_client().post("/v1/sessions", json={"email": email, "password": password})
    return bool(answer.status_code == 200)


@pytest.mark.parametrize(
    "words",
    [(), ("serve",), ("worker",), ("db", "upgrade"), ("user",), ("user", "create"), ("user", "set-password"),
     ("user", "promote"), ("user", "list"), ("workspace", "create"), ("workspace", "list"), ("storage", "check")],
)  # fmt: skip
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"], prog_name="tidtam")
    assert result.exit_code == 0
    assert len(result.output) > 80


def test_the_first_administrator_is_made_on_the_console(app: Flask) -> None:
    result = run(app, "user", "create", "Boss@Example.test", "--name", "หัวหน้า", "--admin")
    assert result.exit_code == 0
    assert signs_in(app, "boss@example.test", password_in(result))
    listed = run(app, "user", "list")
    assert "boss@example.test\tหัวหน้า\tadministrator" in listed.output


def test_a_password_can_be_typed(app: Flask) -> None:
    result = run(app, "user", "create", "a@example.test", "--ask", answers="typed-by-hand\ntyped-by-hand\n")
    assert result.exit_code == 0
    assert "typed-by-hand" not in result.output
    assert signs_in(app, "a@example.test", "typed-by-hand")


def test_a_new_password_ends_the_old_one(app: Flask) -> None:
    old = password_in(run(app, "user", "create", "a@example.test"))
    new = password_in(run(app, "user", "set-password", "a@example.test"))
    assert not signs_in(app, "a@example.test", old)
    assert signs_in(app, "a@example.test", new)


def test_somebody_is_promoted_once(office: Office) -> None:
    email = f"stranger{office.workspace_id}@example.test"
    assert run(office.app, "user", "promote", email).exit_code == 0
    assert office.client("stranger").get("/v1/audits").status_code == 200
    again = run(office.app, "user", "promote", email)
    assert again.exit_code == 1
    assert "409.3" in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "create", "no address"), "400.121"),
        (("user", "create", "wanna1@example.test"), "409.3"),
        (("user", "promote", "nobody@example.test"), "404.120"),
        (("user", "set-password", "nobody@example.test"), "404.120"),
        (("workspace", "create", " "), "400.2"),
        (("workspace", "create", "x", "--manager", "nobody@example.test"), "404.120"),
    ],
)
def test_a_refusal_is_one_line_on_standard_error(office: Office, words: tuple[str, ...], said: str) -> None:
    result = run(office.app, *words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_settings_of_no_use_are_one_line_on_standard_error() -> None:
    def refuse() -> Flask:
        raise SettingsError(["TIDTAM_PORT: 'x' is not a whole number", "TIDTAM_TIMEZONE: ?"])

    result = CliRunner().invoke(cli, ["user", "list"], obj=refuse)
    assert result.exit_code == 1
    assert result.stderr == "Error: TIDTAM_PORT: 'x' is not a whole number; TIDTAM_TIMEZONE: ?\n"


def test_a_workspace_is_created_with_its_manager(office: Office) -> None:
    manager = f"stranger{office.workspace_id}@example.test"
    result = run(office.app, "workspace", "create", "สพม.", "--description", "ทดลอง", "--manager", manager)
    assert result.exit_code == 0
    number = re.search(r"\d+", result.output)
    assert number is not None
    assert office.client("stranger").get(f"/v1/projects/{number[0]}/app-users").status_code == 200
    assert f"{number[0]}\tสพม." in run(office.app, "workspace", "list").output


def test_a_database_without_tables_is_named_as_such(tmp_path: Path) -> None:
    bare = create_app(load_settings({}, data_dir=tmp_path, log_level="ERROR"))
    result = run(bare, "user", "list")
    assert result.exit_code == 1
    assert "tidtam db upgrade" in result.stderr


def test_the_database_is_upgraded_and_doing_it_twice_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations = tmp_path / "migrations"
    (migrations / "versions").mkdir(parents=True)
    (migrations / "env.py").write_text(ENVIRONMENT)
    (migrations / "versions" / "0001_first.py").write_text(MIGRATION)
    monkeypatch.setattr(core.schema, "MIGRATIONS", migrations)
    bare = create_app(load_settings({}, data_dir=tmp_path / "data", log_level="ERROR"))
    for _ in range(2):
        result = run(bare, "db", "upgrade")
        assert (result.exit_code, result.output) == (0, "The database is up to date.\n")
    with bare.app_context():
        assert inspect(db.engine).has_table("made_by_a_migration")


def test_storage_check_lists_what_is_missing_and_what_nothing_names(app: Flask) -> None:
    store = blob_store()
    kept, lost = spool_bytes(b"kept"), spool_bytes(b"lost")
    store.keep([kept, lost])
    unit_of_work(lambda session: store.register(session, [(kept, "text/plain"), (lost, "text/plain")]))
    assert "2 checked, 0 missing, 0 orphans." in run(app, "storage", "check").output
    store.path_of(lost.sha256).unlink()
    orphan, fresh = spool_bytes(b"orphan"), spool_bytes(b"fresh")
    store.keep([orphan, fresh])
    long_ago = time.time() - 7200
    os.utime(store.path_of(orphan.sha256), (long_ago, long_ago))
    os.utime(store.path_of(kept.sha256), (long_ago, long_ago))
    result = run(app, "storage", "check")
    assert result.exit_code == 1
    assert f"missing\t{lost.sha256}" in result.output
    assert f"orphan\t{store.path_of(orphan.sha256)}" in result.output
    assert fresh.sha256 not in result.output
    assert "2 checked, 1 missing, 1 orphans." in result.output


def test_storage_check_takes_s3_at_its_word_unless_told_to_ask(app: Flask) -> None:
    sha256 = spool_bytes(b"in s3").sha256

    def move(session: object) -> None:
        session.add(  # type: ignore[attr-defined]
            Blob(sha256=sha256, size=5, media_type="text/plain", place="remote", created_at=core_now())
        )

    unit_of_work(move)
    assert run(app, "storage", "check").exit_code == 0
    assert f"missing\t{sha256}" in run(app, "storage", "check", "--s3").output


def test_the_server_starts_answers_and_ends_with_a_signal(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "TIDTAM_DATA_DIR": str(tmp_path),
        "TIDTAM_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--port", str(port), "--no-upgrade"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert wait_for(f"http://127.0.0.1:{port}/healthz") == b'{"status":"ok"}\n'
        began = time.monotonic()
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        assert time.monotonic() - began < 10
    finally:
        server.kill()
    assert server.stderr is not None
    said = server.stderr.read()
    server.stderr.close()
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert server.returncode == 0


def test_the_worker_ends_with_a_signal(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "TIDTAM_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    bare = create_app(load_settings({}, data_dir=tmp_path, log_level="ERROR"))
    with bare.app_context():
        db.create_all()
        db.engine.dispose()
    worker = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    assert worker.stderr is not None
    try:
        assert "Working" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    finally:
        worker.kill()
        worker.stderr.close()


def core_now() -> object:
    from core.database import utc_now

    return utc_now()


def wait_for(url: str) -> bytes:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
