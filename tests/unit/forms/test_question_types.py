"""What an author calls a question and its type."""

from __future__ import annotations

import pytest

from forms.fields import Field
from forms.question_types import name_of, types_of

TEXT = Field("q", "/q", "string", 0, control="input")


@pytest.mark.parametrize(
    ("field", "word"),
    [
        (Field("q", "/q", "int", 0, control="input"), "integer"),
        (Field("q", "/q", "int", 0, control="range"), "range"),
        (Field("q", "/q", "dateTime", 0, control="input"), "dateTime"),
        (Field("q", "/q", "string", 0, control="select1"), "select_one"),
        (Field("q", "/q", "string", 0, control="select"), "select_multiple"),
        (Field("q", "/q", "binary", 0, control="upload", media="image/*"), "image"),
        (Field("q", "/q", "binary", 0, control="upload", media="application/*"), "file"),
        (Field("q", "/q", "int", 0, calculated=True), "calculate"),
    ],
)
def test_a_type_is_called_as_in_the_column_type(field: Field, word: str) -> None:
    assert types_of(field, TEXT) == (word, "text")


def test_of_two_calculations_what_they_give_is_told() -> None:
    before, after = (Field("q", "/q", kind, 0, calculated=True) for kind in ("int", "string"))
    assert types_of(before, after) == ("calculate (integer)", "calculate (text)")


def test_a_question_is_called_by_its_name_behind_those_of_its_groups() -> None:
    assert [name_of(Field("q", path, "int", 0)) for path in ("/q", "/visit/q")] == ["q", "visit/q"]
