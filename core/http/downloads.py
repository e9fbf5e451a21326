"""Handing out blobs so that nothing in them can run: pictures inline, everything else as a file to be saved."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Response, redirect, request

from core.errors import Problem
from core.storage import Blob, blob_store
from core.storage.store import CHUNK

SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_UNSAFE = re.compile(r"[^\x20-\x7e]|[\"\\%;]")


def send_blob(blob: Blob, *, name: str, media_type: str, thumbnail: bool = False) -> Response:
    """A blob from wherever it lies. What lies in S3 only is fetched by the browser itself, by a signed address.

    A thumbnail is always streamed, since pages show it and may load pictures from this server only.

    Raises:
        Problem 404.1: neither place has the bytes.
    """
    store = blob_store()
    kind = media_type if media_type in SHOWN_INLINE else "application/octet-stream"
    disposition = content_disposition(name, inline=kind in SHOWN_INLINE)
    if store.remote is not None and not thumbnail and not store.is_local(blob.sha256):
        address = store.remote.signed_address(blob.sha256, media_type=kind, disposition=disposition)
        return redirect(address, 302)  # type: ignore[return-value]  # werkzeug's response
    try:
        source = store.open(blob.sha256)
    except FileNotFoundError as error:
        raise Problem("404.1") from error
    answer = Response(iter(lambda: source.read(CHUNK), b""), content_type=kind, direct_passthrough=True)
    answer.call_on_close(source.close)
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.content_length = blob.size
    answer.set_etag(blob.sha256)
    conditional: Response = answer.make_conditional(request)  # type: ignore[assignment]  # werkzeug's response
    return conditional


def content_disposition(name: str, *, inline: bool) -> str:
    """The header, with a plain name for old clients and the true one beside it (RFC 6266)."""
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{_UNSAFE.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
