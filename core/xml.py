"""Reading XML from strangers: no DOCTYPE, no entities, no network, bounded depth and number of elements.

The only module that imports lxml; everyone else gets elements and helpers from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from core.errors import Problem

Element = etree._Element  # noqa: SLF001 - lxml gives its element type no public name
XmlError = etree.XMLSyntaxError

MAX_DEPTH = 64
MAX_ELEMENTS = 200_000

_FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def parse(data: bytes, *, max_elements: int = MAX_ELEMENTS) -> Element:
    """Root element of a document in UTF-8 (or in the encoding it declares).

    Raises:
        Problem 400.101: not well formed. 400.102: it has a DOCTYPE. 400.103: nested too deeply or too large.

    """
    # A document type can only stand before the root, and refusing it here leaves nothing for entities to do.
    if b"<!DOCTYPE" in data or b"<\0!\0D\0O\0C" in data or b"\0<\0!\0D\0O\0C" in data:
        raise Problem("400.102")
    if data.count(b"<") > 2 * max_elements + 16:
        raise Problem("400.103")
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise Problem("400.103") from error
        raise Problem("400.101", reason=_reason(error)) from error
    except (ValueError, LookupError) as error:
        raise Problem("400.101", reason=str(error)[:200]) from error
    if root.getroottree().docinfo.internalDTD is not None:
        # In an encoding that was not looked for above, such as UTF-32. Nothing of it was followed.
        raise Problem("400.102")
    return root


def too_deep(root: Element, limit: int = MAX_DEPTH) -> bool:
    """Whether elements are nested deeper than `limit`."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def local_name(element: Element) -> str:
    """Tag without its namespace."""
    tag = str(element.tag)
    return tag[tag.rindex("}") + 1 :] if tag[0] == "{" else tag


def namespace(element: Element) -> str:
    """Namespace of a tag, or an empty text."""
    tag = str(element.tag)
    return tag[1 : tag.rindex("}")] if tag[0] == "{" else ""


def children(element: Element) -> Iterator[Element]:
    """Child elements."""
    return (child for child in element if isinstance(child.tag, str))


def serialise(element: Element) -> bytes:
    """An element as UTF-8, without declaration."""
    return etree.tostring(element, encoding="utf-8")


def without_control_characters(text: str) -> str:
    """Text without the characters that XML cannot carry."""
    return _FORBIDDEN_IN_XML.sub("", text)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _reason(error: etree.XMLSyntaxError) -> str:
    return str(error.msg or "").split("\n", 1)[0][:200]
