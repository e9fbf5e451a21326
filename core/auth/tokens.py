"""Tokens: 64 random characters outside, a SHA-256 inside; and the seal under which device keys are kept."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken

TOKEN_BYTES = 48
"""48 random bytes are 64 characters of URL-safe base64, the length ODK Central's tokens have."""
TOKEN_LENGTH = 64


def new_token() -> str:
    """A fresh token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token. Tokens are long and random, so one fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def seal(token: str, key: str) -> str:
    """Encrypt a token for keeping."""
    return _fernet(key).encrypt(token.encode()).decode()


def unseal(sealed: str, key: str) -> str | None:
    """The token again; None when it was sealed under another key."""
    try:
        return _fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"tidtam seal " + key.encode()).digest()))
