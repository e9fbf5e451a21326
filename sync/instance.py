"""Reading what a record says of itself: form, version, ids. Pure; no database.

Rules of the OpenRosa metadata schema (docs.getodk.org/openrosa-metadata): ``meta`` holds instanceID, deprecatedID and
instanceName, in the default namespace or in ``http://openrosa.org/xforms``.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from core import xml
from core.errors import Problem

ORX = "http://openrosa.org/xforms"
LONGEST_ID = 200
LONGEST_NAME = 500


@dataclass(frozen=True)
class Instance:
    """A parsed record. `sha256` is of the bytes as sent; `instance_id` is derived when the record has none."""

    root: xml.Element
    sha256: str
    xml_form_id: str
    version: str
    instance_id: str
    deprecated_id: str | None
    instance_name: str | None


def read_instance(data: bytes) -> Instance:
    """Parse a record.

    Raises:
        Problem 400.101, 400.102, 400.103: see `core.xml.parse`. 400.151: no form id.

    """
    root = xml.parse(data)
    xml_form_id = (root.get("id") or xml.namespace(root) or "").strip()
    if not xml_form_id:
        raise Problem("400.151")
    digest = hashlib.sha256(data).hexdigest()
    meta = _meta(root)
    return Instance(
        root=root,
        sha256=digest,
        xml_form_id=xml_form_id,
        version=root.get("version") or root.get(f"{{{ORX}}}version") or "",
        instance_id=_short(meta.get("instanceID", "")) or derived_id(xml_form_id, data),
        deprecated_id=_short(meta.get("deprecatedID", "")) or None,
        instance_name=meta.get("instanceName", "")[:LONGEST_NAME] or None,
    )


def derived_id(xml_form_id: str, data: bytes) -> str:
    """An instanceID for a record without one: from form and body, so that a retry is the same record."""
    digest = hashlib.sha256(xml_form_id.encode() + b"\0" + data).digest()
    return f"uuid:{uuid.UUID(bytes=digest[:16])}"


def _meta(root: xml.Element) -> dict[str, str]:
    for child in xml.children(root):
        if xml.local_name(child) == "meta":
            return {xml.local_name(item): (item.text or "").strip() for item in xml.children(child)}
    return {}


def _short(given: str) -> str:
    """An id as the database's indexes can hold it; a longer one is known by its hash."""
    if len(given) <= LONGEST_ID:
        return given
    return "sha256:" + hashlib.sha256(given.encode()).hexdigest()
