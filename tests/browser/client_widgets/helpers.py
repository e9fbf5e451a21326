"""What the tests of widgets share: looking at what was asked of the stand-ins, and pictures to choose."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page

CHUMPHON = {"latitude": 10.493120, "longitude": 99.180034, "accuracy": 8}
TAKEN_AT = "2026:11:20 14:05:33"
_ORIENTATION, _EXIF, _GPS, _TAKEN, _ZONE = 0x0112, 0x8769, 0x8825, 0x9003, 0x9011


def log(page: Page) -> list[str]:
    """Everything that was asked of engine and store so far."""
    entries: list[str] = page.evaluate("[...window.widgets.log]")
    return entries


def kinds(page: Page) -> list[str]:
    """The first words of the log: what was asked, without the names of files."""
    return [entry.split()[0] for entry in log(page)]


def value(page: Page, name: str) -> str:
    """The stored value of a question."""
    stored: str = page.evaluate("name => window.widgets.value(name)", name)
    return stored


def problem(page: Page, name: str) -> str | None:
    """What the widget reported about its question."""
    told: str | None = page.evaluate("name => window.widgets.problems.get(name) ?? null", name)
    return told


def kept(page: Page, name: str) -> bytes:
    """The bytes that the tablet keeps under a name."""
    script = "async name => [...new Uint8Array(await window.widgets.rows.get(name).blob.arrayBuffer())]"
    return bytes(page.evaluate(script, name))


def taken(page: Page, name: str) -> dict[str, str | None]:
    """What is kept beside a picture about time and position."""
    row: dict[str, str | None] = page.evaluate("name => window.widgets.rows.get(name).taken", name)
    return row


def chooser(question: Locator, which: int = 0) -> Locator:
    """The hidden field behind a button that asks for a file."""
    return question.locator("input[type=file]").nth(which)


def wait_for_kept(page: Page, name: str, before: str = "") -> str:
    """Name of the file of a question, when it is another than `before`."""
    page.wait_for_function("([name, before]) => ![before, ''].includes(window.widgets.value(name))", arg=[name, before])
    return value(page, name)


def photo(size: tuple[int, int] = (2400, 1800), name: str = "image.jpg") -> FilePayload:
    """A picture as a phone takes it: held sideways (orientation 6), with time and position."""
    picture = Image.new("RGB", size, (90, 140, 90))
    picture.paste((220, 40, 40), (0, 0, size[0] // 2, size[1] // 4))
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    exif.get_ifd(_EXIF).update({_TAKEN: TAKEN_AT, _ZONE: "+07:00"})
    exif.get_ifd(_GPS).update({1: "N", 2: (10.0, 29.0, 35.23), 3: "E", 4: (99.0, 10.0, 48.0)})
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=90, exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}


def exif_of(content: bytes) -> Image.Exif:
    """EXIF as another program reads it."""
    return Image.open(io.BytesIO(content)).getexif()


def large_file(folder: Path, megabytes: int) -> Path:
    """A file of zeros."""
    path = folder / "film.mp4"
    with path.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    return path
