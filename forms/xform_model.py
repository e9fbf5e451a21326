"""The model of an XForm: primary instance, binds, texts and lists. Pure reading, no rules.

Paths are those of `forms.fields`: they begin with a slash and leave out the root and all namespace prefixes.
Sources: XForms 1.1 as profiled by getodk.github.io/xforms-spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core import xml
from core.errors import Problem
from forms.fields import Choice

REPORT_NAMESPACE = "urn:tidtam:report"
ENTITIES_NAMESPACE = "http://www.opendatakit.org/xforms/entities"
ORX_NAMESPACE = "http://openrosa.org/xforms"
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
LONGEST_KEPT_LIST = 5000

_ITEXT = re.compile(r"jr:itext\(\s*['\"](?P<id>.*?)['\"]\s*\)")
_MEDIA = re.compile(r"jr://(?P<kind>images|audio|video|file|file-csv)/(?P<name>[^/\\\x00-\x1f]{1,200})")
_KINDS = {"images": "image", "audio": "audio", "video": "video", "file": "file", "file-csv": "file"}
_TRUTHS = frozenset({"true()", "1", "true"})

Media = tuple[str, str]
"""A file that the form refers to: its name and its kind (``image``, ``audio``, ``video`` or ``file``)."""


@dataclass(frozen=True)
class Bind:
    """What the model says of a node. `attributes` are by local name; those of reporting are apart."""

    path: str
    attributes: dict[str, str] = field(default_factory=dict)
    dimension: str = ""
    measure: str = ""
    save_to: str = ""

    def get(self, name: str) -> str:
        """An attribute, or an empty text."""
        return self.attributes.get(name, "").strip()


@dataclass(frozen=True)
class Text:
    """A text in one language; `has_output` says that answers are put into it."""

    value: str
    has_output: bool = False


Texts = dict[str, Text]
"""A text by language; the empty language when the form has none."""


@dataclass
class Model:
    """The parts of a form's model. `lists` are the internal secondary instances by id, `sources` the external ones."""

    root: xml.Element
    element: xml.Element
    binds: dict[str, Bind] = field(default_factory=dict)
    bind_paths: dict[str, str] = field(default_factory=dict)
    texts: dict[str, Texts] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    lists: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)

    def path(self, reference: str, context: str = "") -> str:
        """Path of a node that an expression names, absolute or relative to `context`; empty when it names none."""
        return node_path(reference, xml.local_name(self.root), context)


def read_model(html: xml.Element) -> Model:
    """The model of a form.

    Raises:
        Problem 400.132: something that makes a form is missing.

    """
    if xml.local_name(html) != "html":
        raise Problem("400.132", reason=f"<{xml.local_name(html)}>")
    element = child(child(html, "head"), "model")
    instance = child(element, "instance")
    root = next(iter(xml.children(instance)), None) if instance is not None else None
    if element is None or root is None:
        raise Problem("400.132", reason="html/head/model/instance")
    model = Model(root=root, element=element)
    _read_binds(model)
    _read_texts(model)
    _read_lists(model, instance)
    return model


def child(element: xml.Element | None, name: str) -> xml.Element | None:
    """The first child of this local name."""
    if element is None:
        return None
    return next((item for item in xml.children(element) if xml.local_name(item) == name), None)


def attribute(element: xml.Element, name: str) -> str:
    """An attribute by local name, in whatever namespace; an empty text when there is none."""
    plain = element.get(name)
    if plain is not None:
        return str(plain)
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}" + name)), "")


def descendants(element: xml.Element) -> Iterator[xml.Element]:
    """All elements below."""
    return (item for item in element.iter() if item is not element and isinstance(item.tag, str))


def node_path(reference: str, root: str, context: str = "") -> str:
    """See `Model.path`."""
    steps = [step.strip().rpartition(":")[2] for step in reference.strip().split("/")]
    if reference.strip().startswith("/"):
        if len(steps) < 2 or steps[1] != root:  # noqa: PLR2004 - the empty step before the slash, then the root
            return ""
        return "".join(f"/{step}" for step in steps[2:])
    way = [step for step in context.split("/") if step]
    for step in steps:
        if step == "..":
            way = way[:-1]
        elif step not in {"", "."}:
            way.append(step)
    return "".join(f"/{step}" for step in way)


def media_in(url: str) -> Media | None:
    """The file behind a ``jr://`` address; None for anything else, such as nested folders."""
    found = _MEDIA.fullmatch(url.strip())
    return (found["name"].strip(), _KINDS[found["kind"]]) if found and found["name"].strip() else None


def text_of(model: Model, element: xml.Element | None) -> Texts:
    """The texts of a label or hint, by language: from its reference or its own content."""
    if element is None:
        return {}
    reference = _ITEXT.search(element.get("ref") or "")
    if reference is not None:
        return model.texts.get(reference["id"], {})
    own = written(element)
    return {"": own} if own.value else {}


def plain(texts: Texts) -> dict[str, str]:
    """Texts without what else is known of them."""
    return {language: text.value for language, text in texts.items() if text.value}


def written(element: xml.Element) -> Text:
    """Text of an element; an answer that is put into it reads ``${name}``."""
    parts = [element.text or ""]
    has_output = False
    for item in xml.children(element):
        if xml.local_name(item) == "output":
            has_output = True
            parts.append("${" + (item.get("value") or item.get("ref") or "").strip().rpartition("/")[2] + "}")
        parts.append(item.tail or "")
    return Text(re.sub(r"[^\S\n]+", " ", "".join(parts)).strip(), has_output)


def choices_of(model: Model, control: xml.Element) -> tuple[tuple[Choice, ...], str]:
    """The choices of a select, and the file they come from when they are external."""
    itemset = child(control, "itemset")
    if itemset is None:
        items = (item for item in xml.children(control) if xml.local_name(item) == "item")
        return tuple(_inline(model, item) for item in items), ""
    instance = re.match(r"\s*instance\(\s*['\"](?P<id>[^'\"]+)['\"]\s*\)", itemset.get("nodeset") or "")
    if instance is None:
        return (), ""
    if instance["id"] in model.sources:
        found = media_in(model.sources[instance["id"]])
        return (), found[0] if found else ""
    rows = model.lists.get(instance["id"], [])
    if len(rows) > LONGEST_KEPT_LIST:
        return (), ""
    value, label = child(itemset, "value"), child(itemset, "label")
    value_column = (value.get("ref") if value is not None else None) or "name"
    label_column = (label.get("ref") if label is not None else None) or "label"
    return tuple(_listed(model, row, value_column, label_column) for row in rows if row.get(value_column)), ""


def _inline(model: Model, item: xml.Element) -> Choice:
    value = child(item, "value")
    text = (value.text or "").strip() if value is not None else ""
    return Choice(text, plain(text_of(model, child(item, "label"))))


def _listed(model: Model, row: dict[str, str], value: str, label: str) -> Choice:
    by_text = re.fullmatch(r"\s*jr:itext\(\s*(?P<column>[^)'\"]+?)\s*\)\s*", label)
    if by_text is None:
        shown = row.get(label, "")
        return Choice(row[value], {"": shown} if shown else {})
    return Choice(row[value], plain(model.texts.get(row.get(by_text["column"], ""), {})))


def _read_binds(model: Model) -> None:
    for element in xml.children(model.element):
        if xml.local_name(element) != "bind":
            continue
        path = model.path(element.get("nodeset") or "")
        bind = Bind(
            path=path,
            attributes={_local(key): str(value) for key, value in element.attrib.items()},
            dimension=(element.get(f"{{{REPORT_NAMESPACE}}}dimension") or "").strip(),
            measure=(element.get(f"{{{REPORT_NAMESPACE}}}measure") or "").strip(),
            save_to=(element.get(f"{{{ENTITIES_NAMESPACE}}}saveto") or "").strip(),
        )
        model.binds.setdefault(path, bind)
        if element.get("id"):
            model.bind_paths[str(element.get("id"))] = path


def _local(name: str | bytes) -> str:
    return str(name).rpartition("}")[2]


def _read_texts(model: Model) -> None:
    itext = child(model.element, "itext")
    if itext is None:
        return
    languages: dict[str, bool] = {}
    for translation in xml.children(itext):
        given = (translation.get("lang") or "").strip()
        language = "" if given == "default" else given
        languages[language] = (translation.get("default") or "") in _TRUTHS
        for text in xml.children(translation):
            values = [item for item in xml.children(text) if xml.local_name(item) == "value"]
            model.texts.setdefault(text.get("id") or "", {})[language] = _shown(values)
            _note_media(model, values)
    # A stable sort: the default language first, the others as the form lists them.
    model.languages = tuple(name for name in sorted(languages, key=lambda name: not languages[name]) if name)


def _shown(values: list[xml.Element]) -> Text:
    by_form = {(item.get("form") or ""): item for item in reversed(values)}
    chosen = by_form.get("", by_form.get("long"))
    return written(chosen) if chosen is not None else Text("")


def _note_media(model: Model, values: list[xml.Element]) -> None:
    for item in values:
        found = media_in(item.text or "") if item.get("form") else None
        if found:
            model.media.setdefault(*found)


def _read_lists(model: Model, primary: xml.Element | None) -> None:
    for element in xml.children(model.element):
        if xml.local_name(element) != "instance" or element is primary:
            continue
        name, source = element.get("id") or "", element.get("src")
        if source is not None:
            model.sources[name] = source
            if (found := media_in(source)) and source.strip() != "jr://file/last-saved":
                model.media.setdefault(*found)
            continue
        top = next(iter(xml.children(element)), None)
        rows = xml.children(top) if top is not None else iter(())
        model.lists[name] = [
            {xml.local_name(cell): (cell.text or "").strip() for cell in xml.children(row)} for row in rows
        ]
