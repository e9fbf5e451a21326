"""A demo office with a server of its own, in processes of their own, as `make demo` starts it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.support.form_words import FormWords
from tests.support.sources import ROOT

PATIENCE = 120


@dataclass(frozen=True)
class Demo:
    """A demo office that is being served: its address, and the passwords of its people."""

    url: str
    passwords: dict[str, str]

    def words(self, form_id: str) -> tuple[FormWords, dict[str, list[dict[str, str]]]]:
        """The words of a form, and the rows of the lists it reads."""
        person = {"email": "planner@demo.example", "password": self.passwords["planner"]}
        token = requests.post(f"{self.url}/v1/sessions", json=person, timeout=60).json()["token"]

        def get(path: str) -> requests.Response:
            address = f"{self.url}/v1/projects/1/forms/{form_id}{path}"
            answer = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
            answer.raise_for_status()
            return answer

        names = [row["name"] for row in get("/attachments").json()]
        lists = {name: get(f"/attachments/{name}").content.decode() for name in names}
        xml = get(".xml").content
        rows = {name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text))) for name, text in lists.items()}
        return FormWords(xml, lists), rows


@contextlib.contextmanager
def served_demo(folder: Path) -> Iterator[Demo]:
    """The demo office of a folder (made there unless it is), served until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = os.environ | {
        "TIDTAM_DATA_DIR": str(folder), "TIDTAM_HOST": "127.0.0.1", "TIDTAM_PORT": str(port),
        "TIDTAM_DATABASE_URL": "", "TIDTAM_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    subprocess.run([sys.executable, "deploy/build_client.py"], cwd=ROOT, check=True)
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run([sys.executable, "app.py", *command], cwd=ROOT, env=environ, check=True)
    server = subprocess.Popen([sys.executable, "app.py", "serve"], cwd=ROOT, env=environ)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url)
        yield Demo(url, json.loads((folder / "demo-sign-ins.json").read_text()))
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{url}/readyz", timeout=10).ok:
                return
        time.sleep(0.2)
    sys.exit("The demo did not start")
