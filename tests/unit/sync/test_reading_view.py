"""What is marked where two versions of a record are shown side by side."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sync.reading_view import Line, mark_differences


def answer(path: str, text: str) -> Line:
    return Line("answer", path, text, path)


def rooms(*names: str) -> list[Line]:
    return [
        Line("repeat", f"room {number}", path="/room", number=number, lines=[answer("/room/name", name)])
        for number, name in enumerate(names, 1)
    ]


def marks(lines: list[Line]) -> list[str]:
    return [found for line in lines for found in ([line.text] if line.differs else []) + marks(line.lines)]


def test_what_is_said_otherwise_or_on_one_side_only_is_marked_on_both() -> None:
    one = [answer("/a", "1"), answer("/b", "2"), answer("/c", "3")]
    other = [answer("/a", "1"), answer("/b", "two"), answer("/d", "4")]
    mark_differences(one, other)
    assert (marks(one), marks(other)) == (["2", "3"], ["two", "4"])


def test_turns_of_a_repeat_are_compared_by_their_number() -> None:
    one, other = rooms("p1", "p2"), rooms("p1", "p3", "p4")
    mark_differences(one, other)
    assert (marks(one), marks(other)) == (["p2"], ["p3", "p4"])


def test_a_group_is_no_turn() -> None:
    one = [Line("group", "g", path="/g", lines=[answer("/g/a", "1")])]
    other = [Line("group", "G", path="/g", lines=[answer("/g/a", "1")])]
    mark_differences(one, other)
    assert marks(one) == []


def photo(name: str, sha256: str | None) -> Line:
    return Line("file", "photo", name, "/photo", file=(SimpleNamespace(blob_sha256=sha256), None))


@pytest.mark.parametrize(("here", "there", "differs"), [("a", "a", False), ("a", "b", True), ("a", None, False)])
def test_another_file_under_the_same_name_differs_and_one_on_its_way_does_not(
    here: str, there: str | None, differs: bool
) -> None:
    one, other = [photo("p.jpg", here)], [photo("p.jpg", there)]
    mark_differences(one, other)
    assert (one[0].differs, other[0].differs) == (differs, differs)


def test_a_file_of_which_only_the_name_is_known_is_compared_by_its_name() -> None:
    one, other = [photo("p.jpg", "a")], [answer("/photo", "p.jpg")]
    mark_differences(one, other)
    assert (marks(one), marks(other)) == ([], [])
