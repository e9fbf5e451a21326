"""Random histories of tablets that were away, against a model written from the specification.

Several devices create, change and fetch entities while away; the office changes some of them too; deliveries come in
any order across devices and within one, some twice, some never. The model knows nothing of versions waiting in
tables: it keeps each device's changes in the order they were made, and applies one as soon as all before it are here.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.access.actor import SYSTEM
from core.transaction import reading, unit_of_work
from sync.entities import queries, service
from sync.entities.service import Author, NewEntity
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import (
    TREES,
    deliver,
    effects_now,
    entity_now,
    publish_form,
    tree_form,
    tree_record,
    versions_now,
)

PROPERTIES = ("species", "height")


@dataclass(frozen=True)
class Step:
    """Something a device did: it created its own entity, or changed one. `number` counts within its branch."""

    entity: str
    branch: str
    number: int
    trunk: int | None
    values: tuple[tuple[str, str], ...]
    creates: bool = False

    def record(self) -> bytes:
        values = dict(self.values)
        if self.creates:
            return tree_record(self.entity, label="ใหม่", instance_id=self.instance, **values)
        base = (self.trunk or 1) + self.number
        return tree_record(
            self.entity, action="update", base=base, trunk=self.trunk or "", branch=self.branch,
            instance_id=self.instance, **values,
        )  # fmt: skip

    @property
    def instance(self) -> str:
        kind = "create" if self.creates else f"{self.branch}-{self.number}"
        return f"uuid:{self.entity}-{kind}"


@dataclass(frozen=True)
class Deed:
    """Something the office did meanwhile to an entity, if it is there: ``change``, ``delete`` or ``restore``."""

    entity: str
    kind: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass
class Expected:
    """What the specification says of one entity."""

    values: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    conflicts: list[bool] = field(default_factory=list)
    deleted: bool = False


@dataclass
class Model:
    """All entities, and what each branch has applied so far."""

    entities: dict[str, Expected] = field(default_factory=dict)
    here: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    done: dict[tuple[str, str], int] = field(default_factory=dict)
    steps: dict[tuple[str, str, int], Step] = field(default_factory=dict)
    arrived: list[Step] = field(default_factory=list)

    def do(self, deed: Deed) -> None:
        """The office acts; what came for an entity in the trash is done when it is back, in the order it came."""
        expected = self.entities.get(deed.entity)
        if expected is None or (deed.kind == "restore") != expected.deleted:
            return
        if deed.kind == "change":
            expected.values |= dict(deed.values)
            expected.made.append("office")
            expected.conflicts.append(False)
        else:
            expected.deleted = deed.kind == "delete"
        if deed.kind == "restore":
            came = [step for step in self.arrived if step.entity == deed.entity and not step.creates]
            for key in [key for key in self.here if key[0] == deed.entity]:
                self.here[key] = set(range(self.done.get(key, 0)))
            for step in came:
                self.receive(step)

    def receive(self, step: Step) -> None:
        """A delivery; the same one again changes nothing."""
        if step not in self.arrived:
            self.arrived.append(step)
        if step.creates:
            if step.entity not in self.entities:
                self.entities[step.entity] = Expected(dict(step.values), ["create"], [False])
        else:
            self.here.setdefault((step.entity, step.branch), set()).add(step.number)
            self.steps[step.entity, step.branch, step.number] = step
        for entity, branch in sorted(self.here):
            if entity == step.entity and (step.creates or branch == step.branch):
                self._go_on(entity, branch)

    def _go_on(self, entity: str, branch: str) -> None:
        expected = self.entities.get(entity)
        if expected is None or expected.deleted:
            return
        following = self.done.get((entity, branch), 0)
        while following in self.here[entity, branch]:
            step = self.steps[entity, branch, following]
            since = expected.made[(step.trunk or 1) :]
            expected.conflicts.append(any(maker != branch for maker in since))
            expected.values |= dict(step.values)
            expected.made.append(branch)
            following += 1
        self.done[entity, branch] = following


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[str], list[Step | Deed]]:
    """Entities that are on the server, and deliveries in any order, some twice, some left out, among the office's deeds."""
    shared = [str(uuid.UUID(int=number, version=4)) for number in range(draw(st.integers(1, 2)))]
    steps: list[Step] = []
    value = st.integers(0, 3).map(str)
    values = st.dictionaries(st.sampled_from(PROPERTIES), value, min_size=1).map(lambda found: tuple(found.items()))
    for device in range(draw(st.integers(1, 3))):
        for entity in draw(st.lists(st.sampled_from(shared), unique=True)):
            count = draw(st.integers(1, 3))
            steps += [Step(entity, f"d{device}", number, 1, draw(values)) for number in range(count)]
        if draw(st.booleans()):
            own = str(uuid.UUID(int=1000 + device, version=4))
            steps.append(Step(own, f"d{device}", 0, None, draw(values), creates=True))
            steps += [Step(own, f"d{device}", number, None, draw(values)) for number in range(draw(st.integers(0, 3)))]
    deeds = st.builds(Deed, st.sampled_from(shared), st.sampled_from(["change", "delete", "restore"]), values)
    order = draw(st.permutations([*steps, *draw(st.lists(deeds, max_size=4))]))
    lost = draw(st.sets(st.integers(0, max(len(order) - 1, 0)), max_size=2))
    sent = [step for index, step in enumerate(order) if index not in lost]
    again = draw(st.lists(st.sampled_from(sent), max_size=3)) if sent else []
    return shared, [*sent, *again]


@settings(
    max_examples=int(os.environ.get("TIDTAM_HISTORIES", "40")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories())
def test_any_history_ends_as_the_specification_says_in_the_order_of_each_device(
    office: Office, history: tuple[list[str], list[Step | Deed]]
) -> None:
    shared, deliveries = history
    namespace = uuid.uuid4()
    own = {entity: str(uuid.uuid5(namespace, entity)) for entity in {*shared, *(step.entity for step in deliveries)}}
    deliveries = [replace(item, entity=own[item.entity]) for item in deliveries]
    publish_form_once(office)
    model = Model({own[entity]: Expected({"species": "", "height": ""}, ["office"], [False]) for entity in shared})
    make_in_the_office(office, [own[entity] for entity in shared])
    for item in deliveries:
        if isinstance(item, Deed):
            model.do(item)
            act(office, item)
        else:
            model.receive(item)
            deliver(office, item.record())
    for entity in own.values():
        expected, found = model.entities.get(entity), entity_now(office, entity)
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            assert {name: found.data.get(name, "") for name in PROPERTIES} == {
                "species": "",
                "height": "",
            } | expected.values
            assert (found.version, found.deleted_at is not None) == (len(expected.made), expected.deleted)
            versions = versions_now(office, entity)
            assert [version.conflict is not None for version in versions] == expected.conflicts
            assert (found.conflict is not None) == any(expected.conflicts)
    applied = sum(maker != "office" for item in model.entities.values() for maker in item.made)
    mine = [row for row in effects_now() if row.uuid in own.values()]
    assert len([row for row in mine if row.state == "applied"]) == applied
    assert {(row.state, row.problem) for row in mine} <= {("applied", None), ("waiting", None), ("failed", "409.163")}


def publish_form_once(office: Office) -> None:
    """The form, unless an earlier example published it."""
    if queries.list_named(reading(), office.workspace_id, TREES) is None:
        publish_form(office, tree_form())
        run_jobs()


def make_in_the_office(office: Office, entities: list[str]) -> None:
    """Entities that every device fetched in version 1."""
    unit_of_work(
        lambda session: service.create_entities(
            session,
            Author(SYSTEM),
            entity_list=queries.find_list(session, office.workspace_id, TREES),
            new=[NewEntity("ต้นไม้", {"species": "", "height": ""}, entity) for entity in entities],
        )
    )


def act(office: Office, deed: Deed) -> None:
    """The office's deed, if it can be done."""

    def work(session: Session) -> None:
        found = queries.find_list(session, office.workspace_id, TREES)
        entity = queries.entity(session, found.id, deed.entity)
        if entity is None or (deed.kind == "restore") != (entity.deleted_at is not None):
            return
        author = Author(SYSTEM)
        if deed.kind == "change":
            service.update_entity(session, author, entity_list=found, entity=entity, data=dict(deed.values), force=True)
        elif deed.kind == "delete":
            service.delete_entities(session, author, entity_list=found, entities=[entity])
        else:
            service.restore_entities(session, author, entity_list=found, entities=[entity])

    unit_of_work(work)
    run_jobs()
