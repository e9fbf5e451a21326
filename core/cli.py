"""The console: running the server and its worker, the database, accounts, workspaces, storage."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click
from flask import current_app

from core.access import workspaces
from core.access.actor import SYSTEM
from core.access.queries import administrator_ids
from core.access.roles import ADMINISTRATOR, MANAGER
from core.auth import accounts, profiles, queries
from core.auth.passwords import first_password
from core.cli_support import Console, in_app
from core.database import db
from core.errors import Problem
from core.schema import upgrade_database
from core.settings import Settings, load_settings, variable_name
from core.storage import blob_store
from core.storage.check import check_storage
from core.transaction import reading, unit_of_work
from core.worker import work_until


def _version() -> str:
    try:
        return version("tidtam")
    except PackageNotFoundError:
        return "not installed"


@click.group(cls=Console, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), message="%(version)s")
def cli() -> None:
    """Tidtam (ติดตาม): collect with forms, offline too, and report per project and group.

    Settings are read from the environment (TIDTAM_DATA_DIR, TIDTAM_DATABASE_URL, …). With none, everything lies in
    the folder "var", in an embedded database.

    \b
    A new server:  tidtam db upgrade
                   tidtam user create you@example.org --admin
                   tidtam serve
    """  # noqa: D301 - click wants the backspace itself


@cli.command()
@click.option("--host", help="Address to listen on (else TIDTAM_HOST).")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on (else TIDTAM_PORT).")
@click.option("--workers", type=click.IntRange(1, 64), help="Server processes (else TIDTAM_WORKERS).")
@click.option("--upgrade/--no-upgrade", default=True, help="Bring the database up to date first (the default).")
@click.pass_context
def serve(ctx: click.Context, /, *, upgrade: bool, **given: Any) -> None:
    """Run the server until Ctrl-C. It answers what it has begun before it ends.

    Background jobs run inside it, unless TIDTAM_WORKER_IN_PROCESS=no and `tidtam worker` runs beside it.
    """
    for name, value in given.items():
        if value is not None:
            # The server processes read the environment anew.
            os.environ[variable_name(name)] = str(value)
    settings = load_settings()
    if upgrade:
        with ctx.obj().app_context():
            upgrade_database()
            without_account = not administrator_ids(reading())
            db.session.remove()
            db.engine.dispose()
        if without_account:
            click.echo("Nobody can sign in yet. Run: tidtam user create you@example.org --admin", err=True)
    click.echo(f"Tidtam listens on http://{settings.host}:{settings.port}", err=True)
    run_server(settings)


def run_server(settings: Settings) -> None:
    """Run granian in this process with `settings.workers` processes of its own, until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        target="app:serving_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        blocking_threads=settings.threads,
        # More waiting requests than this are refused at once, and not held until their clients have given up.
        backpressure=max(64, settings.threads * 8),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
        log_level=LogLevels.error,
    ).serve()


@cli.command()
@in_app
def worker() -> None:
    """Run background jobs until Ctrl-C: moving evidence to S3, thumbnails, filing what waited, reports."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("Working. End with Ctrl-C.", err=True)
    work_until(current_app._get_current_object(), stop)  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way


@cli.group("db")
def database() -> None:
    """The database."""


@database.command("upgrade")
@click.option("--revision", default="head", help="Up to this migration; the newest when left out.")
@click.pass_context
def upgrade(ctx: click.Context, revision: str) -> None:
    """Create the tables, or bring them to what this version works with. Doing it twice does no harm."""
    with ctx.obj().app_context():
        upgrade_database(revision)
    click.echo("The database is up to date.")


@cli.group()
def user() -> None:
    """People who sign in."""


@user.command("create")
@click.argument("email")
@click.option("--name", default="", help="Name shown to others; the e-mail address when left out.")
@click.option("--admin", is_flag=True, help="Make the person an administrator of the server.")
@click.option("--ask", is_flag=True, help="Ask for a password; without it one is made up and shown once.")
@in_app
def create_user(email: str, name: str, *, admin: bool, ask: bool) -> None:
    """Create an account."""
    password = _asked() if ask else first_password()

    def work(session: Any) -> None:
        user_id = accounts.create_user(session, SYSTEM, email=email, display_name=name, password=password)
        if admin:
            workspaces.assign(session, SYSTEM, actor_id=user_id, role_id=ADMINISTRATOR.id)

    unit_of_work(work)
    _hand_over(email, None if ask else password)


@user.command("set-password")
@click.argument("email")
@click.option("--ask", is_flag=True, help="Ask for the password; without it one is made up and shown once.")
@in_app
def set_password(email: str, *, ask: bool) -> None:
    """Give an account a new password. All its sessions end."""
    password, user_id = _asked() if ask else first_password(), _account(email)
    unit_of_work(lambda session: accounts.set_password(session, SYSTEM, user_id=user_id, password=password))
    _hand_over(email, None if ask else password)


@user.command("promote")
@click.argument("email")
@in_app
def promote(email: str) -> None:
    """Make somebody an administrator of the server."""
    user_id = _account(email)
    unit_of_work(lambda session: workspaces.assign(session, SYSTEM, actor_id=user_id, role_id=ADMINISTRATOR.id))
    click.echo(f"{email} is an administrator now.")


@user.command("list")
@in_app
def list_users() -> None:
    """List accounts: number, e-mail address, name, state."""
    administrators = administrator_ids(reading())
    for account, row in queries.list_users(reading()):
        state = "closed" if not account.active else "administrator" if row.id in administrators else ""
        click.echo("\t".join((str(row.id), account.email, row.display_name, state)).rstrip())


@cli.group()
def workspace() -> None:
    """Workspaces: one holds the forms, people and devices of one office."""


@workspace.command("create")
@click.argument("name")
@click.option("--description", help="A sentence about it.")
@click.option("--manager", help="E-mail address of an account that is to manage it.")
@in_app
def create_workspace(name: str, description: str | None, manager: str | None) -> None:
    """Create a workspace."""
    user_id = _account(manager) if manager else None

    def work(session: Any) -> int:
        row = workspaces.create_workspace(session, SYSTEM, name=name, description=description)
        if user_id is not None:
            workspaces.assign(session, SYSTEM, actor_id=user_id, role_id=MANAGER.id, workspace_id=row.id)
        return row.id

    click.echo(f"Workspace {unit_of_work(work)} is created.")


@workspace.command("list")
@in_app
def list_workspaces() -> None:
    """List workspaces: number, name, state."""
    for row in workspaces.list_workspaces(reading(), SYSTEM):
        click.echo("\t".join((str(row.id), row.name, "archived" if row.archived else "")).rstrip())


@cli.group()
def storage() -> None:
    """Evidence and files."""


@storage.command("check")
@click.option("--s3", "ask_s3", is_flag=True, help="Ask S3 for every blob that lies there: one request each.")
@in_app
def check(*, ask_s3: bool) -> None:
    """List blobs that are missing from the disk and from S3, and files that nothing names.

    Ends with exit code 1 when something is missing.
    """
    report = check_storage(reading(), blob_store(), ask_s3=ask_s3)
    _list("missing", report.missing)
    _list("orphan", (str(path) for path in report.orphans))
    click.echo(f"{report.checked} checked, {len(report.missing)} missing, {len(report.orphans)} orphans.")
    if report.missing:
        raise click.exceptions.Exit(1)


def _list(kind: str, names: Iterable[str]) -> None:
    for name in names:
        click.echo(f"{kind}\t{name}")


def _account(email: str) -> int:
    found = profiles.account_id(reading(), email)
    if found is None:
        raise Problem("404.120", email=email)
    return found


def _asked() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _hand_over(email: str, password: str | None) -> None:
    if password is None:
        click.echo(f"{email} has the password you typed.")
        return
    click.echo(f"{email} has the password: {password}")
    click.echo("It is shown this once. The person changes it on the page “My account”.")
