"""A form's workbook as tables whose rows have a name, so that two versions of it can be laid beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from forms.library.workbook import Sheets

Key = tuple[str, ...]
"""How a row is known: a question by its name, a choice by list and name, the end of a group by the group's name."""
Row = Mapping[str, str]

SURVEY, CHOICES, SETTINGS, ENTITIES = "survey", "choices", "settings", "entities"
END = "\x03"
"""Last part of the key of a row that ends a group or repeat. No cell of a workbook can hold this character."""
_KNOWN = frozenset({SURVEY, CHOICES, SETTINGS, ENTITIES, "external_choices", "osm"})
_NAMED_BY = {CHOICES: ("list_name", "name"), "external_choices": ("list_name", "name"), ENTITIES: ("list_name",)}


@dataclass(frozen=True)
class Table:
    """One sheet: its columns in order, and its rows in order by key. A row has the cells that are not empty."""

    columns: tuple[str, ...] = ()
    rows: Mapping[Key, Row] = field(default_factory=dict)


Tables = Mapping[str, Table]
EMPTY = Table()


def tables_of(sheets: Sheets) -> dict[str, Table]:
    """The tables of a workbook. Columns without a title and rows without a cell are left out."""
    found = {}
    for given, rows in sheets.items():
        name = given.strip().lower() if given.strip().lower() in _KNOWN else given
        columns = [text.strip() for text in rows[0]] if rows else []
        records = [_cells(columns, row) for row in rows[1:]]
        full = [record for record in records if record]
        titles = tuple(dict.fromkeys(column for column in columns if column))
        found[name] = Table(titles, dict(zip(_keys(name, full), full, strict=True)))
    return found


def sheets_of(tables: Tables) -> Sheets:
    """The workbook of tables."""
    return {
        name: [list(table.columns), *([row.get(column, "") for column in table.columns] for row in table.rows.values())]
        for name, table in tables.items()
    }


def setting(tables: Tables, column: str) -> str:
    """A cell of the sheet ``settings``."""
    return next((row.get(column, "") for row in tables.get(SETTINGS, EMPTY).rows.values()), "")


def with_setting(tables: Tables, column: str, value: str) -> dict[str, Table]:
    """The tables with one cell of the sheet ``settings`` changed; an empty value takes the cell away."""
    table = tables.get(SETTINGS, EMPTY)
    rows = {
        key: {name: cell for name, cell in {**row, column: value}.items() if cell} for key, row in table.rows.items()
    }
    columns = table.columns if column in table.columns or not value else (*table.columns, column)
    return {**tables, SETTINGS: Table(columns, rows)}


def is_end(key: Key) -> bool:
    """Whether a row ends a group or repeat; the rest of its key is that of the row that begins it."""
    return key[-1:] == (END,)


def name_of(key: Key) -> str:
    """A row as people read it."""
    return " / ".join("(end)" if part == END else part for part in key)


def _cells(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """The cells that are not empty. Of two columns with one title the first counts."""
    cells: dict[str, str] = {}
    for column, text in zip(columns, row, strict=False):
        if column and text.strip():
            cells.setdefault(column, text.replace("\r\n", "\n").strip())
    return cells


def _keys(name: str, rows: Iterable[Row]) -> list[Key]:
    """A key for each row. Where rows are called alike, the second and later ones are counted."""
    if name == SURVEY:
        keys = _survey_keys(rows)
    elif name == SETTINGS:
        keys = [(SETTINGS,) for _ in rows]
    elif name in _NAMED_BY:
        keys = [tuple(row.get(column, "") for column in _NAMED_BY[name]) for row in rows]
    else:
        keys = [tuple(row.values()) for row in rows]
    return _told_apart(keys)


def _survey_keys(rows: Iterable[Row]) -> list[Key]:
    keys: list[Key] = []
    seen: Counter[Key] = Counter()
    around: list[Key] = []
    for row in rows:
        kind = row.get("type", "").lower().replace("_", " ")
        if kind.startswith("end "):
            keys.append((*(around.pop() if around else ("",)), END))
            continue
        key = _counted((row.get("name") or row.get("type", ""),), seen)
        keys.append(key)
        if kind.startswith("begin "):
            around.append(key)
    return keys


def _told_apart(keys: Iterable[Key]) -> list[Key]:
    seen: Counter[Key] = Counter()
    return [_counted(key, seen) for key in keys]


def _counted(key: Key, seen: Counter[Key]) -> Key:
    seen[key] += 1
    return key if seen[key] == 1 else (*key, f"#{seen[key]}")
