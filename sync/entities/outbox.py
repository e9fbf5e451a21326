"""Noting in the transaction that files a record that it has something to do to entities; a job does it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from core import jobs
from sync.entities.models import EntityEffect, EntityList
from sync.entities.states import APPROVAL, FAILED, NEW, WAITING

AT_ONCE = 500
_TABLE: Table = EntityEffect.__table__  # type: ignore[assignment]  # declarative tables are typed loosely


def note(session: Session, *, workspace_id: int, submission_id: int, version_id: int, at: dt.datetime) -> None:
    """Leave work for a version of a record of a form that declares entities."""
    session.connection().execute(
        insert(_TABLE),
        {
            "workspace_id": workspace_id,
            "submission_id": submission_id,
            "submission_version_id": version_id,
            "position": 0,
            "state": NEW,
            "created_at": at,
        },
    )
    ask(session)


def approved(session: Session, submission_id: int) -> None:
    """Go on with what a record was held back with until it is approved."""
    _again(session, submission_id, APPROVAL)


def try_again(session: Session, submission_id: int) -> None:
    """Try once more what failed of a record."""
    _again(session, submission_id, FAILED)


def ask(session: Session) -> None:
    """Ask for the job."""
    jobs.enqueue(session, "sync.apply_entities", key="sync.apply_entities")


def _again(session: Session, submission_id: int, state: str) -> None:
    done = session.execute(
        update(_TABLE)
        .where(_TABLE.c.submission_id == submission_id, _TABLE.c.state == state)
        .values(state=NEW, problem=None)
        .returning(_TABLE.c.id)
    )
    if done.first() is not None:
        ask(session)


def retry(session: Session, effect_id: int) -> bool:
    """Try once more one thing that failed; whether it had."""
    done = session.execute(
        update(_TABLE)
        .where(_TABLE.c.id == effect_id, _TABLE.c.state == FAILED)
        .values(state=NEW, problem=None)
        .returning(_TABLE.c.id)
    )
    found = done.first() is not None
    if found:
        ask(session)
    return found


def no_approval(session: Session, entity_list: EntityList) -> None:
    """Go on with whatever a list held back until it is approved."""
    done = session.execute(
        update(_TABLE)
        .where(
            _TABLE.c.workspace_id == entity_list.workspace_id,
            _TABLE.c.list_name == entity_list.name,
            _TABLE.c.state == APPROVAL,
        )
        .values(state=NEW, problem=None)
        .returning(_TABLE.c.id)
    )
    if done.first() is not None:
        ask(session)


def appeared(session: Session, entity_list: EntityList, *uuids: str) -> None:
    """Entities are there (again): do what records asked of them while they were not."""
    found = False
    for start in range(0, len(uuids), AT_ONCE):
        done = session.execute(
            update(_TABLE)
            .where(
                _TABLE.c.workspace_id == entity_list.workspace_id,
                _TABLE.c.list_name == entity_list.name,
                _TABLE.c.uuid.in_(uuids[start : start + AT_ONCE]),
                _TABLE.c.state.in_((WAITING, FAILED)),
            )
            .values(state=NEW, problem=None)
            .returning(_TABLE.c.id)
        )
        found = done.first() is not None or found
    if found:
        ask(session)
