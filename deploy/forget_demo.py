"""Remove the data folder of a demo. Refuses any folder that does not hold one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def main() -> None:
    """Remove ``TIDTAM_DATA_DIR`` (default ``var``) when it is a demo's."""
    folder = Path(os.environ.get("TIDTAM_DATA_DIR") or "var")
    if not folder.exists():
        return
    if not (folder / "demo-sign-ins.json").exists():
        sys.exit(f"{folder} holds no demo office; nothing was removed.")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
