"""What the page of an entity makes of its versions: the sides of a conflict, and what a form changed."""

from __future__ import annotations

from typing import Any

from sync.entities.models import EntityVersion
from sync.entities.page_view import Choice, changes_typed, choices, inputs

NAMES = {"label", "height", "species"}


def version(number: int, data: dict[str, str], received: dict[str, str] | None = None, **more: Any) -> EntityVersion:
    held = {name: value for name, value in data.items() if name != "label"}
    values = {"conflict": None, "resolved": False, "base_version": number - 1, "conflicting": None, **more}
    label = data.get("label", "ก")
    return EntityVersion(version=number, label=label, data=held, received=received or data, **values)


def sides(choice: Choice) -> list[list[tuple[int, str]]]:
    return [
        [(option.version.version, option.value) for option in side]
        for side in (choice.before, choice.others, choice.these)
    ]


def test_each_side_stands_apart_and_what_is_there_is_marked() -> None:
    found = choices(
        [
            version(1, {"height": "1"}),
            version(2, {"height": "2"}),
            version(3, {"height": "3"}, base_version=1, conflict="hard", conflicting=["height"]),
        ],
        NAMES,
    )
    assert [(item.name, item.contested) for item in found] == [("height", True)]
    assert sides(found[0]) == [[(1, "1")], [(2, "2")], [(3, "3")]]
    assert [option.current for option in found[0].options] == [False, False, True]


def test_a_newer_value_that_was_kept_is_the_one_that_is_there() -> None:
    last = version(3, {"height": "2"}, {"height": "3"}, base_version=1, conflict="hard")
    found = choices([version(1, {"height": "1"}), version(2, {"height": "2"}), last], NAMES)
    assert sides(found[0]) == [[(1, "1")], [(2, "2")], [(3, "3")]]
    assert [option.current for option in found[0].options] == [False, True, False]


def test_of_one_side_the_same_value_is_offered_once() -> None:
    found = choices(
        [
            version(1, {"height": "1"}),
            version(2, {"height": "2"}),
            version(3, {"height": "2"}),
            version(4, {"height": "4"}, base_version=1, conflict="hard"),
            version(5, {"height": "4"}, base_version=4, conflict="soft"),
        ],
        NAMES,
    )
    assert sides(found[0]) == [[(1, "1")], [(3, "2")], [(5, "4")]]
    assert sum(option.current for option in found[0].options) == 1


def test_what_nobody_sent_and_is_there_all_the_same_can_be_kept() -> None:
    last = version(2, {"height": "9"}, {"height": "2"}, conflict="soft")
    found = choices([version(1, {"height": "1"}), last], NAMES)
    assert [option.value for option in found[0].options if option.current] == ["9"]
    assert {option.value for option in found[0].options} == {"1", "2", "9"}


def test_who_sent_what_was_there_before_did_not_change_it() -> None:
    here = {"height": "2", "species": "x"}
    found = choices(
        [
            version(1, {"height": "1", "species": "x"}),
            version(2, here),
            version(3, here, base_version=1, conflict="soft"),
        ],
        NAMES,
    )
    assert [sides(item) for item in found] == [[[(1, "1")], [(2, "2")], [(3, "2")]]]
    back = version(4, {"height": "1", "species": "x"}, base_version=3)
    again = choices([*[version(1, {"height": "1"}), version(2, here, conflict="soft")], back], NAMES)
    assert [option.version.version for option in again[0].options if option.current] == [1]


def test_only_open_conflicts_count_and_only_what_can_be_changed() -> None:
    resolved = [
        version(1, {"height": "1"}),
        version(2, {"height": "2"}),
        version(3, {"height": "3"}, base_version=1, conflict="hard", resolved=True),
    ]
    assert choices(resolved, NAMES) == []
    again = version(4, {"height": "4", "code": "x"}, base_version=3, conflict="soft")
    assert [item.name for item in choices([*resolved, again], NAMES)] == ["height"]


def test_a_property_on_which_all_agree_is_left_out() -> None:
    same = version(2, {"height": "1"}, conflict="soft")
    assert choices([version(1, {"height": "1"}), same], NAMES) == []


def test_a_version_without_its_base_is_compared_with_the_one_before_it() -> None:
    last = version(2, {"height": "2"}, base_version=None, conflict="soft")
    assert sides(choices([version(1, {"height": "1"}), last], NAMES)[0]) == [[(1, "1")], [], [(2, "2")]]


def test_line_ends_of_browsers_are_no_change() -> None:
    base = version(1, {"species": "a\r\nb", "height": "1"})
    assert changes_typed({"species": "a\nb", "height": "2", "label": "ก"}, base) == {"height": "2"}


def test_a_field_says_what_is_there_now_only_where_something_else_was_typed() -> None:
    fields = inputs({"height": "2", "species": "x"}, {"height": False, "species": False}, {"height": "3"})
    assert [(field.value, field.now) for field in fields] == [("3", "2"), ("x", None)]
