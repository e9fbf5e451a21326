"""The body of an XForm: how each node is asked, with its label, choices and appearance. Pure reading, no rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from core import xml
from forms import xform_model
from forms.fields import Choice
from forms.xform_model import Model, Texts

CONTROLS = frozenset({"input", "secret", "select", "select1", "upload", "range", "rank", "trigger"})


@dataclass(frozen=True)
class Control:
    """How a node is asked. `kind` is a name of `CONTROLS`, or ``group`` or ``repeat``."""

    kind: str
    path: str
    labels: Texts = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    list_file: str = ""
    media: str = ""
    appearance: str = ""
    scale: tuple[str, str] = ("", "")


@dataclass
class Body:
    """What the body says, by path. `lost` are the references of controls that name no node; `element` is the body."""

    controls: dict[str, Control] = field(default_factory=dict)
    groups: dict[str, Control] = field(default_factory=dict)
    repeats: set[str] = field(default_factory=set)
    needs_itemsets: bool = False
    lost: list[str] = field(default_factory=list)
    element: xml.Element | None = field(default=None, repr=False)


def read_body(html: xml.Element, model: Model) -> Body:
    """The body of a form; a form without one asks nothing."""
    element = xform_model.child(html, "body")
    body = Body(element=element)
    if element is not None:
        for control in _controls(model, element, ""):
            _add(body, control)
        body.needs_itemsets = any(item.get("query") for item in xform_model.descendants(element))
    return body


def _add(body: Body, control: Control) -> None:
    if control.kind == "repeat":
        body.repeats.add(control.path)
    elif control.kind == "group":
        body.groups.setdefault(control.path, control)
    else:
        body.controls.setdefault(control.path, control)


def _controls(model: Model, element: xml.Element, context: str) -> Iterator[Control]:
    for item in xml.children(element):
        name = xml.local_name(item)
        if name == "group":
            path = _path(model, item, context)
            if item.get("ref") or item.get("bind"):
                yield Control("group", path, xform_model.text_of(model, xform_model.child(item, "label")))
            yield from _controls(model, item, path)
        elif name == "repeat":
            path = model.path(item.get("nodeset") or "", context)
            yield Control("repeat", path)
            yield from _controls(model, item, path)
        elif name in CONTROLS:
            yield _question(model, item, name, _path(model, item, context))


def _path(model: Model, element: xml.Element, context: str) -> str:
    if element.get("bind"):
        return model.bind_paths.get(str(element.get("bind")), "")
    reference = element.get("ref") or ""
    return model.path(reference, context) if reference else context


def _question(model: Model, element: xml.Element, kind: str, path: str) -> Control:
    choices, list_file = xform_model.choices_of(model, element)
    return Control(
        kind="input" if kind == "secret" else kind,
        path=path,
        labels=xform_model.text_of(model, xform_model.child(element, "label")),
        choices=choices,
        list_file=list_file,
        media=(element.get("mediatype") or "").strip(),
        appearance=(element.get("appearance") or "").strip(),
        scale=(element.get("start") or "", element.get("end") or ""),
    )
