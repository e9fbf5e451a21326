"""A real server, as an office runs it: a process tree on 127.0.0.1 with a data folder and a database of its own.

The tests talk to it over HTTP and look into its database and its folder of blobs from outside.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy.orm import Session

from app import create_app
from core.database import Base, db
from core.settings import load_settings
from core.transaction import reading
from tests.personas import Office, found_office
from tests.support.forms import publish
from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0


class RealServer:
    """One office with the form ``visit`` and one device. `path` is where the device sends its records."""

    def __init__(self, folder: Path, database_url: str = "", **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.settings = {"min_free_bytes": "0", "log_level": "WARNING", **settings}
        self.database_url = database_url
        self._process: subprocess.Popen[bytes] | None = None
        self.restart_seconds: list[float] = []
        overrides = {"data_dir": folder, "database_url": database_url, "log_level": "ERROR"}
        given = {f"TIDTAM_{name.upper()}": value for name, value in self.settings.items() if name != "log_level"}
        self._app = create_app(load_settings(given, **overrides))
        with self._app.app_context():
            Base.metadata.create_all(db.engine)
        with self.inside():
            self.office: Office = found_office(self._app)
            publish(self.office)
        self.path = self.office.device(f"projects/{self.office.workspace_id}/submission")

    @contextmanager
    def inside(self) -> Iterator[Session]:
        """A session on the server's database. Nothing stays open afterwards, so that a kill is a real one."""
        with self._app.app_context():
            try:
                yield reading()
            finally:
                db.session.remove()
                db.engine.dispose()

    def start(self) -> RealServer:
        """Start it and wait until it is ready."""
        return self._start("/readyz")

    def start_unready(self) -> RealServer:
        """Start it and wait until it answers, whether it can take records or not."""
        return self._start("/healthz")

    def _start(self, sign_of_life: str) -> RealServer:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TIDTAM_")}
        environ |= {f"TIDTAM_{name.upper()}": value for name, value in self.settings.items()}
        environ |= {"TIDTAM_DATA_DIR": str(self.folder), "TIDTAM_DATABASE_URL": self.database_url}
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port), "--no-upgrade"]
        began = time.monotonic()
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True
            )
        self._wait_for(sign_of_life)
        self.restart_seconds.append(time.monotonic() - began)
        return self

    def kill(self) -> None:
        """SIGKILL to the whole process group at once, as a power switch would."""
        assert self._process is not None
        members = self.processes()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        until = time.monotonic() + 30
        while any(_lives(member) for member in members) and time.monotonic() < until:
            time.sleep(0.005)
        self._process = None

    def end(self) -> float:
        """Ask it to end and wait until it has; the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.terminate()
        self._process.wait(30)
        self._process = None
        return time.monotonic() - began

    def stop(self) -> None:
        """Ask it to end; kill what does not."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def processes(self) -> list[psutil.Process]:
        """The server's process and its children."""
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        return [main, *main.children(recursive=True)]

    def memory(self) -> int:
        """Bytes of the largest of its processes."""
        return max(item.memory_info().rss for item in self.processes())

    @property
    def alive(self) -> bool:
        """Whether it answers that it is well."""
        try:
            return self.request("GET", "/healthz", timeout=10)[0] == http.client.OK
        except OSError:
            return False

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, timeout: float = 60
    ) -> tuple[int, bytes, dict[str, str]]:
        """One request on a connection of its own: status, body and headers (names in small letters)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, content, {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def log(self) -> str:
        """What its processes wrote to their error output."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def _wait_for(self, sign_of_life: str) -> None:
        assert self._process is not None
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.request("GET", sign_of_life, timeout=5)[0] == http.client.OK:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"The server did not become ready:\n{self.log()[-3000:]}")


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
