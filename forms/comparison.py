"""Comparing a new definition with what was published before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.errors import Problem
from core.i18n import N_
from forms.fields import Field
from forms.findings import HISTORY, Finding
from forms.models import FormVersion

ANYTHING = "string"
"""The type every stored value fits, so that a change to it loses nothing."""

SENTENCES = {
    "structureChanged": N_(
        "These questions were in the published version and are gone: {names}. "
        "Their answers stay in old records and leave the reports."
    ),
    "deletedFormExists": N_(
        "A deleted form has the same id, {xmlFormId}. Records that tablets still hold for it will come to this form."
    ),
}


def require_same_types(fields: Iterable[Field], published: Iterable[FormVersion]) -> None:
    """Refuse a change of a question's type, since columns and reports span all versions.

    Becoming plain text is allowed; becoming something else again is not. As in ODK Central, a group may become a
    question, since nothing stored is touched by it.

    Raises:
        Problem 400.17: a question has another type than in a published version.

    """
    new = {field.path: field for field in fields if not field.is_structure and field.type != ANYTHING}
    for version in published:
        for row in version.fields:
            field = new.get(row["path"])
            if field is not None and row["type"] not in {field.type, "structure", "repeat"}:
                raise Problem("400.17", path=field.path, type=row["type"], newType=field.type, version=version.version)


def structure_changed(fields: Iterable[Field], published: FormVersion | None) -> Finding | None:
    """The finding that questions of the published version are gone, if any are."""
    kept = {field.path for field in fields}
    gone = [row["name"] for row in (published.fields if published else ()) if row["path"] not in kept]
    if not gone:
        return None
    return Finding(HISTORY, "structureChanged", SENTENCES["structureChanged"], {"names": ", ".join(gone)})


def deleted_form_exists(xml_form_id: str) -> Finding:
    """The finding that the trash holds a form of this id."""
    return Finding(HISTORY, "deletedFormExists", SENTENCES["deletedFormExists"], {"xmlFormId": xml_form_id})


def for_wire(finding: Finding) -> dict[str, Any]:
    """A finding as ODK Central's clients read it."""
    details: Any = finding.details
    if finding.code == "structureChanged":
        details = finding.details["names"].split(", ")
    return {"type": finding.code, "details": details}
