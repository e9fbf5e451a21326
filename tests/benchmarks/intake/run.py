"""CPU time of server and database per submission, at 1, 8 and 32 clients, with and without a 500 kB photo.

    .venv/bin/python -m tests.benchmarks.intake.run [--engine sqlite|postgresql] [--stored 500000] [--count 600]

Starts a real server on 127.0.0.1 with an empty data folder, sends records over HTTP from processes of its own, waits
until the background work is done, and prints milliseconds of CPU per record (server tree and database tree apart),
records per second and the server's memory. CPU time is what to quote: the wall clock of a shared machine is noise.
"""

from __future__ import annotations

import argparse
import http.client
import io
import multiprocessing
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from PIL import Image

from tests.benchmarks.intake import sample_form
from tests.support.postgres import database_address, free_port, start_postgres

CLIENTS = (1, 8, 32)
PHOTO_BYTES = 500_000


@dataclass
class Server:
    """A running server with what is needed to send to it."""

    process: psutil.Process
    port: int
    path: str
    database: psutil.Process | None

    def cpu(self) -> tuple[float, float]:
        """CPU seconds used so far by the server's tree and by the database's."""
        return _tree_cpu(self.process), _tree_cpu(self.database) if self.database else 0.0

    def memory(self) -> float:
        """Megabytes of the largest server process."""
        return max(item.memory_info().rss for item in [self.process, *self.process.children(recursive=True)]) / 1e6


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--stored", type=int, default=0, help="records in the database before the run")
    parser.add_argument("--count", type=int, default=600, help="records per row of the table")
    parser.add_argument("--photo-count", type=int, default=160)
    parser.add_argument("--clients", default=",".join(map(str, CLIENTS)))
    given = parser.parse_args()
    os.environ["TIDTAM_TEST_DURABLE"] = "1"
    with tempfile.TemporaryDirectory(prefix="tidtam-bench-") as folder:
        server, stop = start(Path(folder), given.engine, given.stored)
        try:
            _report(server, given)
        finally:
            stop()


def _report(server: Server, given: Any) -> None:
    time.sleep(2)
    print(f"engine {given.engine}, {given.stored} stored, idle {server.memory():.0f} MB a process")
    print("photo  clients  count   ms CPU server  database  together   per s   errors  server MB")
    _round(server, 8, 200, b"")  # first imports and caches
    for photo, count in ((b"", given.count), (_photo(), given.photo_count)):
        for clients in map(int, given.clients.split(",")):
            _print_row(server, clients, count, photo)


def _print_row(server: Server, clients: int, count: int, photo: bytes) -> None:
    before = server.cpu()
    seconds, errors = _round(server, clients, count, photo)
    _settle(server)
    after = server.cpu()
    app, database = ((late - early) * 1000 / count for early, late in zip(before, after, strict=True))
    size = f"{len(photo) // 1000} kB" if photo else "-"
    print(
        f"{size:>6} {clients:>7} {count:>6} {app:>15.2f} {database:>9.2f} {app + database:>9.2f}"
        f" {count / seconds:>8.0f} {errors:>7} {server.memory():>9.0f}",
        flush=True,
    )


def _settle(server: Server) -> None:
    """Wait until the background work is done: CPU use has stopped growing."""
    last, quiet = server.cpu()[0], 0
    while quiet < 4:
        time.sleep(0.5)
        now = server.cpu()[0]
        quiet = quiet + 1 if now - last < 0.03 else 0
        last = now


def _round(server: Server, clients: int, count: int, photo: bytes) -> tuple[float, int]:
    """Send `count` records from `clients` connections; seconds taken and the number not answered 201."""
    base = secrets.randbits(40)
    shares = [range(base + index, base + count, clients) for index in range(clients)]
    processes = min(2, clients)
    context = multiprocessing.get_context("fork")
    began = time.perf_counter()
    with context.Pool(processes) as pool:
        work = [(server.port, server.path, shares[index::processes], photo) for index in range(processes)]
        errors = sum(pool.starmap(_send_shares, work))
    return time.perf_counter() - began, errors


def _send_shares(port: int, path: str, shares: list[range], photo: bytes) -> int:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(shares)) as threads:
        return sum(threads.map(lambda share: _send(port, path, share, photo), shares))


def _send(port: int, path: str, seeds: range, photo: bytes) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    errors = 0
    for seed in seeds:
        body, content_type = multipart(seed, photo)
        connection.request("POST", path, body, {"Content-Type": content_type, "X-OpenRosa-Version": "1.0"})
        answer = connection.getresponse()
        answer.read()
        errors += answer.status != 201
    connection.close()
    return errors


def multipart(seed: int, photo: bytes) -> tuple[bytes, str]:
    """A POST body as ODK Collect sends it: a boundary of its own, and a photo whose bytes differ from all others'."""
    boundary = str(uuid.UUID(int=seed))
    name = f"{seed}.jpg" if photo else ""
    parts = [("xml_submission_file", "form.xml", "text/xml", sample_form.instance(seed, photo=name))]
    if photo:
        # Bytes after the end of the picture change its hash and not what it shows.
        parts.append((name, name, "image/jpeg", photo + seed.to_bytes(8, "big")))
    out = bytearray()
    for field, filename, kind, data in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'
        head += f"Content-Type: {kind}\r\n\r\n"
        out += head.encode() + data + b"\r\n"
    out += f"--{boundary}--\r\n".encode()
    return bytes(out), f"multipart/form-data; boundary={boundary}"


def _photo() -> bytes:
    """A JPEG of about 500 kB, 1600 x 1200, with the detail of a photograph."""
    chance = random.Random(1)
    small = Image.frombytes("RGB", (400, 300), chance.randbytes(400 * 300 * 3))
    small = small.resize((1600, 1200), Image.Resampling.BICUBIC)
    for quality in range(95, 20, -3):
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality)
        if out.tell() <= PHOTO_BYTES:
            break
    return out.getvalue() + b"\0" * max(0, PHOTO_BYTES - out.tell())


def start(folder: Path, engine: str, stored: int) -> tuple[Server, Any]:
    """A server with one form and one device."""
    stop_database, database, url = (lambda: None), None, ""
    if engine == "postgresql":
        address, stop_database = start_postgres()
        import psycopg

        with psycopg.connect(database_address(address, "postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        url = database_address(address, "bench")
        database = _postgres_process(address)
    port = free_port()
    environ = os.environ | {
        "TIDTAM_DATA_DIR": str(folder / "data"),
        "TIDTAM_DATABASE_URL": url,
        "TIDTAM_PORT": str(port),
    }
    prepared = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.intake.prepare", str(stored)],
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "app:serving_app", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", "8", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    _wait_for(port)
    path = prepared.stdout.strip().splitlines()[-1]

    def stop() -> None:
        process.terminate()
        process.wait(20)
        stop_database()

    return Server(psutil.Process(process.pid), port, path, database), stop


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start")


def _postgres_process(address: str) -> psutil.Process:
    port = int(address.rpartition(":")[2].partition("/")[0])
    for item in psutil.net_connections("tcp"):
        if item.laddr and item.laddr.port == port and item.status == psutil.CONN_LISTEN and item.pid:
            return psutil.Process(item.pid)
    raise SystemExit("PostgreSQL's process was not found")


def _tree_cpu(process: psutil.Process) -> float:
    """CPU seconds of a process and its descendants, the ended ones it has reaped included."""
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        try:
            used = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system + used.children_user + used.children_system
    return total


if __name__ == "__main__":
    main()
