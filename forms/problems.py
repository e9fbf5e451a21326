"""Problem codes of forms.

On the wire a code is a number where it can be, so none of ours ends in a zero: 400.130 would be Central's 400.13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from core.errors import Problem, add_to_catalogue
from core.i18n import N_


class Names(list[str]):
    """Names that are a list for programs and a readable enumeration in a sentence."""

    def __str__(self) -> str:
        return ", ".join(self)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class InOurWords(Problem):
    """A problem with Central's code and details, and a sentence of its own: an English message id with named parts."""

    def __init__(self, code: str, sentence: str, **details: Any) -> None:
        super().__init__(code, **details)
        self._sentence = sentence

    @property
    def template(self) -> str:
        """The sentence of this very case."""
        return self._sentence


class Unusable(InOurWords):
    """A value that cannot be used (400.8): a reason for programs, a sentence with {field} and {value} for people."""

    def __init__(self, field: str, value: str, reason: str, sentence: str) -> None:
        super().__init__("400.8", sentence, field=field, value=value, reason=reason)


MOST_IN_A_SENTENCE = 20


class Faulty(Protocol):
    """One thing that is wrong with a form, as `forms.formulas.Fault` has it."""

    @property
    def sentence(self) -> str:
        """An English message id with named parts."""

    @property
    def details(self) -> Mapping[str, object]:
        """What fills the parts."""

    @property
    def shown(self) -> str:
        """The place in the form itself, for who knows XForms."""

    def to_json(self) -> dict[str, Any]:
        """For programs, with sheet, row and column."""


class Unopenable(Problem):
    """A form that no device could open (400.133). `faults` are for pages, the details for programs."""

    def __init__(self, faults: Sequence[Faulty]) -> None:
        errors = [fault.to_json() for fault in faults]
        place = {name: errors[0][name] for name in ("sheet", "row", "column")}
        super().__init__(
            "400.133", error=" ".join(fault["error"] for fault in errors[:MOST_IN_A_SENTENCE]), **place, errors=errors
        )
        self.faults = tuple(faults)


def taken(workspace_id: int, xml_form_id: str) -> Problem:
    """The workspace has a form of this id already."""
    return InOurWords(
        "409.3",
        FORM_IS_HERE,
        fields=["projectId", "xmlFormId"],
        values=[str(workspace_id), xml_form_id],
        xmlFormId=xml_form_id,
    )


def unknown_form(xml_form_id: str) -> Problem:
    """The workspace has no form of this id."""
    return InOurWords("404.1", NO_SUCH_FORM, xmlFormId=xml_form_id)


def not_convertible(error: str, **place: Any) -> Problem:
    """A workbook that gives no form. `place` may hold sheet, row, column and the single errors."""
    details = {"sheet": None, "row": None, "column": None, "errors": []} | place
    return Problem("400.15", error=error, **details)


NO_SUCH_FORM = N_(
    "There is no form {xmlFormId} in this workspace, or it was deleted. On a tablet, load the list of forms again, or "
    "tell the office."
)
FORM_IS_HERE = N_("The form {xmlFormId} is in this workspace already.")
OTHER_FORM = N_("The file is the form “{value}”, which is another one. Add it as a new form, or change its form_id.")
ID_LENGTH = N_("The form_id is too long: use at most {limit} characters.")
ID_MISSING = N_("The form has no form_id. Give its primary instance the attribute id, or make the form with XLSForm.")
ID_CHARACTERS = N_("The form id “{value}” cannot be used: use letters, digits, “_”, “-” and “.” only.")
ID_ENDING = N_("The form id “{value}” must not end in .xml, .xls or .xlsx.")
VERSION_LENGTH = N_("The version is too long: use at most {limit} characters.")
VERSION_CHARACTERS = N_("The version holds a character that cannot be shown. Type it anew.")
VERSION_SLASH = N_("The version “{value}” cannot be used: it must not hold “/”. Write “-” or “.” instead.")
NO_XFORM = N_("This XML is not a form for ODK tools. Choose the file of a form.")
NO_FORM_FILE = N_(
    "A form is an Excel workbook (.xlsx or .xls) or an XForm (.xml), and {given} is none of these. Choose another file."
)
EMPTY_FILE = N_("The file {name} is empty. Choose the right file and bring it in again.")
UNKNOWN_STATE = N_("A form is open, closing or closed, and not “{value}”.")

add_to_catalogue(
    {
        "400.13": "The value of {field} is too long: use at most {limit} characters.",
        "400.15": "This is not a valid XLSForm: {error}",
        "400.16": "The form can be used, but there are warnings. Read them, and send the form again with "
        "ignoreWarnings=true if they are acceptable.",
        "400.17": "The question “{question}” was of type {was} in version “{version}” and would become {becomes}. "
        "Change its type back, or give the question a new name.",
        "400.25": "What the form says about entities cannot be followed: {reason}",
        "400.26": "Only a data file (CSV) can come from a list; {name} is of another kind.",
        "400.27": "The form has no group “meta” with an instanceID. Add it, or make the form with XLSForm.",
        "400.131": "The form is not in UTF-8. Save it in UTF-8 and send it again.",
        "400.132": "This XML is not a form for ODK tools: {reason}",
        "400.133": "No device could open this form. {error}",
        "400.134": "The file {name} cannot be used: {reason}",
        "404.4": "This draft no longer exists, or the QR code is out of date. Scan the new code on the page of the "
        "draft; if the form has been published, scan the code of the device.",
        "409.6": "Version “{version}” of the form {xmlFormId} was published before. Give this one a new version.",
        "409.7": "This draft cannot be deleted, since the form was never published. "
        "Delete the form or replace the draft.",
        "409.131": "These files are missing: {names}. Upload them, or publish without them on purpose.",
        "409.132": "There is nothing in the library that the form {xmlFormId} of this workspace does not have.",
        "409.133": "The form {xmlFormId} was changed meanwhile. Look at the differences again.",
        "413.131": "The workbook is too large when unpacked: the limit is {limit} bytes.",
        "413.132": "The workbook has too many rows: the limit is {limit} rows on all sheets together.",
        "413.133": "The workbook has too many cells or too much text. Delete empty formatted cells and sheets that "
        "do not belong to the form.",
        "413.134": "The form has too many questions: the limit is {limit}.",
        "503.131": "Another form is being converted. Please try again in a moment.",
    }
)
