"""The YAML source of the form library, checked and typed.

What a form asks is in `source/<form_id>.yaml`, the parts that several forms share in `fragments.yaml`, the
choice lists in `choices.yaml` and the lists that come as CSV files in `lists.yaml`. XLSX is not known here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).parent / "source"
SHARED_FILES = frozenset({"choices", "fragments", "lists"})
PLACES = ("group", "repeat")


class SourceError(ValueError):
    """The source of a form is incomplete or contradicts itself; the message names form and question."""


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a shared choice list; `value` is what is stored."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class ExternalList:
    """A list that reaches the form as `<name>.csv`; forms may create or update the rows of an entity list."""

    name: str
    columns: tuple[str, ...]
    entity: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the survey sheet.

    `value_type` (`int` or `decimal`) makes a calculated number arrive as a number; `dimension` and `measure`
    are what reports take from the answer.
    """

    type: str
    name: str = ""
    label: Text | None = None
    hint: Text | None = None
    required: bool = False
    required_message: Text | None = None
    relevant: str = ""
    constraint: str = ""
    constraint_message: Text | None = None
    calculation: str = ""
    value_type: str = ""
    choice_filter: str = ""
    appearance: str = ""
    default: str = ""
    parameters: str = ""
    save_to: str = ""
    dimension: str = ""
    measure: str = ""


# In the source, texts are flat entries: `th` and `en` for the label, `hint_th` and `hint_en` for the hint.
_TEXTS = {
    "label": "",
    "hint": "hint_",
    "constraint_message": "message_",
    "required_message": "required_message_",
}
_LOGIC = {field.name for field in fields(Row)} - _TEXTS.keys() - {"required"}
_ENTRIES = _LOGIC | {"required"} | {f"{prefix}{lang}" for prefix in _TEXTS.values() for lang in ("th", "en")}


@dataclass(frozen=True, slots=True)
class Form:
    """One form with its fragments put in and its groups and repeats written out as begin and end rows."""

    form_id: str
    title: Text
    version: str
    doc_code: str
    instance_name: str
    entity: Mapping[str, str]
    rows: tuple[Row, ...]

    def choice_lists(self) -> tuple[str, ...]:
        """Names of the shared choice lists, in the order of their first question."""
        return _unique(arg for kind, arg in self._selects() if not kind.endswith("_from_file"))

    def external_lists(self) -> tuple[str, ...]:
        """Names of the lists that come as CSV files, in the order of their first question."""
        return _unique(arg.removesuffix(".csv") for kind, arg in self._selects() if kind.endswith("_from_file"))

    def _selects(self) -> Iterator[tuple[str, str]]:
        for row in self.rows:
            kind, _, argument = row.type.partition(" ")
            if kind.startswith("select_"):
                yield kind, argument


@dataclass(frozen=True, slots=True)
class Library:
    """All forms with the choice lists and external lists they share."""

    forms: tuple[Form, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    lists: Mapping[str, ExternalList]


def load_library(directory: Path = SOURCE) -> Library:
    """Read every form of a folder. Raises `SourceError` where a form could not be built from it."""
    choices = {
        name: tuple(Choice(_string(item["value"], name), _text(item, "", name)) for item in items)
        for name, items in _read(directory, "choices").items()
    }
    shared = _read(directory, "fragments")
    names = sorted(path.stem for path in directory.glob("*.yaml") if path.stem not in SHARED_FILES)
    forms = tuple(_form(name, _read(directory, name), shared) for name in names)
    library = Library(forms, choices, load_lists(directory))
    for form in forms:
        _refuse_unknown_lists(form, library)
    return library


def load_lists(directory: Path = SOURCE) -> dict[str, ExternalList]:
    """The lists a form may use, by name, with the columns its logic may rely on."""
    return {
        name: ExternalList(name, tuple(entry["columns"]), bool(entry.get("entity", False)))
        for name, entry in _read(directory, "lists").items()
    }


def _read(directory: Path, name: str) -> dict[str, Any]:
    with (directory / f"{name}.yaml").open(encoding="utf-8") as stream:
        content: dict[str, Any] = yaml.safe_load(stream)
    return content


def _form(name: str, source: Mapping[str, Any], shared: Mapping[str, Any]) -> Form:
    if source["form_id"] != name:
        raise SourceError(f"{name}.yaml holds the form {source['form_id']}: give the file the form's own name.")
    return Form(
        form_id=name,
        title=_text(source["title"], "", name),
        version=_string(source["version"], name),
        doc_code=_string(source["doc_code"], name),
        instance_name=_string(source["instance_name"], name),
        entity=dict(source.get("entity", {})),
        rows=tuple(_rows(source["survey"], name, shared)),
    )


def _rows(items: Iterable[Mapping[str, Any]], form: str, shared: Mapping[str, Any]) -> Iterator[Row]:
    for item in items:
        place = next((place for place in PLACES if place in item), None)
        if "include" in item:
            if item["include"] not in shared["fragments"]:
                raise SourceError(f"{form}: there is no fragment {item['include']}.")
            yield from _rows(shared["fragments"][item["include"]], form, shared)
        elif place:
            head = {key: value for key, value in item.items() if key not in {place, "questions"}}
            yield _row({"type": f"begin {place}", "name": item[place], **head}, form, shared)
            yield from _rows(item["questions"], form, shared)
            yield Row(type=f"end {place}")
        else:
            yield _row(item, form, shared)


def _row(item: Mapping[str, Any], form: str, shared: Mapping[str, Any]) -> Row:
    where = f"{form}, {item.get('name', item)}"
    if unknown := item.keys() - _ENTRIES:
        raise SourceError(f"{where}: unknown entry {', '.join(sorted(unknown))}.")
    given: dict[str, Any] = {
        field: _text(item, prefix, where)
        for field, prefix in _TEXTS.items()
        if f"{prefix}th" in item or f"{prefix}en" in item
    }
    if item.get("required"):
        given.setdefault("required_message", _text(shared["required_message"], "", where))
    if "constraint" in item and "constraint_message" not in given:
        if item["constraint"] not in shared["constraint_messages"]:
            raise SourceError(f"{where}: the constraint needs message_th and message_en.")
        given["constraint_message"] = _text(shared["constraint_messages"][item["constraint"]], "", where)
    logic: dict[str, Any] = {key: _string(value, where) for key, value in item.items() if key in _LOGIC}
    return Row(**logic, **given, required=bool(item.get("required")))


def _text(item: Mapping[str, Any], prefix: str, where: str) -> Text:
    """The Thai and English entries that begin with `prefix`. Raises `SourceError` unless both are there."""
    missing = [key for key in (f"{prefix}th", f"{prefix}en") if not item.get(key)]
    if missing:
        raise SourceError(f"{where}: {' and '.join(missing)} is missing.")
    return Text(_string(item[f"{prefix}th"], where), _string(item[f"{prefix}en"], where))


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise SourceError(f"{where}: write {value!r} in quotes, so that it stays text.")
    return value


def _refuse_unknown_lists(form: Form, library: Library) -> None:
    unknown = [name for name in form.choice_lists() if name not in library.choices]
    unknown += [f"{name}.csv" for name in form.external_lists() if name not in library.lists]
    if unknown:
        raise SourceError(f"{form.form_id}: there is no list {', '.join(unknown)}.")


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
