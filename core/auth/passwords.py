"""Passwords: argon2id hashes, and what a password must be."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from core.errors import Problem

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's first recommendation for argon2id (19 MiB, 2 passes); 8 threads of sign-ins stay well inside memory."""

_NOBODY = _hasher.hash("a password that nobody has")
MIN_CHARACTERS = 10
MAX_BYTES = 72


_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another on a slip of paper."""


def first_password() -> str:
    """A password to hand over once, such as ``k7mp-2xqd-hf9w-tz3a``: 16 of 31 characters are 79 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """Argon2id hash of a password that passes the rules.

    Raises:
        Problem: see `check_password`.
    """
    check_password(password)
    return _hasher.hash(password)


def check_password(password: str) -> None:
    """Refuse a password that is too short, too long or one character over and over.

    Raises:
        Problem 400.21: shorter than `MIN_CHARACTERS` characters. 400.38: longer than `MAX_BYTES` bytes.
        Problem 400.120: fewer than four different characters.
    """
    if len(password) < MIN_CHARACTERS:
        raise Problem("400.21", least=MIN_CHARACTERS)
    if len(password.encode()) > MAX_BYTES:
        raise Problem("400.38", most=MAX_BYTES)
    if len(set(password)) < 4:  # noqa: PLR2004 - said in the docstring
        raise Problem("400.120")


def password_matches(stored: str | None, given: str) -> bool:
    """Whether a password fits its hash. Takes as long for an account that does not exist (`stored` empty)."""
    try:
        return _hasher.verify(stored or _NOBODY, given) and bool(stored)
    except (Argon2Error, InvalidHashError):
        return False
