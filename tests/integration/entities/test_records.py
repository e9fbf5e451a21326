"""What records do to entities, one after the other, early, late, twice and wrongly."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest

from core.access.actor import SYSTEM
from core.transaction import reading, unit_of_work
from forms import publish
from forms.models import Form
from sync.entities import lists, queries, service
from sync.entities.jobs import release_waiting
from sync.models import Submission, SubmissionVersion
from sync.review import set_review_state
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
from tests.support.openrosa import send

TREE = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture(autouse=True)
def _form(office: Office) -> None:
    publish_form(office, tree_form())
    run_jobs()


def test_a_record_creates_an_entity_with_its_label_and_properties(office: Office) -> None:
    deliver(office, tree_record(TREE, label="ต้นจามจุรี", species="จามจุรี", height="12"))
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.label, entity.data, entity.version) == ("ต้นจามจุรี", {"species": "จามจุรี", "height": "12"}, 1)
    assert [row.source for row in versions_now(office, TREE)] == ["record"]


def test_the_same_record_three_times_creates_it_once(office: Office) -> None:
    record = tree_record(TREE, label="ก", instance_id="uuid:one")
    deliver(office, record, record, record)
    assert len(versions_now(office, TREE)) == 1
    assert [row.state for row in effects_now()] == ["applied"]


def test_an_update_changes_only_what_the_record_holds(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", species="จามจุรี", height="12"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"),
    )
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.label, entity.data, entity.version, entity.conflict) == (
        "ก", {"species": "จามจุรี", "height": "13"}, 2, None,
    )  # fmt: skip


def test_an_empty_answer_empties_the_property(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", height="12"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height=""),
    )
    entity = entity_now(office, TREE)
    assert entity is not None
    assert entity.data["height"] == ""


def test_updates_that_come_before_their_creation_wait_and_are_applied_in_the_order_of_the_device(
    office: Office,
) -> None:
    updates = [tree_record(TREE, action="update", base=number, branch="b1", height=str(number)) for number in (1, 2, 3)]
    deliver(office, updates[2], updates[0], updates[1])
    assert entity_now(office, TREE) is None
    assert [row.state for row in effects_now()] == ["waiting"] * 3
    deliver(office, tree_record(TREE, label="ก", height="0"))
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.data["height"], entity.version, entity.conflict) == ("3", 4, None)
    assert [row.data["height"] for row in versions_now(office, TREE)] == ["0", "1", "2", "3"]
    assert {row.state for row in effects_now()} == {"applied"}


def test_two_devices_that_change_different_properties_are_in_a_soft_conflict(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", species="จามจุรี", height="12"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b2", species="ฉำฉา"),
    )
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.data, entity.conflict) == ({"species": "ฉำฉา", "height": "13"}, "soft")


def test_two_devices_that_change_one_property_differently_are_in_a_hard_conflict(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", height="12"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b2", height="14"),
    )
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.data["height"], entity.conflict) == ("14", "hard")
    assert versions_now(office, TREE)[-1].conflicting == ["height"]


def test_an_older_report_is_kept_as_a_version_and_overwrites_nothing_newer(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", species="จามจุรี", height="12", report_date="2026-11-01"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="15", report_date="2026-11-20"),
        tree_record(
            TREE, action="update", base=1, trunk=1, branch="b2", height="13", species="ฉำฉา", report_date="2026-11-10"
        ),
    )
    entity = entity_now(office, TREE)
    assert entity is not None
    assert entity.data == {"height": "15", "species": "ฉำฉา"}
    last = versions_now(office, TREE)[-1]
    assert (last.version, last.received["height"], last.data["height"]) == (3, "13", "15")


def test_an_update_whose_parent_never_comes_is_made_without_it_in_the_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", height="1"),
        tree_record(TREE, action="update", base=3, trunk=1, branch="b1", height="3"),
        tree_record(TREE, action="update", base=4, trunk=1, branch="b1", species="ฉำฉา"),
    )
    monkeypatch.setattr("sync.entities.jobs._patience", _long_after)
    release_waiting({})
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.data, entity.conflict) == ({"height": "3", "species": "ฉำฉา"}, None)
    deliver(office, tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="2"))
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.data["height"], entity.version) == ("3", 4)


def test_an_update_whose_creation_never_comes_creates_the_entity_in_the_end_and_a_late_creation_fills_it_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(office, tree_record(TREE, action="update", base=1, branch="b1", height="2"))
    monkeypatch.setattr("sync.entities.jobs._patience", _long_after)
    release_waiting({})
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.label, entity.data) == (TREE, {"height": "2"})
    deliver(office, tree_record(TREE, label="ก", species="จามจุรี", height="1"))
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.label, entity.data, entity.conflict) == ("ก", {"species": "จามจุรี", "height": "2"}, "soft")
    deliver(office, tree_record(TREE, label="ข"))
    assert effects_now()[-1].problem == "409.14"


def test_a_list_that_needs_approval_shows_what_is_created_only_when_it_is_approved(office: Office) -> None:
    _need_approval(office)
    record = tree_record(TREE, label="ก", instance_id="uuid:one")
    deliver(office, record, tree_record(TREE, action="update", base=1, branch="b", height="9"))
    assert entity_now(office, TREE) is None
    assert [row.state for row in effects_now()] == ["approval", "waiting"]

    def approve(session: Any) -> None:
        row = session.query(Submission).filter_by(instance_id="uuid:one").one()
        set_review_state(session, SYSTEM, submission=row, state="approved")

    unit_of_work(approve)
    run_jobs()
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.version, entity.data["height"]) == (2, "9")


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (tree_record("not a uuid", label="ก"), "400.162"),
        (tree_record("", label="ก"), "400.162"),
        (tree_record(TREE), "400.163"),
        (tree_record(TREE, action="update", base=1, trunk=1, branch="b"), "404.8"),
        (tree_record(TREE, action="update"), "404.8"),
    ],
)
def test_what_cannot_be_done_is_kept_with_its_reason_and_so_is_the_record(
    office: Office, record: bytes, problem: str
) -> None:
    deliver(office, record)
    assert [(row.state, row.problem) for row in effects_now()] == [("failed", problem)]
    assert reading().query(Submission).count() == 1
    assert entity_now(office, TREE) is None


@pytest.mark.parametrize(("base", "problem"), [("", "400.161"), (7, "404.9"), (0, "404.9"), ("x", "400.161")])
def test_an_update_on_a_version_that_is_not_there_fails(office: Office, base: int | str, problem: str) -> None:
    deliver(office, tree_record(TREE, label="ก"), tree_record(TREE, action="update", base=base, height="1"))
    assert effects_now()[-1].problem == problem


def test_an_update_that_failed_for_want_of_its_entity_is_made_when_the_entity_appears(office: Office) -> None:
    deliver(office, tree_record(TREE, action="update", base=1, height="5"), tree_record(TREE, label="ก"))
    entity = entity_now(office, TREE)
    assert entity is not None
    assert entity.data["height"] == "5"


def test_an_edited_record_corrects_what_it_said_before(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", species="จามจุรี", height="12", instance_id="uuid:one"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b", species="ฉำฉา"),
        tree_record(TREE, label="ก", species="จามจุรี", height="21", instance_id="uuid:two", deprecated="uuid:one"),
    )
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.data, entity.version) == ({"species": "ฉำฉา", "height": "21"}, 3)


def test_an_edit_that_says_the_same_of_the_entity_makes_no_version(office: Office) -> None:
    deliver(
        office,
        tree_record(TREE, label="ก", height="12", instance_id="uuid:one"),
        tree_record(TREE, label="ก", height="12", instance_id="uuid:two", deprecated="uuid:one", report_date=""),
    )
    assert len(versions_now(office, TREE)) == 1
    assert [row.state for row in effects_now()] == ["applied", "none"]


def test_a_declined_entity_leaves_nothing_to_do(office: Office) -> None:
    deliver(office, tree_record(TREE, action="neither", label="ก"))
    assert [row.state for row in effects_now()] == ["none"]


def test_records_in_a_repeat_create_an_entity_each(office: Office) -> None:
    publish_form(office, _repeat_form())
    ids = [str(uuid.uuid4()) for _ in range(3)]
    rows = "".join(
        f'<tree><species>ต้นที่ {n}</species><meta><entity dataset="trees" id="{i}" create="1"><label>ต้น {n}</label>'
        f"</entity></meta></tree>"
        for n, i in enumerate(ids)
    )
    deliver(
        office,
        f'<data id="plot" version="1"><plot>A</plot>{rows}<meta><instanceID>uuid:r</instanceID></meta></data>'.encode(),
    )
    assert [entity_now(office, i).label for i in ids] == ["ต้น 0", "ต้น 1", "ต้น 2"]  # type: ignore[union-attr]
    assert [row.position for row in effects_now()] == [0, 1, 2]


def _repeat_form() -> bytes:
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>แปลง</h:title>'
        '<model entities:entities-version="2025.1.0"><instance><data id="plot" version="1"><plot/><tree><species/><meta>'
        '<entity dataset="trees" id="" create="1"><label/></entity></meta></tree><meta><instanceID/></meta></data>'
        '</instance><bind nodeset="/data/tree/species" type="string" entities:saveto="species"/></model></h:head>'
        '<h:body><group ref="/data/tree"><label>t</label><repeat nodeset="/data/tree"><input ref="/data/tree/species">'
        "<label>s</label></input></repeat></group></h:body></h:html>"
    ).encode()


def _need_approval(office: Office) -> None:
    def work(session: Any) -> None:
        found = queries.find_list(session, office.workspace_id, TREES)
        lists.change_settings(session, SYSTEM, entity_list=found, settings={"approval_required": True})

    unit_of_work(work)


def _long_after() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=1)


def test_a_record_that_cannot_be_read_holds_up_no_other(office: Office) -> None:
    others = [str(uuid.uuid4()) for _ in range(3)]
    for number, entity in enumerate([others[0], TREE, *others[1:]]):
        assert send(office, tree_record(entity, label=f"ต้นที่ {number}")).status_code == 201

    def spoil(session: Any) -> None:
        broken = effects_now()[1]
        session.get(SubmissionVersion, broken.submission_version_id).xml = b"?"

    unit_of_work(spoil)
    run_jobs()
    assert [(row.state, row.problem) for row in effects_now()] == [
        ("applied", None),
        ("failed", "500.161"),
        ("applied", None),
        ("applied", None),
    ]
    assert all(entity_now(office, entity) is not None for entity in others)


def test_what_a_record_asks_of_a_deleted_entity_is_done_when_it_is_restored(office: Office) -> None:
    deliver(office, tree_record(TREE, label="ก", height="1"))

    def in_trash(session: Any, *, back: bool) -> None:
        found = queries.find_list(session, office.workspace_id, TREES)
        entity = queries.find_entity(session, found.id, TREE, deleted=back)
        change = service.restore_entities if back else service.delete_entities
        change(session, service.Author(SYSTEM), entity_list=found, entities=[entity])

    unit_of_work(lambda session: in_trash(session, back=False))
    deliver(office, tree_record(TREE, action="update", base=1, trunk=1, branch="b", height="2"))
    assert effects_now()[-1].problem == "409.163"
    unit_of_work(lambda session: in_trash(session, back=True))
    run_jobs()
    entity = entity_now(office, TREE)
    assert entity is not None
    assert (entity.deleted_at, entity.data["height"], effects_now()[-1].state) == (None, "2", "applied")


def test_a_test_record_on_a_draft_touches_no_entity(office: Office) -> None:
    form = publish_form(office, tree_form(version="2"))

    def draft(session: Any) -> str:
        row = session.get(Form, form.id)
        return str(publish.save_draft(session, SYSTEM, form=row, upload=None).draft_token)

    token = unit_of_work(draft)
    path = f"/v1/test/{token}/projects/{office.workspace_id}/forms/tree/draft/submission"
    record = tree_record(TREE, label="ทดลอง", version="2")
    answer = office.app.test_client().post(
        path, data={"xml_submission_file": (io.BytesIO(record), "form.xml", "text/xml")}
    )
    assert answer.status_code == 201
    run_jobs()
    assert effects_now() == []
    assert entity_now(office, TREE) is None
