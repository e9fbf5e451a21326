"""What importing a table into an entity list would do. Pure: nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.names import visible_text
from core.xml import without_control_characters
from sync.entities.rules import LABEL
from sync.entities.service import longest
from sync.entities.table_import import ID_COLUMNS, Line, Reason, Table, UnreadableTable
from sync.entities.wishes import is_uuid, normal_uuid


@dataclass(frozen=True)
class Present:
    """A row that the list has: its texts by property, the label under `LABEL`."""

    uuid: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell."""

    row: int
    column: str
    reason: Reason


@dataclass(frozen=True)
class Change:
    """A row to be made or changed: only the texts that become others. Without a UUID it is given one."""

    row: int
    uuid: str | None
    values: Mapping[str, str]


@dataclass
class Preview:
    """What an import would do. It can be done only when there are no faults."""

    create: list[Change] = field(default_factory=list)
    update: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    unknown: Sequence[str] = ()


def compare(table: Table, present: Sequence[Present], properties: Collection[str], key: str = "") -> Preview:
    """What importing a file would do. Rows are matched by UUID, or with `key` by the text of that property.

    Raises:
        UnreadableTable: the file does not have the column `key`.

    """
    if key and key not in table.columns:
        raise UnreadableTable(Reason.NO_KEY, key)
    named = [item for item in table.columns if item not in ID_COLUMNS and item != LABEL and not item.startswith("__")]
    result = Preview(unknown=[item for item in named if item not in properties])
    matched = [row.values.get(key, "") if key else row.uuid for row in present]
    several = {text for text, count in Counter(matched).items() if count > 1}
    by_key = dict(zip(matched, present, strict=True))
    seen: set[str] = set()
    for line in table.lines:
        uuid = _identity(line)
        wanted = line.values[key] if key else uuid
        held = by_key.get(wanted) if wanted else None
        faults = _faults(line, uuid, _given_anew(line, [LABEL, *named], held))
        if wanted and wanted in seen:
            faults.append(Fault(line.number, key or _id_column(line), Reason.TWICE))
        if key and wanted in several:
            faults.append(Fault(line.number, key, Reason.AMBIGUOUS))
        seen.add(wanted)
        _sort_in(result, line, faults, held, None if key else uuid or None, named)
    return result


def _sort_in(
    result: Preview, line: Line, faults: list[Fault], held: Present | None, uuid: str | None, named: Sequence[str]
) -> None:
    given = {name: line.values[name] for name in named}
    if LABEL in line.values:
        label = line.values[LABEL].strip()
        given[LABEL] = label if held is not None and label == held.values.get(LABEL) else visible_text(label)
    if (LABEL in given or held is None) and not given.get(LABEL):
        faults.append(Fault(line.number, LABEL, Reason.NO_LABEL))
    if faults:
        result.faults += faults
    elif held is None:
        result.create.append(Change(line.number, uuid, given))
    else:
        changed = {name: text for name, text in given.items() if held.values.get(name, "") != text}
        if changed:
            result.update.append(Change(line.number, held.uuid, changed))
        else:
            result.unchanged += 1


def _id_column(line: Line) -> str:
    return next((name for name in ID_COLUMNS if name in line.values), ID_COLUMNS[0])


def _identity(line: Line) -> str:
    return normal_uuid(line.values.get(_id_column(line), ""))


def _given_anew(line: Line, columns: Iterable[str], held: Present | None) -> list[str]:
    """Columns in which a file says something else than the row; a row may have a text longer than files bring."""
    return [name for name in columns if held is None or line.values.get(name, "") != held.values.get(name, "")]


def _faults(line: Line, uuid: str, columns: Iterable[str]) -> list[Fault]:
    found = [Fault(line.number, "", Reason.TOO_MANY_CELLS)] if line.extra else []
    if uuid and not is_uuid(uuid):
        found.append(Fault(line.number, _id_column(line), Reason.MALFORMED_ID))
    for column in columns:
        text = line.values.get(column, "")
        if len(text) > longest(column):
            found.append(Fault(line.number, column, Reason.TOO_LONG))
        elif without_control_characters(text) != text:
            found.append(Fault(line.number, column, Reason.CONTROL_CHARACTER))
    return found
