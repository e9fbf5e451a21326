"""Housekeeping removes what is of no more use, and nothing else."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from core import maintenance
from core.auth.models import SessionRow, SignInFailure
from core.database import utc_now
from core.storage import blob_store, spool_bytes
from core.transaction import reading, unit_of_work
from tests.personas import Office


def test_cleaning_up_drops_expired_sessions_and_old_failures_and_keeps_the_rest(office: Office) -> None:
    now = utc_now()

    def work(session: Any) -> None:
        session.add(
            SessionRow(
                token_hash="old",
                actor_id=office.ids["wanna"],
                csrf="",
                created_at=now,
                expires_at=now - dt.timedelta(seconds=1),
            )
        )
        session.add(SignInFailure(account="a@b.c", address="::1", at=now - dt.timedelta(hours=25)))
        session.add(SignInFailure(account="a@b.c", address="::1", at=now - dt.timedelta(hours=23)))

    before = count(SessionRow)
    unit_of_work(work)
    maintenance.clean_up({})
    assert count(SessionRow) == before
    assert count(SignInFailure) == 1
    assert office.client("wanna").get("/v1/users/current").status_code == 200
    assert office.client().head(office.device(f"projects/{office.workspace_id}/submission")).status_code == 204


def count(model: Any) -> int:
    return reading().scalar(select(func.count()).select_from(model)) or 0


def test_cleaning_up_removes_what_a_dead_server_left_half_received_and_nothing_younger(
    app: Flask, data_dir: Path
) -> None:
    part = spool_bytes(b"kept")
    blob_store().keep([part])
    old, young = data_dir / "spool" / "part-old", data_dir / "spool" / "part-young"
    half = data_dir / "blobs" / ".part-half"
    (data_dir / "spool").mkdir(exist_ok=True)
    for path in (old, young, half):
        path.write_bytes(b"half")
    long_ago = time.time() - 25 * 3600
    for path in (old, half, blob_store().path_of(part.sha256)):
        os.utime(path, (long_ago, long_ago))
    maintenance.clean_up({})
    assert [path.exists() for path in (old, half, young)] == [False, False, True]
    assert blob_store().read(part.sha256) == b"kept"
    young.unlink()
