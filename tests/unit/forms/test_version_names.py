"""Counting versions up."""

from __future__ import annotations

import pytest

from forms.version_names import latest, unused


@pytest.mark.parametrize(
    ("version", "taken", "free"),
    [
        ("2570.1", [], "2570.1"),
        ("2570.1", ["2570.1"], "2570.2"),
        ("2570.9", ["2570.9", "2570.10"], "2570.11"),
        ("ร่าง", ["ร่าง"], "ร่าง.1"),
        ("", [""], "1"),
    ],
)
def test_a_version_is_counted_up_until_it_is_free(version: str, taken: list[str], free: str) -> None:
    assert unused(version, taken) == free


def test_the_latest_version_is_the_one_with_the_highest_numbers() -> None:
    assert latest(["2570.9", "2570.10"]) == "2570.10"
    assert latest(["2571.1", "2570.10"]) == "2571.1"
    assert latest(["", "2570.1"]) == "2570.1"
