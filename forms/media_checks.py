"""Whether a file can be what the draft of a form asks for: a table with the right columns, or a picture.

A wrong file is found in the field only, as an empty list or a blank picture; so it is refused where it is brought in.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable
from pathlib import PurePath
from unicodedata import normalize

from core import xml
from core.i18n import N_
from core.storage import Spooled
from forms import xform_model
from forms.models import FormAttachment
from forms.problems import InOurWords, Names

EMPTY = N_("The file {name} is empty. Choose the right file and upload it again.")
NO_TEXT = N_(
    "{name} must be a table as text (CSV) in UTF-8, and this file is none. Save it in the spreadsheet program as "
    "“CSV UTF-8” and upload it again."
)
NO_HEADER = N_("{name} has no header. Its first row must hold the names of the columns.")
NO_COLUMNS = N_("{name} lacks columns that the form chooses from: {columns}. Its first row must hold these names.")
NO_PICTURE = N_(
    "{name} must be a picture of the kind {kind}, and this file is none. "
    "Save the picture in this kind and upload it again."
)
PIECE = 64 * 1024
LONGEST_HEADER = 64 * 1024
_SEPARATORS = (",", ";", "\t", "|")
_BLANK = ";\t| "
_COLUMN = re.compile(r"[^\s()/'\"\[\]:@.*]+")
_INSTANCE = re.compile(r"instance\(\s*['\"](?P<id>[^'\"]+)['\"]\s*\)")
_PICTURES = {
    ".png": re.compile(rb"\x89PNG"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".gif": re.compile(rb"GIF8[79]a"),
    ".bmp": re.compile(rb"BM"),
    ".webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    ".svg": re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE\s+svg|(?:\w+:)?svg[\s>])"),
}
_PICTURES[".jpeg"] = _PICTURES[".jpg"]


def require_fitting(content: Spooled, *, file: FormAttachment, form: bytes) -> None:
    """Refuse a file that cannot be what `form` (an XForm) asks for under the name of `file`.

    Raises:
        Problem 400.134: it is empty, no table with the columns that are chosen from, or no picture of its kind.

    """
    if content.size == 0:
        raise _unfit(EMPTY, file.name)
    ending = PurePath(file.name).suffix.lower()
    if file.kind == "file" and ending == ".csv":
        _require_table(content, file.name, columns_of(form, file.name))
    elif file.kind == "image" and ending in _PICTURES and not _PICTURES[ending].match(_beginning(content)):
        raise _unfit(NO_PICTURE, file.name, kind=ending.removeprefix(".").upper())


def columns_of(form: bytes, name: str) -> list[str]:
    """Columns of a file that the selects of a form take values and labels from, as far as they are plain names."""
    html = xml.parse(form)
    model = xform_model.read_model(html)
    wanted: dict[str, None] = {}
    for element in html.iter():
        if not isinstance(element.tag, str) or xml.local_name(element) != "itemset":
            continue
        instance = _INSTANCE.search(element.get("nodeset") or "")
        source = xform_model.media_in(model.sources.get(instance["id"], "")) if instance else None
        if source is None or normalize("NFC", source[0]) != normalize("NFC", name):
            continue
        references = (part.get("ref") or "" for part in xml.children(element))
        wanted.update(dict.fromkeys(ref.strip() for ref in references if _COLUMN.fullmatch(ref.strip())))
    return list(wanted)


def _require_table(content: Spooled, name: str, columns: Iterable[str]) -> None:
    header = _header(content, name)
    rows = [_cells(header, separator) for separator in _SEPARATORS]
    if not any(cell.strip(_BLANK) for cell in rows[0]):
        raise _unfit(NO_HEADER, name)
    missing = min(([column for column in columns if column not in row] for row in rows), key=len)
    if missing:
        raise _unfit(NO_COLUMNS, name, columns=Names(missing))


def _header(content: Spooled, name: str) -> str:
    """The first row. The whole file is read on the way, since text can break off anywhere."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    header = ""
    try:
        for piece in _pieces(content):
            text = decoder.decode(piece)
            if "\0" in text:
                raise _unfit(NO_TEXT, name)
            if len(header) < LONGEST_HEADER:
                header += text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _unfit(NO_TEXT, name) from error
    return header[:LONGEST_HEADER]


def _cells(text: str, separator: str) -> list[str]:
    try:
        rows = csv.reader(text.splitlines(keepends=True), delimiter=separator, skipinitialspace=True)
        return [cell.strip() for cell in next(rows, [])]
    except csv.Error:
        return []


def _pieces(content: Spooled) -> Iterable[bytes]:
    if content.path is None:
        yield content.read()
        return
    with content.path.open("rb") as source:
        yield from iter(lambda: source.read(PIECE), b"")


def _beginning(content: Spooled) -> bytes:
    return next(iter(_pieces(content)), b"")[:1024]


def _unfit(sentence: str, name: str, **details: object) -> InOurWords:
    reason = sentence.format_map({"name": name, **details})
    return InOurWords("400.134", sentence, name=name, reason=reason, **details)
