"""Answers as cells of a table for spreadsheets, and what keeps a cell from being taken for a formula."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

from forms.fields import Field

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")
GEOPOINT_PARTS = (("Latitude", "lat"), ("Longitude", "lon"), ("Altitude", "alt"), ("Accuracy", "acc"))
Cells = list[str]


class Number(str):
    """A number in a cell; it stays as it is, since no formula can hide in it."""

    __slots__ = ()


def number_text(value: float) -> Number:
    """As a form would write it: without ``.0`` at the end."""
    text = repr(value)
    return Number(text.removesuffix(".0"))


def text_of(value: Any) -> str:
    """Any answer as one cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return " ".join(text_of(item) for item in value)
    return orjson.dumps(value).decode()


def point_cells(value: Any) -> Cells:
    """A place as latitude, longitude, altitude and accuracy; something else in the first of them."""
    if isinstance(value, dict):
        return [text_of(value.get(part)) for _, part in GEOPOINT_PARTS]
    return [text_of(value), "", "", ""]


def choice_cells(values: tuple[str, ...]) -> Callable[[Any], Cells]:
    """A multiple choice as its codes, then 1 or 0 for each choice there is."""

    def cells(value: Any) -> Cells:
        chosen = value if isinstance(value, list) else []
        return [text_of(value), *(Number("1" if choice in chosen else "0") if chosen else "" for choice in values)]

    return cells


def single(value: Any) -> Cells:
    """One cell."""
    return [text_of(value)]


def labelled(names: Callable[[str], str]) -> Callable[[Any], Cells]:
    """What was chosen in words, several separated by commas, since words contain spaces."""

    def cells(value: Any) -> Cells:
        if isinstance(value, list):
            return [", ".join(names(text_of(item)) for item in value)]
        return [names(text_of(value)) if value is not None else ""]

    return cells


def is_point(question: Field) -> bool:
    """Whether the question's answers take four columns."""
    return question.type == "geopoint"


def harmless(cell: str) -> str:
    """A text that no spreadsheet computes: one that looks like a formula gets an apostrophe in front."""
    if type(cell) is str and cell.startswith(_BEGINS_FORMULA) and not _NEGATIVE.fullmatch(cell):
        return f"'{cell}"
    return cell
