"""The change feed: forms, lists and the person, as they changed since a tablet last asked."""

from __future__ import annotations

import base64
import gzip
import json
import secrets
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.access.actor import SYSTEM
from core.access.models import Assignment
from core.auth.models import ActorRow
from core.database import db
from core.transaction import unit_of_work
from sync.entities import lists, queries
from sync.field import changes
from sync.field.cursors import MOST_LISTS, Cursor, read_cursor
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import publish_form, tree_form
from tests.support.field import Tablet, tablet_of
from tests.support.forms import publish, visit_xform

CHOOSES = b'<instance id="t" src="jr://file-csv/trees.csv"/></model>'
PHOTO = b'<instance id="p" src="jr://images/map.png"/></model>'


@pytest.fixture
def trees(office: Office) -> Office:
    """The office with a form that makes trees and chooses from them."""
    publish_form(office, tree_form().replace(b"</model>", CHOOSES))
    run_jobs()
    return office


def entities(office: Office, rest: str = "", name: str = "trees") -> str:
    return f"/v1/projects/{office.workspace_id}/datasets/{name}{rest}"


def plant(office: Office, label: str = "ประดู่", **data: str) -> str:
    """A tree that the office made."""
    key = str(uuid.uuid4())
    made = office.client("wanna").post(
        entities(office, "/entities"), json={"uuid": key, "label": label, "data": data or {"height": "3"}}
    )
    assert made.status_code == 200
    return key


def set_state(office: Office, xml_form_id: str, state: str) -> None:
    path = f"/v1/projects/{office.workspace_id}/forms/{xml_form_id}"
    assert office.client("wanna").patch(path, json={"state": state}).status_code == 200


@contextmanager
def statements() -> Iterator[list[str]]:
    """What goes to the database meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_forms_come_with_what_they_need_and_only_when_something_changed(trees: Office) -> None:
    tablet = tablet_of(trees)
    tablet.pull()
    form = tablet.forms["tree"]
    assert (form["version"], form["title"]) == ("1", "ต้นไม้")
    assert form["files"] == [{"name": "trees.csv", "kind": "list", "hash": None, "size": None, "list": "trees"}]
    assert tablet.ask().json["forms"] is None
    path = f"/v1/projects/{trees.workspace_id}/forms/tree/versions/1.xml"
    for reader in (tablet, tablet_of(trees, "device")):
        assert reader.client.get(path).status_code == 200

    publish_form(trees, tree_form(version="2").replace(b"</model>", CHOOSES))
    tablet.pull()
    assert tablet.forms["tree"]["version"] == "2"


def test_a_media_file_comes_with_its_hash_and_size(office: Office) -> None:
    manager = office.client("wanna")
    forms = f"/v1/projects/{office.workspace_id}/forms"
    xml = visit_xform().replace(b"</model>", PHOTO)
    assert manager.post(forms, data=xml, content_type="application/xml").status_code == 200
    place = f"{forms}/visit/draft/attachments/map.png"
    assert manager.post(place, data=b"\x89PNG a map", content_type="image/png").status_code == 200
    assert manager.post(f"{forms}/visit/draft/publish").status_code == 200
    tablet = tablet_of(office)
    tablet.pull()
    (file,) = tablet.forms["visit"]["files"]
    assert (file["name"], file["kind"], file["size"], file["list"]) == ("map.png", "media", 10, None)
    assert len(file["hash"]) == 32
    assert tablet.client.get(f"{forms}/visit/versions/1/attachments/map.png").data == b"\x89PNG a map"


def test_a_closed_form_goes_and_comes_back_with_its_list(trees: Office) -> None:
    tablet = tablet_of(trees)
    tablet.pull()
    set_state(trees, "tree", "closed")
    tablet.pull()
    assert (tablet.forms, tablet.lists) == ({}, {})
    set_state(trees, "tree", "open")
    tablet.pull()
    assert (list(tablet.forms), list(tablet.lists)) == (["tree"], ["trees"])


def test_a_form_is_there_for_who_may_fill_it_in(office: Office) -> None:
    publish(office)
    other = publish(office, xml_form_id="other")

    def narrow_down(session: Session) -> None:
        session.query(Assignment).filter_by(actor_id=office.ids["kwanjai"]).one().form_id = other.id

    tablet = tablet_of(office)
    tablet.pull()
    assert set(tablet.forms) == {"visit", "other"}
    unit_of_work(narrow_down)
    tablet.pull()
    assert set(tablet.forms) == {"other"}


def test_only_rows_that_changed_come_again(trees: Office) -> None:
    first, second = plant(trees), plant(trees, "สัก")
    tablet = tablet_of(trees)
    tablet.pull()
    assert set(tablet.lists["trees"]["rows"]) == {first, second}
    path = entities(trees, f"/entities/{first}?force=true")
    assert trees.client("wanna").patch(path, json={"data": {"height": "4"}}).status_code == 200
    (item,) = tablet.ask().json["lists"]
    assert (item["whole"], [row["uuid"] for row in item["entities"]], item["deleted"]) == (False, [first], [])
    assert item["entities"][0] | {"label": ""} == {
        "uuid": first,
        "label": "",
        "version": 2,
        "data": {"height": "4"},
    }
    trees.client("wanna").delete(entities(trees, f"/entities/{second}"))
    tablet.pull()
    assert set(tablet.lists["trees"]["rows"]) == {first}
    assert tablet.ask().json["lists"] == []


def test_a_new_property_is_told_without_rows(trees: Office) -> None:
    plant(trees)
    tablet = tablet_of(trees)
    tablet.pull()
    made = trees.client("wanna").post(entities(trees, "/properties"), json={"name": "age"})
    assert made.status_code == 200
    (item,) = tablet.ask().json["lists"]
    assert (sorted(item["properties"]), item["entities"]) == (["age", "height", "species"], [])


def test_a_list_cut_to_the_person_changes_with_the_person(trees: Office) -> None:
    mine, others = plant(trees, species="A"), plant(trees, species="B")
    manager = trees.client("wanna")
    person = f"/v1/projects/{trees.workspace_id}/actor-properties/{trees.ids['kwanjai']}"
    tablet = tablet_of(trees)
    tablet.pull()
    assert set(tablet.lists["trees"]["rows"]) == {mine, others}
    cut(trees)
    tablet.pull()
    assert tablet.lists["trees"]["rows"] == {}
    assert manager.put(person, json={"properties": {"district": "A"}}).status_code == 200
    tablet.pull()
    assert set(tablet.lists["trees"]["rows"]) == {mine}
    assert tablet.person == {"displayName": "Kwanjai", "properties": {"district": "A"}}
    watcher = tablet_of(trees, "wanna")
    watcher.pull()
    assert set(watcher.lists["trees"]["rows"]) == {mine, others}


def cut(office: Office) -> None:
    """Give devices only the trees whose species is the person's district."""

    def work(session: Session) -> None:
        found = queries.find_list(session, office.workspace_id, "trees")
        rule = {"scope": {"property": "species", "person": "district"}}
        lists.change_settings(session, SYSTEM, entity_list=found, settings=rule)

    unit_of_work(work)


def test_a_name_that_changed_is_news(office: Office) -> None:
    publish(office)
    tablet = tablet_of(office)
    tablet.pull()
    mark = {"If-None-Match": f'W/"{tablet.cursor}"'}
    assert tablet.ask(**mark).status_code == 304

    def rename(session: Session) -> None:
        session.get_one(ActorRow, office.ids["kwanjai"]).display_name = "ขวัญใจ ใหม่"

    unit_of_work(rename)
    answer = tablet.ask(**mark)
    assert (answer.status_code, answer.json["person"]["displayName"]) == (200, "ขวัญใจ ใหม่")


def test_long_lists_come_in_pages(trees: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "ROWS", 3)
    wanted = {plant(trees, f"ต้นที่ {number}") for number in range(10)}
    tablet = tablet_of(trees)
    assert tablet.pull() == 4
    assert set(tablet.lists["trees"]["rows"]) == wanted
    assert tablet.pull() == 1


def test_rows_that_somebody_is_not_shown_fill_no_pages(trees: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "ROWS", 3)
    cut(trees)
    for _ in range(10):
        plant(trees, species="B")
    tablet = tablet_of(trees)
    assert tablet.pull() == 1
    assert tablet.lists["trees"]["rows"] == {}


def test_what_changes_between_two_pages_is_told_too(trees: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "ROWS", 2)
    keys = [plant(trees, f"ต้นที่ {number}") for number in range(5)]
    tablet = tablet_of(trees)
    tablet.take(tablet.ask().json)
    manager = trees.client("wanna")
    manager.delete(entities(trees, f"/entities/{keys[0]}"))
    manager.patch(entities(trees, f"/entities/{keys[4]}?force=true"), json={"label": "ใหม่"})
    late = plant(trees)
    tablet.pull()
    fresh = tablet_of(trees)
    fresh.pull()
    assert tablet.knows() == fresh.knows()
    assert set(tablet.lists["trees"]["rows"]) == {*keys[1:], late}


def test_asking_when_there_is_nothing_new_costs_little(trees: Office) -> None:
    for _ in range(3):
        plant(trees)
    tablet = tablet_of(trees)
    tablet.pull()
    with statements() as found:
        answer = tablet.ask(**{"If-None-Match": f'W/"{tablet.cursor}"'})
    assert (answer.status_code, answer.data) == (304, b"")
    assert len([text for text in found if text.startswith("SELECT")]) <= 12, found
    assert not [text for text in found if "FROM entity \n" in text or "FROM entity WHERE" in text]


def test_an_answer_is_squeezed_for_who_can_read_it(trees: Office) -> None:
    for number in range(40):
        plant(trees, f"ต้นที่ {number}")
    answer = tablet_of(trees).ask(**{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(answer.data))["lists"][0]["entities"]) == 40
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(("persona", "status"), [("pakorn", 403), ("stranger", 403), (None, 401)])
def test_who_hands_nothing_in_gets_no_news(office: Office, persona: str | None, status: int) -> None:
    publish(office)
    path = f"/v1/projects/{office.workspace_id}/changes"
    assert office.client(persona).get(path).status_code == status
    assert office.client(persona).get("/v1/projects/999999/changes").status_code in {status, 404}


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode()


def test_a_cursor_of_no_use_is_like_none(trees: Office) -> None:
    plant(trees)
    tablet, other = tablet_of(trees), tablet_of(trees, "device")
    tablet.pull()
    other.pull()
    owner = json.loads(zlib.decompress(base64.urlsafe_b64decode(tablet.cursor + "==")))[0]
    odd = [
        "x", "===", "ก", "%00", "0" * 3999, "0" * 100_000, tablet.cursor[:-5], tablet.cursor[5:], other.cursor,
        packed(1), packed([]), packed([owner]), packed([owner, 1, 1, 1, 1]), packed([owner, "", "", {}, ""]),
        packed([owner, "", "", "x:y", ""]), packed([owner, "", "", ";;:", ""]), packed([[], "", "", "", ""]),
        base64.urlsafe_b64encode(zlib.compress(b"0" * 10_000_000)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"[" * 60_000)).decode(),
        base64.urlsafe_b64encode(b"\xff" * 100).decode(),
    ]  # fmt: skip
    wanted = tablet_of(trees)
    wanted.pull()
    for cursor in odd:
        fresh = tablet_of(trees)
        fresh.cursor = cursor
        fresh.pull()
        assert fresh.knows() == wanted.knows(), cursor[:50]


def test_an_invented_cursor_harms_nobody(trees: Office) -> None:
    plant(trees)
    tablet = tablet_of(trees)
    tablet.pull()
    owner, forms, person, _, told = json.loads(zlib.decompress(base64.urlsafe_b64decode(tablet.cursor + "==")))
    for places in ("1:a.b.5", f"{'9' * 18}:x", "-5:..", "1:" + "9" * 4000, ";".join(f"{n}:" for n in range(5000))):
        for verdicts in (told, "9/9/9", "x" * 500):
            client = Tablet(tablet.client, trees.workspace_id, packed([owner, forms, person, places, verdicts]))
            assert client.ask().status_code == 200


def test_a_cursor_has_room_for_as_many_lists_as_it_says() -> None:
    def cursor(number: int) -> Cursor:
        lists = {
            10**12 + key: f"{secrets.token_hex(4)}.{secrets.token_hex(4)}.{secrets.randbelow(10**9)}"
            for key in range(number)
        }
        return Cursor("12345678-1234-4123-8234-123456789abc.123456.123456", "f" * 16, "e" * 16, lists, "1" * 40)

    most = cursor(MOST_LISTS)
    assert len(most.written()) < 4000
    assert read_cursor(most.written(), most.owner) == most
    assert read_cursor(cursor(MOST_LISTS + 1).written(), most.owner).lists == {}


def test_more_lists_than_a_cursor_holds_are_told_whole_at_once(trees: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_LISTS", 0)
    monkeypatch.setattr("sync.field.cursors.MOST_LISTS", 0)
    monkeypatch.setattr(changes, "ROWS", 1)
    wanted = {plant(trees) for _ in range(4)}
    tablet = tablet_of(trees)
    assert tablet.pull() == tablet.pull() == 1
    assert set(tablet.lists["trees"]["rows"]) == wanted


def test_a_property_made_while_rows_change_hides_none_of_them(trees: Office) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    tablet = tablet_of(trees)
    tablet.pull()

    def add(session: Session) -> None:
        found = queries.find_list(session, trees.workspace_id, "trees")
        first.append(plant(trees))
        plant(trees)
        tablet.pull()
        lists.add_property(session, SYSTEM, entity_list=found, name="age")

    first: list[str] = []
    unit_of_work(add)
    last = plant(trees)
    tablet.pull()
    assert {first[0], last} <= set(tablet.lists["trees"]["rows"])
    assert "age" in tablet.lists["trees"]["properties"]
