"""The words of a form as a person reads them: label of a question, and of a choice, in the form's first language."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET  # the reader of a client
from collections.abc import Mapping
from typing import Any

XF = "{http://www.w3.org/2002/xforms}"
_INSTANCE = re.compile(r"instance\('([^']+)'\)")
_ITEXT = re.compile(r"jr:itext\('([^']+)'\)")


class FormWords:
    """What stands on the screen for the names of a form. `lists` are the texts of its CSV files by file name."""

    def __init__(self, form: bytes, lists: Mapping[str, str]) -> None:
        root = ET.fromstring(form)
        self._lists = lists
        translation = next(root.iter(f"{XF}translation"), ())
        self._texts = {text.get("id"): _words_of(text.find(f"{XF}value")) for text in translation}
        self._instances = {item.get("id"): item for item in root.iter(f"{XF}instance")}
        self._controls = {item.get("ref"): item for item in root.iter() if item.get("ref") and _is_control(item)}
        self.root_name = next(iter(root.iter(f"{XF}instance")))[0].tag.rpartition("}")[2]

    def label(self, path: str) -> str:
        """Label of a question, group or repeat."""
        label = self._controls[path].find(f"{XF}label")
        assert label is not None, f"{path} has no label"
        found = _ITEXT.search(label.get("ref", ""))
        return self._texts[found.group(1)] if found else _words_of(label)

    def choice(self, path: str, value: str) -> str:
        """What a choice of a question is called."""
        itemset = self._controls[path].find(f"{XF}itemset")
        assert itemset is not None, f"{path} has no choices"
        found = _INSTANCE.search(itemset.get("nodeset", ""))
        assert found, f"{path} takes its choices from somewhere else"
        row = next(row for row in self._rows(found.group(1)) if row["name"] == value)
        return self._texts[row["itextId"]] if "itextId" in row else row["label"]

    def _rows(self, name: str) -> list[dict[str, str]]:
        instance = self._instances[name]
        source = instance.get("src")
        if source:
            return list(csv.DictReader(io.StringIO(self._lists[source.rpartition("/")[2]])))
        return [{cell.tag.removeprefix(XF): cell.text or "" for cell in item} for item in instance.iter(f"{XF}item")]

    def is_repeat(self, given: Any) -> bool:
        """Answers for a repeat are a list of rows."""
        return isinstance(given, list) and bool(given) and isinstance(given[0], dict)


def _is_control(element: ET.Element) -> bool:
    return element.tag.removeprefix(XF) in {"input", "select", "select1", "upload", "trigger", "range", "group", "rank"}


def _words_of(element: ET.Element | None) -> str:
    """The text, without the marks of markdown; what is worked out stands as a star."""
    assert element is not None
    text = "".join([element.text or "", *("\0" + (part.tail or "") for part in element)])
    return re.sub(r"[*_#]+", "", text).strip()
