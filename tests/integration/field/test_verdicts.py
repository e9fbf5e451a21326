"""The office's word on a person's records reaches their tablet: all of it, once, and nobody else's."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import utc_now
from core.transaction import reading, unit_of_work
from sync import queries, review
from sync.field import verdicts
from sync.models import Submission
from tests.personas import Office
from tests.support.field import Tablet, decide, hand_in, tablet_of
from tests.support.forms import TestForm, publish, visit_instance

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def form(office: Office) -> TestForm:
    """The form of visits."""
    return publish(office)


def records(office: Office, number: int, persona: str = "kwanjai") -> list[str]:
    """The instanceIDs of fresh records of a persona."""
    ids = [f"uuid:{uuid.uuid4()}" for _ in range(number)]
    for instance_id in ids:
        hand_in(office, visit_instance(instance_id), persona)
    return ids


def told(tablet: Tablet) -> list[tuple[str, str]]:
    """What the next answers say: instanceIDs and states."""
    found = []
    while True:
        answer = tablet.ask().json
        tablet.take(answer)
        found += [(row["instanceId"], row["reviewState"]) for row in answer["verdicts"]]
        if not answer["more"]:
            return found


def stamp(form: TestForm, instance_id: str, at: dt.datetime, state: str = "approved") -> None:
    """A decision whose transaction says an instant of its own, as one does that is committed late."""

    def work(session: Session) -> None:
        session.execute(
            update(Submission)
            .where(Submission.form_id == form.id, Submission.instance_id == instance_id)
            .values(updated_at=at, review_state=state)
        )

    unit_of_work(work)


def test_a_decision_comes_with_its_words_and_who_said_them(office: Office, form: TestForm, planner: Actor) -> None:
    (mine,) = records(office, 1)
    tablet = tablet_of(office)
    assert told(tablet) == []
    decide(office, planner, form.id, mine, "has_issues", "ขาดรูปถ่ายหน้าอาคาร")
    tablet.pull()
    found = tablet.verdicts[mine]
    assert (found["xmlFormId"], found["reviewState"], found["comment"], found["reviewer"]) == (
        "visit",
        "hasIssues",
        "ขาดรูปถ่ายหน้าอาคาร",
        "Wanna",
    )
    assert dt.datetime.fromisoformat(found["at"]) <= utc_now()
    assert told(tablet) == []
    decide(office, planner, form.id, mine, "received")
    assert told(tablet)[-1] == (mine, "received")
    assert tablet.verdicts[mine]["comment"] == ""


def test_after_a_correction_the_words_of_before_are_not_said_again(
    office: Office, form: TestForm, planner: Actor
) -> None:
    (mine,) = records(office, 1)
    decide(office, planner, form.id, mine, "has_issues", "แก้จำนวนนักเรียน")
    tablet = tablet_of(office)
    tablet.pull()
    corrected = f"uuid:{uuid.uuid4()}"
    hand_in(office, visit_instance(corrected, deprecated=mine))
    tablet.pull()
    found = tablet.verdicts[corrected]
    assert (found["reviewState"], found["comment"], found["reviewer"]) == ("edited", "", "")


def test_nobody_hears_of_the_records_of_others(office: Office, form: TestForm, planner: Actor) -> None:
    (mine,), (devices,) = records(office, 1), records(office, 1, "device")
    for instance_id in (mine, devices):
        decide(office, planner, form.id, instance_id, "rejected")
    assert told(tablet_of(office)) == [(mine, "rejected")]
    assert told(tablet_of(office, "device")) == [(devices, "rejected")]
    assert told(tablet_of(office, "wanna")) == []


def test_records_in_the_trash_are_not_spoken_of(office: Office, form: TestForm, planner: Actor) -> None:
    (mine,) = records(office, 1)
    decide(office, planner, form.id, mine, "approved")
    unit_of_work(
        lambda session: review.delete(session, planner, submission=queries.find_submission(session, form.id, mine))
    )
    assert told(tablet_of(office)) == []


def test_a_decision_that_is_committed_late_is_not_skipped(office: Office, form: TestForm) -> None:
    first, second, third = records(office, 3)
    tablet, now = tablet_of(office), utc_now()
    tablet.pull()
    stamp(form, second, now)
    assert told(tablet)[-1:] == [(second, "approved")]
    for late, instance_id in ((SECOND, first), (verdicts.OVERLAP - 60 * SECOND, third)):
        stamp(form, instance_id, now - late)
        assert (instance_id, "approved") in told(tablet)
        assert told(tablet) == []


def test_decisions_of_one_instant_are_all_told(office: Office, form: TestForm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "PAGE", 2)
    ids = records(office, 7)
    tablet, now = tablet_of(office), utc_now()
    tablet.pull()
    for instance_id in reversed(ids):
        stamp(form, instance_id, now)
        assert (instance_id, "approved") in told(tablet)
    assert told(tablet) == []


def test_many_decisions_come_in_pages_and_then_the_feed_is_silent(
    office: Office, form: TestForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "PAGE", 3)
    ids = records(office, 10)
    now = utc_now()
    for number, instance_id in enumerate(ids):
        stamp(form, instance_id, now - number * SECOND)
    tablet = tablet_of(office)
    assert tablet.pull() == 4
    assert set(tablet.verdicts) == set(ids)
    assert told(tablet) == []
    assert tablet.ask(**{"If-None-Match": f'W/"{tablet.cursor}"'}).status_code == 304


def test_one_that_slips_in_behind_the_page_that_was_told_is_not_lost(
    office: Office, form: TestForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "PAGE", 2)
    ids, (late,), now = records(office, 6), records(office, 1), utc_now()
    for number, instance_id in enumerate(ids):
        stamp(form, instance_id, now - (10 - number) * SECOND)
    tablet = tablet_of(office)
    tablet.take(tablet.ask().json)
    stamp(form, late, now - 20 * SECOND)
    tablet.pull()
    assert set(tablet.verdicts) == {*ids, late}


def test_a_new_tablet_hears_of_a_quarter_of_a_year(office: Office, form: TestForm) -> None:
    old, fresh = records(office, 2)
    now = utc_now()
    stamp(form, old, now - dt.timedelta(days=verdicts.KNOWN_DAYS + 1), "has_issues")
    stamp(form, fresh, now - dt.timedelta(days=verdicts.KNOWN_DAYS - 1), "has_issues")
    assert told(tablet_of(office)) == [(fresh, "hasIssues")]


def test_a_tablet_that_was_away_for_a_year_hears_everything(office: Office, form: TestForm) -> None:
    (mine,) = records(office, 1)
    place = f"{verdicts._stamp(utc_now() - dt.timedelta(days=365))}/0/"
    stamp(form, mine, utc_now() - dt.timedelta(days=300))
    actor = Actor(id=office.ids["kwanjai"], kind="user")
    page = verdicts.page(reading(), actor, office.workspace_id, place)
    assert [item.instance_id for item in page.verdicts] == [mine]


@pytest.mark.parametrize(
    "cursor",
    ["", "/", "//", "x/y/z", "1", "1/2", "-1/-1/x", "9" * 30 + "/1/x", "-" + "9" * 17 + "/1/x", "1/" + "9" * 30 + "/x",
     "nan/0/", "1e5/0/", "٣/٣/", "0/0/" + "x" * 3000],
)  # fmt: skip
def test_odd_cursors_lose_nothing(office: Office, form: TestForm, cursor: str) -> None:
    (mine,) = records(office, 1)
    stamp(form, mine, utc_now() + SECOND)
    actor = Actor(id=office.ids["kwanjai"], kind="user")
    page = verdicts.page(reading(), actor, office.workspace_id, cursor)
    assert [item.instance_id for item in page.verdicts] == [mine]
    assert verdicts.page(reading(), actor, office.workspace_id, page.cursor).verdicts is not None


def test_cursors_go_forward_only(office: Office, form: TestForm, planner: Actor) -> None:
    ids, actor = records(office, 4), Actor(id=office.ids["kwanjai"], kind="user")
    places, cursor = [], ""
    for instance_id in ids:
        decide(office, planner, form.id, instance_id, "approved")
        cursor = verdicts.page(reading(), actor, office.workspace_id, cursor).cursor
        places.append(tuple(int(part) for part in cursor.split("/")[:2]))
    assert all(before < after for before, after in pairwise(places))


def test_the_look_for_verdicts_uses_an_index(office: Office, form: TestForm) -> None:
    statement = verdicts._changed(Actor(id=1), 1).where(Submission.updated_at > utc_now()).limit(1)
    session: Any = reading()
    engine = session.get_bind()
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables as they stand")
    text = statement.compile(engine, compile_kwargs={"literal_binds": False})
    rows = session.connection().exec_driver_sql(
        f"EXPLAIN QUERY PLAN {text}", tuple(str(text.params[name]) for name in text.positiontup)
    )
    plan = " ".join(str(row) for row in rows)
    assert "ix_submission_decided" in plan
    assert "SCAN" not in plan
