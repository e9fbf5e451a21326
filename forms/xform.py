"""Reading an XForm: what a form asks, what it needs beside it, and whether it can be taken at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core import xml
from core.errors import Problem
from forms import problems, reporting, xform_body, xform_model
from forms.entities import EntityDeclaration, read_declarations
from forms.fields import REPEAT, STRUCTURE, Field
from forms.problems import InOurWords, Unusable
from forms.xform_body import Body, Control
from forms.xform_model import Bind, Model

LONGEST_FORM_ID = 64
LONGEST_VERSION = 100
MOST_FIELDS = 10_000
META = "/meta"

_TYPES = {"select1": "string", "select": "string", "rank": "string", "integer": "int", "": "string"}
_FORBIDDEN_IN_ID = re.compile(r"[\x00-\x1f\x7f/\\<>&\"'?#%]")
_FILE_ENDING = re.compile(r"\.(xlsx?|xml)$", re.IGNORECASE)
_NO = frozenset({"", "false()", "0", "false"})


@dataclass(frozen=True)
class XForm:
    """A form that can be taken. `media` are (name, kind); `template` is the primary instance as XML.

    `model` and `body` are what was read, for the lint.
    """

    xml_form_id: str
    version: str
    title: str
    root_name: str
    fields: tuple[Field, ...]
    languages: tuple[str, ...]
    media: tuple[tuple[str, str], ...]
    entities: tuple[EntityDeclaration, ...]
    template: bytes
    model: Model = field(repr=False, compare=False)
    body: Body = field(repr=False, compare=False)


def read_xform(data: bytes) -> XForm:
    """Read a form.

    Raises:
        Problem 400.101-103: not XML that is taken. 400.131: not UTF-8. 400.132: not an XForm.
        Problem 400.2: no form id. 400.8, 400.13: a form id or version that cannot be used.
        Problem 400.27: no group for the instanceID. 413.134: too many questions. 400.25: see `forms.entities`.

    """
    _require_utf8(data)
    html = xml.parse(data)
    if xml.too_deep(html):
        raise Problem("400.103")
    if xml.local_name(html) != "html":
        # Central's answer to XML that is no form at all.
        raise InOurWords("400.2", problems.NO_XFORM, field="formId")
    model = xform_model.read_model(html)
    xml_form_id, version = identify(
        xform_model.attribute(model.root, "id"), xform_model.attribute(model.root, "version")
    )
    body = xform_body.read_body(html, model)
    fields = _fields(model, body)
    _require_meta(fields)
    entities = read_declarations(model, fields)
    media = dict(model.media)
    if body.needs_itemsets:
        media.setdefault("itemsets.csv", "file")
    return XForm(
        xml_form_id=xml_form_id,
        version=version,
        title=_title(html),
        root_name=xml.local_name(model.root),
        fields=reporting.with_defaults(fields, body),
        languages=model.languages,
        media=tuple(media.items()),
        entities=entities,
        template=xml.serialise(model.root).strip(),
        model=model,
        body=body,
    )


def identify(xml_form_id: str, version: str) -> tuple[str, str]:
    """The form's id and version, when they can be used.

    Raises:
        Problem 400.2: no form id. 400.8, 400.13: they cannot be used.

    """
    given = xml_form_id.strip()
    if not given:
        raise InOurWords("400.2", problems.ID_MISSING, field="formId")
    if len(given) > LONGEST_FORM_ID:
        raise InOurWords("400.13", problems.ID_LENGTH, field="formId", limit=LONGEST_FORM_ID)
    if _FORBIDDEN_IN_ID.search(given) or given in {".", ".."}:
        raise Unusable("formId", given, "it holds characters that cannot be used", problems.ID_CHARACTERS)
    if _FILE_ENDING.search(given):
        raise Unusable("formId", given, "it must not end in .xml, .xls or .xlsx", problems.ID_ENDING)
    if len(version) > LONGEST_VERSION:
        raise InOurWords("400.13", problems.VERSION_LENGTH, field="version", limit=LONGEST_VERSION)
    if any(ord(character) < ord(" ") for character in version):
        raise Unusable("version", version, "it holds a control character", problems.VERSION_CHARACTERS)
    return given, version


def require_version_for_links(version: str) -> None:
    """Refuse a new version that no address could name. What was published before, here or elsewhere, is left alone.

    Raises:
        Problem 400.8: it holds a slash.

    """
    if "/" in version:
        raise Unusable("version", version, "it holds a slash", problems.VERSION_SLASH)


def _require_utf8(data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("400.131") from error
    declared = re.match(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']", data[:200])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}:
        raise Problem("400.131")


def _title(html: xml.Element) -> str:
    title = xform_model.child(xform_model.child(html, "head"), "title")
    return (title.text or "").strip() if title is not None else ""


def _require_meta(fields: list[Field]) -> None:
    if not any(item.path == META and item.type == STRUCTURE for item in fields):
        raise Problem("400.27")


def _fields(model: Model, body: Body) -> list[Field]:
    nodes = dict(_nodes(model.root, ""))
    if len(nodes) > MOST_FIELDS:
        raise Problem("413.134", limit=MOST_FIELDS)
    body.lost.extend(sorted(path for path in {*body.controls, *body.repeats} if path not in nodes))
    found = []
    for order, (path, holds_nodes) in enumerate(nodes.items()):
        bind = model.binds.get(path, Bind(path))
        control = body.controls.get(path) or body.groups.get(path)
        kind = REPEAT if path in body.repeats else STRUCTURE if holds_nodes else _type(bind)
        found.append(_field(path, kind, order, bind, control))
    return found


def _nodes(element: xml.Element, path: str) -> Iterator[tuple[str, bool]]:
    """Paths below an element in form order, each with whether it holds nodes.

    A repeat may stand twice, once as its template; the dictionary built from this keeps one.
    """
    for item in xml.children(element):
        name = xml.local_name(item)
        item_path = f"{path}/{name}"
        yield item_path, len(item) > 0
        yield from _nodes(item, item_path)


def _type(bind: Bind) -> str:
    given = bind.get("type").rpartition(":")[2]
    return _TYPES.get(given, given)


def _field(path: str, kind: str, order: int, bind: Bind, control: Control | None) -> Field:
    asked = control is not None and control.kind != "group" and kind not in {STRUCTURE, REPEAT}
    return Field(
        name=path.rpartition("/")[2],
        path=path,
        type=kind,
        order=order,
        control=control.kind if asked and control else "",
        media=control.media if control else "",
        labels=xform_model.plain(control.labels) if control else {},
        choices=control.choices if control else (),
        list_file=control.list_file if control else "",
        appearance=control.appearance if control else "",
        calculated=bool(bind.get("calculate")),
        required=bind.get("required") not in _NO,
        dimension=bind.dimension,
        measure=bind.measure,
        save_to=bind.save_to,
    )
