"""Reading a QR code from its picture, as a tablet's camera would."""

from __future__ import annotations

import re

import zxingcpp
from PIL import Image

_SIZE = re.compile(rb'<svg [^>]*width="(\d+)"')
_SCALE = re.compile(rb"scale\((\d+)\)")
_DARK = re.compile(rb'class="qrline"[^>]* d="([^"]+)"')
_STEP = re.compile(rb"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?")


def read_qr(svg: bytes) -> str:
    """The text of the QR code in an SVG picture.

    The picture is drawn pixel by pixel from its strokes and handed to a decoder that knows nothing of this product.
    """
    size, scale, path = (_found(pattern, svg) for pattern in (_SIZE, _SCALE, _DARK))
    side, unit = int(size), int(scale)
    picture = Image.new("L", (side, side), 255)
    x = y = 0.0
    for command, first, second in _STEP.findall(path):
        if command == b"h":
            length = float(first)
            box = (round(x * unit), round((y - 0.5) * unit), round((x + length) * unit), round((y + 0.5) * unit))
            picture.paste(0, box)
            x += length
        elif command == b"M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    [code] = zxingcpp.read_barcodes(picture)
    return str(code.text)


def _found(pattern: re.Pattern[bytes], svg: bytes) -> bytes:
    match = pattern.search(svg)
    assert match is not None, f"{pattern.pattern!r} is not in the picture"
    return match[1]
