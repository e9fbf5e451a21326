"""Thumbnails: made by a job when somebody wants one, upright, small, and never tried again for a broken picture."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import func, select

from core.jobs import Job
from core.storage import Blob, BlobStore, blob_store, spool_bytes
from core.storage.thumbnails import EDGE, make_thumbnail
from core.transaction import reading, unit_of_work
from tests.conftest import run_jobs
from tests.support.s3 import LocalS3

RED, BLUE = (220, 30, 30), (30, 30, 220)
ORIENTATION = 0x0112
LIMIT = 60_000_000


def picture(width: int = 1200, height: int = 800, mode: str = "RGB") -> Image.Image:
    """Red above, blue below, so that one sees which way is up."""
    made = Image.new("RGB", (width, height), BLUE)
    ImageDraw.Draw(made).rectangle((0, 0, width, height // 2), fill=RED)
    return made.convert(mode)


def as_file(made: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def heic(made: Image.Image, **options: Any) -> bytes:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return as_file(made, "HEIF", **options)


def turned(orientation: int) -> bytes:
    """A photo as a telephone held sideways stores it: the pixels lie, and EXIF says how to stand them up."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    lying = {1: 0, 3: 180, 6: 90, 8: 270}[orientation]
    return as_file(picture(800, 1200).rotate(lying, expand=True), "JPEG", exif=exif.tobytes(), quality=90)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def is_about(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def stands_upright(small: Image.Image) -> bool:
    middle = small.width // 2
    return is_about(small.getpixel((middle, 10)), RED) and is_about(small.getpixel((middle, small.height - 10)), BLUE)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(as_file(picture(), "JPEG"), id="jpeg"),
        pytest.param(as_file(picture(mode="CMYK"), "JPEG"), id="jpeg-cmyk"),
        pytest.param(as_file(picture(), "JPEG", progressive=True), id="jpeg-progressive"),
        pytest.param(as_file(picture(), "PNG"), id="png"),
        pytest.param(as_file(picture(mode="RGBA"), "PNG"), id="png-alpha"),
        pytest.param(as_file(picture(mode="P"), "PNG", transparency=0), id="png-palette"),
        pytest.param(as_file(picture(mode="P"), "PNG", transparency=bytes(range(256))), id="png-palette-alpha"),
        pytest.param(as_file(picture(), "WEBP"), id="webp"),
        pytest.param(heic(picture()), id="heic"),
    ],
)
def test_a_picture_becomes_a_small_jpeg(content: bytes) -> None:
    small = make_thumbnail(io.BytesIO(content), LIMIT)
    assert small[:2] == b"\xff\xd8"
    assert opened(small).size == (EDGE, EDGE * 2 // 3)
    assert stands_upright(opened(small))
    assert len(small) < 60_000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
def test_pictures_without_colour_become_thumbnails_too(mode: str) -> None:
    grey = picture(mode="L")
    made = grey.convert(mode) if mode != "I;16" else grey.convert("I").convert("I;16")
    assert max(opened(make_thumbnail(io.BytesIO(as_file(made, "PNG")), LIMIT)).size) == EDGE


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_is_turned_upright_by_its_exif(orientation: int) -> None:
    small = opened(make_thumbnail(io.BytesIO(turned(orientation)), LIMIT))
    assert small.size == (EDGE * 2 // 3, EDGE)
    assert stands_upright(small)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_heic_photo_is_turned_upright_too(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    lying = {1: 0, 3: 180, 6: 90, 8: 270}[orientation]
    content = heic(picture(800, 1200).rotate(lying, expand=True), exif=exif.tobytes())
    small = opened(make_thumbnail(io.BytesIO(content), LIMIT))
    assert small.size == (EDGE * 2 // 3, EDGE)
    assert stands_upright(small)


def test_where_and_when_a_photo_was_taken_is_not_in_its_thumbnail() -> None:
    exif = Image.Exif()
    exif[0x010F] = "ACME telephones"
    content = as_file(picture(), "JPEG", exif=exif.tobytes(), comment=b"secret place")
    small = make_thumbnail(io.BytesIO(content), LIMIT)
    assert not Image.open(io.BytesIO(small)).getexif()
    assert b"ACME" not in small
    assert b"secret" not in small


def test_a_small_picture_is_not_blown_up() -> None:
    assert opened(make_thumbnail(io.BytesIO(as_file(picture(100, 60), "PNG")), LIMIT)).size == (100, 60)


def test_a_picture_beyond_the_limit_of_pixels_is_refused_before_it_is_unpacked() -> None:
    # A PNG of 40,000 x 40,000 says so in its first bytes; unpacked it would take 4.8 GB.
    with pytest.raises(ValueError, match="40000 x 40000"):
        make_thumbnail(io.BytesIO(png_of(40_000, 40_000)), LIMIT)


def png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    lines = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def keep(content: bytes, media_type: str = "image/jpeg") -> str:
    store = blob_store()
    part = spool_bytes(content)
    store.keep([part])
    unit_of_work(lambda session: store.register(session, [(part, media_type)]))
    return part.sha256


def want(sha256: str) -> None:
    unit_of_work(lambda session: blob_store().want_thumbnail(session, sha256))


def row(sha256: str) -> Blob:
    session = reading()
    session.expire_all()
    return session.get_one(Blob, sha256)


def jobs_waiting() -> int:
    return reading().scalar(select(func.count()).select_from(Job)) or 0


def test_no_thumbnail_is_made_until_somebody_wants_it_and_then_one(app: Flask) -> None:
    sha256 = keep(as_file(picture(), "JPEG"))
    assert (row(sha256).thumbnail, jobs_waiting()) == ("possible", 0)
    want(sha256)
    want(sha256)
    assert (row(sha256).thumbnail, jobs_waiting()) == ("wanted", 1)
    assert run_jobs() == 1
    made = row(sha256)
    assert made.thumbnail == "made"
    assert made.thumbnail_sha256 is not None
    assert opened(blob_store().read(made.thumbnail_sha256)).size == (EDGE, EDGE * 2 // 3)
    assert row(made.thumbnail_sha256).thumbnail == "none"
    want(sha256)
    assert jobs_waiting() == 0


def test_a_file_that_is_no_picture_is_never_asked_for_one(app: Flask) -> None:
    sha256 = keep(b"%PDF-1.7", "application/pdf")
    want(sha256)
    assert (row(sha256).thumbnail, jobs_waiting()) == ("none", 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture at all",
        as_file(picture(), "JPEG")[:2000],
        as_file(picture(), "PNG")[:100],
        heic(picture())[:500],
        png_of(40_000, 40_000),
        as_file(picture(), "BMP"),
        as_file(picture(), "EPS"),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 1000,
    ],
)
def test_a_broken_picture_fails_once_and_is_not_tried_again(app: Flask, content: bytes) -> None:
    broken, sound = keep(content), keep(as_file(picture(300, 300), "JPEG"))
    want(broken)
    want(sound)
    run_jobs()
    assert (row(broken).thumbnail, row(sound).thumbnail) == ("failed", "made")
    want(broken)
    assert (row(broken).thumbnail, jobs_waiting()) == ("failed", 0)
    assert blob_store().read(broken) == content


def test_a_picture_that_is_missing_fails_and_holds_up_nothing(app: Flask) -> None:
    missing, sound = keep(as_file(picture(200, 100), "JPEG")), keep(as_file(picture(300, 300), "JPEG"))
    blob_store().path_of(missing).unlink()
    want(missing)
    want(sound)
    run_jobs()
    assert (row(missing).thumbnail, row(sound).thumbnail) == ("failed", "made")


@pytest.mark.s3
def test_a_picture_that_lies_in_s3_waits_for_s3_and_is_made_small_then(store: BlobStore, s3: LocalS3) -> None:
    far, near = keep(as_file(picture(), "JPEG")), as_file(picture(640, 480), "PNG")
    run_jobs()
    assert row(far).place == "remote"
    with s3.away():
        want(far)
        close = keep(near, "image/png")
        want(close)
        run_jobs()
        assert (row(far).thumbnail, row(close).thumbnail) == ("wanted", "made")
    from tests.integration.storage.test_s3 import due_now

    due_now()
    run_jobs()
    assert row(far).thumbnail == "made"
    assert row(close).place == "remote"


@pytest.mark.s3
def test_a_picture_stays_on_the_disk_until_its_thumbnail_is_made(store: BlobStore) -> None:
    sha256 = keep(as_file(picture(), "JPEG"))
    want(sha256)
    run_jobs()
    made = row(sha256)
    assert (made.thumbnail, made.place) == ("made", "remote")
    assert made.thumbnail_sha256 is not None
    assert row(made.thumbnail_sha256).place == "remote"
