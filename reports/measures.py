"""Reading from a row what a measure needs: a number, choices, a pair, or that there is something odd."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from reports.records import Record, dig
from reports.roles import Measure

LEAST_RATING, GREATEST_RATING = 1, 5
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_NO_NUMBER = "NaN"
"""What form engines write for a number they could not compute; it is an answer that is not there."""
_FLAG_LENGTH = 200


class Odd:
    """In place of a value: something was answered, and it cannot be computed with."""


ODD = Odd()
Value = Any
"""What a measure reads from a row: a number, a tuple of choices, a pair, None for no answer, or `ODD`."""


def number_of(measure: Measure, value: Any, record: Record) -> Value:
    """The number in an answer to a measure's question. An answer flagged as odd is odd, whatever it looks like."""
    if isinstance(value, str) and (f"/{measure.name}", value[:_FLAG_LENGTH]) in record.odd:
        return ODD
    typed = measure.field is not None and measure.field.type in {"int", "decimal"}
    return plain_number(value, text=not typed)


def plain_number(value: Any, *, text: bool = True) -> Value:
    """A number, exactly as it was stored; `text` takes it from text too, as calculations without a type write it."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if not isinstance(value, str):
        return ODD
    stripped = value.strip()
    if not stripped or stripped == _NO_NUMBER:
        return None
    return Decimal(stripped) if text and _NUMBER.fullmatch(stripped) else ODD


def read(measure: Measure, values: dict[str, Any], record: Record) -> Value:
    """What a row answers to the measure's question."""
    if measure.kind == "side":
        return _side(measure, values, record)
    answer = dig(values, measure.place.steps)
    if measure.kind == "count":
        return 1 if answer not in (None, "", [], {}) else None
    if measure.kind == "share":
        return _choices(measure, answer, record)
    number = number_of(measure, answer, record)
    if measure.kind == "rating":
        return _rating(measure, answer, number)
    if measure.kind == "percent_of":
        assert measure.whole is not None
        return _pair(number, read(measure.whole, values, record))
    return number


def _rating(measure: Measure, answer: Any, number: Value) -> Value:
    if isinstance(number, Decimal):
        return number if LEAST_RATING <= number <= GREATEST_RATING else ODD
    # A choice that is no number, such as "does not apply", is no rating and nothing odd.
    known = isinstance(answer, str) and measure.field is not None and answer in measure.field.choice_values
    return None if known else number


def _side(measure: Measure, values: dict[str, Any], record: Record) -> Value:
    """Sum and number of the ratings one person gave; odd ones are reported by the items themselves."""
    given = [value for item in measure.items if isinstance(value := read(item, values, record), Decimal)]
    return (sum(given, Decimal(0)), len(given)) if given else None


def _choices(measure: Measure, answer: Any, record: Record) -> Value:
    if answer in (None, "", []):
        return None
    if isinstance(answer, list):
        return tuple(str(item) for item in answer)
    if not isinstance(answer, str | int | float):
        return ODD
    text = str(answer)
    return ODD if (f"/{measure.name}", text[:_FLAG_LENGTH]) in record.odd else (text,)


def _pair(part: Value, whole: Value) -> Value:
    """Part and whole of a percentage. A blank part of a stated whole is nothing of it: the form did not ask further."""
    if part is ODD or whole is ODD:
        return ODD
    if whole is None:
        return None if part is None else (part, None)
    return (part or Decimal(0), whole)
