"""Random histories: whatever changes in whatever order, and however a tablet asks, it ends up like a fresh one."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access.actor import SYSTEM
from core.database import utc_now
from core.transaction import reading, unit_of_work
from forms import lifecycle
from forms import queries as form_queries
from sync.entities import lists, persons, queries, service
from sync.entities.service import Author, NewEntity
from sync.field import changes, epoch, verdicts
from sync.models import Submission
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import publish_form, tree_form, tree_record
from tests.support.field import Tablet, decide, hand_in, tablet_of

LISTS = ("trees", "birds")
FORMS = {"trees": "tree", "birds": "bird"}
AUTHOR = Author(SYSTEM)
STATES = ("has_issues", "approved", "rejected", "received")

LIST, ROW, NUMBER = st.sampled_from(LISTS), st.integers(0, 4), st.integers(0, 9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), LIST, ROW, NUMBER),
        st.tuples(st.just("change"), LIST, ROW, NUMBER),
        st.tuples(st.just("delete"), LIST, ROW, NUMBER),
        st.tuples(st.just("scope"), LIST, st.sampled_from(["all", "owner", "district"]), NUMBER),
        st.tuples(st.just("person"), LIST, ROW, st.sampled_from(["", "A", "B"])),
        st.tuples(st.just("publish"), LIST, ROW, NUMBER),
        st.tuples(st.just("state"), LIST, st.sampled_from(["open", "closing", "closed"]), NUMBER),
        st.tuples(st.just("record"), LIST, ROW, NUMBER),
        st.tuples(st.just("review"), st.sampled_from(STATES), ROW, NUMBER),
        st.tuples(st.just("late review"), st.sampled_from(STATES), ROW, NUMBER),
        st.tuples(st.just("restore"), LIST, st.just(0), NUMBER),
        st.tuples(st.just("pull"), LIST, ROW, NUMBER),
        st.tuples(st.just("one page"), LIST, ROW, NUMBER),
        st.tuples(st.just("lost answer"), LIST, ROW, NUMBER),
    ),
    max_size=25,
)


@dataclass
class World:
    """An office in which things happen, and a tablet that asks now and then."""

    office: Office
    tablet: Tablet
    rows: dict[tuple[str, int], str] = field(default_factory=dict)
    records: list[tuple[int, str]] = field(default_factory=list)

    def do(self, kind: str, where: str, what: int | str, number: int | str) -> None:
        """One step."""
        getattr(self, "_" + kind.replace(" ", "_"))(where, what, number)

    def _entity(self, list_name: str, what: int, number: int, deed: str) -> None:
        def work(session: Session) -> None:
            found = queries.find_list(session, self.office.workspace_id, list_name)
            key = self.rows.get((list_name, what))
            entity = queries.entity(session, found.id, key) if key else None
            values = {"species": "AB"[number % 2], "height": str(number)}
            if deed == "create" and (entity is None or entity.deleted_at is not None):
                self.rows[list_name, what] = fresh = str(uuid.uuid4())
                new = [NewEntity(f"แถว {what}", values, fresh)]
                service.create_entities(session, AUTHOR, entity_list=found, new=new)
            elif entity is None or entity.deleted_at is not None:
                return
            elif deed == "change":
                service.update_entity(session, AUTHOR, entity_list=found, entity=entity, data=values, force=True)
            elif deed == "delete":
                service.delete_entities(session, AUTHOR, entity_list=found, entities=[entity])

        unit_of_work(work)

    def _create(self, list_name: str, what: int, number: int) -> None:
        self._entity(list_name, what, number, "create")

    def _change(self, list_name: str, what: int, number: int) -> None:
        self._entity(list_name, what, number, "change")

    def _delete(self, list_name: str, what: int, number: int) -> None:
        self._entity(list_name, what, number, "delete")

    def _scope(self, list_name: str, what: str, _number: int) -> None:
        rule = {
            "owner_only": what == "owner",
            "scope": {"property": "species", "person": "district"} if what == "district" else None,
        }

        def work(session: Session) -> None:
            found = queries.find_list(session, self.office.workspace_id, list_name)
            lists.change_settings(session, SYSTEM, entity_list=found, settings=rule)

        unit_of_work(work)

    def _person(self, _where: str, _what: int, value: str) -> None:
        place = {"workspace_id": self.office.workspace_id, "actor_id": self.office.ids["kwanjai"]}
        unit_of_work(lambda session: persons.enter(session, SYSTEM, **place, values={"district": value}))

    def _publish(self, list_name: str, _what: int, _number: int) -> None:
        version = str(uuid.uuid4())
        publish_form(self.office, form_of(list_name, version))

    def _state(self, list_name: str, what: str, _number: int) -> None:
        def work(session: Session) -> None:
            form = form_queries.form_by_id(session, self.office.workspace_id, FORMS[list_name])
            assert form is not None
            lifecycle.set_state(session, SYSTEM, form=form, state=what)

        unit_of_work(work)

    def _record(self, list_name: str, _what: int, _number: int) -> None:
        form = form_queries.form_by_id(reading(), self.office.workspace_id, FORMS[list_name])
        assert form is not None
        version = form_queries.current_version(reading(), form).version
        instance_id = f"uuid:{uuid.uuid4()}"
        key = str(uuid.uuid4())
        xml = tree_record(key, label="ใหม่", instance_id=instance_id, xml_form_id=FORMS[list_name], version=version)
        if hand_in(self.office, xml.replace(b'"trees"', f'"{list_name}"'.encode()))["outcome"] == "stored":
            self.records.append((form.id, instance_id))
        run_jobs()

    def _review(self, state: str, what: int, _number: int) -> None:
        if self.records:
            form_id, instance_id = self.records[what % len(self.records)]
            decide(self.office, SYSTEM, form_id, instance_id, state, "คำชี้แจง")

    def _late_review(self, state: str, what: int, number: int) -> None:
        """A review whose transaction began minutes ago and is committed only now."""
        if not self.records:
            return
        self._review(state, what, number)
        form_id, instance_id = self.records[what % len(self.records)]
        earlier = update(Submission).where(Submission.form_id == form_id, Submission.instance_id == instance_id)
        at = utc_now() - dt.timedelta(minutes=number)
        unit_of_work(lambda session: session.execute(earlier.values(updated_at=at)))

    def _restore(self, _where: str, _what: int, number: int) -> None:
        if number < 3:
            unit_of_work(epoch.begin_epoch)

    def _pull(self, _where: str, _what: int, _number: int) -> None:
        self.tablet.pull()

    def _one_page(self, _where: str, _what: int, _number: int) -> None:
        self.tablet.take(self.tablet.ask().json)

    def _lost_answer(self, _where: str, _what: int, _number: int) -> None:
        self.tablet.ask()


def form_of(list_name: str, version: str = "1") -> bytes:
    """A form that makes rows of a list and chooses from them."""
    chooses = f'<instance id="t" src="jr://file-csv/{list_name}.csv"/></model>'.encode()
    return tree_form(FORMS[list_name], version, list_name=list_name).replace(b"</model>", chooses)


@settings(
    max_examples=int(os.environ.get("TIDTAM_HISTORIES", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_a_tablet_that_asked_now_and_then_equals_a_fresh_one(
    office: Office, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, str, int, int]]
) -> None:
    monkeypatch.setattr(changes, "ROWS", 2)
    monkeypatch.setattr(verdicts, "PAGE", 2)
    if queries.list_named(reading(), office.workspace_id, "trees") is None:
        for list_name in LISTS:
            publish_form(office, form_of(list_name))
        run_jobs()
    world = World(office, tablet_of(office))
    for step in steps:
        world.do(*step)
    world.tablet.pull()
    fresh = tablet_of(office)
    fresh.pull()
    assert world.tablet.knows() == fresh.knows()
    told = dict(world.tablet.verdicts)
    for form_id, instance_id in world.records:
        state = current_state(form_id, instance_id)
        assert told.get(instance_id, {"reviewState": "received"})["reviewState"] == state
    assert world.tablet.ask(**{"If-None-Match": f'W/"{world.tablet.cursor}"'}).status_code == 304


def current_state(form_id: int, instance_id: str) -> str:
    """A record's review state, in the words of the wire."""
    session = reading()
    session.expire_all()
    row = session.query(Submission).filter_by(form_id=form_id, instance_id=instance_id).one()
    return {"has_issues": "hasIssues"}.get(row.review_state, row.review_state)
