"""Answers that carry a file: with its hash as ETag, as an attachment, and with nothing in it able to run."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote

from flask import Response, request

from core.errors import Problem
from core.storage import blob_store
from core.storage.store import CHUNK
from forms.lists import Content

_WORTH_SQUEEZING = 1000
_UNSAFE = re.compile(r"[^\x20-\x7e]|[\"\\%;]")


def send_content(content: Content) -> Response:
    """An attachment of a form.

    Raises:
        Problem 404.1: the store does not hold the bytes.

    """
    if content.data is not None:
        return _send_list(content, content.data)
    assert content.blob_sha256 is not None
    return send_blob(content.blob_sha256, name=content.name, media_type=content.media_type, etag=content.md5)


def _send_list(content: Content, data: bytes) -> Response:
    """A list, squeezed for whom that suits: tablets fetch it over slow lines."""
    squeezed = len(data) >= _WORTH_SQUEEZING and bool(request.accept_encodings["gzip"])
    answer = Response(gzip.compress(data, mtime=0) if squeezed else data)
    if squeezed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    return _answer(answer, content.name, content.media_type, content.md5, weak=squeezed)


def send_blob(sha256: str, *, name: str, media_type: str, etag: str = "") -> Response:
    """A blob, streamed from wherever it lies.

    Raises:
        Problem 404.1: the store does not hold the bytes.

    """
    known = _answer(Response(), name, media_type, etag or sha256)
    if known.status_code == 304:  # noqa: PLR2004 - an HTTP status
        return known
    try:
        source = blob_store().open(sha256)
    except FileNotFoundError as error:
        raise Problem("404.1") from error
    answer = Response(iter(lambda: source.read(CHUNK), b""), direct_passthrough=True)
    answer.call_on_close(source.close)
    return _answer(answer, name, media_type, etag or sha256)


def send_xml(xml: bytes, etag: str) -> Response:
    """An XForm, byte for byte."""
    answer = Response(xml, content_type="application/xml; charset=utf-8")
    answer.headers["X-OpenRosa-Version"] = "1.0"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(etag)
    conditional: Response = answer.make_conditional(request)  # type: ignore[assignment]  # werkzeug's response
    return conditional


def disposition(name: str) -> str:
    """``Content-Disposition`` of a file to be saved, with a plain name for old clients and the true one beside it."""
    return f"attachment; filename=\"{_UNSAFE.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def _answer(answer: Response, name: str, media_type: str, etag: str, *, weak: bool = False) -> Response:
    answer.content_type = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    answer.headers["Content-Disposition"] = disposition(name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(etag, weak=weak)
    conditional: Response = answer.make_conditional(request)  # type: ignore[assignment]  # werkzeug's response
    return conditional
