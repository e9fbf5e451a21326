"""What a form means to reports when it does not say so itself.

A form may say of any question what it groups by (``tidtam:dimension``) and what is computed from it
(``tidtam:measure``). What it leaves out is taken from the lists its questions choose from and from their types, so
that any form an office writes is aggregated per project and group.
"""

from __future__ import annotations

import re
from dataclasses import replace

from forms.fields import Field, repeat_of
from forms.xform_body import Body

LISTS = {
    "projects.csv": "project",
    "groups.csv": "group",
    "schools.csv": "school",
    "districts.csv": "district",
    "officers.csv": "officer",
    "indicators.csv": "indicator",
}
_DATE_NAME = "report_date"
_RATINGS = frozenset("12345")
_LEAST_RATINGS = 3
_AVERAGED = re.compile(
    r"percent|pct|(^|_)(rate|ratio|avg|average|mean|score|age)(_|$)|ร้อยละ|เปอร์เซ็นต์|อัตรา|เฉลี่ย|คะแนน|อายุ", re.IGNORECASE
)
_NO_AMOUNT = re.compile(r"(^|_)(id|code|no|phone|tel|mobile|zip|postcode|year)(_|$)|รหัส|เลขที่|โทร|ปี", re.IGNORECASE)


def with_defaults(fields: list[Field], body: Body) -> tuple[Field, ...]:
    """The fields with dimensions and measures filled in where the form gives none.

    A dimension stands for one question of a form, so a default is given only when no question claims it, and to the
    first that fits. Measures are filled in only when the form names none at all: an author who names some means it.
    """
    repeats = {field.path for field in fields if field.is_repeat}
    chosen = _dimensions(fields, repeats)
    names_measures = any(field.measure for field in fields)
    return tuple(
        field
        if field.dimension
        else replace(field, dimension=chosen[field.path])
        if field.path in chosen
        else replace(field, measure=_measure(field, body))
        if not names_measures and field.control
        else field
        for field in fields
    )


def _dimensions(fields: list[Field], repeats: set[str]) -> dict[str, str]:
    claimed = {field.dimension for field in fields if field.dimension}
    chosen: dict[str, str] = {}
    for field in fields:
        dimension = LISTS.get(field.list_file, "")
        if dimension and field.control and not field.dimension and dimension not in claimed:
            claimed.add(dimension)
            chosen[field.path] = dimension
    if "date" not in claimed and (date := _date(fields, repeats, chosen)):
        chosen[date.path] = "date"
    return chosen


def _date(fields: list[Field], repeats: set[str], chosen: dict[str, str]) -> Field | None:
    free = [field for field in fields if field.type == "date" and not field.dimension and field.path not in chosen]
    once = [field for field in free if not repeat_of(field.path, repeats)]
    named = [field for field in once if field.name == _DATE_NAME]
    asked = [field for field in once if field.control]
    return next(iter(named + asked), None)


def _measure(field: Field, body: Body) -> str:
    if field.control in {"select", "select1", "rank"}:
        if field.control == "select1" and _is_rating(field.choice_values):
            return "rating"
        return "share" if field.choices else ""
    if field.type not in {"int", "decimal"}:
        return ""
    if field.control == "range":
        return "rating" if body.controls[field.path].scale == ("1", "5") else "mean"
    if _NO_AMOUNT.search(field.name):
        return ""
    return "mean" if _AVERAGED.search(field.name) else "sum"


def _is_rating(values: frozenset[str]) -> bool:
    return len(values) >= _LEAST_RATINGS and values <= _RATINGS
