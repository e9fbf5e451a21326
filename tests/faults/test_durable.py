"""What is acknowledged is on the disk and not only in the page cache: the server's system calls say so."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import ENGINES, NewServer
from tests.faults.records import MULTIPART, multipart
from tests.faults.server import RealServer
from tests.support.forms import visit_instance

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace"),
]
CALLS = "trace=fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg"
_SYNC = re.compile(r"\b(?:fsync|fdatasync)\(\d+<([^>]*)>")
_RENAME = re.compile(r'\brename(?:at2?)?\((?:AT_FDCWD[^,]*, )?"([^"]*)", (?:AT_FDCWD[^,]*, )?"([^"]*)"')


@contextmanager
def watched(server: RealServer, log: Path) -> Iterator[None]:
    """Have every sync, rename and answer of the server written to `log`, in the order they were asked for."""
    pids = [argument for item in server.processes() for argument in ("-p", str(item.pid))]
    command = ["strace", "-f", "-y", "-s", "64", "-e", CALLS, "-o", str(log), *pids]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    time.sleep(1)
    if tracer.poll() is not None:
        pytest.skip("this machine does not let processes be traced")
    try:
        yield
    finally:
        tracer.terminate()
        tracer.wait(20)


def events(log: Path) -> list[str]:
    """``sync PATH``, ``name PATH`` and ``answer`` in their order."""
    found = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if sync := _SYNC.search(line):
            found.append(f"sync {sync[1]}")
        elif rename := _RENAME.search(line):
            found.append(f"name {rename[2]}")
        elif "HTTP/1.1 201" in line:
            found.append("answer")
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_a_record_and_its_files_are_flushed_before_the_answer(
    new_server: NewServer, engine: str, tmp_path: Path
) -> None:
    server, count = new_server(engine).start(), 15
    chance = random.Random(1)
    with watched(server, tmp_path / "calls"):
        for number in range(count):
            files = [("photo.jpg", chance.randbytes(2_000)), ("photo2.jpg", chance.randbytes(100_000))]
            xml = visit_instance(f"uuid:durable-{number}", photo="photo.jpg", photo2="photo2.jpg")
            assert server.request("POST", server.path, multipart(xml, files), MULTIPART)[0] == 201
    answers = "\n".join(events(tmp_path / "calls")).split("answer")
    assert len(answers) == count + 1
    for answer in answers[:-1]:
        steps = answer.strip().splitlines()
        names = [step.removeprefix("name ") for step in steps if step.startswith("name ")]
        assert len(names) == 2, steps
        for name in names:
            # The file itself before it gets its name, and the folder that holds the name after it.
            folder = f"sync {Path(name).parent}"
            assert any(step.startswith("sync ") and "part-" in step for step in steps[: steps.index(f"name {name}")]), (
                steps
            )
            assert folder in steps[steps.index(f"name {name}") :], steps
        if engine == "sqlite":
            # The record itself after its files; SQLite syncs the folder too when it has just made the log.
            assert any(step.endswith("tidtam.db-wal") for step in steps[steps.index(f"name {names[-1]}") :]), steps
