"""Comparing a new definition with what was published before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.errors import Problem
from core.i18n import N_
from forms.fields import Field, fields_from_json
from forms.findings import HISTORY, Finding
from forms.models import FormVersion
from forms.question_types import name_of, types_of

ANYTHING = "string"
"""The type every stored value fits, so that a change to it loses nothing."""

BECAME_TEXT = "becameText"
FIGURES, ARRANGEMENT, NOTHING = "figures", "arrangement", ""
_CHOOSING = frozenset({"select1", "select", "rank"})

SENTENCES = {
    "structureChanged": N_(
        "These questions were in the published version and are gone: {names}. "
        "Their answers stay in old records and leave the reports."
    ),
    "deletedFormExists": N_(
        "A deleted form has the same id, {xmlFormId}. Records that tablets still hold for it will come to this form."
    ),
}


LOSSES = {
    (NOTHING, True): N_(
        "The question “{question}” was of type {was} and becomes {becomes}. Once this is published, its type cannot be "
        "changed back."
    ),
    (FIGURES, True): N_(
        "The question “{question}” was of type {was} and becomes {becomes}. Once this is published, its figures leave "
        "the reports, those of old records too, and its type cannot be changed back. To keep them, change the type "
        "back in the workbook and bring it in again."
    ),
    (ARRANGEMENT, True): N_(
        "The question “{question}” was of type {was} and becomes {becomes}. Once this is published, reports no longer "
        "arrange records by it, and its type cannot be changed back. To keep that, change the type back in the "
        "workbook and bring it in again."
    ),
    (FIGURES, False): N_(
        "The question “{question}” was of type {was} and becomes {becomes}. Once this is published, its figures leave "
        "the reports, those of old records too. To keep them, change the type back in the workbook and bring it in "
        "again."
    ),
    (ARRANGEMENT, False): N_(
        "The question “{question}” was of type {was} and becomes {becomes}. Once this is published, reports no longer "
        "arrange records by it. To keep that, change the type back in the workbook and bring it in again."
    ),
}
"""What a question's becoming text takes away, by what reports made of it and by whether it is for good."""


def require_same_types(fields: Iterable[Field], published: Iterable[FormVersion]) -> None:
    """Refuse a change of a question's type, since columns and reports span all versions.

    Becoming plain text is allowed, and told by `history_of`; becoming something else again is not. As in ODK Central,
    a group may become a question, since nothing stored is touched by it.

    Raises:
        Problem 400.17: a question has another type than in a published version.

    """
    new = {field.path: field for field in fields if not field.is_structure and field.type != ANYTHING}
    for version in published:
        for before in fields_from_json(version.fields):
            after = new.get(before.path)
            if after is not None and not before.is_structure and before.type != after.type:
                raise _changed(before, after, version.version)


def _changed(before: Field, after: Field, version: str) -> Problem:
    was, becomes = types_of(before, after)
    return Problem(
        "400.17",
        path=after.path,
        type=before.type,
        newType=after.type,
        version=version,
        question=name_of(after),
        was=was,
        becomes=becomes,
    )


def history_of(fields: Iterable[Field], published: FormVersion | None) -> list[Finding]:
    """What a new definition takes from the published version: questions that are gone, types that became text."""
    new = {field.path: field for field in fields}
    old = fields_from_json(published.fields) if published is not None else ()
    gone = [field.name for field in old if field.path not in new]
    found = []
    if gone:
        found.append(Finding(HISTORY, "structureChanged", SENTENCES["structureChanged"], {"names": ", ".join(gone)}))
    became = (_became_text(field, new[field.path]) for field in old if field.path in new)
    return found + [finding for finding in became if finding is not None]


def _became_text(before: Field, after: Field) -> Finding | None:
    """The finding that a question became text and what that takes away. Choices are stored as text all along."""
    if before.is_structure or after.type != ANYTHING:
        return None
    lost, for_good = _lost(before, after), before.type != ANYTHING
    if not for_good and (lost == NOTHING or before.control not in _CHOOSING or after.control in _CHOOSING):
        return None
    was, becomes = types_of(before, after)
    details = {"question": name_of(after), "was": was, "becomes": becomes}
    return Finding(HISTORY, BECAME_TEXT, LOSSES[lost, for_good], details, after.path)


def _lost(before: Field, after: Field) -> str:
    if before.measure and before.measure != after.measure:
        return FIGURES
    return ARRANGEMENT if before.dimension and before.dimension != after.dimension else NOTHING


def deleted_form_exists(xml_form_id: str) -> Finding:
    """The finding that the trash holds a form of this id."""
    return Finding(HISTORY, "deletedFormExists", SENTENCES["deletedFormExists"], {"xmlFormId": xml_form_id})


def for_wire(finding: Finding) -> dict[str, Any]:
    """A finding as ODK Central's clients read it."""
    details: Any = finding.details
    if finding.code == "structureChanged":
        details = finding.details["names"].split(", ")
    return {"type": finding.code, "details": details}
