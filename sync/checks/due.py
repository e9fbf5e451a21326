"""Asking for records to be checked. What waits is found by what was checked, so that a lost wake-up loses nothing."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import jobs
from core.database import utc_now
from core.transaction import after_commit
from forms.definitions import Definition
from sync.checks.models import CheckedSubmission
from sync.checks.profile import profile_of

PAUSE = dt.timedelta(seconds=3)
"""Between asking and looking: many records are checked at once, and those that come meanwhile ask nothing."""
ASK_EVERY = 1.0
"""Seconds for which one process does not ask again; less than `PAUSE`, so that the look still lies ahead."""

_asked: WeakKeyDictionary[Definition, float] = WeakKeyDictionary()


def ask(session: Session, form: Definition) -> None:
    """Have the new records of a form checked; called for each one that comes in, so it costs next to nothing.

    It is to be the last thing of its transaction: equal jobs wait for each other until they are committed.
    """
    now = time.monotonic()
    if is_asked(form):
        return
    ask_form(session, form.form_id)
    after_commit(session, partial(_asked.__setitem__, form, now))


def is_asked(form: Definition) -> bool:
    """Whether a record that comes in now needs not ask: a look lies ahead, or there is nothing to check."""
    return time.monotonic() - _asked.get(form, -ASK_EVERY) < ASK_EVERY or not profile_of(form).has_checks


def ask_form(session: Session, form_id: int, *, thorough: bool = False) -> None:
    """Have the records of a form checked that wait for it; `thorough` compares each one with what was checked."""
    payload = {"form_id": form_id, "thorough": thorough}
    key = f"sync.check_records:{form_id}:{'all' if thorough else 'new'}"
    jobs.enqueue(session, "sync.check_records", payload, key=key, run_after=utc_now() + PAUSE)


def mark(session: Session, submission_ids: Collection[int]) -> None:
    """These records changed: what was found in them, and beside them, may not hold any more."""
    session.execute(
        update(CheckedSubmission).where(CheckedSubmission.submission_id.in_(submission_ids)).values(due=True)
    )
