"""Small previews of pictures."""

from __future__ import annotations

import io
from typing import BinaryIO

EDGE = 480
"""Longest edge of a thumbnail, in pixels: two fit side by side on an old tablet."""
KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
"""What is read, whatever a file calls itself; other decoders are not for files of strangers."""


def make_thumbnail(source: BinaryIO, max_pixels: int) -> bytes:
    """A JPEG of at most `EDGE` pixels a side, turned upright, without the original's metadata.

    Raises:
        ValueError: the picture has more than `max_pixels` pixels.
        OSError: it is not a picture that can be read.

    """
    from PIL import Image, ImageOps
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # our own limit below refuses before anything is decoded
    with Image.open(source, formats=KINDS) as picture:
        if picture.width * picture.height > max_pixels:
            raise ValueError(f"{picture.width} x {picture.height} pixels")
        # JPEG decoders can leave out detail that a thumbnail would lose anyway; this makes them several times faster.
        picture.draft("RGB", (EDGE, EDGE))
        # Colours of a palette cannot be mixed, and shrinking mixes colours.
        upright = ImageOps.exif_transpose(picture.convert("RGBA") if picture.mode == "P" else picture)
        upright.thumbnail((EDGE, EDGE), resample=Image.Resampling.BILINEAR, reducing_gap=2.0)
        small = upright.convert("RGB")
        # Where it was taken, by whom and with what stays with the original.
        small.info.clear()
        result = io.BytesIO()
        small.save(result, "JPEG", quality=75)
    return result.getvalue()
