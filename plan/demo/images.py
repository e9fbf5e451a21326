"""Real files for the demo: photographs with their name painted on, signatures and one-page documents.

A photograph of 1600 × 1200 weighs about 350 kB and takes some 40 ms to make; `file_bytes(..., small=True)`
makes the quick ones.
"""

from __future__ import annotations

import io
import random
from datetime import datetime
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

from plan.demo.chance import DEMO_NOW, dice
from plan.demo.submission_model import DemoFile

SMALL = (640, 480)
_EXIF_IFD = 0x8769
_DATE_TIME_ORIGINAL = 0x9003
_OFFSET_TIME_ORIGINAL = 0x9011
# Chosen so that a photograph of the default size and quality comes to about 350 kB.
_NOISE_GRAIN = 2
_NOISE_SPREAD = 20
_GREY = 128


def demo_jpeg(
    text: str,
    seed: int,
    width: int = 1600,
    height: int = 1200,
    quality: int = 82,
    *,
    taken_at: datetime = DEMO_NOW,
) -> bytes:
    """A JPEG with a coloured gradient, shapes, grain and `text`; `taken_at` becomes EXIF DateTimeOriginal.

    Equal arguments give equal bytes. The default font has no Thai, so letters outside ASCII appear as "?".
    """
    chance = dice(seed, "photo")
    picture = _background(chance, width, height)
    _shapes(chance, picture)
    picture = ImageChops.add(picture, _grain(chance, width, height), 1, -_GREY)
    _caption(picture, text)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, exif=_exif(taken_at))
    return buffer.getvalue()


def demo_signature(seed: int, width: int = 600, height: int = 240) -> bytes:
    """A PNG with a line that looks like a signature."""
    chance = dice(seed, "signature")
    picture = Image.new("L", (width, height), 255)
    points = [(width * (0.1 + 0.8 * step / 30), height * (0.5 + chance.uniform(-0.32, 0.32))) for step in range(31)]
    ImageDraw.Draw(picture).line(points, fill=30, width=4, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def demo_pdf(text: str, seed: int) -> bytes:
    """A PDF of one page with `text` (ASCII) and lines that stand for paragraphs."""
    chance = dice(seed, "document")
    page = Image.new("L", (620, 877), 255)
    draw = ImageDraw.Draw(page)
    draw.text((60, 50), _ascii(text), fill=0, font=_font(22))
    for line in range(28):
        draw.line((60, 110 + line * 24, chance.randint(420, 560), 110 + line * 24), fill=150, width=3)
    buffer = io.BytesIO()
    moment = DEMO_NOW.timetuple()
    page.save(buffer, "PDF", resolution=75, creationDate=moment, modDate=moment)
    return buffer.getvalue()


def file_bytes(file: DemoFile, *, small: bool = False) -> bytes:
    """The content of a file of a demo submission."""
    if file.kind == "signature":
        return demo_signature(file.seed)
    if file.kind == "document":
        return demo_pdf(file.name, file.seed)
    width, height = SMALL if small else (1600, 1200)
    return demo_jpeg(file.name, file.seed, width, height, taken_at=file.taken_at)


def _background(chance: random.Random, width: int, height: int) -> Image.Image:
    gradient = Image.linear_gradient("L").rotate(90 * chance.randrange(4)).resize((width, height))
    return ImageOps.colorize(gradient, black=_colour(chance, 20, 120), white=_colour(chance, 140, 235))


def _colour(chance: random.Random, least: int, greatest: int) -> tuple[int, int, int]:
    return (
        chance.randint(least, greatest),
        chance.randint(least, greatest),
        chance.randint(least, greatest),
    )


def _shapes(chance: random.Random, picture: Image.Image) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(6):
        x, y = chance.randint(0, picture.width), chance.randint(0, picture.height)
        size = chance.randint(picture.width // 16, picture.width // 5)
        draw.ellipse((x, y, x + size, y + size // 2), fill=_colour(chance, 40, 220))


def _grain(chance: random.Random, width: int, height: int) -> Image.Image:
    across, down = width // _NOISE_GRAIN, height // _NOISE_GRAIN
    noise = Image.frombytes("L", (across, down), chance.randbytes(across * down))
    level = [_GREY + (value - _GREY) * _NOISE_SPREAD // _GREY for value in range(256)]
    noise = noise.point(level).resize((width, height))
    return Image.merge("RGB", (noise, noise, noise))


def _caption(picture: Image.Image, text: str) -> None:
    size = max(14, picture.width // 40)
    draw = ImageDraw.Draw(picture)
    top = picture.height - 2 * size
    draw.rectangle((0, top, picture.width, picture.height), fill=(20, 20, 20))
    draw.text((size // 2, top + size // 3), _ascii(text), fill=(255, 255, 255), font=_font(size))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")


def _exif(taken_at: datetime) -> Image.Exif:
    exif = Image.Exif()
    details = exif.get_ifd(_EXIF_IFD)
    details[_DATE_TIME_ORIGINAL] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    offset = taken_at.strftime("%z")
    if offset:
        details[_OFFSET_TIME_ORIGINAL] = f"{offset[:3]}:{offset[3:]}"
    return exif
