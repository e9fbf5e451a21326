"""A form's records as CSV: the records' table alone, or a ZIP of all tables with the files people sent.

Rows leave as they are read. Repeats come after the records in the archive, so their lines wait in temporary files on
the disk; memory stays flat however many records there are.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tempfile
import unicodedata
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from core.storage import BlobStore
from core.storage.store import CHUNK
from forms.fields import Field
from reports.exports import rows
from reports.exports.labels import Namebook
from reports.exports.snapshot import snapshot
from reports.exports.tables import Plan, Style, TableWriter, plan_tables
from reports.exports.zip_stream import LARGE, Entry, ZipStream
from reports.queries import Selection
from reports.roles import TableLayout

MISSING = "media-missing.txt"
_IN_MEMORY = 128 * 1024
_LONGEST_NAME = 240
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
Aside = tempfile.SpooledTemporaryFile[bytes]


@dataclass(frozen=True)
class Export:
    """What to write. `fields` and `layouts` say which columns and tables there are; `large`, that it may be much."""

    workspace_id: int
    xml_form_id: str
    selection: Selection
    fields: tuple[Field, ...]
    layouts: tuple[TableLayout, ...]
    style: Style
    attachments: bool = True
    large: bool = False

    def book(self) -> Namebook:
        """An empty book of names in the language asked for."""
        return Namebook(self.workspace_id, self.fields, self.style.language)

    def plans(self, book: Namebook) -> tuple[Plan, ...]:
        """The tables, the records' first."""
        style = replace(self.style, namer=book.name) if self.style.language else self.style
        return plan_tables(safe_name(self.xml_form_id), self.fields, self.layouts, style)


def stream_root(engine: Engine, export: Export) -> Iterator[bytes]:
    """The table of the records. The database is not asked before the first line has left."""
    book = export.book()
    root = export.plans(book)[0]
    writer = TableWriter(root, export.style)
    yield writer.take()
    with snapshot(engine) as session:
        for batch in rows.exported(session, export.selection):
            book.learn(session, (record.answers for record in batch))
            for record in batch:
                writer.add([*record.first, *root.cells(record.answers), *record.meta])
            yield writer.take()


def stream_zip(engine: Engine, store: BlobStore, spool: Path, export: Export, *, now: dt.datetime) -> Iterator[bytes]:
    """All tables and files in an archive."""
    archive = ZipStream()
    return archive.stream(_Contents(engine, store, spool, export, archive, now).entries())


class _Contents:
    """The entries of one archive, in order. The repeats' lines are written aside while the records' go out."""

    def __init__(
        self, engine: Engine, store: BlobStore, spool: Path, export: Export, archive: ZipStream, now: dt.datetime
    ) -> None:
        self._engine, self._store, self._spool = engine, store, spool
        self._export, self._archive, self._now = export, archive, now
        self._book = export.book()
        self._plans = export.plans(self._book)
        self._writers = {plan.file_name: TableWriter(plan, export.style) for plan in self._plans}
        self._open = ExitStack()
        self._missing: list[str] = []
        self._written: dict[str, str] = {}

    def entries(self) -> Generator[Entry]:
        """Every file of the archive."""
        root, *repeats = self._plans
        with self._open:
            aside = {plan.file_name: self._open.enter_context(self._aside()) for plan in repeats}
            yield Entry(root.file_name, self._records(root, aside), self._now, large=self._export.large)
            for plan in repeats:
                lines = aside[plan.file_name]
                size = lines.tell()
                lines.seek(0)
                yield Entry(plan.file_name, _pieces(lines), self._now, large=size >= LARGE)
            if self._export.attachments:
                yield from self._files()
        if self._missing:
            text = "\n".join(self._missing) + "\n"
            yield Entry(MISSING, [text.encode()], self._now, media_type="text/plain")

    def _aside(self) -> Aside:
        self._spool.mkdir(parents=True, exist_ok=True)
        return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(self._spool))

    def _records(self, root: Plan, aside: dict[str, Aside]) -> Iterator[bytes]:
        writer = self._writers[root.file_name]
        yield writer.take()
        # From here to the last file one instant is shown.
        self._session = self._open.enter_context(snapshot(self._engine))
        for batch in rows.exported(self._session, self._export.selection):
            self._book.learn(self._session, (record.answers for record in batch))
            for record in batch:
                writer.add([*record.first, *root.cells(record.answers), *record.meta])
                for plan, cells in root.rows_below(record.answers, record.instance_id):
                    self._writers[plan.file_name].add(cells)
            self._put_aside(aside)
            yield writer.take()
        # A form without records still has the heads of its repeats.
        self._put_aside(aside)

    def _put_aside(self, aside: dict[str, Aside]) -> None:
        for name, held in aside.items():
            held.write(self._writers[name].take())

    def _files(self) -> Iterator[Entry]:
        shared = rows.names_of_several_files(self._session, self._export.selection)
        for item in rows.files_of(self._session, self._export.selection):
            name = self._place(item, shared)
            if name is None:
                continue
            try:
                source = self._store.open(item.sha256)
            except FileNotFoundError:
                self._missing.append(name)
                continue
            with source:
                yield Entry(name, _pieces(source), item.received_at or self._now, item.media_type, item.size >= LARGE)

    def _place(self, item: rows.ExportedFile, shared: frozenset[str]) -> str | None:
        """Where a file goes: by its name, or in a folder of its record when others use the name; None if it is in."""
        safe = safe_name(item.name)
        folder = f"media/{safe_name(item.instance_id)}/"
        places = [f"media/{safe}"] if safe == item.name and _key(item.name) not in shared else []
        stem, dot, ending = safe.rpartition(".")
        others = (f"{folder}{stem}{dot and '~'}{number}{dot}{ending}" for number in itertools.count(2))
        for place in itertools.chain(places, [f"{folder}{safe}"], others):
            held = self._written.setdefault(place, item.sha256)
            if place not in self._archive.names:
                return place
            if held == item.sha256:
                return None
        raise AssertionError("names never run out")


def _pieces(source: BinaryIO | Aside) -> Iterator[bytes]:
    while piece := source.read(CHUNK):
        yield piece


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).lower()


def safe_name(name: str) -> str:
    """A file name that every system takes and that leads nowhere else."""
    found = _FORBIDDEN.sub("_", name).strip(" ")
    stem, dot, ending = found.rpartition(".")
    while len(found.encode("utf-8", "replace")) > _LONGEST_NAME:
        stem = (stem or ending)[:-10]
        found = f"{stem}{dot}{ending[:20]}" if dot else stem
    return found if found.strip(".") else "_"
