"""Answers as checks read them: by question, wherever it stands, and numbers to the last place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.definitions import Definition
from forms.fields import Field

LONGEST_TEXT = 200
"""Codes and UUIDs are shorter; what is longer names nothing, and must fit into an index."""
LONGEST_NUMBER = 40
GREATEST = Decimal(10) ** 15
"""Beyond every amount and count of an office; what is above is a slip of the pen."""


def rows(path: str, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every turn of the repeat at a path, of nested repeats too; the record itself for the empty path."""
    found: list[Mapping[str, Any]] = [answers]
    for name in path.strip("/").split("/") if path else ():
        inner = [row.get(name) for row in found]
        turns = [turn for value in inner for turn in (value if isinstance(value, list) else [value])]
        found = [turn for turn in turns if isinstance(turn, dict)]
    return found


def answer(form: Definition, field: Field, row: Mapping[str, Any]) -> Any:
    """The answer to a question in one turn of the repeat it stands in; None where there is none."""
    value: Any = row
    for name in field.path.removeprefix(form.repeat_of(field.path)).strip("/").split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def answers_to(form: Definition, field: Field, answers: Mapping[str, Any]) -> Iterator[Any]:
    """The answers to a question in every turn, without those that were left out."""
    for row in rows(form.repeat_of(field.path), answers):
        value = answer(form, field, row)
        if value not in (None, "", []):
            yield value


def text_of(form: Definition, field: Field | None, answers: Mapping[str, Any]) -> str:
    """The first answer to a question as text; empty where there is none."""
    if field is None:
        return ""
    value = next(answers_to(form, field, answers), "")
    return code_of(value[0] if isinstance(value, list) else value)


def code_of(value: Any) -> str:
    """A code or UUID in an answer."""
    return str(value).strip()[:LONGEST_TEXT]


def amount(value: Any) -> Decimal | None:
    """An amount, exactly as it was written; None when it is none.

    What a device wrote in Thai digits or with separators is kept as text by the intake; it is an amount all the same.
    """
    if value is None or isinstance(value, bool | dict | list):
        return None
    text = str(value).strip().replace(",", "")
    if not text or len(text) > LONGEST_NUMBER:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) <= GREATEST else None
