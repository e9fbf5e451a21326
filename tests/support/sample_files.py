"""Small files for tests."""

from __future__ import annotations

import io
import zlib

from PIL import Image


def small_picture(name: str) -> bytes:
    """A JPEG of a few pixels, another one for each name."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), f"#{zlib.crc32(name.encode()) & 0xFFFFFF:06x}").save(out, "JPEG")
    return out.getvalue()
