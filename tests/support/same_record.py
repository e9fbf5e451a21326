"""Two records of the same answers: what of their XML must be equal, and what cannot be."""

from __future__ import annotations

import operator
import re
import xml.etree.ElementTree as ET  # the reader of a client
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_INSTANT = r"2026-11-20T1[67]:\d\d:\d\d\.\d{1,3}\+07:00"
# Names that every record makes anew. Where a record says one again (the id of the entity it makes), it must be the same.
_NEW = {
    "/data/meta[0]/instanceID[0]": f"uuid:{UUID}",
    "/data/new_id[0]": UUID,
    "/data/meta[0]/entity[0]@branchId": UUID,
}


def differences(
    ours: bytes,
    theirs: bytes,
    *,
    may_be: Mapping[str, str],
    files: Mapping[str, str],
    equal: Callable[[str, str], bool] = operator.eq,
) -> list[str]:
    """Every place where `ours`, made by a tablet, is not what `theirs`, made by the engine alone, says it must be.

    `may_be` gives by element what the text must match where it cannot be equal, `files` does so for each name of a file
    in `theirs`; `equal` says of two texts whether they are one answer. Elements, their order and their attributes must
    be the same everywhere.
    """
    one, other = _flat(ET.fromstring(ours)), _flat(ET.fromstring(theirs))
    found = [f"{path} is in one alone" for path in sorted(one.keys() ^ other.keys())]
    if not found and list(one) != list(other):
        found.append("the order of the elements differs")
    both = one.keys() & other.keys()
    new = {one[path]: other[path] for path in _NEW.keys() & both if re.fullmatch(_NEW[path], one[path])}
    allowed = {"start": _INSTANT, "end": _INSTANT, **may_be}
    for path in sorted(both):
        mine, expected = new.get(one[path], one[path]), other[path]
        name = path.removeprefix("/data/").removesuffix("[0]")
        pattern = allowed.get(name) or files.get(expected)
        if not (re.fullmatch(pattern, mine) if pattern and expected else equal(mine, expected)):
            found.append(f"{path}: {mine!r} and not {expected!r}")
    return found


def mean_the_same(one: str, other: str) -> bool:
    """Whether two engines wrote one answer: `82` and `82.0`, `1` and `true`."""
    if {one, other} in ({"1", "true"}, {"0", "false"}):
        return True
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def _flat(root: ET.Element) -> dict[str, str]:
    """Text of every element and attribute by path, in order; a place among brothers of its name stands in brackets."""
    return dict(_walk(root, f"/{root.tag}"))


def _walk(element: ET.Element, path: str) -> Iterator[tuple[str, str]]:
    yield path, element.text or "" if not len(element) else (element.text or "").strip()
    for name, value in sorted(element.attrib.items()):
        yield f"{path}@{name}", value
    seen: dict[str, int] = {}
    for child in element:
        assert not (child.tail or "").strip()
        number = seen.setdefault(child.tag, 0)
        seen[child.tag] += 1
        yield from _walk(child, f"{path}/{child.tag}[{number}]")
