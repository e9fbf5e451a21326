"""Giving a form another version without touching any other byte of it."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from core.errors import Problem

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|<(?P<end>/?)(?P<name>[^\s/>!?][^\s/>]*)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^>\"'/]|/(?!>))*)(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\s+(?P<name>[^\s=]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*')")
_WAY = ("html", "head", "model", "instance")


def set_version(xml: bytes, version: str) -> bytes:
    """The form with another version.

    The attribute is replaced where there is one, in whatever namespace, and else added at the end of the tag.

    Raises:
        Problem 400.132: the primary instance is not where it belongs.

    """
    text = xml.decode("utf-8")
    tag = _instance_tag(text)
    quoted = quoteattr(version)
    for attribute in _ATTRIBUTE.finditer(tag["attributes"]):
        if attribute["name"].rpartition(":")[2] == "version":
            start = tag.start("attributes") + attribute.start("value")
            return (text[:start] + quoted + text[start + len(attribute["value"]) :]).encode()
    start = tag.start("attributes") + len(tag["attributes"].rstrip())
    return f"{text[:start]} version={quoted}{text[start:]}".encode()


def _instance_tag(text: str) -> re.Match[str]:
    """The start tag of the primary instance's root, by walking the tags of a document known to be well formed."""
    way: list[str] = []
    for token in _TOKEN.finditer(text):
        name = token["name"]
        if name is None:
            continue
        if token["end"]:
            way.pop()
            continue
        if tuple(way) == _WAY:
            return token
        if not token["empty"]:
            way.append(name.rpartition(":")[2])
    raise Problem("400.132", reason="html/head/model/instance")
