"""Services on groups and officers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from plan import queries
from plan.editing import next_version, note_change
from plan.models import Group, GroupMembership, Officer
from plan.validation import Checker

GROUP_FIELDS = ("code", "name_th", "name_en", "parent_code")
OFFICER_FIELDS = (
    "code", "name", "position", "role", "group_code", "username", "user_actor_id", "active_from", "active_to",
)  # fmt: skip


def create_group(session: Session, actor: Actor, *, workspace_id: int, data: Mapping[str, Any]) -> Group:
    """A new group or unit: `code`, `name_th`, optionally `name_en` and `parent_code`.

    Raises:
        InvalidPlan (400.170): the group above is unknown. Problem 409.3: the code is taken.

    """
    checker = Checker()
    parent = _group(session, checker, workspace_id, "parent_code", data.get("parent_code"))
    checker.refuse()
    if session.scalar(select(Group.id).where(Group.workspace_id == workspace_id, Group.code == data["code"])):
        raise Problem("409.3", fields="code", values=data["code"])
    group = Group(
        workspace_id=workspace_id,
        code=data["code"],
        name_th=data["name_th"],
        name_en=data.get("name_en") or None,
        parent=parent,
    )
    session.add(group)
    note_change(session, actor, "plan.group.create", group)
    return group


def update_group(
    session: Session, actor: Actor, *, workspace_id: int, code: str, version: int, changes: Mapping[str, Any]
) -> Group:
    """Change a group's names or the group above it. The code stays, since records name it.

    Raises:
        Problem 404.1, 409.100: gone or changed. InvalidPlan (400.170): the code or the group above.

    """
    group = queries.find_group(session, workspace_id, code, for_update=True)
    next_version(group, version)
    checker = Checker()
    checker.require(changes.get("code", code) == code, "code", "400.186")
    if "parent_code" in changes:
        parent = _group(session, checker, workspace_id, "parent_code", changes["parent_code"])
        fits = not _is_below(parent, group)
        if checker.require(fits, "parent_code", "400.172", given=changes["parent_code"]):
            group.parent = parent
    checker.refuse()
    group.name_th = changes.get("name_th", group.name_th)
    group.name_en = changes.get("name_en", group.name_en) or None
    note_change(session, actor, "plan.group.update", group)
    return group


def create_officer(session: Session, actor: Actor, *, workspace_id: int, data: Mapping[str, Any]) -> Officer:
    """A new officer; their history begins with the group they are put in.

    Raises:
        InvalidPlan (400.170): what does not fit. Problem 409.3: the code is taken.

    """
    values: dict[str, Any] = {**dict.fromkeys(OFFICER_FIELDS), "position": "", "role": "officer", **data}
    checker = Checker()
    group = _check_officer(session, checker, workspace_id, values)
    checker.refuse()
    taken = select(Officer.id).where(Officer.workspace_id == workspace_id, Officer.code == values["code"])
    if session.scalar(taken):
        raise Problem("409.3", fields="code", values=values["code"])
    officer = Officer(workspace_id=workspace_id, code=values["code"])
    session.add(officer)
    _apply(officer, values, group)
    if group is not None:
        begun = GroupMembership(workspace_id=workspace_id, group=group, valid_from=values["active_from"])
        officer.memberships.append(begun)
    note_change(session, actor, "plan.officer.create", officer)
    return officer


def update_officer(
    session: Session,
    actor: Actor,
    *,
    workspace_id: int,
    uuid: str,
    version: int,
    changes: Mapping[str, Any],
    today: dt.date,
) -> Officer:
    """Change an officer. A change of `group_code` enters the history from `moved_on` (today when not given).

    Raises:
        Problem 404.1, 409.100: gone or changed. InvalidPlan (400.170): what does not fit.

    """
    officer = queries.find_officer(session, workspace_id, uuid, for_update=True)
    next_version(officer, version)
    values: dict[str, Any] = {**{name: getattr(officer, name) for name in OFFICER_FIELDS}, **changes}
    checker = Checker()
    checker.require(values["code"] == officer.code, "code", "400.186")
    group = _check_officer(session, checker, workspace_id, values)
    moved_on = changes.get("moved_on") or today
    moves = group is not officer.group
    if moves:
        _check_move(checker, officer, moved_on)
    checker.refuse()
    if moves:
        _move(officer, group, moved_on)
    _apply(officer, values, group)
    note_change(session, actor, "plan.officer.update", officer, {"movedOn": str(moved_on)} if moves else None)
    return officer


def _group(session: Session, checker: Checker, workspace_id: int, field: str, code: str | None) -> Group | None:
    if not code:
        return None
    found = next((group for group in queries.groups(session, workspace_id) if group.code == code), None)
    checker.require(found is not None, field, "400.172", given=code)
    return found


def _is_below(candidate: Group | None, group: Group) -> bool:
    """Whether `candidate` is the group itself or belongs to it over any number of steps."""
    while candidate is not None:
        if candidate.id == group.id:
            return True
        candidate = candidate.parent
    return False


def _check_officer(session: Session, checker: Checker, workspace_id: int, values: Mapping[str, Any]) -> Group | None:
    begins, ends = values["active_from"], values["active_to"]
    checker.require(not (begins and ends) or begins <= ends, "active_to", "400.173", first=begins)
    account = values["user_actor_id"]
    if account is not None:
        known = {row[0] for row in queries.accounts(session, workspace_id)}
        checker.require(account in known, "user_actor_id", "400.172", given=account)
    return _group(session, checker, workspace_id, "group_code", values["group_code"])


def _apply(officer: Officer, values: Mapping[str, Any], group: Group | None) -> None:
    officer.group = group
    for name in ("name", "position", "role", "user_actor_id", "active_from", "active_to"):
        setattr(officer, name, values[name])
    officer.username = values["username"] or None


def _check_move(checker: Checker, officer: Officer, moved_on: dt.date) -> None:
    begun = max((item.valid_from for item in officer.memberships if item.valid_from), default=None)
    checker.require(
        begun is None or moved_on > begun, "moved_on", "400.173", first=begun and begun + dt.timedelta(days=1)
    )


def _move(officer: Officer, group: Group | None, moved_on: dt.date) -> None:
    """End the present membership on the day before and begin the new one."""
    for item in officer.memberships:
        if item.valid_to is None:
            item.valid_to = moved_on - dt.timedelta(days=1)
    if group is not None:
        begun = GroupMembership(workspace_id=officer.workspace_id, group=group, valid_from=moved_on)
        officer.memberships.append(begun)
