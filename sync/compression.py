"""How a record's XML is kept: zstd, with the form version's own empty instance as dictionary.

Most of a record's XML is the form's tags, so a dictionary made of them saves three quarters of the bytes. The first
byte says how the rest was written; readers of every way stay here for ever.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import zstandard

from forms.definitions import Definition

PLAIN = b"\x00"
WITH_TEMPLATE = b"\x01"
LEVEL = 3
_SMALLEST_DICTIONARY = 64

_dictionaries: WeakKeyDictionary[Definition, zstandard.ZstdCompressionDict] = WeakKeyDictionary()


def compress(data: bytes, definition: Definition | None) -> bytes:
    """Compressed XML; without a definition (drafts, quarantine) no dictionary is used."""
    dictionary = _dictionary(definition) if definition is not None else None
    if dictionary is None:
        return PLAIN + zstandard.ZstdCompressor(level=LEVEL).compress(data)
    return WITH_TEMPLATE + zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary).compress(data)


def decompress(kept: bytes, definition: Definition | None) -> bytes:
    """The XML as it was sent, byte for byte.

    Raises:
        ValueError: it was written with a dictionary and no definition is given, or in a way unknown here.

    """
    way, body = kept[:1], kept[1:]
    if way == PLAIN:
        return zstandard.ZstdDecompressor().decompress(body)
    if way == WITH_TEMPLATE and definition is not None:
        return zstandard.ZstdDecompressor(dict_data=_dictionary(definition)).decompress(body)
    raise ValueError(f"Record written in an unknown way: {way!r}")


def _dictionary(definition: Definition) -> zstandard.ZstdCompressionDict | None:
    found = _dictionaries.get(definition)
    if found is not None:
        return found
    template = _template(definition.xml)
    if len(template) < _SMALLEST_DICTIONARY:
        return None
    made = zstandard.ZstdCompressionDict(template, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    made.precompute_compress(level=LEVEL)
    _dictionaries[definition] = made
    return made


def _template(xform: bytes) -> bytes:
    """The first instance of an XForm. This must never change, or old records could not be read."""
    begin = xform.find(b"<instance")
    end = xform.find(b"</instance>", begin)
    return xform[begin:end] if 0 <= begin < end else b""
