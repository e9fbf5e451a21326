"""Forms of the library in versions of their own, for tests of upgrading."""

from __future__ import annotations

import io
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from core.access.actor import SYSTEM
from core.storage import blob_store, spool_bytes
from core.transaction import unit_of_work
from core.web import settings_of
from forms import publish
from forms.install import install
from forms.library.catalogue import LibraryForm, library_forms
from forms.library.workbook import Sheets, read_workbook, write_workbook
from forms.models import Form
from forms.uploads import LibraryBase, Upload, take_upload
from forms.xlsform import XLSX
from tests.personas import Office

THAI = "label::ไทย (th)"


def library_form(form_id: str) -> LibraryForm:
    return next(item for item in library_forms() if item.form_id == form_id)


def edited(workbook: bytes, *changes: Callable[[Sheets], object]) -> bytes:
    """A workbook with some changes."""
    sheets = deepcopy(read_workbook(io.BytesIO(workbook)))
    for change in changes:
        change(sheets)
    out = io.BytesIO()
    write_workbook(out, sheets)
    return out.getvalue()


def put(sheet: str, row: str, column: str, text: str) -> Callable[[Sheets], None]:
    """Change one cell; a row is named by its name, of a choice by ``list/name``."""

    def change(sheets: Sheets) -> None:
        header, *rows = sheets[sheet]
        found = (
            next(cells for cells in rows if row in {"/".join(cells[:2]), cells[header.index("name")]})
            if row
            else rows[0]
        )
        found[header.index(column)] = text

    return change


def add_question(name: str, after: str, kind: str = "text", label: str = "คำถามใหม่") -> Callable[[Sheets], None]:
    """Put a question behind another."""

    def change(sheets: Sheets) -> None:
        header, *rows = sheets["survey"]
        place = next(number for number, cells in enumerate(rows, start=1) if cells[1] == after) + 1
        cells = {"type": kind, "name": name, THAI: label, "label::English (en)": "New question"}
        sheets["survey"].insert(place, [cells.get(column, "") for column in header])

    return change


def take_out(name: str) -> Callable[[Sheets], None]:
    """Remove a question."""

    def change(sheets: Sheets) -> None:
        sheets["survey"] = [row for row in sheets["survey"] if row[1] != name]

    return change


def version(text: str) -> Callable[[Sheets], None]:
    """Give the form a version."""
    return lambda sheets: sheets["settings"][1].__setitem__(sheets["settings"][0].index("version"), text)


def upload_of(office: Office, workbook: bytes) -> Upload:
    return take_upload(workbook, XLSX, settings=settings_of(office.app), name="form.xlsx")


def install_base(office: Office, workbook: bytes) -> Form:
    """Install a workbook as if it had been the library's then."""
    upload = upload_of(office, workbook)
    base = LibraryBase(upload.form.version, spool_bytes(workbook))
    blob_store().keep([base.workbook])
    whole = replace(upload, library=base)
    return unit_of_work(lambda session: install(session, SYSTEM, workspace_id=office.workspace_id, upload=whole)).form


def bring_in(office: Office, form: Form, workbook: bytes, *, publishes: bool = True) -> None:
    """The office's own new version."""
    upload = upload_of(office, workbook)

    def work(session: Any) -> None:
        mine = session.get(Form, form.id)
        publish.save_draft(session, SYSTEM, form=mine, upload=upload, ignore_warnings=True)
        if publishes:
            publish.publish_draft(session, SYSTEM, form=mine)

    unit_of_work(work)
