"""Who sent a record a moment ago is remembered, and what was taken from them meanwhile counts at once all the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from core.access.actor import Actor, Grant
from core.access.models import Assignment, Workspace
from core.access.roles import APP_USER, COLLECTOR, MANAGER, ROLES, VIEWER
from core.auth import live
from core.auth.models import ActorRow, SessionRow, User
from core.auth.tokens import token_hash
from core.database import utc_now
from core.transaction import reading, reading_once, unit_of_work
from sync.models import Quarantine, Submission
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

VERB = "submission.create"


def use(office: Office) -> None:
    """A form that took records of the office's device, so that this process remembers both."""
    publish(office)
    for _ in range(2):
        assert send(office, visit_instance()).status_code == 201
    assert live.recall(token_hash(office.key)) is not None


def execute(*statements: Any) -> None:
    """Changes as another process of the server makes them: this one is not told."""
    unit_of_work(lambda session: [session.execute(statement) for statement in statements])


def stored() -> int:
    return reading().scalar(select(func.count()).select_from(Submission)) or 0


def taken_away(office: Office) -> dict[str, Any]:
    """What ends a device's right to send."""
    return {
        "the key": delete(SessionRow).where(SessionRow.token_hash == token_hash(office.key)),
        "the device": update(ActorRow).where(ActorRow.id == office.device_id).values(deleted_at=utc_now()),
        "the role": delete(Assignment).where(Assignment.actor_id == office.device_id),
        "the workspace": update(Workspace).where(Workspace.id == office.workspace_id).values(deleted_at=utc_now()),
        "its time": update(SessionRow)
        .where(SessionRow.token_hash == token_hash(office.key))
        .values(expires_at=utc_now() - dt.timedelta(seconds=1)),
        "the right to this form": update(Assignment)
        .where(Assignment.actor_id == office.device_id)
        .values(form_id=4_000_000),
    }


@pytest.mark.parametrize(
    "what", ["the key", "the device", "the role", "the workspace", "its time", "the right to this form"]
)
def test_a_device_that_lost_its_right_sends_nothing_more(office: Office, what: str) -> None:
    use(office)
    execute(taken_away(office)[what])
    assert send(office, visit_instance()).status_code == 401
    assert send(office, visit_instance()).status_code == 401
    assert stored() == 2
    assert reading().scalar(select(func.count()).select_from(Quarantine)) == 0


@pytest.mark.parametrize(
    "xml",
    [b"<not a record", visit_instance(xml_form_id="unheard-of"), visit_instance(deprecated="uuid:other")],
    ids=["not a record", "an unknown form", "an edit"],
)
def test_whose_key_was_taken_away_is_told_that_and_nothing_else(office: Office, xml: bytes) -> None:
    use(office)
    execute(taken_away(office)["the key"])
    assert send(office, xml).status_code == 401
    assert reading().scalar(select(func.count()).select_from(Quarantine)) == 0


def test_a_right_that_was_given_meanwhile_counts_too(office: Office) -> None:
    first, second = publish(office), publish(office, xml_form_id="census")
    of_the_device = update(Assignment).where(Assignment.actor_id == office.device_id)
    execute(of_the_device.values(form_id=first.id))
    for _ in range(2):
        assert send(office, visit_instance()).status_code == 201
    assert send(office, visit_instance(xml_form_id="census")).status_code == 401
    for _ in range(2):
        assert send(office, visit_instance()).status_code == 201
    execute(of_the_device.values(form_id=second.id))
    assert send(office, visit_instance(xml_form_id="census")).status_code == 201
    assert send(office, visit_instance()).status_code == 401


def test_other_routes_ask_who_it_is_at_each_request(office: Office) -> None:
    use(office)
    execute(taken_away(office)["the key"])
    forms = office.app.test_client().get(office.device(f"projects/{office.workspace_id}/formList"))
    assert forms.status_code == 401


def test_nobody_is_remembered_for_long(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "REMEMBERED_SECONDS", -1.0)
    publish(office)
    for _ in range(2):
        assert send(office, visit_instance()).status_code == 201
    assert live.recall(token_hash(office.key)) is None


GRANTS = [
    pytest.param((role.id, *place), id=f"{role.system} {name}")
    for role in ROLES.values()
    for name, place in {
        "everywhere": (None, None),
        "here": ("here", None),
        "elsewhere": ("elsewhere", None),
        "on this form": ("here", 7),
        "on another form": ("here", 8),
        "on a form of this number elsewhere": ("elsewhere", 7),
    }.items()
]


@pytest.mark.parametrize("grant", GRANTS)
def test_the_database_permits_what_the_actor_may(office: Office, grant: tuple[int, str | None, int | None]) -> None:
    role, where, form = grant
    place = {"here": office.workspace_id, "elsewhere": another_workspace(), None: None}[where]
    execute(
        delete(Assignment).where(Assignment.actor_id == office.device_id),
        insert(Assignment).values(actor_id=office.device_id, role_id=role, workspace_id=place, form_id=form),
    )
    actor = Actor(id=office.device_id, grants=(Grant(role, place, form),))
    with reading_once() as connection:
        assert permitted(connection, office) == actor.can(VERB, office.workspace_id, 7)


def test_one_grant_of_several_is_enough(office: Office) -> None:
    other = another_workspace()
    for role, place in ((VIEWER, office.workspace_id), (COLLECTOR, other), (MANAGER, office.workspace_id)):
        execute(insert(Assignment).values(actor_id=office.device_id, role_id=role.id, workspace_id=place))
    execute(delete(Assignment).where(Assignment.actor_id == office.device_id, Assignment.role_id == APP_USER.id))
    with reading_once() as connection:
        assert permitted(connection, office)


def test_a_closed_account_is_permitted_nothing(office: Office) -> None:
    hashed = token_hash(office.tokens["kwanjai"])
    with reading_once() as connection:
        assert permitted(connection, office, hashed)
    execute(update(User).where(User.actor_id == office.ids["kwanjai"]).values(active=False))
    with reading_once() as connection:
        assert not permitted(connection, office, hashed)


def another_workspace() -> int:
    statement = insert(Workspace).values(name="สพป. อื่น", created_at=utc_now(), archived=False)
    found: list[int] = []
    unit_of_work(lambda session: found.append(session.execute(statement.returning(Workspace.id)).scalar_one()))
    return found[0]


def permitted(connection: Connection, office: Office, hashed: str | None = None) -> bool:
    given = {
        "session_hash": hashed or token_hash(office.key),
        "received_at": utc_now(),
        "workspace_id": office.workspace_id,
        "form_id": 7,
    }
    return bool(connection.scalar(select(live.still_permits(VERB)), given))
