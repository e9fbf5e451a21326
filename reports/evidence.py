"""Pictures as evidence of a project.

Whose a picture is follows the rule by which figures are counted (`cube`): one that was taken in a project's own turn of
a repeat is that project's alone, any other one is of each project its record speaks of. It is read by the form version
that the record was filled in with, since a later one may have its questions elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from forms.definitions import Definition, definition
from forms.fields import Field
from plan.queries import labels
from reports.queries import Photo, Selection, answers_of, photos_of, values_of
from reports.records import rows_of, texts
from reports.roles import Place, Roles, place_of, roles_of
from sync.attachments import name_key

_SIGNED = ("signature", "draw")


@dataclass(frozen=True)
class Picture:
    """A picture with what to call the record that it belongs to: the school, else its own name."""

    photo: Photo
    about: str


def pictures_of(session: Session, selections: Iterable[Selection], project: str) -> list[Photo]:
    """The pictures in the selected records that are evidence of a project, the newest first; signatures are none."""
    forms: dict[int, _Form] = {}
    found: list[Photo] = []
    for photo in photos_of(session, selections):
        version = photo.form_version_id
        if version not in forms:
            forms[version] = _Form.of(definition(session, version))
        if photo.path not in forms[version].signed:
            found.append(photo)
    asked = {photo.version_id: forms[photo.form_version_id] for photo in found if _is_in_turn(photo, forms)}
    own = {version: asked[version].files_of(answers, project) for version, answers in answers_of(session, asked)}
    return [photo for photo in found if not _is_in_turn(photo, forms) or _named(photo) in own[photo.version_id]]


def described(session: Session, workspace_id: int, photos: Iterable[Photo]) -> list[Picture]:
    """Pictures with what their records are about."""
    photos = list(photos)
    schools = values_of(session, (photo.submission_id for photo in photos), "school")
    names = labels(session, workspace_id, "school", {school for stated in schools.values() for school in stated})
    return [
        Picture(photo, _about(photo, [names.get(one, "") for one in schools.get(photo.submission_id, ())]))
        for photo in photos
    ]


def _about(photo: Photo, schools: list[str]) -> str:
    return next(filter(None, schools), photo.instance_name or "")


@dataclass(frozen=True)
class _Form:
    """Where a form version asks for files: `turns` by question, with how much of a turn's address is a project's."""

    roles: Roles
    signed: frozenset[str]
    turns: dict[str, tuple[Place, int]]

    @classmethod
    def of(cls, questions: Definition) -> _Form:
        """What is needed of a form version."""
        roles = roles_of(questions)
        files = [field for field in questions.fields if field.is_file]
        projects = roles.dimensions.get("project")
        places = {field.path: place_of(questions, field) for field in files} if projects else {}
        shared = {path: roles.shared(projects.place.table, place.table) for path, place in places.items() if projects}
        return cls(
            roles,
            frozenset(field.path for field in files if _is_signature(field)),
            {path: (place, shared[path]) for path, place in places.items() if shared[path]},
        )

    def files_of(self, answers: dict[str, Any], project: str) -> set[tuple[str, str]]:
        """The files in a project's own turns: the question and the name of each."""
        rows = rows_of(answers, self.roles.tables)
        asked = self.roles.dimensions["project"].place
        chains = [row.chain for row in rows[asked.table] if project in texts(row.values, asked)]
        return {
            (path, name_key(text))
            for path, (place, depth) in self.turns.items()
            for row in rows[place.table]
            if any(row.chain[:depth] == chain[:depth] for chain in chains)
            for text in texts(row.values, place)
        }


def _is_in_turn(photo: Photo, forms: dict[int, _Form]) -> bool:
    return photo.path in forms[photo.form_version_id].turns


def _named(photo: Photo) -> tuple[str, str]:
    return photo.path or "", photo.name_key


def _is_signature(field: Field) -> bool:
    return any(word in field.appearance for word in _SIGNED)
