"""Column types of the plan: exact decimals, and what every table has."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import uuid4

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from core.database import IdColumn, utc_now


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with a fixed number of places, kept as a whole number of its last place.

    Exact on both engines (SQLite has no decimals), and the database's own sums stay exact.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(
        self,
        value: Decimal | int | None,
        dialect: Dialect,  # noqa: ARG002 - as the base class has it
    ) -> int | None:
        """To the whole number; a value with more places is refused, since it would be cut off."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(scaled)

    def process_result_value(
        self,
        value: int | None,
        dialect: Dialect,  # noqa: ARG002 - as the base class has it
    ) -> Decimal | None:
        """Back from the database, with all its places; a sum may come as any kind of number."""
        return None if value is None else Decimal(int(value)).scaleb(-self.places)


Money = Annotated[Decimal, mapped_column(ExactDecimal(2))]
"""Baht, two places."""

Percent = Annotated[Decimal, mapped_column(ExactDecimal(2))]
"""A percentage 0–100 (Numeric(5,2))."""

Measure = Annotated[Decimal, mapped_column(ExactDecimal(5))]
"""A value of an indicator: a percentage, a number or a level."""

UuidText = Annotated[str, mapped_column(default=lambda: str(uuid4()))]
"""By what forms refer to a row: a UUID as text, as it stands in the answers."""


class Stamped:
    """What every row of a plan has."""

    id: Mapped[IdColumn]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[dt.datetime | None] = mapped_column(onupdate=utc_now)


class Versioned(Stamped):
    """A row that people edit. `version` grows with every change; who edits an older one is refused."""

    version: Mapped[int] = mapped_column(default=1)
