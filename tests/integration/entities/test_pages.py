"""The pages of entity lists: what they show, what can be done on them, and whatever may be wrong with that."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

import pytest

from core.transaction import reading
from sync.entities import queries
from sync.entities.models import Entity, EntityVersion
from sync.entities.service import NewEntity
from tests.conftest import run_jobs
from tests.personas import Office, found_office
from tests.support.entities import deliver, entity_now, tree_record
from tests.support.entity_pages import OTHER, TREE, add, at, found_list, get, post, quarrel

# All lists


def test_a_workspace_without_lists_says_how_to_get_one(office: Office) -> None:
    assert "ยังไม่มีทะเบียน" in get(office)


def test_lists_are_shown_with_their_figures(trees: Office) -> None:
    quarrel(trees)
    deliver(trees, tree_record(OTHER, action="update", base=1))
    text = get(trees)
    assert "/lists/trees?state=conflict" in text
    assert "ทำไม่สำเร็จ 1" in text
    assert f'href="/w/{trees.workspace_id}/lists" aria-current="page"' in text


def test_lists_of_the_plan_stand_apart(planned: Office) -> None:
    text = get(planned)
    assert text.index("ทะเบียนจากแผน") < text.index("/lists/schools")
    rows = get(planned, "/schools")
    assert "รายการในทะเบียนนี้แก้ไขในแผน" in rows
    assert "<strong>last_visit_date</strong>" in rows
    assert "/schools/new" not in rows
    assert "/schools/import" not in rows


def test_a_list_is_made_with_its_properties(office: Office) -> None:
    assert post(office, name="งาน", properties="สถานะ\r\n\r\n due \r\n") == at(office, f"/{quote('งาน')}")
    made = found_list(office, "งาน")
    assert [row.name for row in queries.properties(reading(), made.id)] == ["สถานะ", "due"]
    assert "งาน" in get(office, f"/{quote('งาน')}")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"name": ""}, 400),
        ({"name": "1st"}, 400),
        ({"name": "a.b"}, 400),
        ({"name": "a" * 65}, 400),
        ({"name": "<b>"}, 400),
        ({"name": "schools"}, 409),
        ({"name": "TREES"}, 409),
        ({"name": "trees"}, 409),
        ({"name": "fresh", "properties": "label"}, 400),
        ({"name": "fresh", "properties": "ok\na b"}, 400),
        ({"name": "fresh", "properties": "ok\nOK"}, 409),
        ({"name": "fresh", "properties": "\n".join(f"p{n}" for n in range(201))}, 413),
    ],
)
def test_a_list_that_cannot_be_is_not_made_and_what_was_typed_stays(
    trees: Office, form: dict[str, str], status: int
) -> None:
    text = post(trees, status=status, **form)
    assert 'class="problems"' in text
    assert f'value="{escape(form.get("name", ""))}"' in text
    assert [row.name for row in queries.lists(reading(), trees.workspace_id)] == ["trees"]


# The rows of one


def test_rows_are_paged_by_key_newest_first_and_none_is_lost(trees: Office) -> None:
    add(trees, *(NewEntity(label=f"ต้นที่ {n:03}") for n in range(120)))
    seen: list[str] = []
    rest = "/trees"
    while rest:
        text = get(trees, rest)
        seen += re.findall(r"ต้นที่ \d{3}", text)
        following = re.search(r'href="(\?after=[^"]+)" rel="next"', text)
        rest = f"/trees{following[1]}" if following else ""
    assert seen == [f"ต้นที่ {n:03}" for n in reversed(range(120))]


def test_rows_are_searched_in_label_and_properties(trees: Office) -> None:
    add(
        trees,
        NewEntity(label="ต้นสัก", data={"species": "Tectona"}),
        NewEntity(label="ต้นยาง", data={"species": "100%_จริง"}),
    )
    for search, here, not_here in [("สัก", "ต้นสัก", "ต้นยาง"), ("TECTONA", "ต้นสัก", "ต้นยาง"), ("0%_", "ต้นยาง", "ต้นสัก")]:
        text = get(trees, f"/trees?search={quote(search)}")
        assert here in text
        assert not_here not in text
    assert "ไม่พบรายการ" in get(trees, "/trees?search=zzz")


def test_rows_in_conflict_and_deleted_ones_are_asked_for(trees: Office) -> None:
    quarrel(trees)
    add(trees, NewEntity(label="ข", uuid=OTHER))
    post(trees, f"/trees/{OTHER}/delete")
    every, conflicts, deleted = (get(trees, f"/trees?state={state}") for state in ("", "conflict", "deleted"))
    assert TREE in every
    assert OTHER not in every
    assert TREE in conflicts
    assert OTHER not in conflicts
    assert OTHER in deleted
    assert TREE not in deleted


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("/nothing", 404),
        ("/Trees", 404),
        ("/trees%00", 404),
        ("/trees/new/new", 404),
        ("/trees/unknown", 404),
        (f"/trees/{TREE}", 404),
        ("/trees?after=x", 400),
        ("/trees?after=W10=", 400),
        ("/trees?after=WyJ4Il0=", 400),
        ("/trees?state=nonsense", 200),
        ("/trees?search=%22", 200),
        ("/trees?search=%EF%BF%BE%5C", 200),
        ("/trees?search=" + "a+" * 2000, 200),
        ("/nothing/settings", 404),
        ("/nothing/new", 404),
    ],
)
def test_an_address_that_makes_no_sense_is_no_server_error(trees: Office, rest: str, status: int) -> None:
    get(trees, rest, status=status)


def test_html_in_labels_and_properties_is_text(trees: Office) -> None:
    evil = '<script>alert("1")</script>'
    add(trees, NewEntity(label=evil, uuid=TREE, data={"species": evil}))
    for rest in ("/trees", f"/trees/{TREE}", "/trees/settings"):
        assert "<script>alert" not in get(trees, rest)
    assert "&lt;script&gt;" in get(trees, f"/trees/{TREE}")
    text = post(trees, f"/trees/{TREE}", status=400, version="1", label="", **{"p.species": evil + "x"})
    assert "<script>alert" not in text


# A new row


def test_a_row_is_added(trees: Office) -> None:
    assert "p.species" in get(trees, "/trees/new")
    address = post(trees, "/trees/new", label=" ต้นสัก ", **{"p.species": "สัก", "p.height": ""})
    row = entity_now(trees, address.rsplit("/", 1)[1])
    assert row is not None
    assert (row.label, row.data) == ("ต้นสัก", {"species": "สัก"})


@pytest.mark.parametrize("label", ["", "   ", "\u200b\u2060", "ก\u0001", "ก" * 501, None])
def test_a_row_without_a_usable_label_is_not_added_and_what_was_typed_stays(trees: Office, label: str | None) -> None:
    form = {"p.species": "สักทอง"} | ({} if label is None else {"label": label})
    text = post(trees, "/trees/new", status=400, **form)
    assert "invalid-feedback" in text
    assert 'value="สักทอง"' in text
    assert reading().query(Entity).count() == 0


def test_a_property_takes_as_much_as_a_text_answer_and_says_how_much_that_is(trees: Office) -> None:
    text = post(trees, "/trees/new", status=400, label="ก", **{"p.species": "ส" * 5_001})
    assert "ยาวเกิน 5000 อักขระ" in text
    post(trees, "/trees/new", label="ก", **{"p.species": "ส" * 5_000})


def test_a_label_is_kept_without_what_nobody_sees(trees: Office) -> None:
    address = post(trees, "/trees/new", label="ต้น\u200bสัก\ufeff", **{"p.species": "สัก"})
    row = entity_now(trees, address.rsplit("/", 1)[1])
    assert row is not None
    assert row.label == "ต้นสัก"


def test_a_property_with_a_character_that_cannot_be_shown_is_told_beside_it(trees: Office) -> None:
    text = post(trees, "/trees/new", status=400, label="ก", **{"p.species": "\ufffe"})
    assert "มีอักขระที่แสดงผลไม่ได้" in text
    assert reading().query(Entity).count() == 0


def test_rows_are_not_added_to_a_list_of_the_plan(planned: Office) -> None:
    get(planned, "/schools/new", status=409)
    post(planned, "/schools/new", status=409, label="ก")


# Settings


def test_settings_are_changed(trees: Office) -> None:
    form = {"approval": "1", "shown": "scope", "property": "species", "person": "group"}
    post(trees, "/trees/settings", **form)
    now = found_list(trees)
    assert (now.approval_required, now.owner_only, now.scope) == (
        True,
        False,
        {"property": "species", "person": "group"},
    )
    assert "ต้องเห็นชอบก่อน" in get(trees, "/trees")
    post(trees, "/trees/settings", shown="owner", property="species", person="group")
    now = found_list(trees)
    assert (now.approval_required, now.owner_only, now.scope) == (False, True, None)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"shown": "nobody"},
        {"shown": "scope"},
        {"shown": "scope", "property": "species"},
        {"shown": "scope", "property": "colour", "person": "group"},
        {"shown": "scope", "property": "species", "person": "x" * 65},
    ],
)
def test_settings_that_make_no_sense_change_nothing(trees: Office, form: dict[str, str]) -> None:
    assert 'class="problems"' in post(trees, "/trees/settings", status=400, approval="1", **form)
    now = found_list(trees)
    assert (now.approval_required, now.owner_only, now.scope) == (False, False, None)


def test_rows_held_back_are_made_when_approval_is_switched_off_if_asked_for(trees: Office) -> None:
    post(trees, "/trees/settings", shown="everyone", approval="1")
    deliver(trees, tree_record(TREE, label="ก"))
    assert entity_now(trees, TREE) is None
    assert 'name="convert"' in get(trees, "/trees/settings")
    post(trees, "/trees/settings", shown="everyone", convert="1")
    run_jobs()
    assert entity_now(trees, TREE) is not None


def test_a_property_is_added_or_told_why_not(trees: Office) -> None:
    post(trees, "/trees/properties", property="ผู้ดูแล")
    for name, status in [("ผู้ดูแล", 409), ("Height", 409), ("", 400), ("label", 400), ("a b", 400)]:
        assert 'class="problems"' in post(trees, "/trees/properties", status=status, property=name)
    assert "ผู้ดูแล" in get(trees, "/trees/new")


# Who may


EVERY_DEED = [
    "/trees/new",
    f"/trees/{TREE}",
    f"/trees/{TREE}/delete",
    f"/trees/{TREE}/restore",
    f"/trees/{TREE}/resolve",
]


def test_collectors_and_strangers_see_nothing(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    for persona in ("kwanjai", "stranger"):
        for rest in ("", "/trees", f"/trees/{TREE}", "/trees/new", "/trees/settings", "/nothing"):
            get(trees, rest, persona, status=403)
        for rest in ("", "/trees/settings", "/trees/properties", *EVERY_DEED):
            post(trees, rest, persona, status=403)


def test_viewers_read_and_change_nothing(trees: Office) -> None:
    quarrel(trees)
    for rest in ("", "/trees", f"/trees/{TREE}"):
        text = get(trees, rest, "pakorn")
        main = text[text.index("<main") :]
        assert 'method="post"' not in main
        assert 'type="radio"' not in main
    for rest in ("", "/trees/settings", "/trees/properties", *EVERY_DEED):
        post(trees, rest, "pakorn", status=403)
    assert reading().query(EntityVersion).count() == 3


def test_rows_of_another_workspace_are_not_found(trees: Office) -> None:
    add(trees, NewEntity(label="ก", uuid=TREE))
    other = found_office(trees.app, "สพป.ปลายน้ำ เขต 2")
    get(other, f"/trees/{TREE}", status=404)
    assert trees.browser("wanna").get(at(other, f"/trees/{TREE}")).status_code == 403
    assert other.browser("wanna").post(at(trees, f"/trees/{TREE}/delete")).status_code == 403


def test_the_pages_speak_english_too(trees: Office) -> None:
    quarrel(trees)
    for rest, words in [("", "Entity lists"), ("/trees", "Add a row"), (f"/trees/{TREE}", "The others wrote")]:
        assert words in get(trees, f"{rest}?lang=en")
