"""The actor of a request: from the key in the path, a bearer token, Basic, or the cookie, in that order."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import time
from threading import Lock

from flask import g, request
from werkzeug.datastructures import Authorization

from core.access.actor import ANONYMOUS, Actor
from core.access.guard import looks_again
from core.auth import accounts, live, queries
from core.auth.tokens import token_hash
from core.database import utc_now
from core.errors import Problem
from core.http.key_in_path import KEY
from core.settings import Settings
from core.transaction import reading, reading_once, unit_of_work

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REMEMBERED_SECONDS = 300
CONTACT_EVERY = dt.timedelta(minutes=10)
"""How often a device's last contact is written down; more often would cost every record a write."""


def session_cookie_name(*, secure: bool) -> str:
    """The cookie's name; over https a browser guards names that begin with ``__Host-``."""
    return "__Host-session" if secure else "session"


def resolve_actor(settings: Settings) -> None:
    """Set ``g.actor``.

    Raises:
        Problem 401.2: credentials were given and are wrong, expired or revoked. 401.3: Basic over http.
        Problem 403.100: a page's request without its CSRF token. 429.1: too many wrong passwords.
    """
    g.actor = ANONYMOUS
    authorization = request.authorization
    if (token := request.environ.get(KEY) or request.args.get("st")) is not None:
        g.actor = _by_token(token, kinds={"app_user", "public_link"})
    elif authorization is not None and authorization.type == "bearer":
        g.actor = _by_token(authorization.token or "", kinds={"user", "app_user"})
    elif authorization is not None and authorization.type == "basic":
        g.actor = _by_basic(authorization, settings)
    elif cookie := request.cookies.get(session_cookie_name(secure=request.is_secure)):
        _by_cookie(cookie)


def _by_token(token: str, *, kinds: set[str]) -> Actor:
    hashed = token_hash(token)
    recalled = live.recall(hashed) if looks_again() else None
    if recalled is not None and recalled.kind in kinds:
        return recalled
    return _by_hash(hashed, kinds=kinds)


def confirm_actor() -> None:
    """Ask anew who it is that was known from a moment ago (`core.auth.live`).

    Raises:
        Problem 401.2: the credentials hold no longer.
    """
    known: Actor = g.actor
    if known.remembered and known.session_hash is not None:
        live.forget(known.session_hash)
        g.actor = _by_hash(known.session_hash, kinds={known.kind})


def _by_hash(hashed: str, *, kinds: set[str]) -> Actor:
    actor = _live_actor(hashed)
    if actor is None or actor.kind not in kinds:
        raise Problem("401.2")
    if actor.kind == "app_user" and (actor.last_used_at is None or actor.last_used_at < utc_now() - CONTACT_EVERY):
        unit_of_work(lambda session: accounts.note_contact(session, actor_id=actor.id))
    return actor


def _live_actor(hashed: str) -> Actor | None:
    with reading_once() as connection:
        return live.actor_by_token_hash(connection, hashed, utc_now())


def _by_cookie(cookie: str) -> None:
    actor = _live_actor(token_hash(cookie))
    if actor is None:
        # An old cookie is like none: the person is asked to sign in.
        return
    g.actor = actor
    if request.method not in SAFE_METHODS:
        given = request.headers.get("X-CSRF-Token") or request.form.get("csrf") or ""
        if not hmac.compare_digest(given.encode(), (actor.csrf or "").encode()) or not given:
            raise Problem("403.100")


def _by_basic(authorization: Authorization, settings: Settings) -> Actor:
    if not request.is_secure and not settings.allow_basic_over_http:
        raise Problem("401.3")
    email, password = authorization.username or "", authorization.password or ""
    actor_id = verify_with_throttle(email, password)
    actor = queries.actor_by_id(reading(), actor_id)
    if actor is None:
        raise Problem("401.2")
    return actor


def verify_with_throttle(email: str, password: str, *, signed_in: bool = False) -> int:
    """The actor id behind a name and password, counting wrong tries for the account and the network address.

    Who is `signed_in` is known: what they mistype must not lock others out who share their address.

    A right answer is remembered for `REMEMBERED_SECONDS` as long as the account's hash stays the same, since
    ODK Collect sends Basic with every request and an argon2 check costs a tenth of a second.

    Raises:
        Problem 401.2: wrong. 429.1: too many wrong tries.
    """
    if "\0" in email:
        raise Problem("401.2")
    address = "" if signed_in else request.remote_addr or ""
    user = queries.user_by_email(reading(), email)
    if user is not None and _remembered.holds(user.actor_id, user.password_hash, password):
        return user.actor_id
    accounts.require_free_try(reading(), email=email, address=address)
    actor_id = accounts.verify(reading(), email=email, password=password)
    if actor_id is None or user is None:
        unit_of_work(lambda session: accounts.note_failure(session, email=email, address=address))
        raise Problem("401.2")
    _remembered.add(actor_id, user.password_hash, password)
    return actor_id


class _Remembered:
    """Right passwords of the last minutes, as keyed hashes that mean nothing outside this process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._until: dict[bytes, float] = {}
        self._lock = Lock()

    def holds(self, actor_id: int, stored: str, password: str) -> bool:
        """Whether this very password was right for this very hash a short while ago."""
        until = self._until.get(self._digest(actor_id, stored, password), 0.0)
        return until > time.monotonic()

    def add(self, actor_id: int, stored: str, password: str) -> None:
        """Remember a right password."""
        now = time.monotonic()
        with self._lock:
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[self._digest(actor_id, stored, password)] = now + REMEMBERED_SECONDS

    def _digest(self, actor_id: int, stored: str, password: str) -> bytes:
        return hmac.new(
            self._key, f"{actor_id}\0{stored}\0{password}".encode("utf-8", "replace"), hashlib.sha256
        ).digest()


_remembered = _Remembered()
