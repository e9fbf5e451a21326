"""What the selects of the plan share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, or_
from sqlalchemy.orm import Session

from core.errors import Problem
from plan.validation import is_storable

Row = TypeVar("Row")

MAX_ID = 2**63 - 1
"""The largest key both databases hold."""


def only(session: Session, statement: Select[Row], *keys: str, for_update: bool = False) -> Row:
    """The one row of a statement; `keys` are texts of the outside that it looks for.

    With `for_update` the row is locked and read afresh, so that its version can be compared.

    Raises:
        Problem 404.1: there is none.

    """
    found = first(session, statement, *keys, for_update=for_update)
    if found is None:
        raise Problem("404.1")
    return found


def first(session: Session, statement: Select[Row], *keys: str, for_update: bool = False) -> Row | None:
    """As `only`, but None where there is none."""
    if not all(is_storable(key) for key in keys):
        return None
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).first()


def listed(
    session: Session, statement: Select[Row], table: Any, *, after: int | str = "", limit: int | None = None
) -> Sequence[Row]:
    """The rows from above a key: an id (a number) or a code (a text, and the order people read)."""
    if isinstance(after, int):
        statement = statement.where(table.id > after).order_by(table.id)
    else:
        if after:
            statement = statement.where(table.code > after)
        statement = statement.order_by(table.code, table.id)
    return session.scalars(statement.limit(limit)).all()


def matches(search: str, *columns: Any) -> Any:
    """A condition: one of the columns contains the text, in any case of letters."""
    return or_(*(column.icontains(search, autoescape=True) for column in columns))
