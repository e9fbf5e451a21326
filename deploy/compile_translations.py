"""Make the binary catalogues of the translations, for an installation whose service may not write into its code.

    python deploy/compile_translations.py

A server that may write there makes them by itself when it starts.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.i18n import compile_catalogues


def main() -> None:
    """Compile the catalogues of every package."""
    root = Path(__file__).resolve().parent.parent
    for folder in sorted(root.glob("*/translations")):
        compile_catalogues(folder)


if __name__ == "__main__":
    main()
