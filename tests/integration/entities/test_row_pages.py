"""The page of a row: values, history, conflict, what waits, and forms that were sent with something wrong."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import update

from core.transaction import reading, unit_of_work
from sync.entities.models import Entity, EntityEffect
from sync.entities.service import NewEntity
from tests.personas import Office
from tests.support.entities import deliver, entity_now, tree_record, versions_now
from tests.support.entity_pages import OTHER, TREE, add, found_list, get, post, quarrel

STALE = "มีผู้แก้ไขรายการนี้ระหว่างที่ท่านกำลังแก้ไข"


# One row


def test_a_row_shows_its_values_history_and_the_records_that_made_it(trees: Office) -> None:
    deliver(
        trees,
        tree_record(TREE, label="ก", height="12", instance_id="uuid:first"),
        tree_record(TREE, action="update", base=1, height="13", report_date="2027-01-22", instance_id="uuid:second"),
        tree_record(TREE, action="update", base=2, height="9", report_date="2027-01-01", instance_id="uuid:third"),
    )
    text = get(trees, f"/trees/{TREE}")
    for instance_id in ("first", "second", "third"):
        assert f"/forms/tree/submissions/uuid%3A{instance_id}" in text
    assert "<del>12</del>" in text
    assert "ไม่ได้ใช้ เพราะมีค่าที่ใหม่กว่า" in text
    assert "ฉบับที่ 3" in text


@pytest.mark.parametrize("uuid", ["STD-01/1", "a/b/c", "ป-๑/2", "50% #1?"])
def test_a_row_whose_id_holds_a_slash_is_opened_changed_deleted_and_restored(trees: Office, uuid: str) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    # Lists of the plan have the ids of the plan; nobody else may give a row such an id.
    unit_of_work(lambda session: session.execute(update(Entity).where(Entity.uuid == TREE).values(uuid=uuid)))
    link = f"/trees/{quote(uuid, safe='')}"
    assert f"lists{link}" in get(trees, "/trees")
    assert f'action="/w/{trees.workspace_id}/lists{link}/delete"' in get(trees, link)
    assert post(trees, link, version="1", label="ข").endswith(link)
    assert entity_now(trees, uuid).label == "ข"  # type: ignore[union-attr]
    for action in ("delete", "restore"):
        post(trees, f"{link}/{action}")
        assert (entity_now(trees, uuid).deleted_at is not None) == (action == "delete")  # type: ignore[union-attr]
    # There is no conflict: the row itself is asked, and says so.
    post(trees, f"{link}/resolve", status=409, version="4")
    get(trees, f"/trees/{quote(uuid, safe='')}/none", status=404)


def test_only_the_first_steps_of_a_long_history_are_shown_at_first(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    for number in range(35):
        post(trees, f"/trees/{TREE}", version=number + 1, label=f"ก{number}")
    text = get(trees, f"/trees/{TREE}")
    assert "แสดงก่อนหน้านี้อีก 6 ครั้ง" in text
    assert "ฉบับที่ 1<" not in text
    assert "ฉบับที่ 1<" in get(trees, f"/trees/{TREE}?history=all")


def test_a_row_is_changed_and_only_what_was_typed_otherwise(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE, data={"species": "สัก\nทอง", "height": "1"}))
    post(trees, f"/trees/{TREE}", version="1", label="ก", **{"p.species": "สัก\r\nทอง", "p.height": "2"})
    row = versions_now(trees, TREE)[-1]
    assert (row.version, row.received, row.data) == (2, {"height": "2"}, {"species": "สัก\nทอง", "height": "2"})
    post(trees, f"/trees/{TREE}", version="2", label="ก")
    assert len(versions_now(trees, TREE)) == 2


def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE, data={"species": "สัก", "height": "1"}))
    post(trees, f"/trees/{TREE}", version="1", label="ก", **{"p.height": "2"})
    form = {"label": "ก", "p.species": "สัก", "p.height": "3"}
    text = post(trees, f"/trees/{TREE}", status=409, version="1", **form)
    assert STALE in text
    assert 'value="3"' in text
    assert 'name="version" value="2"' in text
    assert entity_now(trees, TREE).data["height"] == "2"  # type: ignore[union-attr]
    post(trees, f"/trees/{TREE}", version="2", **form)
    assert entity_now(trees, TREE).data["height"] == "3"  # type: ignore[union-attr]


@pytest.mark.parametrize("version", ["", "0", "99", "-1", "x", "1e3", "99999999999999999999", "๑"])
def test_a_wrong_version_changes_nothing(trees: Office, version: str) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    for rest in ("", "/resolve"):
        post(trees, f"/trees/{TREE}{rest}", status=409, version=version, label="ข")
    assert [row.label for row in versions_now(trees, TREE)] == ["ก"]


@pytest.mark.parametrize(
    "form", [{"label": ""}, {"label": " "}, {"label": "\u200b"}, {"label": "\u0007"}, {"p.species": "x" * 5_001}]
)
def test_values_that_cannot_be_are_told_beside_the_field(trees: Office, form: dict[str, str]) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    assert "invalid-feedback" in post(trees, f"/trees/{TREE}", status=400, version="1", **form)
    assert len(versions_now(trees, TREE)) == 1


def test_a_text_longer_than_people_may_type_stays_and_can_be_chosen_in_a_conflict(trees: Office) -> None:
    said = "ส" * 6_000
    deliver(
        trees,
        tree_record(TREE, label="ก", species=said),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", species="สัก"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b2", species="ยาง", instance_id="uuid:b2"),
    )
    add(trees, NewEntity(label="ข", uuid=OTHER))
    change(trees, {"species": said, "height": "7"}, status=400, uuid=OTHER)
    change(trees, {"species": said}, status=200, uuid=TREE, resolve=True)
    change(trees, {"species": said, "height": "7"}, status=200, uuid=TREE)
    row = entity_now(trees, TREE)
    assert row is not None
    assert (row.conflict, row.data) == (None, {"species": said, "height": "7"})


def change(office: Office, data: dict[str, str], *, status: int, uuid: str, resolve: bool = False) -> None:
    """Change a tree as a program does that sends every value it knows."""
    wish = "?force=true&resolve=true" if resolve else "?force=true"
    path = f"/v1/projects/{office.workspace_id}/datasets/trees/entities/{uuid}{wish}"
    assert office.client("wanna").patch(path, json={"data": data}).status_code == status


def test_properties_that_the_list_does_not_have_are_passed_over(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    post(trees, f"/trees/{TREE}", version="1", **{"p.colour": "x", "p.label": "x", "species": "x"})
    assert len(versions_now(trees, TREE)) == 1


def test_of_a_row_of_the_plan_only_what_records_change_is_changed(planned: Office) -> None:
    school = reading().query(Entity).filter_by(list_id=found_list(planned, "schools").id).first()
    assert school is not None
    text = get(planned, f"/schools/{school.uuid}")
    assert 'name="label"' not in text
    assert 'name="p.code"' not in text
    assert 'name="p.last_visit_level"' in text
    post(planned, f"/schools/{school.uuid}", version="1", label="x", **{"p.code": "x", "p.last_visit_level": "4"})
    now = entity_now(planned, school.uuid, "schools")
    assert now is not None
    assert (now.label, now.data["code"], now.data["last_visit_level"]) == (school.label, school.data["code"], "4")
    for deed in ("delete", "restore"):
        post(planned, f"/schools/{school.uuid}/{deed}", status=409)


# Conflicts


def test_a_conflict_is_shown_side_by_side(trees: Office) -> None:
    quarrel(trees)
    text = get(trees, f"/trees/{TREE}")
    box = text[text.index('id="conflict"') : text.index("</section>", text.index('id="conflict"'))]
    assert "แก้ไขคุณสมบัติเดียวกัน" in box
    for name, version in [("height", 1), ("height", 2), ("height", 3), ("species", 1), ("species", 3)]:
        assert f'name="c.{name}" id="c-{name}-{version}" value="{version}"' in box
    assert 'name="c.species" id="c-species-2"' not in box
    assert "c.label" not in box


def test_a_conflict_is_resolved_with_the_values_chosen(trees: Office) -> None:
    quarrel(trees)
    post(trees, f"/trees/{TREE}/resolve", version="3", **{"c.height": "2", "c.species": "3"})
    now = entity_now(trees, TREE)
    assert now is not None
    assert (now.conflict, now.version, now.data) == (None, 4, {"species": "ยาง", "height": "13"})
    assert versions_now(trees, TREE)[-1].received == {"height": "13"}
    text = get(trees, f"/trees/{TREE}")
    assert 'id="conflict"' not in text
    assert "แก้ข้อมูลขัดกันแล้ว" in text


def test_a_conflict_resolved_as_it_stands_makes_no_version(trees: Office) -> None:
    quarrel(trees)
    post(trees, f"/trees/{TREE}/resolve", version="3", **{"c.height": "3"})
    now = entity_now(trees, TREE)
    assert now is not None
    assert (now.conflict, now.version) == (None, 3)


@pytest.mark.parametrize("form", [{"c.height": "99"}, {"c.height": "x"}, {"c.species": "2"}, {"version": "2"}])
def test_a_choice_that_is_not_offered_resolves_nothing(trees: Office, form: dict[str, str]) -> None:
    quarrel(trees)
    assert "ระหว่างที่ท่านกำลังเปรียบเทียบ" in post(trees, f"/trees/{TREE}/resolve", status=409, **{"version": "3", **form})
    now = entity_now(trees, TREE)
    assert now is not None
    assert (now.conflict, now.version) == ("hard", 3)


def test_what_is_not_in_conflict_is_not_resolved(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    post(trees, f"/trees/{TREE}/resolve", status=400, version="1")


# Deleting, restoring, what waits


def test_a_row_is_deleted_and_restored_twice_without_harm(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    assert "data-confirm" in get(trees, f"/trees/{TREE}")
    for _ in range(2):
        post(trees, f"/trees/{TREE}/delete")
    text = get(trees, f"/trees/{TREE}")
    assert "/restore" in text
    assert 'name="version"' not in text
    post(trees, f"/trees/{TREE}", version="1", label="ข")
    for _ in range(2):
        post(trees, f"/trees/{TREE}/restore")
    row = entity_now(trees, TREE)
    assert row is not None
    assert (row.deleted_at, row.label) == (None, "ก")
    assert get(trees, f"/trees/{TREE}").count("กู้คืนแล้ว") == 1


def test_changes_that_wait_for_a_row_or_failed_say_why(trees: Office) -> None:
    deliver(
        trees,
        tree_record(TREE, label="ก"),
        tree_record(TREE, action="update", base=3, trunk=1, branch="b", height="2", instance_id="uuid:waits"),
        tree_record(TREE, action="update", base=7, height="2", instance_id="uuid:failed"),
    )
    text = get(trees, f"/trees/{TREE}")
    box = text[text.index('id="effects"') : text.index("</section>", text.index('id="effects"'))]
    assert "uuid%3Awaits" in box
    assert "แท็บเล็ตเครื่องเดียวกันแก้ไขรายการนี้ไว้ก่อนหน้า" in box
    assert "uuid%3Afailed" in box
    assert "ทำไม่สำเร็จ" in box
    assert reading().query(EntityEffect).filter_by(state="failed").count() == 1
