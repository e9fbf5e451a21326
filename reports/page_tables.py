"""A form report as people read it: columns, cells with their notes, bars, distributions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from core.i18n import readable_number
from reports import words
from reports.cube import Line
from reports.figures import half_up, places_of, root_half_up
from reports.form_report import FormReport
from reports.links import RecordLinks, choosers_page, form_page, project_page, with_query
from reports.names import choice_names
from reports.roles import ROOT, Measure
from reports.tallies import Figures

RECORDS = "records"
NUMERIC = frozenset({"sum", "mean", "latest", "count", "percent_of"})
RATED = frozenset({"rating", "side"})
MOST_BARS = 40
_BY_KEY = frozenset({"group", "district", "round", "fiscal_year", "quarter"})


@dataclass(frozen=True)
class Cell:
    """One figure: its text, what is worth saying below it, and the number itself for a bar."""

    text: str
    notes: tuple[str, ...] = ()
    level: str = ""
    value: Decimal | None = None


@dataclass(frozen=True)
class ShownLine:
    """One line of the table. Links are empty where there is nothing to lead to."""

    label: str
    href: str
    records: int
    records_href: str
    incomplete: int
    incomplete_href: str
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Column:
    """A measure that has a column."""

    name: str
    title: str


def columns(report: FormReport, kinds: frozenset[str], language: str) -> list[Column]:
    """The measures of some kinds."""
    return [Column(one.name, words.measure(one, language)) for one in report.roles.measures if one.kind in kinds]


def lines(report: FormReport) -> list[ShownLine]:
    """The table's lines as people look for them: by name, or by code where codes are an order; not stated last."""
    found = sorted(report.table.lines, key=lambda line: (line.key is None, _order(report, line)))
    return [_line(report, line, _label(report, line), _links(report).line) for line in found]


def total(report: FormReport) -> ShownLine:
    """The last line."""
    return _line(report, report.table.total, gettext("Total"), lambda _key, **more: _links(report).total(**more))


def bars(figure: str, shown: Iterable[ShownLine]) -> list[dict[str, Any]]:
    """The rows of a chart of one figure; of very many the greatest."""
    rows = []
    for line in shown:
        found = _count(line.records) if figure == RECORDS else line.cells[figure]
        url = line.href or line.records_href
        rows.append((found.value, {"label": line.label, "value": found.value, "text": found.text, "url": url}))
    if len(rows) > MOST_BARS:
        rows = sorted(rows, key=lambda row: (row[0] is None, -(row[0] or 0)))[:MOST_BARS]
    return [row for _, row in rows]


def _count(number: int) -> Cell:
    return Cell(readable_number(number), value=Decimal(number))


@dataclass(frozen=True)
class Distribution:
    """How the answers to one question are spread."""

    title: str
    answered: int
    rows: list[dict[str, Any]]


def distributions(report: FormReport, language: str) -> list[Distribution]:
    """One for each question with choices, over all records of the report, in the order of the form."""
    found = []
    for one in report.roles.measures:
        figures = report.table.total.figures[one.name]
        if one.kind == "share" and figures.n:
            found.append(Distribution(words.title(one, language), figures.n, _shares(report, one, language)))
    return found


def ratings(report: FormReport, language: str) -> list[tuple[str, bool, Cell, int]]:
    """Every rated item with its side above it: title, whether it is a side, figures, and number of answers."""
    sides = [one for one in report.roles.measures if one.kind == "side"]
    inside = {item.name for side in sides for item in side.items}
    alone = [one for one in report.roles.measures if one.kind == "rating" and one.name not in inside]
    found: list[Measure] = []
    for side in sides:
        found += [side, *side.items]
    figures = report.table.total.figures
    return [
        (words.title(one, language), one.kind == "side", cell(one, figures[one.name]), figures[one.name].n)
        for one in (*found, *alone)
    ]


def cell(one: Measure, found: Figures) -> Cell:
    """A measure's figures as a cell."""
    made = {"sum": _sum, "count": _sum, "latest": _latest, "percent_of": _percent}
    notes = [gettext("%(n)s odd", n=found.odd)] if found.odd else []
    if found.left_out:
        notes.append(gettext("%(n)s left out", n=found.left_out))
    return made.get(one.kind, _mean)(one, found, notes)


def _shares(report: FormReport, one: Measure, language: str) -> list[dict[str, Any]]:
    names, figures = choice_names(one.field, language), report.table.total.figures[one.name]
    link = _link_of_choices(report, one)
    order = [*names, *(choice for choice in sorted(figures.shares) if choice not in names)]
    rows = []
    for choice in order:
        share = half_up(figures.share(choice))
        text = f"{figures.shares.get(choice, 0)} ({readable_number(share, 2)}%)"
        url = link(choice) if choice in figures.shares else ""
        rows.append({"label": names.get(choice, choice), "value": share, "text": text, "url": url})
    return rows


def _link_of_choices(report: FormReport, one: Measure) -> Callable[[str], str | None]:
    """From choices to their records: the list filtered by the question where it is a dimension, else one of its own."""
    workspace_id, form = report.form.workspace_id, report.form.xml_form_id
    dimension = report.roles.dimensions.get(one.field.dimension) if one.field else None
    if dimension is None or dimension.field is not one.field or dimension.fallback or dimension.place.table != ROOT:
        return lambda choice: choosers_page(workspace_id, form, report.filters, one.name, choice)
    return RecordLinks(workspace_id, form, dimension, report.filters).line


def _links(report: FormReport) -> RecordLinks:
    return RecordLinks(report.form.workspace_id, report.form.xml_form_id, report.by, report.filters)


def _order(report: FormReport, line: Line) -> str:
    return line.key or "" if report.by.name in _BY_KEY else _label(report, line)


def _label(report: FormReport, line: Line) -> str:
    if line.key is None:
        return str(gettext("Not stated"))
    return report.names.get(line.key) or line.key


def _line(report: FormReport, line: Line, label: str, link: Callable[..., str | None]) -> ShownLine:
    return ShownLine(
        label=label,
        href=_further(report, line.key),
        records=line.records,
        records_href=link(line.key) or "",
        incomplete=line.incomplete,
        incomplete_href=(link(line.key, incomplete="1") or "") if line.incomplete else "",
        cells={one.name: cell(one, line.figures[one.name]) for one in report.roles.measures if one.kind != "share"},
    )


def _further(report: FormReport, key: str | None) -> str:
    """Where a line's name leads: a project to its page, a group to its projects, a district to its schools."""
    workspace_id, form = report.form.workspace_id, report.form.xml_form_id
    if key is None:
        return ""
    if report.by.name == "project":
        return project_page(workspace_id, key) if key in report.names else ""
    below = {"group": "project", "district": "school"}.get(report.by.name)
    if below is None or below not in report.roles.dimensions:
        return ""
    narrowed = report.filters.with_(**{report.by.name: key})
    return with_query(form_page(workspace_id, form, "report"), narrowed.query(by=below))


def _sum(_one: Measure, found: Figures, notes: list[str]) -> Cell:
    return _shown(found.sum, places_of(found.sum), notes)


def _mean(one: Measure, found: Figures, notes: list[str]) -> Cell:
    deviation = readable_number(root_half_up(found.variance), 2)
    first = [f"S.D. {deviation}"] if found.n else []
    level = (words.level(found.level) or "") if one.kind in RATED else ""
    return _shown(found.mean, 2, first + notes, level)


def _latest(one: Measure, found: Figures, notes: list[str]) -> Cell:
    return _shown(found.sum, places_of(found.sum), notes) if one.adds_up else _shown(found.mean, 2, notes)


def _percent(_one: Measure, found: Figures, notes: list[str]) -> Cell:
    if found.whole is None:
        return _shown(None, 2, notes)
    parts = [readable_number(half_up(value, places_of(value)), places_of(value)) for value in (found.sum, found.whole)]
    return _shown(found.percent, 2, [" / ".join(parts), *notes])


def _shown(value: Fraction | None, places: int, notes: list[str], level: str = "") -> Cell:
    rounded = half_up(value, places)
    return Cell(readable_number(rounded, places), tuple(notes), level, rounded)
