"""OData filters as conditions of the database."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, extract, false, func, literal, not_, or_, true

from core.errors import Problem
from sync.entities import odata
from sync.entities.models import Entity
from sync.entities.odata import Both, Compare, Field, Filter, Literal, Not, Operand, Part, Value

MOST_DIGITS = 15
COLUMNS: dict[str, Any] = {
    odata.ID: Entity.uuid,
    odata.CREATOR: Entity.created_by,
    odata.CREATED: Entity.created_at,
    odata.UPDATED: Entity.updated_at,
    odata.DELETED: Entity.deleted_at,
    odata.CONFLICT: Entity.conflict,
}
INSTANTS = {odata.CREATED, odata.UPDATED, odata.DELETED}
_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


class Compiler:
    """Filters as conditions. Nothing is unknown: a comparison with an empty value is false, but for ``ne``."""

    def __init__(self, on_postgres: bool) -> None:
        self._on_postgres = on_postgres

    def condition(self, found: Filter) -> ColumnElement[bool]:
        """A filter as a condition.

        Raises:
            Problem 400.8: it compares what cannot be compared.

        """
        if isinstance(found, Not):
            return not_(self.condition(found.of))
        if isinstance(found, Both):
            sides = self.condition(found.left), self.condition(found.right)
            return and_(*sides) if found.both else or_(*sides)
        return self._compare(found)

    def _compare(self, found: Compare) -> ColumnElement[bool]:
        left, right = found.left, found.right
        if isinstance(left, Literal) and isinstance(right, Literal):
            return true() if _constant(found.operator, left.value, right.value) else false()
        if not isinstance(left, Literal) and not isinstance(right, Literal) and _kind(left) != _kind(right):
            raise _incomparable(right.name if isinstance(right, Field) else right.part)
        one, other = self._side(left, right), self._side(right, left)
        if found.operator == "eq":
            return one.is_not_distinct_from(other)
        if found.operator == "ne":
            return one.is_distinct_from(other)
        if Literal(None) in (left, right):
            return false()
        ordered: ColumnElement[bool] = func.coalesce(_ORDERED[found.operator](one, other), false())
        return ordered

    def _side(self, operand: Operand, other: Operand) -> ColumnElement[Any]:
        if isinstance(operand, Field):
            field: ColumnElement[Any] = COLUMNS[operand.name]
            return field
        if isinstance(operand, Part):
            return self._part(operand)
        kind = COLUMNS[other.name].type if isinstance(other, Field) else BigInteger()
        return literal(_as(operand.value, other), kind)

    def _part(self, operand: Part) -> ColumnElement[Any]:
        key = COLUMNS[operand.of.name]
        if not self._on_postgres:
            return extract(operand.part, key)
        return cast(func.floor(extract(operand.part, func.timezone("UTC", key))), BigInteger)


def _as(value: Value, other: Operand) -> Value:
    """A literal of the type of what it is compared with.

    Raises:
        Problem 400.8: it cannot be.

    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise _incomparable(value)
    if isinstance(other, Part) or (isinstance(other, Field) and other.name == odata.CREATOR):
        return _whole(value)
    if isinstance(other, Field) and other.name in INSTANTS:
        found = odata.instant(value) if isinstance(value, str) else value
        if not isinstance(found, dt.datetime):
            raise _incomparable(value)
        return found
    return value if isinstance(value, str) else str(value)


def _kind(operand: Operand) -> str:
    if isinstance(operand, Field) and operand.name in INSTANTS:
        return "instant"
    return "number" if isinstance(operand, Part) or operand == Field(odata.CREATOR) else "text"


def _whole(value: Value) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS:
        return int(value)
    raise _incomparable(value)


def _constant(name: str, left: Value, right: Value) -> bool:
    if name in {"eq", "ne"}:
        return (left == right) == (name == "eq")
    if left is None or right is None:
        return False
    try:
        return bool(_ORDERED[name](left, right))
    except TypeError as error:
        raise _incomparable(right) from error


def _incomparable(value: Value) -> Problem:
    return Problem("400.8", field="$filter", reason=f"“{str(value)[:60]}” cannot be compared with that.")
