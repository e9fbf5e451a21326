"""Form versions in memory: parsed once per process, since a published version never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from core import xml
from core.errors import Problem
from core.kept import Kept
from forms.entities import ENTITY, EntityDeclaration, read_declarations
from forms.fields import Field, fields_from_json, repeat_of
from forms.models import FormVersion
from forms.xform_model import read_model

KEPT = 200


@dataclass(frozen=True, eq=False)
class Definition:
    """What code needs to know of a form version. There is one object of it per process while it is kept."""

    id: int
    form_id: int
    version: str
    title: str
    xml: bytes
    hash: str
    fields: tuple[Field, ...]
    languages: tuple[str, ...]

    @cached_property
    def by_path(self) -> dict[str, Field]:
        """Fields by path."""
        return {field.path: field for field in self.fields}

    @cached_property
    def repeats(self) -> frozenset[str]:
        """Paths of the repeats."""
        return frozenset(field.path for field in self.fields if field.is_repeat)

    @cached_property
    def children(self) -> dict[str, tuple[Field, ...]]:
        """Child fields in form order, by the parent's path (the root's is empty)."""
        found: dict[str, list[Field]] = {}
        for field in self.fields:
            found.setdefault(field.path.rpartition("/")[0], []).append(field)
        return {path: tuple(items) for path, items in found.items()}

    @cached_property
    def dimensions(self) -> tuple[Field, ...]:
        """Fields by which records are grouped and filtered."""
        return tuple(field for field in self.fields if field.dimension)

    @cached_property
    def measures(self) -> tuple[Field, ...]:
        """Fields that reports count, sum or average."""
        return tuple(field for field in self.fields if field.measure)

    @cached_property
    def entities(self) -> tuple[EntityDeclaration, ...]:
        """The entities that records create or update; what a form published long ago says wrongly is no declaration."""
        if not any(field.path.endswith(ENTITY) for field in self.fields):
            return ()
        try:
            return read_declarations(read_model(xml.parse(self.xml)), self.fields)
        except Problem:
            return ()

    def repeat_of(self, path: str) -> str:
        """Path of the innermost repeat a field lies in, or an empty text."""
        return repeat_of(path, set(self.repeats))


_definitions: Kept[int, Definition] = Kept("definitions", KEPT)


def definition(session: Session, form_version_id: int) -> Definition:
    """The definition of a form version.

    Raises:
        Problem 404.1: there is none.

    """
    found = _definitions.get(form_version_id)
    if found is not None:
        return found
    row = session.get(FormVersion, form_version_id)
    if row is None:
        raise Problem("404.1")
    found = definition_of(row)
    if row.published_at is None:
        # A draft may still be given another version, and its number may be used again when it is gone.
        return found
    _definitions.put(form_version_id, found)
    return found


def known_definition(form_version_id: int | None) -> Definition | None:
    """The definition of a published form version that is in memory already; never asks the database."""
    return _definitions.get(form_version_id) if form_version_id is not None else None


def definition_of(row: FormVersion) -> Definition:
    """The definition in a row."""
    return Definition(
        id=row.id,
        form_id=row.form_id,
        version=row.version,
        title=row.title,
        xml=row.xml,
        hash=row.hash,
        fields=fields_from_json(row.fields),
        languages=tuple(row.languages),
    )
