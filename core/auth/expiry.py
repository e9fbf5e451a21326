"""What of sign-ins does not outlive its time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.auth.models import SessionRow, SignInFailure
from core.database import utc_now

FAILURES_COUNT_FOR = dt.timedelta(days=1)


def forget_expired(session: Session) -> None:
    """Drop sessions whose time is over (device keys have none), and sign-in failures older than a day."""
    now = utc_now()
    session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - FAILURES_COUNT_FOR))
