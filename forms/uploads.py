"""A form as somebody brings it: read and converted before any transaction begins, since that takes seconds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from core.errors import Problem
from core.settings import Settings
from core.storage import Spooled, blob_store, spool_bytes
from forms import converter_messages, formulas, xlsform
from forms.findings import Finding
from forms.lint import lint
from forms.xform import XForm, read_xform, require_version_for_links

XML_TYPES = frozenset({"application/xml", "text/xml"})
ITEMSETS = "itemsets.csv"
_BY_ENDING = {ending: media_type for media_type, ending in xlsform.ENDINGS.items()} | {
    ".xml": "application/xml",
    ".xlsm": xlsform.XLSX,
}
# Said better, and with the expected size, by our own lint.
_SAID_BY_LINT = ("max-pixels parameter",)


@dataclass(frozen=True)
class LibraryBase:
    """The form of the library that a definition was made from: its version, and its workbook in the blob store."""

    version: str
    workbook: Spooled


@dataclass(frozen=True)
class Upload:
    """A definition ready to be stored.

    `converter_warnings` are pyxform's words as Central's clients expect them; `findings` are those and ours for
    people. `workbook` is the file as uploaded, kept in the blob store already; `itemsets` the CSV that came of it.
    `library` is what it was made from when that is not the version before.
    """

    xml: bytes
    form: XForm
    findings: tuple[Finding, ...] = ()
    converter_warnings: tuple[str, ...] = ()
    workbook: Spooled | None = None
    workbook_type: str = ""
    workbook_name: str = ""
    itemsets: Spooled | None = None
    library: LibraryBase | None = None

    @property
    def hash(self) -> str:
        """MD5 of the XForm, by which OpenRosa clients know it."""
        return hash_of(self.xml)

    def blobs(self) -> list[tuple[Spooled, str]]:
        """What is in the blob store, with media types."""
        found = [(self.workbook, self.workbook_type), (self.itemsets, "text/csv")]
        if self.library is not None:
            found.append((self.library.workbook, xlsform.XLSX))
        return [(spooled, media_type) for spooled, media_type in found if spooled is not None]


def take_upload(data: bytes, media_type: str, *, settings: Settings, name: str = "", fallback_id: str = "") -> Upload:
    """Read a form (XForm XML or XLSForm), and make its workbook durable.

    Raises:
        Problem 415.100: another type of file. 413.100: too large. 400.133: no device could open it.
        Problem 400.8: its version holds a slash.
        Whatever `xlsform.convert` and `read_xform` raise.

    """
    if media_type in XML_TYPES:
        if len(data) > settings.max_xml_bytes:
            raise Problem("413.100", limit=settings.max_xml_bytes)
        form = _usable(data)
        return Upload(data, form, lint(form))
    if not is_form(media_type):
        raise Problem("415.100", given=media_type or "-", expected=".xlsx, .xls, .md, .xml")
    conversion = xlsform.convert(data, media_type, fallback_id=fallback_id, settings=settings)
    form = _usable(conversion.xml, conversion.rows)
    told = [text for text in conversion.warnings if not any(words in text for words in _SAID_BY_LINT)]
    upload = Upload(
        xml=conversion.xml,
        form=form,
        findings=(*map(converter_messages.warning, told), *lint(form, conversion.rows)),
        converter_warnings=conversion.warnings,
        workbook=spool_bytes(data),
        workbook_type=media_type,
        workbook_name=_file_name(name) or f"{form.xml_form_id}{xlsform.ENDINGS[media_type]}",
        itemsets=spool_bytes(conversion.itemsets) if conversion.itemsets else None,
    )
    _keep(upload.blobs())
    return upload


def _usable(data: bytes, rows: Mapping[str, int] | None = None) -> XForm:
    """The form, when devices can open it and addresses can name its version."""
    form = read_xform(data)
    require_version_for_links(form.version)
    formulas.require_usable(form, rows)
    return form


def is_form(media_type: str) -> bool:
    """Whether files of this type can be forms."""
    return media_type in XML_TYPES or media_type in xlsform.ENDINGS


def hash_of(data: bytes) -> str:
    """MD5, the hash of OpenRosa (32 hexadecimal digits)."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def type_of_file(name: str) -> str:
    """Media type by the ending of a file's name; empty when it is none of ours."""
    return _BY_ENDING.get(PurePath(name).suffix.lower(), "")


def fallback_id_of(name: str) -> str:
    """A form id made of a file's name, for workbooks that give none."""
    return re.sub(r"[^\w.-]+", "_", PurePath(name).stem).strip("._")[:64]


def _keep(blobs: Iterable[tuple[Spooled, str]]) -> None:
    blob_store().keep(spooled for spooled, _ in blobs)


def _file_name(given: str) -> str:
    return PurePath(given.replace("\\", "/")).name[:200]
