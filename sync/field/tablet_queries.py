"""Every select on tablets: those that described themselves, and those known from their records or keys alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from core.auth.models import ActorRow, AppUser, SessionRow, User
from core.auth.queries import list_app_users
from core.database import utc_now
from forms.models import Form, FormVersion
from sync.field import tablets
from sync.field.models import FieldDevice
from sync.field.tablets import CLIENT, OTHER, UNUSED, Tablet
from sync.models import Submission

MOST = 2000
"""Tablets that are looked at; more are not told of."""
RECORDS, RECORD_DAYS = 5000, 90
"""How many of the latest records, and of how many days, are looked through for tablets that say nothing themselves."""

_ENDED = case(
    (ActorRow.deleted_at.is_not(None), True),
    (User.actor_id.is_not(None), User.active.is_(False)),
    (AppUser.actor_id.is_not(None), AppUser.sealed_key.is_(None)),
    else_=False,
)


def tablets_of(session: Session, workspace_id: int) -> list[Tablet]:
    """The tablets of a workspace, those first that most need attention."""
    now = utc_now()
    announced = _announced(session, workspace_id, now)
    records = _lately(session, workspace_id, now)
    seen = {item.device_id for item in announced}
    others = [row for row in records if row.device_id not in seen]
    in_use = {item.actor_id for item in announced} | {row.submitter_id for row in others}
    named = _owners(session, {row.submitter_id for row in others})
    last_of = {(row.device_id, row.submitter_id): row.received_at for row in records}
    found = [_with_record(item, last_of) for item in announced]
    found += [_other(row, named, now) for row in others if row.submitter_id in named]
    for device, row in list_app_users(session, workspace_id):
        if row.id not in in_use and device.sealed_key is not None:
            found.append(_key_alone(device, row, now))
    return tablets.by_trouble(found)


def _announced(session: Session, workspace_id: int, now: dt.datetime) -> list[Tablet]:
    current = _current_versions(session, workspace_id)
    rows = session.execute(
        _devices(FieldDevice, ActorRow.display_name, _ENDED.label("ended"), _is_signed_in(now).label("signed_in"))
        .where(FieldDevice.workspace_id == workspace_id)
        .order_by(FieldDevice.last_seen_at.desc(), FieldDevice.id)
        .limit(MOST)
    )
    found = []
    for said, name, ended, signed_in in rows:
        old = tablets.old_forms(said.forms, current)
        troubles = tablets.troubles_of(
            said=said, last_contact=said.last_seen_at, ended=bool(ended), old_forms=bool(old), now=now
        )
        found.append(
            Tablet(
                kind=CLIENT,
                device_id=said.install_id,
                name=name,
                actor_id=said.actor_id,
                ended=bool(ended),
                last_contact=said.last_seen_at,
                said=said,
                signed_in=bool(signed_in),
                old_forms=old,
                troubles=troubles,
            )
        )
    return found


def _is_signed_in(now: dt.datetime) -> Any:
    """Whether the person of a tablet has a sign-in there that is alive."""
    return exists().where(
        SessionRow.actor_id == FieldDevice.actor_id,
        SessionRow.install_id == FieldDevice.install_id,
        SessionRow.expires_at > now,
    )


def _devices(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(FieldDevice)
        .join(ActorRow, ActorRow.id == FieldDevice.actor_id)
        .outerjoin(User, User.actor_id == ActorRow.id)
        .outerjoin(AppUser, AppUser.actor_id == ActorRow.id)
    )


def _current_versions(session: Session, workspace_id: int) -> dict[str, str]:
    rows = session.execute(
        select(Form.xml_form_id, FormVersion.version)
        .join(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.workspace_id == workspace_id, Form.deleted_at.is_(None), Form.state == "open")
    )
    return {row[0]: row[1] for row in rows}


def _lately(session: Session, workspace_id: int, now: dt.datetime) -> Sequence[Any]:
    """Devices and senders of the latest records, with when the last one of each came.

    It goes down `ix_submission_received_at` and stops, so that its price does not grow with the records.
    """
    latest = (
        select(Submission.device_id, Submission.submitter_id, Submission.received_at)
        .where(
            Submission.workspace_id == workspace_id,
            Submission.received_at > now - dt.timedelta(days=RECORD_DAYS),
            Submission.is_draft.is_(False),
            Submission.device_id.is_not(None),
            Submission.submitter_id.is_not(None),
        )
        .order_by(Submission.received_at.desc())
        .limit(RECORDS)
        .subquery()
    )
    return session.execute(
        select(latest.c.device_id, latest.c.submitter_id, func.max(latest.c.received_at).label("received_at"))
        .group_by(latest.c.device_id, latest.c.submitter_id)
        .order_by(func.max(latest.c.received_at).desc())
        .limit(MOST)
    ).all()


@dataclass(frozen=True)
class _Owner:
    name: str
    ended: bool
    last_used_at: dt.datetime | None


def _owners(session: Session, actor_ids: Iterable[int]) -> dict[int, _Owner]:
    rows = session.execute(
        select(ActorRow.id, ActorRow.display_name, _ENDED, AppUser.last_used_at)
        .outerjoin(User, User.actor_id == ActorRow.id)
        .outerjoin(AppUser, AppUser.actor_id == ActorRow.id)
        .where(ActorRow.id.in_(set(actor_ids)))
    )
    return {row[0]: _Owner(row[1], bool(row[2]), row[3]) for row in rows}


def _other(row: Any, owners: Mapping[int, _Owner], now: dt.datetime) -> Tablet:
    owner = owners[row.submitter_id]
    last = max(row.received_at, owner.last_used_at or row.received_at)
    return Tablet(
        kind=OTHER,
        device_id=row.device_id,
        name=owner.name,
        actor_id=row.submitter_id,
        ended=owner.ended,
        last_contact=last,
        last_record=row.received_at,
        troubles=tablets.troubles_of(said=None, last_contact=last, ended=owner.ended, old_forms=False, now=now),
    )


def _key_alone(device: AppUser, row: ActorRow, now: dt.datetime) -> Tablet:
    last = device.last_used_at
    return Tablet(
        kind=OTHER if last else UNUSED,
        device_id="",
        name=row.display_name,
        actor_id=row.id,
        ended=False,
        last_contact=last,
        troubles=tablets.troubles_of(said=None, last_contact=last, ended=False, old_forms=False, now=now),
    )


def _with_record(item: Tablet, records: Mapping[tuple[str, int], dt.datetime]) -> Tablet:
    return replace(item, last_record=records.get((item.device_id, item.actor_id)))


@dataclass(frozen=True)
class Waiting:
    """How many tablets are silent, how many hold records that are not here, and how many such records there are."""

    silent: int
    holding: int
    records: int

    def __bool__(self) -> bool:
        return bool(self.silent or self.holding)


def waiting(session: Session, workspace_id: int) -> Waiting:
    """What the home page says of tablets that announce themselves."""
    unsent = FieldDevice.unsent_records > 0
    silent = and_(FieldDevice.last_seen_at < utc_now() - tablets.SILENT_AFTER, or_(_ENDED.is_(False), unsent))
    row = session.execute(
        _devices(
            func.sum(case((silent, 1), else_=0)),
            func.sum(case((unsent, 1), else_=0)),
            func.sum(FieldDevice.unsent_records),
        ).where(FieldDevice.workspace_id == workspace_id)
    ).one()
    return Waiting(int(row[0] or 0), int(row[1] or 0), int(row[2] or 0))


def labels_of(session: Session, workspace_id: int, device_ids: Iterable[str | None]) -> dict[str, str]:
    """What tablets are called, by the id that their records carry; those without a name are left out."""
    wanted = {device_id for device_id in device_ids if device_id}
    if not wanted:
        return {}
    rows = session.execute(
        select(FieldDevice.install_id, FieldDevice.label)
        .where(FieldDevice.workspace_id == workspace_id, FieldDevice.install_id.in_(wanted), FieldDevice.label != "")
        .order_by(FieldDevice.last_seen_at)
    )
    return {row[0]: row[1] for row in rows}
