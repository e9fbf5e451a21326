"""The cookie of a session: sent by every way of signing in, taken back by every way of signing out."""

from __future__ import annotations

from flask import Response, request

from core.auth.accounts import SignIn
from core.auth.resolve import session_cookie_name


def send_session_cookie(response: Response, signed_in: SignIn) -> None:
    """Give the browser the session.

    ``Lax`` and not ``Strict``: a link in a mail or a QR code must find its reader signed in. What changes
    something wants a CSRF token besides.
    """
    response.set_cookie(
        session_cookie_name(secure=request.is_secure),
        signed_in.token,
        expires=signed_in.expires_at,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop_session_cookie(response: Response) -> None:
    """Take it back."""
    response.delete_cookie(
        session_cookie_name(secure=request.is_secure),
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
