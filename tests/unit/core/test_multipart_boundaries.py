"""Our boundary search against werkzeug's regular expressions, on bodies put together at random."""

from __future__ import annotations

import random

from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Epilogue, MultipartDecoder, NeedData

from core.http.uploads import MAX_PARTS, _Decoder

PIECES = (
    b"--B", b"--B--", b"\r\n", b"\n", b"\r", b" ", b"\t", b"x", b"--", b"-", b"\0", b"--BB", b"\r\n--B\r\n",
    b"\r\n--B--\r\n", b'Content-Disposition: form-data; name="a"\r\n\r\n',
    b'Content-Disposition: form-data; name="f"; filename="z"\r\nContent-Type: a/b\r\n\r\n',
)  # fmt: skip


def events(decoder: MultipartDecoder, chunks: list[bytes]) -> list[str]:
    """What a decoder makes of a body that arrives in chunks, up to the first complaint."""
    found: list[str] = []
    try:
        for chunk in [*chunks, None]:
            decoder.receive_data(chunk)
            event = None
            while not isinstance(event, NeedData | Epilogue):
                event = decoder.next_event()
                found.append(repr(event))
    except (ValueError, AttributeError, HTTPException) as error:
        found.append(repr(error))
    return found


def body(chance: random.Random) -> bytes:
    middle = b"".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))
    first = b"--B\r\n" if chance.random() < 0.6 else b""
    return first + middle + (b"\r\n--B--\r\n" if chance.random() < 0.6 else b"")


def cut(whole: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.randint(0, len(whole)) for _ in range(chance.randint(0, 4)))
    return [whole[begin:end] for begin, end in zip([0, *places], [*places, len(whole)], strict=True)]


def test_every_body_is_read_as_werkzeug_reads_it() -> None:
    chance = random.Random(20)
    for _ in range(5000):
        chunks = cut(body(chance), chance)
        assert events(_Decoder(b"B"), chunks) == events(MultipartDecoder(b"B", max_parts=MAX_PARTS), chunks), chunks
