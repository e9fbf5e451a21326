"""The forms of the library as devices get them, converted once per test process."""

from __future__ import annotations

import functools

from pyxform.xls2xform import convert

from forms.definitions import Definition
from forms.library.catalogue import library_forms
from forms.xform import read_xform


@functools.cache
def library_xform(form_id: str) -> bytes:
    """The XForm of a form of the library."""
    path = next(item.path for item in library_forms() if item.form_id == form_id)
    return convert(str(path), validate=False).xform.encode()


@functools.cache
def library_definition(form_id: str) -> Definition:
    """What code knows of it."""
    xform = read_xform(library_xform(form_id))
    return Definition(1, 1, xform.version, xform.title, b"", "", tuple(xform.fields), tuple(xform.languages))
