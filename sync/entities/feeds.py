"""Rows of a list in the forms programs read them in: OData objects, CSV lines, GeoJSON features. No request in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from core.errors import Problem
from core.http.json_body import instant_text
from forms.schemas import odata_name
from sync.entities.edmx import SYSTEM
from sync.entities.models import Entity
from sync.entities.schemas import NOBODY
from sync.entities.tables import Row

SYSTEM_FIELDS = tuple(name for name, _ in SYSTEM)
CSV_SYSTEM = ("__createdAt", "__creatorId", "__creatorName", "__updates", "__updatedAt", "__version")
GEOMETRY = "geometry"
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[ ;,]+[-+]?\d+(?:\.\d+)?)*;?")
_LONGEST_GEOMETRY = 2000


def selected(given: str | None, properties: Sequence[str]) -> frozenset[str] | None:
    """The fields of a ``$select``; None: all.

    Raises:
        Problem 400.8: a field that the feed does not have.

    """
    if given is None or not given.strip() or given.strip() == "*":
        return None
    wanted = frozenset(item.strip() for item in given.split(","))
    known = {"__id", "__system", "label", *map(odata_name, properties), *(f"__system/{name}" for name in SYSTEM_FIELDS)}
    for name in wanted - known:
        raise Problem("400.8", field="$select", reason=f"there is no field “{name[:60]}”.")
    return wanted


def odata_object(row: Row, properties: Sequence[str], wanted: frozenset[str] | None) -> dict[str, Any]:
    """An entity in the feed. A property that it does not have is null."""
    entity = row.entity
    system = _system(row)
    body: dict[str, Any] = {"__id": entity.uuid, "label": entity.label, "__system": system}
    body |= {odata_name(name): entity.data.get(name) for name in properties}
    if wanted is None:
        return body
    if "__system" not in wanted:
        body["__system"] = {name: value for name, value in system.items() if f"__system/{name}" in wanted}
    return {name: value for name, value in body.items() if name in wanted or (name == "__system" and value)}


def csv_lines(rows: Iterable[Row], properties: Sequence[str], *, raw: bool) -> Iterator[str]:
    """A table with ODK Central's columns. Unless `raw`, what looks like a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["__id", "label", *properties, *CSV_SYSTEM])
    for row in rows:
        entity, system = row.entity, _system(row)
        texts = [entity.label, *(str(entity.data.get(name, "")) for name in properties)]
        writer.writerow(
            [
                entity.uuid,
                *(texts if raw else map(harmless, texts)),
                system["createdAt"],
                system["creatorId"],
                system["creatorName"] if raw else harmless(system["creatorName"] or ""),
                system["updates"],
                system["updatedAt"],
                entity.version,
            ]
        )
        if out.tell() > 1 << 16:
            yield _emptied(out)
    yield _emptied(out)


def harmless(text: str) -> str:
    """A text that no spreadsheet computes. Numbers and places, such as ``-8.1 98.3 0 0``, stay as they are."""
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) and not _NUMBERS.fullmatch(text) else text


def as_it_was(text: str) -> str:
    """The contrary of `harmless`, for tables that come back."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def feature(entity: Entity) -> dict[str, Any] | None:
    """The property ``geometry`` of an entity as a GeoJSON feature; None when it is no place, line or area."""
    shape = _shape(str(entity.data.get(GEOMETRY) or ""))
    if shape is None:
        return None
    return {"type": "Feature", "id": entity.uuid, "properties": None, "geometry": shape}


def _shape(text: str) -> dict[str, Any] | None:
    points = [_point(part) for part in text.split(";", _LONGEST_GEOMETRY) if part.strip()]
    if not points or any(point is None for point in points):
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    if len(points) > 3 and points[0] == points[-1]:  # noqa: PLR2004 - three corners and the first once more
        return {"type": "Polygon", "coordinates": [points]}
    return {"type": "LineString", "coordinates": points}


def _point(text: str) -> list[float] | None:
    """Longitude, latitude and, when it is there, altitude in metres; ODK writes latitude first."""
    try:
        numbers = [float(item) for item in text.split()]
    except ValueError:
        return None
    if not 2 <= len(numbers) <= 4 or not (abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):  # noqa: PLR2004 - degrees
        return None
    altitude = numbers[2:3]
    return [numbers[1], numbers[0], *(item for item in altitude if abs(item) < float("inf"))]


def _system(row: Row) -> dict[str, Any]:
    entity = row.entity
    return {
        "createdAt": instant_text(entity.created_at),
        "creatorId": str(entity.created_by or NOBODY),
        "creatorName": row.creator,
        "updates": entity.version - 1,
        "updatedAt": instant_text(entity.updated_at),
        "deletedAt": instant_text(entity.deleted_at),
        "version": entity.version,
        "conflict": entity.conflict,
    }


def _emptied(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
