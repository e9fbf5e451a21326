"""What differs between two versions of a form's workbook. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from forms.library.tables import EMPTY, Key, Table, Tables, is_end

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True)
class Cell:
    """A cell before and after; empty where there was or is none."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """A row that is new, gone or changed, with the cells that say so; or, without a row, that rows were moved."""

    sheet: str
    kind: str
    row: Key = ()
    cells: tuple[Cell, ...] = ()


def differences(before: Tables, after: Tables) -> tuple[Difference, ...]:
    """Row by row, in the order of the later version; what is gone stands last. Ends of groups go with the groups."""
    found: list[Difference] = []
    for sheet in dict.fromkeys([*after, *before]):
        found += _of_sheet(sheet, before.get(sheet, EMPTY), after.get(sheet, EMPTY))
    return tuple(found)


def _of_sheet(sheet: str, before: Table, after: Table) -> list[Difference]:
    found = []
    for key in dict.fromkeys([*after.rows, *before.rows]):
        was, now = before.rows.get(key), after.rows.get(key)
        if was == now or (is_end(key) and (was is None or now is None)):
            continue
        kind = ADDED if was is None else REMOVED if now is None else CHANGED
        columns = dict.fromkeys([*after.columns, *before.columns])
        pairs = (Cell(column, (was or {}).get(column, ""), (now or {}).get(column, "")) for column in columns)
        found.append(Difference(sheet, kind, key, tuple(cell for cell in pairs if cell.before != cell.after)))
    if [key for key in before.rows if key in after.rows] != [key for key in after.rows if key in before.rows]:
        found.append(Difference(sheet, MOVED))
    return found
