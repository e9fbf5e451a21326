"""ODK Collect's engine, where Java is at hand: pyxform brings it for its own checks."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyxform

PROGRAM = Path(__file__).resolve().parent / "OpenAgain.java"
_ENGINE = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
SECONDS = 120


class NotTakenError(Exception):
    """An answer is missing or breaks a rule; the message says which."""


@functools.cache
def is_here() -> bool:
    """Whether there is a Java that can run a program from its source, and the engine."""
    return shutil.which("java") is not None and shutil.which("javac") is not None and _ENGINE.is_file()


def open_again(form: bytes, record: bytes, *, attachments: Mapping[str, str], zone: str = "Asia/Bangkok") -> bytes:
    """The XML of a record after Collect's engine opened it, computed everything anew and found it complete.

    Raises:
        NotTakenError: it was not complete.
    """
    with tempfile.TemporaryDirectory(prefix="tidtam-javarosa-") as name:
        folder = Path(name)
        lists, out = folder / "lists", folder / "out.xml"
        lists.mkdir()
        for file, text in attachments.items():
            (lists / file).write_text(text, encoding="utf-8")
        (folder / "form.xml").write_bytes(form)
        (folder / "record.xml").write_bytes(record)
        done = subprocess.run(
            [
                *("java", f"-Duser.timezone={zone}", "-Dfile.encoding=UTF-8", "-cp", _ENGINE, PROGRAM),
                *(folder / "form.xml", lists, folder / "record.xml", out),
            ],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            raise NotTakenError(done.stderr.decode(errors="replace").strip())
        return out.read_bytes()
