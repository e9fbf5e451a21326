"""What the form library offers, read from the XLSX files as they are shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256 as hash_of
from pathlib import Path

from forms.library.source_model import load_lists
from forms.library.workbook import read_workbook, records

LIBRARY = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class LibraryForm:
    """One ready-made form.

    `lists` are the CSV files the form needs beside it, such as `schools.csv`; `entity_lists` those among
    them, by their bare name, that are entity lists; `writes` is the entity list whose rows its submissions
    create or update.
    """

    form_id: str
    title_th: str
    title_en: str
    version: str
    doc_code: str
    path: Path
    lists: tuple[str, ...]
    entity_lists: tuple[str, ...]
    writes: str | None
    sha256: str

    @property
    def content(self) -> bytes:
        """The workbook."""
        return self.path.read_bytes()


@cache
def library_forms() -> tuple[LibraryForm, ...]:
    """Every form of the library, in the order of its document code."""
    forms = (library_form_at(path) for path in LIBRARY.glob("*.xlsx"))
    return tuple(sorted(forms, key=lambda form: form.doc_code))


def library_form_of(sha256: str) -> LibraryForm | None:
    """The form whose workbook, as shipped, has this hash."""
    return next((form for form in library_forms() if form.sha256 == sha256), None)


def library_form_at(path: Path) -> LibraryForm:
    """A form of the library, read from its workbook."""
    sheets = read_workbook(path)
    settings = records(sheets["settings"])[0]
    entities = records(sheets["entities"]) if "entities" in sheets else []
    lists = _csv_files(records(sheets["survey"]))
    known = load_lists()
    return LibraryForm(
        form_id=settings["form_id"],
        title_th=settings["form_title"],
        title_en=settings["form_title_en"],
        version=settings["version"],
        doc_code=settings["doc_code"],
        path=path,
        lists=lists,
        entity_lists=tuple(name for name in (file.removesuffix(".csv") for file in lists) if known[name].entity),
        writes=entities[0]["list_name"] if entities else None,
        sha256=hash_of(path.read_bytes()).hexdigest(),
    )


def _csv_files(survey: list[Mapping[str, str]]) -> tuple[str, ...]:
    types = (row["type"].split() for row in survey)
    return tuple(dict.fromkeys(words[1] for words in types if words and words[0].endswith("_from_file")))
