"""The formulas of a form, each with its place, and those that no device could read.

A form with one broken formula opens on no device: both clients read all formulas when they open it. So it is refused
where it is brought in, with everything that is wrong, and not where somebody stands in the field.
Where formulas stand: getodk.github.io/xforms-spec, chapters Bindings, Body, Repeats, and Events and Actions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from core import xml
from core.i18n import N_
from forms import xform_model
from forms.entities import ENTITY
from forms.problems import Unopenable
from forms.xform import META, XForm
from forms.xpath import Expression, XPathError, read_expression
from forms.xpath_functions import IN_COLLECT_ONLY, fault_of, is_foreign

NO_QUESTION = N_("The form asks nothing. Add at least one question, so that it can be filled in.")
LONGEST_SHOWN = 200
MOST_TOLD = 200
_BIND = ("relevant", "constraint", "calculate", "required", "readonly")
_BODY = {
    "setvalue": ("value",),
    "itemset": ("nodeset",),
    "output": ("value", "ref"),
    "repeat": ("count",),
    "select1": ("query",),
    "select": ("query",),
    "input": ("query",),
}
_COLUMNS = {
    "calculate": "calculation",
    "readonly": "read_only",
    "nodeset": "choice_filter",
    "query": "choice_filter",
    "count": "repeat_count",
    "output": "label",
    "setvalue": "default",
}
_ENTITY_COLUMNS = {"@id": "entity_id", "@create": "create_if", "@update": "update_if", "label": "label"}
_COUNT = "_count"
# Texts of pyxform are named after their question: /data/name:label.
_TEXT_ID = re.compile(r":(?P<column>label|hint|jr:constraintMsg|jr:requiredMsg)$")
_TEXT_COLUMNS = {"hint": "hint", "jr:constraintMsg": "constraint_message", "jr:requiredMsg": "required_message"}


@dataclass(frozen=True)
class Formula:
    """A formula: its text, what it belongs to (as the form refers to it), and the attribute that holds it.

    `column` is that of the sheet survey which it is written in.
    """

    text: str
    nodeset: str
    attribute: str
    column: str


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `sentence` is an English message id whose parts `details` fill."""

    sentence: str
    details: dict[str, object] = field(default_factory=dict)
    formula: Formula | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    @property
    def message(self) -> str:
        """The sentence in English, filled."""
        return self.sentence.format_map(self.details)

    @property
    def shown(self) -> str:
        """The formula and where it stands in the form."""
        if self.formula is None:
            return ""
        text = " ".join(self.formula.text.split())
        shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
        return f"{self.formula.nodeset} {self.formula.attribute}: {shown}".strip()

    def to_json(self) -> dict[str, object]:
        """For programs, in the form of a conversion's errors."""
        place = {"sheet": self.sheet, "row": self.row, "column": self.column}
        if self.formula is None:
            return {"error": self.message, **place}
        found = {"nodeset": self.formula.nodeset, "attribute": self.formula.attribute}
        return {"error": f"{self.message} [{self.shown}]", **place, **found}


def require_usable(form: XForm, rows: Mapping[str, int] | None = None) -> None:
    """Refuse a form that no device could open. `rows` are rows of the sheet ``survey`` by path, of a workbook.

    Raises:
        Problem 400.133: a formula that cannot be read, a function that nobody knows, or a workbook without a question;
            all at once, or the first two hundred.

    """
    faults = list(islice(_faults(form, rows), MOST_TOLD))
    if faults:
        raise Unopenable(faults)


def for_one_client(form: XForm) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What only one of the clients can work out, for the lint: a code, the path of the question, and details."""
    for formula in formulas_of(form):
        try:
            expression = read_expression(formula.text)
        except XPathError:
            continue
        path = _path(form, formula)
        named = path.rpartition("/")[2] or formula.nodeset
        yield from ((code, path, {"name": named, "function": name}) for code, name in _doubtful(expression))


def formulas_of(form: XForm) -> Iterator[Formula]:
    """All formulas of a form, in its order."""
    for element in xml.children(form.model.element):
        name = xml.local_name(element)
        if name == "bind":
            nodeset = (element.get("nodeset") or "").strip()
            for attribute in _BIND:
                yield from _formula(element, attribute, nodeset, attribute)
        elif name == "setvalue":
            yield from _others(element)
        elif name == "itext":
            for text in xform_model.descendants(element):
                yield from _others(text)
    if form.body.element is not None:
        for element in xform_model.descendants(form.body.element):
            yield from _others(element)


def _others(element: xml.Element) -> Iterator[Formula]:
    name = xml.local_name(element)
    for attribute in _BODY.get(name, ()):
        yield from _formula(element, attribute, _owner(element), name)


def _formula(element: xml.Element, attribute: str, nodeset: str, name: str) -> Iterator[Formula]:
    text = xform_model.attribute(element, attribute)
    if not text.strip():
        return
    column = _COLUMNS.get(attribute) or _COLUMNS.get(name, name)
    if name == "setvalue" and "xforms-value-changed" in (element.get("event") or ""):
        column = "calculation"
    if text_id := _TEXT_ID.search(nodeset):
        column = _TEXT_COLUMNS.get(text_id["column"], column)
    shown = attribute if name == attribute else f"{name}/@{attribute}"
    yield Formula(text, nodeset, shown, column)


def _owner(element: xml.Element) -> str:
    """What an element belongs to: the reference, bind or text id of itself or of what it stands in."""
    own = ("ref", "bind") if xml.local_name(element) == "setvalue" else ("nodeset",)
    skipped = xml.local_name(element) in {"itemset", "output"}
    found: xml.Element | None = element
    while found is not None:
        names = own if found is element else ("ref", "nodeset", "bind", "id")
        given = "" if found is element and skipped else next((found.get(name) for name in names if found.get(name)), "")
        if given and not given.lstrip().startswith("jr:itext"):
            return given.strip()
        found = found.getparent()
    return ""


def _faults(form: XForm, rows: Mapping[str, int] | None) -> Iterator[Fault]:
    # An XForm may come from another system that hands in the records itself; whoever writes a workbook wants to ask.
    lost = set(form.body.lost)
    if rows is not None and not any(path not in lost for path in form.body.controls):
        yield Fault(NO_QUESTION, sheet="survey")
    for formula in formulas_of(form):
        for sentence, details in _wrong(formula.text):
            yield Fault(sentence, details, formula, *_place(form, formula, rows))


def _wrong(text: str) -> Iterator[tuple[str, dict[str, object]]]:
    try:
        expression = read_expression(text)
    except XPathError as error:
        yield error.sentence, error.details
        return
    yield from filter(None, map(fault_of, expression.calls))


def _doubtful(expression: Expression) -> Iterator[tuple[str, str]]:
    for call in dict.fromkeys(expression.calls):
        if is_foreign(call):
            yield "foreign_function", call.written
        elif call.written in IN_COLLECT_ONLY:
            yield "collect_function", call.written
    for word in dict.fromkeys(expression.shouted):
        yield "shouted_operator", word


def _path(form: XForm, formula: Formula) -> str:
    """Path of the question that a formula belongs to."""
    nodeset = form.model.bind_paths.get(formula.nodeset) or formula.nodeset
    return form.model.path(_TEXT_ID.sub("", nodeset))


def _place(form: XForm, formula: Formula, rows: Mapping[str, int] | None) -> tuple[str | None, int | None, str | None]:
    """Sheet, row and column of a formula in the workbook that the form came from; all unknown without one."""
    if rows is None:
        return None, None, None
    path = _path(form, formula)
    if path in rows:
        return "survey", rows[path], formula.column
    if path.removesuffix(_COUNT) in rows:
        return "survey", rows[path.removesuffix(_COUNT)], "repeat_count"
    if path == f"{META}/instanceName":
        return "settings", None, "instance_name"
    if ENTITY in path:
        return "entities", None, _ENTITY_COLUMNS.get(path.rpartition("/")[2])
    return None, None, None
