"""What the field client or the reports cannot do with a form, said before it is published.

The rules on formulas come from measured behaviour of the browser's form engine: a blank row makes a whole sum blank,
and a formula with ``uuid()`` or ``now()`` gives another value each time a record is opened again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from core import xml
from core.i18n import N_
from forms import formulas, xform_model
from forms.entities import ENTITY
from forms.fields import Field, repeat_of
from forms.findings import LINT, Finding
from forms.xform import META, XForm

LONGEST_LIST = 1000
UNSCALED_PHOTO_MB = 4

SENTENCES = {
    "unguarded_sum": N_(
        "In {name}, {function}() over a repeat turns blank as soon as one row is blank. "
        "Write {function}({argument}[. != '']) and put coalesce(…, 0) around it."
    ),
    "changing_value": N_(
        "{name} is worked out with {function}() each time a record is opened again. "
        "Put once(…) around it, so that it keeps its first value."
    ),
    "changing_entity": N_(
        "entity_id is worked out with uuid() each time a record is opened again: that gives a second entity. "
        "Add a calculate of its own with once(uuid()) and name it in entity_id."
    ),
    "date_with_time": N_(
        "{name} takes a date over as text, and ODK Collect then adds midnight to it. "
        "Write format-date(${{{date}}}, '%Y-%m-%d')."
    ),
    "map_editor": N_("{name}: lines and areas on a map can be drawn in ODK Collect only, not in the browser."),
    "image_map": N_("{name}: choosing on a picture (image-map) works in ODK Collect only, not in the browser."),
    "annotate": N_("{name}: drawing on a photo (annotate) works in ODK Collect only, not in the browser."),
    "no_map": N_(
        "{name}: maps are shown in ODK Collect only. In the browser the place is measured or typed, "
        "and choices on a map are a list."
    ),
    "bearing": N_("{name}: the compass (bearing) works in ODK Collect only; in the browser the number is typed."),
    "outside_app": N_("{name}: opening another app works in ODK Collect only; in the browser the answer is typed."),
    "other_calendar": N_(
        "{name}: this calendar is in ODK Collect only; the browser shows the usual one of the language."
    ),
    "search_function": N_(
        "{name}: search() works in ODK Collect only; in the browser the list stays empty. "
        "Use select_one_from_file with a choice_filter."
    ),
    "external_select": N_(
        "Lists of the sheet external_choices work in ODK Collect only; in the browser they are typed. "
        "Use select_one_from_file instead."
    ),
    "audit": N_(
        "The log of how a record was filled in (audit: places, changes or names) is kept by ODK Collect only; "
        "from the browser it is empty."
    ),
    "background_audio": N_("Recording in the background works in ODK Collect only, not in the browser."),
    "last_saved": N_("Values of the last saved record work in ODK Collect only; in the browser they stay blank."),
    "encrypted": N_("The form encrypts its records. The server cannot read them: reports and reviews will stay empty."),
    "output_in_markup": N_(
        "The label of {name} mixes formatting with an answer. What is typed there could change the "
        "formatting; show the answer without formatting."
    ),
    "photo_unscaled": N_(
        "The photo question {name} has no max-pixels: expect about {megabytes} MB per photo. "
        "Write max-pixels=1600 into its parameters."
    ),
    "photos_unscaled": N_("Photos without max-pixels: expect about {megabytes} MB per record, more with repeats."),
    "no_subject": N_(
        "No question says which project or group a record is about, so reports cannot show it per project. "
        "Add select_one_from_file projects.csv or groups.csv."
    ),
    "long_list": N_(
        "The list of {name} has {count} choices; the browser becomes slow above {limit}. Use a CSV file and a filter."
    ),
    "collect_function": N_("{name}: {function}() works in ODK Collect only; the browser cannot work it out."),
    "foreign_function": N_("{name}: neither ODK Collect nor the browser knows the function {function}()."),
    "shouted_operator": N_("{name}: write “{function}” in small letters; in capitals it works in ODK Collect only."),
    "lost_control": N_("A control of the form asks for {name}, which the form does not have."),
}
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|(?<![\w.-])(?P<name>[\w.-]*)\s{0,20}(?P<open>\()|(?P<close>\))")
_SUMMING, _CHANGING = frozenset({"sum", "min", "max"}), frozenset({"uuid", "now", "random"})
LONGEST_PATH = 500
_TEXTS, _PATH = frozenset({"", "string"}), re.compile(r"[\w./:-]+")
_FROM_ODK_ONLY = {"geotrace": "map_editor", "geoshape": "map_editor"}
_APPEARANCES = {
    "image-map": "image_map",
    "annotate": "annotate",
    "bearing": "bearing",
    **dict.fromkeys(("map", "maps", "placement-map"), "no_map"),
    **dict.fromkeys(("ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian"), "other_calendar"),
}
_AUDITED = ("location-priority", "track-changes", "track-changes-reasons", "identify-user")
_CALLS_IN_APPEARANCE = {"outside_app": re.compile(r"(?:^|\s)ex:"), "search_function": re.compile(r"\bsearch\s?\(")}
_DRAWN = frozenset({"signature", "draw", "annotate"})
_MARKUP = re.compile(r"\*\*|__|(?<!\w)[*_]\S|^#{1,6}\s|\[[^\]]*\]\([^)]*\)|<\w+[\s>]", re.MULTILINE)
_ANSWER = re.compile(r"\$\{[^}]*\}")
_GUARDED = re.compile(r"\[[^\]]*!=\s*(''|\"\")[^\]]*\]")


def lint(form: XForm, rows: Mapping[str, int] | None = None) -> tuple[Finding, ...]:
    """All findings on a form. `rows` are rows of the sheet ``survey`` by path, when it came from a workbook."""
    found = chain(_formulas(form), _questions(form), _photos(form), _labels(form), _whole_form(form), _lost(form))
    found = chain(found, formulas.for_one_client(form))
    placed = rows or {}
    return tuple(_finding(code, path, placed, details) for code, path, details in found)


_Found = tuple[str, str, dict[str, Any]]


def _finding(code: str, path: str, rows: Mapping[str, int], details: dict[str, Any]) -> Finding:
    named = {"name": path.rpartition("/")[2]} | details if path else details
    row = rows.get(path)
    return Finding(LINT, code, SENTENCES[code], named, path, "survey" if row else None, row)


def _formulas(form: XForm) -> Iterator[_Found]:
    for path, bind in form.model.binds.items():
        if path.endswith(f"{ENTITY}/@id") and _changes(bind.get("calculate"), {"uuid"}):
            yield "changing_entity", "", {}
        if path.startswith(META):
            continue
        if bind.get("type") in _TEXTS and (date := _plain_date(form, path, bind.get("calculate"))):
            yield "date_with_time", path, {"date": date}
        for call in _calls(bind.get("calculate")):
            if call.function in _SUMMING and _sums_blank_rows(form, path, call.argument):
                shown = call.argument if len(call.argument) <= 60 else "…"  # noqa: PLR2004 - as much as reads well
                yield "unguarded_sum", path, {"function": call.function, "argument": shown}
            elif call.function in _CHANGING and not call.inside_once:
                yield "changing_value", path, {"function": call.function}


def _plain_date(form: XForm, path: str, formula: str) -> str:
    """Name of the date that a formula is, and nothing else; empty otherwise."""
    if len(formula) > LONGEST_PATH or not _PATH.fullmatch(formula):
        return ""
    found = form.model.path(formula, path.rpartition("/")[0])
    bind = form.model.binds.get(found)
    return found.rpartition("/")[2] if bind is not None and bind.get("type") == "date" else ""


def _changes(formula: str, functions: set[str]) -> bool:
    """Whether a formula gives another value each time, by one of the functions."""
    return any(call.function in functions and not call.inside_once for call in _calls(formula))


@dataclass(frozen=True)
class _Call:
    """A call of a function; an argument longer than any path is left out."""

    function: str
    argument: str
    inside_once: bool


def _calls(formula: str) -> Iterator[_Call]:
    """The calls of a formula in one pass, innermost first."""
    opened: list[tuple[str, int]] = []
    onces = 0
    for token in _TOKEN.finditer(formula):
        if token["open"]:
            opened.append((token["name"], token.end()))
            onces += token["name"] == "once"
        elif token["close"] and opened:
            function, start = opened.pop()
            onces -= function == "once"
            argument = formula[start : token.start()].strip() if token.start() - start <= LONGEST_PATH else ""
            yield _Call(function, argument, onces > 0)


def _sums_blank_rows(form: XForm, path: str, argument: str) -> bool:
    """Whether the argument is one plain path to a node of a repeat that can be blank."""
    if "," in argument or not re.fullmatch(r"[\w./:\-\s]+", argument) or _GUARDED.search(argument):
        return False
    if not argument or re.fullmatch(r"[\d.\s]+", argument):
        return False
    bind = form.model.binds.get(form.model.path(argument, path.rpartition("/")[0]))
    return bind is None or not bind.get("calculate").startswith("coalesce(")


def _questions(form: XForm) -> Iterator[_Found]:
    for question in form.fields:
        if not question.control:
            continue
        if question.type in _FROM_ODK_ONLY:
            yield _FROM_ODK_ONLY[question.type], question.path, {}
        for token in question.appearance.split():
            if token in _APPEARANCES:
                yield _APPEARANCES[token], question.path, {}
        for code, call in _CALLS_IN_APPEARANCE.items():
            if call.search(question.appearance):
                yield code, question.path, {}
        if len(question.choices) > LONGEST_LIST:
            yield "long_list", question.path, {"count": len(question.choices), "limit": LONGEST_LIST}


def _photos(form: XForm) -> Iterator[_Found]:
    unscaled = [question for question in form.fields if _is_unscaled_photo(form, question)]
    for question in unscaled:
        yield "photo_unscaled", question.path, {"megabytes": UNSCALED_PHOTO_MB}
    if len(unscaled) > 1 or _any_repeated(form, unscaled):
        yield "photos_unscaled", "", {"megabytes": UNSCALED_PHOTO_MB * len(unscaled)}


def _is_unscaled_photo(form: XForm, question: Field) -> bool:
    if question.control != "upload" or not question.media.startswith("image/"):
        return False
    if _DRAWN & set(question.appearance.split()):
        return False
    bind = form.model.binds.get(question.path)
    return bind is None or not bind.get("max-pixels")


def _any_repeated(form: XForm, questions: list[Field]) -> bool:
    return any(repeat_of(question.path, form.body.repeats) for question in questions)


def _labels(form: XForm) -> Iterator[_Found]:
    for path, control in chain(form.body.controls.items(), form.body.groups.items()):
        shown = (text.value for text in control.labels.values() if text.has_output)
        if any(_MARKUP.search(_ANSWER.sub("", text)) for text in shown):
            yield "output_in_markup", path, {}


def _whole_form(form: XForm) -> Iterator[_Found]:
    if any(xml.local_name(item) == "recordaudio" for item in xform_model.descendants(form.model.element)):
        yield "background_audio", "", {}
    if any(source.startswith("jr://instance/last-saved") for source in form.model.sources.values()):
        yield "last_saved", "", {}
    if form.body.needs_itemsets:
        yield "external_select", "", {}
    if _relies_on_audit(form):
        yield "audit", "", {}
    submission = xform_model.child(form.model.element, "submission")
    if submission is not None and submission.get("base64RsaPublicKey"):
        yield "encrypted", "", {}
    if not any(field.dimension in {"project", "group"} for field in form.fields):
        yield "no_subject", "", {}


def _relies_on_audit(form: XForm) -> bool:
    """Whether the log of filling is to hold places, changes or names; the plain one is a help that may be missing."""
    bind = form.model.binds.get("/meta/audit")
    return bind is not None and any(bind.get(name) for name in _AUDITED)


def _lost(form: XForm) -> Iterator[_Found]:
    for path in form.body.lost:
        yield "lost_control", "", {"name": path or "?"}
